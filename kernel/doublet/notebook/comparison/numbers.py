"""Numbers in text: where they are, and how finely they were printed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import isfinite

import numpy as np

__all__ = ["Printed", "change", "split"]

_NUMBER = re.compile(r"(?<![\w.])[-+\u2212]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?(?!\w)|(?<!\w)[-+]?(?:nan|inf)(?!\w)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Printed:
    """A number as it stands in a text. `step` is what its last digit counts; 0 for whole numbers, which are exact."""

    text: str

    @property
    def value(self) -> float:
        return float(self.text.replace("\u2212", "-"))

    @property
    def is_whole(self) -> bool:
        return self.text.lstrip("-+\u2212").isdigit()

    @property
    def whole(self) -> int:
        """The value of a whole number, however large it is."""
        return int(self.text.replace("\u2212", "-"))

    @property
    def step(self) -> float:
        mantissa, _, exponent = self.text.lower().partition("e")
        if self.is_whole or not isfinite(self.value):
            return 0.0
        return float(10.0 ** (int(exponent or 0) - len(mantissa.partition(".")[2])))


def split(text: str) -> tuple[list[str], list[Printed]]:
    """The text before, between and after its numbers, and the numbers."""
    words, numbers, end = [], [], 0
    for match in _NUMBER.finditer(text):
        words.append(text[end : match.start()])
        numbers.append(Printed(match[0]))
        end = match.end()
    return [*words, text[end:]], numbers


def change(before: float, now: float, digits: int = 9) -> str:
    """``91.2, was 91.1``, with as many digits as tell them apart; whole numbers have all of theirs."""
    texts = [str(number) if isinstance(number, int | np.integer) else f"{number:.{digits}g}" for number in (now, before)]
    if texts[0] == texts[1]:
        texts = [f"{number:.17g}" for number in (now, before)]
    return f"{texts[0]}, was {texts[1]}"
