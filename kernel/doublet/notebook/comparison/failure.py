"""Errors that cells end with, and what cannot be compared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from doublet.notebook.comparison.agreement import Agreement, Judgement
from doublet.notebook.comparison.result import Result
from doublet.notebook.comparison.text import compare

if TYPE_CHECKING:
    from typing import Self

__all__ = ["Failure", "Opaque"]


@dataclass(frozen=True)
class Failure(Result):
    """The error that a cell ends with: its name and its message."""

    name: str
    message: str

    def __str__(self) -> str:
        return f"{self.name}: {self.message.strip().partition(chr(10))[0][:160]}"

    @property
    def what(self) -> str:
        return "error"

    def against(self, other: Self) -> Judgement:
        if self.name != other.name:
            return Judgement(Agreement.DIFFERENT, self.what, f"{other}, was {self}")
        return compare(self.what, self.message, other.message)


@dataclass(frozen=True)
class Opaque(Result):
    """Something that is the same or is not judged: a script, a widget, what a program says on its error stream."""

    name: str
    content: str

    @property
    def what(self) -> str:
        return self.name

    def against(self, other: Self) -> Judgement:
        if self.content == other.content:
            return Judgement(Agreement.IDENTICAL, self.what)
        return Judgement(Agreement.UNJUDGED, self.what, "not the same, which is not judged")
