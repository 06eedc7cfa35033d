"""A copy of a notebook that shows all it has where no script runs; its sources and data parts stay what they are."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import nbformat

from doublet.handover import cpp_part
from doublet.notebook.publish.showing import LIMIT, restore, show_outputs
from doublet.notebook.reading import Cell, Notebook, code_cells

if TYPE_CHECKING:
    from doublet.notebook.notes import Finding

__all__ = ["STYLE", "headed", "prepared", "stored"]

STYLE = (
    "<style>"
    # Indico's style sheet (nbconvert's "classic") makes the SVG parts of KaTeX's formulas 0 high: roots, arrows.
    ".katex svg{height:inherit!important;max-width:none!important}"
    # Tables that are wider than the page can be scrolled.
    "div.output_html{overflow-x:auto}"
    # What can be folded out shows its triangle again.
    "summary{display:list-item;cursor:pointer}"
    "</style>"
)
_ADDED = {"doublet": {"added": True}}
"""Metadata of cells that are no part of what was run."""


def prepared(notebook: Notebook, limit: int = LIMIT) -> tuple[Notebook, Sequence[Finding]]:
    """The copy to be sent, and what was done; what is prepared already is prepared anew."""
    ready = stored(notebook)
    findings = show_outputs(ready, limit)
    _colour(ready)
    ready.cells.append(_text_cell(STYLE, "style", ready))
    return ready, findings


def headed(ready: Notebook, header: str) -> Notebook:
    """What is prepared, below a text cell; the same if the text is empty. The cells are those of the one that is given, not copies."""
    if not header:
        return ready
    notebook = copy.copy(ready)
    notebook.cells = [_text_cell(header, "header", ready), *ready.cells]
    return notebook


def stored(notebook: Notebook) -> Notebook:
    """The notebook as it was before it was prepared, to be run and compared: without cells that were added, with all parts of outputs."""
    plain = copy.deepcopy(notebook)
    plain.cells = [cell for cell in plain.cells if not cell.metadata.get("doublet", {}).get("added")]
    restore(plain)
    return plain


def _colour(notebook: Notebook) -> None:
    """Have Indico colour cells of C++, as it does in notebooks whose lexer is IPython's."""
    cpp_first = notebook.metadata.get("kernelspec", {}).get("language") == "c++"
    cells = [cell for _, cell in code_cells(notebook) if _is_cpp(cell, cpp_first)]
    for cell in cells:
        cell.metadata["magics_language"] = "cpp"
    language: dict[str, Any] = notebook.metadata.setdefault("language_info", {"name": "python"})
    if cells and not str(language.get("pygments_lexer", "")).startswith("ipython"):
        language["pygments_lexer"] = "ipython3"


def _is_cpp(cell: Cell, cpp_first: bool) -> bool:
    return cpp_part(cell.source, cpp_first=cpp_first) is not None


def _text_cell(text: str, name: str, notebook: Notebook) -> Cell:
    cell = nbformat.v4.new_markdown_cell(text, id=f"doublet-{name}", metadata=copy.deepcopy(_ADDED))
    if (notebook.nbformat, notebook.nbformat_minor) < (4, 5):
        del cell["id"]
    return cell
