"""A notebook as a page of HTML or as a PDF, in a file."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from doublet.notebook.errors import NotebookError
from doublet.notebook.publish.browser import find_chromium
from doublet.notebook.publish.page import PageExporter
from doublet.notebook.publish.slides import SlidesExporter

if TYPE_CHECKING:
    from doublet.notebook.reading import Notebook

__all__ = ["page", "write_page", "write_pdf", "write_slides"]

_TIME = 120  # seconds


def page(notebook: Notebook, path: Path, ready: Notebook | None = None, *, fold_code: bool = False) -> str:
    """The page of a notebook from a file, in whose folder are the pictures that its text refers to.

    `ready` is what it shows, where the notebook has been prepared already.
    """
    return _exported(PageExporter(fold_code=fold_code), notebook, path, ready)  # type: ignore[no-untyped-call]


def write_page(notebook: Notebook, path: Path, ready: Notebook | None = None, *, fold_code: bool = False) -> Path:
    """Write the page beside the notebook, and return where."""
    made = path.with_suffix(".html")
    _write(made, page(notebook, path, ready, fold_code=fold_code).encode())
    return made


def write_slides(notebook: Notebook, path: Path, ready: Notebook | None = None, *, fold_code: bool = False) -> Path:
    """Write slides beside the notebook, and return where."""
    text = _exported(SlidesExporter(fold_code=fold_code), notebook, path, ready)  # type: ignore[no-untyped-call]
    made = path.with_suffix(".slides.html")
    _write(made, text.encode())
    return made


def write_pdf(notebook: Notebook, path: Path, ready: Notebook | None = None, *, fold_code: bool = False) -> Path:
    """Have Chromium print the page, and return where; raises `NotebookError` where there is none."""
    browser = find_chromium()
    if browser is None:
        raise NotebookError(str(path), "cannot be printed without Chromium: install it (on Debian 'apt-get install chromium')")
    with tempfile.TemporaryDirectory() as folder:
        source, printed = Path(folder, "page.html"), Path(folder, "page.pdf")
        source.write_text(page(notebook, path, ready, fold_code=fold_code), encoding="utf-8")
        # Without its sandbox, for it has none where it is run by root; the page has no scripts that could leave it.
        command = [browser, "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer", f"--user-data-dir={folder}/profile", f"--print-to-pdf={printed}", source.as_uri()]
        try:
            run = subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=_TIME, check=False)
        except subprocess.TimeoutExpired:
            raise NotebookError(str(path), f"was not printed: Chromium had not ended after {_TIME} s") from None
        if not printed.is_file():
            said = run.stderr.strip().splitlines() or ["it does not say why"]
            raise NotebookError(str(path), f"was not printed by Chromium: {said[-1]}")
        made = path.with_suffix(".pdf")
        _write(made, printed.read_bytes())
        return made


def _exported(exporter: PageExporter, notebook: Notebook, path: Path, ready: Notebook | None) -> str:
    resources: dict[str, Any] = {"ready": ready, "metadata": {"name": path.stem, "path": str(path.parent)}}
    text, _ = exporter.from_notebook_node(notebook, resources)
    return text


def _write(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as error:
        raise NotebookError(str(path), f"cannot be written: {error.strerror}") from None
