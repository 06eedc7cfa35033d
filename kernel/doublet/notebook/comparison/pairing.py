"""Which cell of one notebook is which of another: by their ids, else by what stands in them."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest

from doublet.notebook.reading import Cell, Notebook, code_cells

__all__ = ["Pair", "pairs"]


@dataclass(frozen=True)
class Pair:
    """A cell of code and its counterpart, with their places from 1; one of them can be missing."""

    first: Cell | None
    second: Cell | None
    place: int
    """Where it stands in the first notebook, or, if it is only in the second, there."""

    @property
    def is_changed(self) -> bool:
        """Whether both are there with different sources."""
        return self.first is not None and self.second is not None and self.first.source.strip() != self.second.source.strip()


def pairs(first: Notebook, second: Notebook) -> list[Pair]:
    """Pair the cells that are not empty, in the first one's order; those that only the second has follow their neighbours."""
    mine, others = ([(place, cell) for place, cell in code_cells(notebook) if cell.source.strip()] for notebook in (first, second))
    matcher = SequenceMatcher(None, *_keys(mine, others), autojunk=False)
    found = []
    for _, start, end, from_, to in matcher.get_opcodes():
        for one, two in zip_longest(mine[start:end], others[from_:to]):
            found.append(Pair(one[1] if one else None, two[1] if two else None, one[0] if one else two[0]))
    return found


def _keys(mine: list[tuple[int, Cell]], others: list[tuple[int, Cell]]) -> tuple[list[str], list[str]]:
    """Names by which cells are found: ids if most are in both, for they outlive a change of the source."""
    ids = [[str(cell.get("id", "")) for _, cell in cells] for cells in (mine, others)]
    if 2 * len(set(ids[0]) & set(ids[1])) > max(len(set(ids[0])), len(set(ids[1]))):
        return ids[0], ids[1]
    sources = [[cell.source.strip() for _, cell in cells] for cells in (mine, others)]
    return sources[0], sources[1]
