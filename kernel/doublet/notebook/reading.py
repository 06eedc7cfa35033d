"""Notebooks from files, of whatever format, as those of nbformat 4; nothing of them is executed."""

from __future__ import annotations

import re
import warnings
from pathlib import Path
from typing import Any

import nbformat

from doublet.notebook.errors import NotebookError

__all__ = ["Cell", "Notebook", "Output", "code_cells", "content", "parse", "read", "text_of"]

Notebook = Any
"""A notebook, a cell and an output as nbformat has them: mappings whose keys are attributes, too."""
Cell = Any
Output = Any


_HALF = re.compile(r"(\\\\|\\u[dD][89abAB]\w\w\\u[dD][c-fC-F]\w\w)|\\u[dD][89a-fA-F]\w\w")
"""Half of a character that JSON writes as two, which no text can hold; after whole ones, and backslashes, so that these are left alone."""


def read(path: Path) -> Notebook:
    """The notebook of a file; raises `NotebookError` for what is none."""
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise NotebookError(str(path), "is not a notebook: it is no text") from None
    except OSError as error:
        raise NotebookError(str(path), f"cannot be read: {error.strerror}") from None
    return parse(text, str(path))


def parse(text: str, path: str) -> Notebook:
    """The notebook that a text is; `path` names it in errors."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # cells without ids, as those of older notebooks
            notebook = nbformat.reads(_HALF.sub(lambda match: match[1] or "\\ufffd", text), as_version=4)
            nbformat.validate(notebook)
    except nbformat.ValidationError as error:
        raise NotebookError(path, f"is not a whole notebook: {_told(error)}") from None
    except nbformat.reader.NotJSONError:
        raise NotebookError(path, "is not a notebook: it is no JSON") from None
    except nbformat.NBFormatError:
        raise NotebookError(path, "is of a format that nbformat does not know here: update it (pip install -U nbformat)") from None
    except RecursionError:
        raise NotebookError(path, "cannot be read: what is in it is nested too deeply") from None
    except (AttributeError, KeyError, TypeError, ValueError):
        raise NotebookError(path, "is not a notebook: it is JSON of something else") from None
    return notebook


def _told(error: nbformat.ValidationError) -> str:
    """What is wrong, and where."""
    where = "/".join(map(str, getattr(error, "absolute_path", ())))
    return f"{where}: {str(error).splitlines()[0]}" if where else str(error).splitlines()[0]


def content(notebook: Notebook) -> bytes:
    """The notebook as a file has it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return (str(nbformat.writes(notebook, version=4)) + "\n").encode()


def code_cells(notebook: Notebook) -> list[tuple[int, Cell]]:
    """The cells of code, with their places from 1."""
    return [(place, cell) for place, cell in enumerate(notebook.cells, 1) if cell.cell_type == "code"]


def text_of(value: object) -> str:
    """The text of a part of an output, whatever form the file gives it; empty for what is no text."""
    if isinstance(value, str):
        return value
    return "".join(value) if isinstance(value, list) and all(isinstance(line, str) for line in value) else ""
