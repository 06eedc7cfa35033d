"""Which cell of one notebook is which of another: by their ids, else by what stands in them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING

from doublet.notebook.reading import code_cells

if TYPE_CHECKING:
    from doublet.notebook.reading import Cell, Notebook

__all__ = ["Pair", "pairs"]


@dataclass(frozen=True)
class Pair:
    """A cell of code and its counterpart, with its place from 1; one of them can be missing."""

    first: Cell | None
    second: Cell | None
    place: int
    """Where it stands in the first notebook, or, if it is only in the second, there."""

    @property
    def is_changed(self) -> bool:
        """Whether both are there with different sources."""
        return self.first is not None and self.second is not None and self.first.source.strip() != self.second.source.strip()


def pairs(first: Notebook, second: Notebook) -> list[Pair]:
    """Pair the cells that are not empty: in the first one's order, then those that only the second has.

    Cells that have no counterpart by id or source are paired with those that follow the same cell.
    """
    mine, others = (dict(_keys(notebook, _name(first, second))) for notebook in (first, second))
    after_mine, after_others = _left(mine, others), _left(others, mine)
    counterparts: dict[Hashable, Hashable] = {key: key for key in mine if key in others}
    for before, left in after_mine.items():
        counterparts |= dict(zip_longest(left, after_others[before][: len(left)]))
    found = []
    for key, (place, cell) in mine.items():
        other = counterparts[key]
        found.append(Pair(cell, others[other][1] if other is not None else None, place))
    used = set(counterparts.values())
    return found + [Pair(None, cell, place) for key, (place, cell) in others.items() if key not in used]


def _name(first: Notebook, second: Notebook) -> str:
    """What cells are found by: the id if most are in both notebooks, for it outlives a change of the source."""
    ids = [{cell.get("id") for _, cell in code_cells(notebook)} - {None} for notebook in (first, second)]
    return "id" if 2 * len(ids[0] & ids[1]) > max(len(ids[0]), len(ids[1])) else "source"


def _keys(notebook: Notebook, name: str) -> Iterable[tuple[Hashable, tuple[int, Cell]]]:
    """Cells by their name, and by how many of that name came before."""
    seen: Counter[str] = Counter()
    for place, cell in code_cells(notebook):
        if cell.source.strip():
            key = str(cell.get(name, "")).strip()
            yield (key, seen[key]), (place, cell)
            seen[key] += 1


def _left(cells: Iterable[Hashable], others: Iterable[Hashable]) -> dict[Hashable, list[Hashable]]:
    """The cells without a counterpart, by the last one before them that has one."""
    known, found, before = set(others), defaultdict(list), None
    for key in cells:
        if key in known:
            before = key
        else:
            found[before].append(key)
    return found
