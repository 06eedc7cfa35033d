"""Tables of HTML, such as data frames show themselves: cell by cell."""

from __future__ import annotations

from dataclasses import dataclass
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import numpy as np

from doublet.notebook.comparison.agreement import Agreement, Judgement
from doublet.notebook.comparison.numbers import split
from doublet.notebook.comparison.result import Quantities, Result
from doublet.notebook.comparison.text import compare

if TYPE_CHECKING:
    from typing import Self

__all__ = ["Table", "tables"]


@dataclass(frozen=True)
class Table(Result):
    """Rows of cells, as text; the first row names the columns."""

    rows: tuple[tuple[str, ...], ...]

    @property
    def what(self) -> str:
        return "table"

    def against(self, other: Self) -> Judgement:
        if [len(row) for row in self.rows] != [len(row) for row in other.rows]:
            return Judgement(Agreement.DIFFERENT, self.what, f"{_shape(other)}, was {_shape(self)}")
        worst, place, count = Judgement(Agreement.IDENTICAL, self.what), (0, 0), 0
        for number, (row, another) in enumerate(zip(self.rows, other.rows, strict=True)):
            if row == another:
                continue
            for column, (a, b) in enumerate(zip(row, another, strict=True)):
                judged = compare("", a, b)
                if judged.agreement.rank > worst.agreement.rank:
                    worst, place, count = judged, (number, column), 0
                count += judged.agreement is worst.agreement
        if worst.agreement is Agreement.IDENTICAL:
            return worst
        more = f", and {count - 1} more" if count > 1 else ""
        return Judgement(worst.agreement, self.what, f"{self._place(*place)}: {worst.text}{more}", details={"cells": count})

    def quantities(self) -> Quantities:
        parts = [split(cell) for row in self.rows for cell in row]
        frame = tuple(tuple(words) for words, _ in parts)
        return Quantities((tuple(map(len, self.rows)), frame), np.array([number.value for _, numbers in parts for number in numbers]))

    def _place(self, row: int, column: int) -> str:
        names = self.rows[0]
        name = names[column] if row and column < len(names) and names[column] else f"column {column + 1}"
        return f"row {self.rows[row][0] or row}, {name}" if row else f"the head of column {column + 1}"


def tables(html: str) -> list[Table]:
    """The tables of a page that are not empty, in their order; those within others are parts of the cells they are in."""
    parser = _Parser()
    parser.feed(html)
    parser.close()
    return [Table(tuple(map(tuple, rows))) for rows in parser.found if any(rows)]


def _shape(table: Table) -> str:
    return f"{len(table.rows)} rows of {max(map(len, table.rows))} cells"


class _Parser(HTMLParser):
    """Collects rows of cells."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[list[list[str]]] = []
        self._depth = 0
        self._in_cell = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - html.parser's
        if tag == "table":
            self._depth += 1
            if self._depth == 1:
                self.found.append([])
        elif self._depth == 1 and tag == "tr":
            self.found[-1].append([])
        elif self._depth == 1 and tag in ("td", "th"):
            if not self.found[-1]:
                self.found[-1].append([])
            self.found[-1][-1].append("")
            self._in_cell = True

    def handle_endtag(self, tag: str) -> None:
        if tag == "table" and self._depth:
            self._depth -= 1
        if (self._depth == 1 and tag in ("td", "th", "tr")) or not self._depth:
            self._in_cell = False

    def handle_data(self, data: str) -> None:
        if self._in_cell:
            self.found[-1][-1][-1] += " ".join(data.split()) if data.strip() else ""
