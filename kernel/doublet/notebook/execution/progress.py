"""How far the execution of a notebook is, on a terminal: a line for each cell, and a bar below them."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Self

from tqdm import tqdm

from doublet.notebook.reading import code_cells

if TYPE_CHECKING:
    from doublet.notebook.reading import Cell, Notebook

__all__ = ["Progress"]


class Progress:
    """Called with a cell's place, the cell, and the seconds that it took; None when it begins."""

    def __init__(self, notebook: Notebook) -> None:
        self._cells = len(notebook.cells)
        count = sum(bool(cell.source.strip()) for _, cell in code_cells(notebook))
        self._bar = tqdm(total=count, unit="cell", leave=False, disable=not sys.stderr.isatty())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.close()

    def __call__(self, place: int, cell: Cell, seconds: float | None) -> None:
        if seconds is None:
            self._bar.set_description(f"cell {place}")
            return
        failed = any(output.output_type == "error" for output in cell.outputs)
        number = "" if cell.execution_count is None else f" [{cell.execution_count}]"
        self._bar.write(f"cell {place} of {self._cells}{number}: {seconds:.1f} s" + (", an error" if failed else ""), file=sys.stderr)
        self._bar.update()
