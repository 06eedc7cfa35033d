"""``pytest --doublet`` makes notebooks tests."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

CHECKING = Path(__file__).parents[1] / "docs/CHECKING.md"


def notebook(path: Path, source: str, text: str) -> None:
    cell = nbformat.v4.new_code_cell(source, execution_count=1, outputs=[nbformat.v4.new_output("stream", name="stdout", text=text)])
    nbformat.write(nbformat.v4.new_notebook(cells=[cell], metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}), path)


def test_a_notebook_that_agrees_passes_and_one_that_does_not_says_where(pytester: pytest.Pytester) -> None:
    notebook(pytester.path / "good.ipynb", "print(1218)", "1218\n")
    notebook(pytester.path / "bad.ipynb", "print('pairs:', 1219)", "pairs: 1218\n")
    result = pytester.runpytest_subprocess("--doublet", "-p", "no:cacheprovider")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["differs first in cell 1: text: pairs: 1219, was 1218*"])


def test_what_is_no_notebook_is_said_in_one_sentence(pytester: pytest.Pytester) -> None:
    (pytester.path / "broken.ipynb").write_text("{")
    result = pytester.runpytest_subprocess("--doublet", "-p", "no:cacheprovider")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*is not a notebook: it is no JSON"])
    result.stdout.no_fnmatch_line("*Traceback*")


def test_without_the_option_notebooks_are_no_tests(pytester: pytest.Pytester) -> None:
    notebook(pytester.path / "good.ipynb", "print(1218)", "1218\n")
    assert pytester.runpytest_subprocess("-p", "no:cacheprovider").ret == pytest.ExitCode.NO_TESTS_COLLECTED


def test_the_example_for_github_is_a_workflow_of_github(tmp_path: Path) -> None:
    (text,) = re.findall(r"```yaml\n(.*?)```", CHECKING.read_text(encoding="utf-8"), re.DOTALL)
    (tmp_path / "notebooks.yml").write_text(text)
    checked = subprocess.run((sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows", tmp_path / "notebooks.yml"), capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout
