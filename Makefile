# Everything is set up in .venv, on demand: `make help` lists what there is.
# Paths are relative, so that the folder's own path may hold spaces.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: bench clean demo help lab lint test types

# What an installation copies or reads: when one of these changes, install again.
recipe := pyproject.toml kernel/doublet/__init__.py $(wildcard share/jupyter/*/*/*)

python := .venv/bin/python
pip := $(python) -m pip --disable-pip-version-check --quiet

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' Makefile

demo: .venv/.examples ## run the first example without a browser and show what it found
	@.venv/bin/doublet doctor --fix
	@$(python) tools/demo.py

lab: .venv/.examples ## open the examples in JupyterLab
	@.venv/bin/doublet lab examples

test: .venv/.test ## run the tests
	@$(python) -m pytest

bench: .venv/.test ## measure Doublet side by side with plain cppyy and ROOT
	@$(python) -m tools.bench $(options)

lint: .venv/.test ## check the style of the Python code
	@$(python) -m ruff check

types: .venv/.test ## check the types of the Python code
	@$(python) -m mypy

clean: ## remove everything that the other targets made here
	rm -rf .venv build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis

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
