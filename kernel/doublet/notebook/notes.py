"""What there is to say of a notebook before it is sent: a list with the cells it is about."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["STOPPING", "Finding"]

STOPPING = ("edited", "errors", "order", "secrets")
"""The rules that keep a notebook from being sent unless they are named by ``--force``."""


@dataclass(frozen=True)
class Finding:
    """Something in a notebook: `rule` names its kind, `cell` the place from 1 (0: the whole), `stops` whether it keeps it from being sent."""

    rule: str
    cell: int
    text: str
    stops: bool = False
    count: int | None = None
    """The number that the cell was executed with, as it stands beside it."""

    def __str__(self) -> str:
        where = f"cell {self.cell}" + (f" [{self.count}]" if self.count else "")
        return f"{where}: {self.text} ({self.rule})" if self.cell else f"{self.text} ({self.rule})"
