"""The examples run, their physics is right, and what is stored in them is what a run gives."""

from __future__ import annotations

import re
import subprocess
import sys
from base64 import b64decode
from functools import cache
from io import BytesIO
from pathlib import Path

import nbformat
import numpy as np
import pytest
from conftest import ENCRYPTED
from matplotlib.image import imread
from nbclient import NotebookClient
from nbformat import NotebookNode

ROOT = Path(__file__).parent.parent
EXAMPLES = ROOT / "examples"
NOTEBOOKS = sorted(path.name for path in EXAMPLES.glob("*.ipynb"))


def stored(name: str) -> NotebookNode:
    notebook: NotebookNode = nbformat.read(EXAMPLES / name, as_version=4)
    return notebook


@cache
def executed(name: str) -> NotebookNode:
    return run(stored(name))


def run(notebook: NotebookNode) -> NotebookNode:
    kernel = notebook.metadata.kernelspec.name
    where = {"metadata": {"path": str(EXAMPLES)}}
    NotebookClient(notebook, kernel_name=kernel, resources=where, config=ENCRYPTED).execute()
    return notebook


def texts(notebook: NotebookNode) -> list[str]:
    """What each cell printed and gave, one text a cell."""
    return [
        "".join(output.get("text") or output.data["text/plain"] for output in cell.get("outputs", []))
        for cell in notebook.cells
    ]


def pictures(notebook: NotebookNode) -> list[np.ndarray]:
    found = (
        o.data["image/png"]
        for c in notebook.cells
        for o in c.get("outputs", [])
        if "image/png" in o.get("data", {})
    )
    return [imread(BytesIO(b64decode(picture))) for picture in found]


def test_the_z_peak_has_the_known_numbers() -> None:
    text = "".join(texts(executed("01_z_peak.ipynb")))
    for line in ("events read: 2421", "opposite-sign muon pairs: 1464", "pairs in 80-100 GeV: 1218"):
        assert line in text
    assert "Z mass: 90.90 ± 0.09 GeV" in text
    assert "Z width: 4.49 ± 0.20 GeV" in text


def test_filling_again_finds_the_same() -> None:
    once, twice = executed("01_z_peak.ipynb"), stored("01_z_peak.ipynb")
    (filling,) = (k for k, cell in enumerate(twice.cells) if cell.source.startswith("%%cpp"))
    twice.cells.insert(filling, twice.cells[filling])
    assert texts(run(twice))[-1] == texts(once)[-1]


def test_the_cpp_first_notebook_counts_its_pairs() -> None:
    text = "".join(texts(executed("02_cpp_first.ipynb")))
    assert "1413 events with two muons, 1397 of opposite charge\n1189" in text
    assert "(85.1 ± 1.0) %" in text


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_what_an_example_stores_is_what_it_gives(name: str) -> None:
    assert texts(stored(name)) == texts(executed(name))
    kept, drawn = pictures(stored(name)), pictures(executed(name))
    assert kept
    for before, now in zip(kept, drawn, strict=True):
        assert before.shape == now.shape
        assert np.abs(before - now).mean() < 0.01  # another matplotlib may smooth its edges differently


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_an_example_stores_nothing_of_the_machine_it_ran_on(name: str) -> None:
    text = (EXAMPLES / name).read_text(encoding="utf-8")
    assert len(text) < 100_000
    assert not re.search(r"/home/|/tmp/|/root/|iopub", text)


def demo(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = (sys.executable, str(ROOT / "tools" / "demo.py"), *map(str, arguments))
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_demo_says_what_it_found_and_where_the_result_is(tmp_path: Path) -> None:
    done = demo("--output", tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    for line in texts(stored("01_z_peak.ipynb"))[-1].splitlines():
        assert f"  {line}\n" in done.stdout
    for name in ("01_z_peak.ipynb", "01_z_peak.html"):
        assert name in done.stdout
        assert "pairs in 80-100 GeV" in (tmp_path / name).read_text(encoding="utf-8")


def test_a_demo_that_fails_names_the_error_and_keeps_no_earlier_outputs(tmp_path: Path) -> None:
    notebook = stored("01_z_peak.ipynb")
    notebook.cells[2].source = "raise ValueError('no such file')"
    source = tmp_path / "broken.ipynb"
    nbformat.write(notebook, source)
    done = demo(source, "--output", tmp_path / "build")
    assert done.returncode == 1
    assert "A cell failed with ValueError: no such file" in done.stdout
    result = nbformat.read(tmp_path / "build" / "broken.ipynb", as_version=4)
    assert not any(cell.get("outputs") for cell in result.cells[3:])


def test_a_demo_of_no_notebook_is_one_sentence(tmp_path: Path) -> None:
    done = demo(tmp_path / "absent.ipynb")
    assert done.returncode == 1
    assert done.stderr.startswith("There is no notebook ")
    assert len(done.stderr.splitlines()) == 1
