# Everything is set up in .venv, on demand: `make help` lists what there is.
# Paths are relative, so that the folder's own path may hold spaces.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: bench clean demo fills help lab lint memcheck outputs reruns soak test test-all types

# What an installation copies or reads: when one of these changes, install again.
recipe := pyproject.toml kernel/doublet/__init__.py $(wildcard share/jupyter/kernels/*/* share/jupyter/nbconvert/templates/*/*.* \
  share/jupyter/nbconvert/templates/*/static/* etc/*/*/* tools/build_extension.py \
  extension/*.* extension/src/*.ts extension/src/publish/*.ts extension/schema/* extension/style/* kernel/doublet/display/histograms/schema.json)

python := .venv/bin/python
pip := $(python) -m pip --disable-pip-version-check --quiet

# An environment holds its own path: forget one that came here in a folder that was moved or copied.
$(shell [ ! -e .venv/bin/pip ] || grep -qF "$$(pwd -P)/.venv/" .venv/bin/pip || rm -rf .venv)

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1 \2/p' Makefile | while read -r make target does; do printf '  make %-12s %s\n' "$$target" "$$does"; done

demo: .venv/.examples ## run the first example without a browser and show what it found
	@.venv/bin/doublet doctor --fix
	@$(python) tools/demo.py

lab: .venv/.examples ## open the examples in JupyterLab
	@.venv/bin/doublet lab examples

# With bytecode, whatever the environment says: hundreds of kernels and commands would compile the same modules.
pytest = PYTHONDONTWRITEBYTECODE= $(python) -m pytest -n 2 --dist loadfile

test: .venv/.test ## run the tests but those that take long, as most in a browser do
	@$(pytest) -m "not slow"

test-all: .venv/.test ## run all tests
	@$(pytest)

# Where there is a script that starts an Indico with its previewer on this machine, and stops it.
indico = ../shared/tools/indico.sh
test-indico: .venv/.test ## test against a real Indico that notebooks show in a meeting's agenda (indico=SCRIPT starts it)
	@test -f $(indico) || { echo "there is no $(indico): name a script that starts an Indico by indico=SCRIPT"; exit 1; }
	@bash $(indico) up && trap 'bash $(indico) down' EXIT && \
	  DOUBLET_TEST_INDICO=http://127.0.0.1:8000=$${ROOT:-/var/tmp/indico-srv}/seed.json $(python) -m pytest -n 0 -m indico

reruns: .venv/.test ## execute every example 50 times again, and count verdicts that are false alarms (options="--times 5")
	@$(python) -m tools.reruns $(options)


# Without numba, where there is none for this Python, the table says that it was not measured.
bench: .venv/.test ## measure Doublet side by side with plain cppyy and ROOT
	-@$(pip) install --only-binary :all: numba
	@$(python) -m tools.bench $(options)

soak: .venv/.test ## run 2,000 random cells in one kernel, a tenth of them with troubles, for 10 minutes at most
	@$(python) -m tools.soak $(options)

memcheck: .venv/.test ## test under valgrind that arrays never show freed memory
	@$(python) -m tools.memcheck

fills: .venv/.test ## compare what the tests of hist and boost-histogram fill with what C++ fills
	@$(python) -m tools.fills $(options)

outputs: .venv/.test ## run the examples and store what they print and draw in them
	@for notebook in examples/*.ipynb; do \
	  .venv/bin/doublet run "$$notebook" -o "$$notebook" || exit; \
	done

lint: .venv/.test ## check the style of the Python code
	@$(python) -m ruff check

types: .venv/.test ## check the types of the Python code
	@$(python) -m mypy

clean: ## remove everything that the other targets made here
	rm -rf .venv build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis \
	  extension/lib extension/node_modules extension/src/schema.json share/jupyter/labextensions

# pip comes last when an environment is made, so one that has it is whole.
.venv/bin/pip:
	@chosen=$$(sh tools/check.sh) && echo "Creating .venv with $$chosen" && "$$chosen" -m venv --clear .venv

.venv/.examples: $(recipe) | .venv/bin/pip
	@echo "Installing Doublet and what its examples need; the first time takes a few minutes"
	@$(pip) install --editable '.[examples]'
	@touch $@

.venv/.test: $(recipe) | .venv/bin/pip
	@echo "Installing Doublet and what its tests need; the first time takes a few minutes"
	@$(pip) install --editable '.[test]'
	@touch $@ .venv/.examples
