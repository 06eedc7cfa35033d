"""One message of the compiler."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["Diagnostic", "Severity"]

Severity = Literal["note", "warning", "error", "fatal error"]


@dataclass(frozen=True)
class Diagnostic:
    """One message of the compiler, located in a cell as typed or in a header.

    `column` and `ranges` count characters from 1; a range is half open. `cell` is None for a header, and
    both `cell` and `path` are None where there is no place a user could look at.
    """

    severity: Severity
    message: str
    cell: int | None = None
    path: str | None = None
    line: int | None = None
    column: int | None = None
    source: str = ""
    ranges: tuple[tuple[int, int], ...] = ()
    fixits: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()
    notes: tuple[Diagnostic, ...] = ()
    option: str | None = None

    @property
    def is_error(self) -> bool:
        """Whether the cell cannot run because of this message."""
        return self.severity in ("error", "fatal error")

    @property
    def site(self) -> Diagnostic:
        """Where the user has to look: this message, or the note in a cell that led into a library's header."""
        if self.cell is not None or (self.path and not self.path.startswith("<")):
            return self
        return next((note for note in self.notes if note.cell is not None), self)

    def place(self, *, column: bool = True) -> str:
        """The location in words: ``cell 7, line 3, column 14``, or an empty text."""
        parts = [f"cell {self.cell}" if self.cell is not None else self.path or ""]
        if parts[0] and self.line is not None:
            parts.append(f"line {self.line}")
            if column and self.column is not None:
                parts.append(f"column {self.column}")
        return ", ".join(filter(None, parts))

    def __str__(self) -> str:
        place = self.site.place(column=False)
        return f"{place}: {self.message}" if place else self.message
