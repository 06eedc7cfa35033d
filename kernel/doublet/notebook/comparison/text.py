"""Text that a cell prints: words are the same or not, numbers are judged as numbers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from itertools import zip_longest
from math import isfinite
from typing import TYPE_CHECKING

import numpy as np

from doublet.notebook.comparison import independence
from doublet.notebook.comparison.agreement import Agreement, Judgement
from doublet.notebook.comparison.numbers import Printed, split
from doublet.notebook.comparison.result import Quantities, Result
from doublet.notebook.comparison.rounding import RELATIVE, is_last_digit

if TYPE_CHECKING:
    from typing import Self

__all__ = ["Text", "compare"]

_ADDRESS = re.compile(r"\bat 0x[0-9a-fA-F]{6,}\b|\b0x(?:5[56]|7[ef])[0-9a-f]{10}\b")
"""As Python writes one, and where Linux has the memory of programs: other numbers in hexadecimal are results."""
_COLOUR = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
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
        text = _TIMES.sub("a time", "\n".join(map(_last_state, _COLOUR.sub("", self.raw).split("\n"))))
        return _ADDRESS.sub("an address", "\n".join(line.rstrip() for line in text.strip("\n").splitlines()))

    def against(self, other: Self) -> Judgement:
        if self.raw == other.raw:
            return Judgement(Agreement.IDENTICAL, self.what)
        return compare(self.what, self.lines, other.lines)

    def quantities(self) -> Quantities:
        words, numbers = split(self.lines)
        return Quantities(tuple(" ".join(word.split()) for word in words), np.array([number.value for number in numbers]))

    def chance(self, other: Self) -> float | None:
        """That of the numbers written with errors, as in 91.2 ± 0.3; none if one that differs has no error."""
        words, first = split(self.lines)
        others, second = split(other.lines)
        if not _same_words(words, others):
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
    """Judge two texts, line by line: of a long text little is held at a time."""
    if first == second:
        return Judgement(Agreement.IDENTICAL, what)
    one, two = first.split("\n"), second.split("\n")
    changed = bad = 0
    worst, largest = "", 0.0
    for place, (mine, other) in enumerate(zip_longest(one, two)):
        if mine == other:
            continue
        words, numbers = split(mine or "")
        others, found = split(other or "")
        if mine is None or other is None or not _same_words(words, others):
            return Judgement(Agreement.DIFFERENT, what, f"line {place + 1} is {_quoted(other)}, was {_quoted(mine)}")
        for number, (a, b) in enumerate(zip(numbers, found, strict=True)):
            if _same(a, b):
                continue
            changed += 1
            if _rounded(a, b):
                largest = max(largest, _distance(a, b))
            else:
                bad += 1
                worst = worst or f"{_named(words[number], one[place - 1] if place and not number else '')}{b.text}, was {a.text}{_relative(a, b)}"
    if bad:
        tail = f", and {bad - 1} more {'number differs' if bad == 2 else 'numbers differ'}" if bad > 1 else ""
        return Judgement(Agreement.DIFFERENT, what, worst + tail, details={"numbers": bad})
    text = f"{changed} {'number differs' if changed == 1 else 'numbers differ'} by {largest:.1g} of its value at most" if changed else "numbers are written in another way"
    return Judgement(Agreement.ROUNDING, what, text, details={"largest": largest, "bound": RELATIVE})


def _same_words(first: list[str], second: list[str]) -> bool:
    """Whether what stands between numbers is the same but for the width of columns, which the numbers make."""
    return len(first) == len(second) and all(a.split() == b.split() for a, b in zip(first, second, strict=True))


def _last_state(line: str) -> str:
    """A line as it is in the end, where a program has written over what it wrote before."""
    end = "\r" if line.endswith("\r") else ""
    return line.removesuffix("\r").rpartition("\r")[2] + end


def _named(before: str, line_before: str) -> str:
    """What stands before a number, which names it; the end of the line before where it begins its own."""
    name = (before or split(line_before)[0][-1]).strip().lstrip(":,;|) ")
    return f"{name} " if name else ""


def _same(first: Printed, second: Printed) -> bool:
    return first.text.lower() == second.text.lower()


def _rounded(first: Printed, second: Printed) -> bool:
    if first.is_whole and second.is_whole:
        return first.whole == second.whole
    a, b = first.value, second.value
    if a == b or not (isfinite(a) and isfinite(b)):
        return a == b
    steps = [number.step for number in (first, second) if number.step]
    return abs(a - b) <= RELATIVE * max(abs(a), abs(b)) or is_last_digit(a, b, min(steps))


def _distance(first: Printed, second: Printed) -> float:
    scale = max(abs(first.value), abs(second.value))
    return abs(first.value - second.value) / scale if scale and isfinite(scale) else 0.0


def _relative(first: Printed, second: Printed) -> str:
    if not (isfinite(first.value) and isfinite(second.value)) or not first.value:
        return ""
    return f" ({second.value / first.value - 1:+.2g} of it)"


def _quoted(line: str | None) -> str:
    return f"'{line[:60]}{'…' if len(line) > 60 else ''}'" if line else "missing"
