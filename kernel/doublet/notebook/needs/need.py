"""One thing that a notebook needs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["Need", "Status"]

Status = Literal["ok", "MISSING", "differs", "unknown", "note"]
"""``differs``: it is there, and is another one than the record says; ``unknown``: only running the notebook tells."""


@dataclass(frozen=True)
class Need:
    """What is needed, by `kind` and `name`, by the cells at these places from 1; `found` says what is there, `remedy` the command that gets it."""

    kind: str
    name: str
    status: Status
    found: str = ""
    cells: tuple[int, ...] = ()
    remedy: str = ""

    def row(self) -> tuple[str, ...]:
        """The columns of a table."""
        where = "" if not self.cells else f"cell {', '.join(map(str, self.cells))}" if len(self.cells) < 5 else f"cell {self.cells[0]} and {len(self.cells) - 1} more"
        return self.status, f"{self.kind} {self.name}".strip(), self.found, where, self.remedy
