"""Writing a notebook such that there is always a whole one."""

from __future__ import annotations

from pathlib import Path

from doublet.notebook.errors import NotebookError
from doublet.notebook.reading import Notebook, content
from doublet.notebook.replacing import replacing

__all__ = ["write"]


def write(notebook: Notebook, path: Path) -> None:
    """Write a notebook in the place of what is there, in one step; raises `NotebookError` where that cannot be."""
    try:
        with replacing(path) as file:
            file.write(content(notebook))
    except OSError as error:
        raise NotebookError(str(path), f"cannot be written: {error.strerror}") from None
