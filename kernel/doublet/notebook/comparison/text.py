"""Text that a cell prints: words are the same or not, numbers are judged as numbers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from doublet.notebook.comparison import independence
from doublet.notebook.comparison.agreement import Agreement, Judgement
from doublet.notebook.comparison.numbers import Printed, split
from doublet.notebook.comparison.result import Quantities, Result
from doublet.notebook.comparison.rounding import is_last_digit, sums

if TYPE_CHECKING:
    from typing import Self

__all__ = ["Text", "compare"]

_ADDRESS = re.compile(r"\b0x[0-9a-fA-F]{6,}\b")
_COLOUR = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_LINE_AGAIN = re.compile(r"[^\n]*\r(?!\n|$)")
_TIMES = re.compile(r"^(CPU times:|Wall time:).*|^.* per loop \(mean ± std\. dev\. of .*", re.MULTILINE)
"""What ``%time`` and ``%timeit`` say."""
_ERROR_BETWEEN = re.compile(r"\s*(?:±|\+/-|\+-|\\pm)\s*")


@dataclass(frozen=True)
class Text(Result):
    """Printed text, as a terminal shows it in the end. Addresses in memory and measured times count as the same, for they say nothing."""

    raw: str
    name: str = "text"

    @property
    def what(self) -> str:
        return self.name

    @cached_property
    def lines(self) -> str:
        text = _TIMES.sub("a time", _LINE_AGAIN.sub("", _COLOUR.sub("", self.raw)))
        return _ADDRESS.sub("0x", "\n".join(line.rstrip() for line in text.strip("\n").splitlines()))

    def against(self, other: Self) -> Judgement:
        return compare(self.what, self.lines, other.lines)

    def quantities(self) -> Quantities:
        words, numbers = split(self.lines)
        return Quantities(tuple(words), np.array([number.value for number in numbers]))

    def chance(self, other: Self) -> float | None:
        """That of the numbers written with errors, as in 91.2 ± 0.3; none if one that differs has no error."""
        words, first = split(self.lines)
        others, second = split(other.lines)
        if words != others:
            return 0.0
        chances, place = [], 0
        while place < len(first):
            has_error = place + 1 < len(first) and _ERROR_BETWEEN.fullmatch(words[place + 1]) is not None
            if has_error:
                difference = first[place].value - second[place].value
                chances.append(independence.errors(difference, first[place + 1].value, second[place + 1].value))
                place += 1
            elif first[place].value != second[place].value:
                return None
            place += 1
        return min(1.0, min(chances) * len(chances)) if chances else 1.0


def compare(what: str, first: str, second: str) -> Judgement:
    """Judge two texts."""
    if first == second:
        return Judgement(Agreement.IDENTICAL, what)
    words, numbers = split(first)
    others, found = split(second)
    if words != others:
        line, one, two = _first_line(first, second)
        return Judgement(Agreement.DIFFERENT, what, f"line {line} is {_quoted(two)}, was {_quoted(one)}")
    changed = [(a, b) for a, b in zip(numbers, found, strict=True) if not _same(a, b)]
    bad = [(a, b) for a, b in changed if not _rounded(a, b)]
    if bad:
        (a, b), more = bad[0], len(bad) - 1
        place = numbers.index(a)
        name = words[place].splitlines()[-1].strip() if words[place].strip() else ""
        tail = f", and {more} more {'number differs' if more == 1 else 'numbers differ'}" if more else ""
        text = f"{name + ' ' if name else ''}{b.text}, was {a.text}{_relative(a, b)}{tail}"
        return Judgement(Agreement.DIFFERENT, what, text, details={"numbers": len(bad)})
    largest = max((_distance(a, b) for a, b in changed), default=0.0)
    text = f"{len(changed)} {'number differs' if len(changed) == 1 else 'numbers differ'} by {largest:.1g} of its value at most" if changed else "numbers are written in another way"
    return Judgement(Agreement.ROUNDING, what, text, details={"largest": largest, "bound": float(sums(1))})


def _same(first: Printed, second: Printed) -> bool:
    return first.text.lower() == second.text.lower()


def _rounded(first: Printed, second: Printed) -> bool:
    a, b = first.value, second.value
    if a == b or not (np.isfinite(a) and np.isfinite(b)):
        return a == b
    if first.is_whole and second.is_whole:
        return False
    steps = [number.step for number in (first, second) if number.step]
    return abs(a - b) <= float(sums(max(abs(a), abs(b)))) or is_last_digit(a, b, min(steps))


def _distance(first: Printed, second: Printed) -> float:
    scale = max(abs(first.value), abs(second.value))
    return abs(first.value - second.value) / scale if scale and np.isfinite(scale) else 0.0


def _relative(first: Printed, second: Printed) -> str:
    if not (np.isfinite(first.value) and np.isfinite(second.value)) or not first.value:
        return ""
    return f" ({second.value / first.value - 1:+.2g} of it)"


def _first_line(first: str, second: str) -> tuple[int, str, str]:
    one, two = first.splitlines(), second.splitlines()
    for number, (a, b) in enumerate(zip(one, two, strict=False), 1):
        if split(a)[0] != split(b)[0]:
            return number, a, b
    number = min(len(one), len(two)) + 1
    return number, "".join(one[number - 1 : number]), "".join(two[number - 1 : number])


def _quoted(line: str) -> str:
    return f"'{line[:60]}{'…' if len(line) > 60 else ''}'" if line else "missing"
