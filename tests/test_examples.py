"""The examples run, and their physics is right."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from conftest import ENCRYPTED
from nbclient import NotebookClient

EXAMPLES = Path(__file__).parent.parent / "examples"


def execute(name: str) -> str:
    notebook = nbformat.read(EXAMPLES / name, as_version=4)
    kernel = notebook.metadata.kernelspec.name
    NotebookClient(notebook, kernel_name=kernel, resources={"metadata": {"path": str(EXAMPLES)}}, config=ENCRYPTED).execute()
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    return "\n".join(o.get("text") or o.get("data", {}).get("text/plain", "") for o in outputs)


def test_the_z_peak_has_the_known_numbers() -> None:
    text = execute("01_z_peak.ipynb")
    for line in ("events read: 2421", "opposite-sign muon pairs: 1464", "pairs in 80-100 GeV: 1218", "Z mass: 90.9"):
        assert line in text


def test_the_cpp_first_notebook_counts_its_pairs() -> None:
    text = execute("02_cpp_first.ipynb")
    assert "1413 events with two muons, 1397 of opposite charge" in text
    assert "1189" in text


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.ipynb")), ids=lambda path: path.name)
def test_a_stored_example_holds_no_outputs(path: Path) -> None:
    assert not any(cell.get("outputs") for cell in nbformat.read(path, as_version=4).cells)
