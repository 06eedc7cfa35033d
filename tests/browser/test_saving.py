"""A notebook that is executed and saved in JupyterLab holds the record of where its outputs come from."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import nbformat
import pages
import pytest
from lab import Lab
from nbformat import v4

from doublet.notebook.provenance.record import digest
from doublet.notebook.provenance.stored import provenance_of

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.slow]

CELLS = ("x = 2", "%%cpp\ndouble twice(double a) { return 2 * a; }\ntwice(x)")


def saved(path: Path) -> Any:
    """The notebook of a file as soon as it holds a record."""
    for _ in range(300):
        notebook = nbformat.read(path, as_version=4)
        if "doublet" in notebook.metadata:
            return notebook
        time.sleep(0.1)
    raise AssertionError(notebook.metadata)


def test_jupyterlab_saves_the_record_with_the_ids_of_its_cells(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    notebook = v4.new_notebook(metadata={"kernelspec": {"name": "doublet", "display_name": "Doublet", "language": "python"}})
    notebook.cells = [v4.new_code_cell(text) for text in CELLS]
    with pages.launched() as browser, pages.opened(browser, lab.save("saved.ipynb", notebook, trusted=True)) as page:
        page.locator(".jp-StatusBar-TextItem", has_text="| Idle").wait_for()
        for number in range(2):
            page.locator(".jp-CodeCell .cm-content").nth(number).click()
            page.locator("[data-command='notebook:run-cell-and-select-next']").click()
        page.locator(".jp-OutputArea-output", has_text="4.0").first.wait_for()
        page.keyboard.press("Control+s")
        found = saved(lab.notebooks / "saved.ipynb")
    lab.stop()
    (session,) = provenance_of(found).sessions
    assert [(each.cell, each.source, each.count, each.language) for each in session.executions] == [
        (notebook.cells[0].id, digest(CELLS[0]), 1, "python"),
        (notebook.cells[1].id, digest(CELLS[1]), 2, "cpp"),
    ]
