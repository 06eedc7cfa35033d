"""In which order cells are executed again: as they stand, or as they were executed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import nbformat

from doublet.notebook.errors import NotebookError
from doublet.notebook.reading import code_cells

if TYPE_CHECKING:
    from doublet.notebook.reading import Notebook

__all__ = ["as_executed", "in_place"]


def as_executed(notebook: Notebook, path: str) -> Notebook:
    """The notebook with its cells of code in the order of their numbers; those that were not executed are left out.

    Raises `NotebookError` if no cell has a number.
    """
    counted = sorted((cell.execution_count, place, cell) for place, cell in code_cells(notebook) if cell.execution_count is not None)
    if not counted:
        raise NotebookError(path, "does not say in which order its cells were executed: leave out --order stored")
    return nbformat.from_dict({**notebook, "cells": [cell for _, _, cell in counted]})


def in_place(done: Notebook, notebook: Notebook) -> Notebook:
    """The notebook with the outputs of the executed cells, where they stand and as they read there."""
    found = {cell.id: cell for cell in done.cells}
    cells = [{**cell, "outputs": found[cell.id].outputs, "execution_count": found[cell.id].execution_count} if cell.id in found and cell.cell_type == "code" else cell for cell in notebook.cells]
    return nbformat.from_dict({**done, "cells": cells})
