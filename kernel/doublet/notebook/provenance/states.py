"""Whether a notebook's outputs can come from its cells as they stand there, as far as its record tells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from doublet.notebook.provenance.record import Execution, Provenance, digest
from doublet.notebook.provenance.stored import execution_of
from doublet.notebook.reading import Notebook, code_cells

__all__ = ["CellState", "Hidden", "Kind", "hidden_executions", "states"]

Kind = Literal["current", "edited", "not executed", "not recorded"]


@dataclass(frozen=True)
class CellState:
    """What the record says of a cell of code: `place` counts from 1, `execution` is the one that its outputs are of.

    ``current``: what was executed is what stands there; ``edited``: it is not; ``not recorded``: it has a number, and the
    record does not know it.
    """

    place: int
    kind: Kind
    execution: Execution | None = None


@dataclass(frozen=True)
class Hidden:
    """An execution in the newest kernel that no cell shows any more.

    `place` is the cell that shows a later execution of the same cell, or of the same source; 0 if it has been deleted.
    """

    execution: Execution
    place: int = 0
    is_same: bool = False
    """Whether that cell's source is what was executed."""


def states(notebook: Notebook, provenance: Provenance) -> list[CellState]:
    """Of each cell of code that is not empty, what the record says."""
    return [_state(place, cell, provenance) for place, cell in code_cells(notebook) if cell.source.strip()]


def hidden_executions(notebook: Notebook, provenance: Provenance) -> list[Hidden]:
    """The executions in the newest session that no cell shows, in their order: results may depend on them all the same."""
    if not provenance.sessions:
        return []
    newest = provenance.sessions[-1]
    cells = [(place, cell) for place, cell in code_cells(notebook) if cell.source.strip()]
    shown = {id(found[1]) for _, cell in cells if (found := execution_of(cell, provenance)) is not None}
    sources = {digest(cell.source): place for place, cell in reversed(cells)}
    names = {cell.get("id", ""): place for place, cell in cells}
    return [_hidden(execution, sources, names) for execution in newest.executions if id(execution) not in shown]


def _hidden(execution: Execution, sources: dict[str, int], names: dict[str, int]) -> Hidden:
    same = sources.get(execution.source)
    return Hidden(execution, same or (names.get(execution.cell, 0) if execution.cell else 0), is_same=same is not None)


def _state(place: int, cell: object, provenance: Provenance) -> CellState:
    if getattr(cell, "execution_count", None) is None:
        return CellState(place, "not executed")
    found = execution_of(cell, provenance)
    if found is None:
        return CellState(place, "not recorded")
    execution = found[1]
    return CellState(place, "current" if execution.source == digest(getattr(cell, "source", "")) else "edited", execution)
