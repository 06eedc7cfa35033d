"""Where an axis has its ticks, and what is written at them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["HUGE", "TINY", "Scale", "Ticks", "number", "ticks"]

TINY, HUGE = 1e-200, 1e200
"""Where axes of values end at the latest: beyond, what is computed with their ends is no number any more."""
_SMALLEST = -300
"""The lowest power of ten that is left out of texts: below, numbers lose digits and their powers of ten are 0."""
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True)
class Scale:
    """Maps values from `low` to `high` to places from `begin` to `end` in a picture."""

    low: float
    high: float
    begin: float
    end: float
    log: bool = False

    def __call__(self, values: NDArray[np.float64] | float) -> NDArray[np.float64]:
        """Places of values, those beyond the ends at most a little outside; NaN stays NaN, and so is what has no logarithm."""
        with np.errstate(all="ignore"):
            # Halves, so that the range of numbers near the largest double is one, too.
            if self.log:
                part = (np.log10(np.maximum(values, 1e-320)) - np.log10(self.low)) / (np.log10(self.high) - np.log10(self.low))
            else:
                part = (np.asarray(values, dtype=float) / 2 - self.low / 2) / (self.high / 2 - self.low / 2)
        places: NDArray[np.float64] = self.begin + np.clip(part, -0.02, 1.02) * (self.end - self.begin)
        return places


@dataclass(frozen=True)
class Ticks:
    """Values with a long tick and a text, values with a short one, and the power of ten that all texts leave out."""

    major: tuple[float, ...]
    texts: tuple[str, ...]
    minor: tuple[float, ...]
    power: int = 0

    @property
    def factor(self) -> str:
        return f"×10{str(self.power).translate(_SUPERSCRIPTS)}" if self.power else ""


def ticks(low: float, high: float, most: int, *, log: bool = False) -> Ticks:
    """Choose at most about `most` round values between two finite ones; on a logarithmic axis both are above 0."""
    if log:
        decades = _decades(low, high, most)
        if decades is not None:
            return decades
    return _linear(low, high, most)


def number(value: float, digits: int = 4) -> str:
    """Write a number for people: thousands apart, powers of ten raised, and only as many digits as asked for."""
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else "∞" if value > 0 else "−∞"
    if value == int(value) and abs(value) < 1e9:
        return f"{int(value):,}".replace("-", "−")
    text = f"{value:.{digits}g}"
    mantissa, _, exponent = text.partition("e")
    if exponent:
        return f"{mantissa}×10{str(int(exponent)).translate(_SUPERSCRIPTS)}".replace("-", "−", 1 if value < 0 else 0)
    return text.replace("-", "−")


def _decades(low: float, high: float, most: int) -> Ticks | None:
    """Ticks at powers of ten; None if there are fewer than two."""
    first, last = math.ceil(math.log10(low) - 1e-9), math.floor(math.log10(high) + 1e-9)
    if last - first < 1:
        return None
    least = (last - first + 1) / most
    step = next((n for n in (1, 2, 3, 5, 10, 20, 50, 100) if n >= least), 200)
    powers = range(-(-first // step) * step, last + 1, step)
    if step == 1:
        below = range(first - 1, last + 1)
        minor = tuple(v for p in below for n in range(2, 10) if low <= (v := n * 10.0**p) <= high)
    else:
        minor = tuple(10.0**p for p in range(first, last + 1) if p not in powers)
    texts = tuple(_power(p) for p in powers)
    return Ticks(tuple(10.0**p for p in powers), texts, minor)


def _power(power: int) -> str:
    return f"{10.0**power:g}" if -2 <= power <= 3 else f"10{str(power).translate(_SUPERSCRIPTS)}"


def _linear(low: float, high: float, most: int) -> Ticks:
    rough = (high / most - low / most) or 1.0
    base = 10.0 ** math.floor(math.log10(rough))
    step, parts = next(
        ((size * base, parts) for size, parts in ((1, 5), (2, 4), (2.5, 5), (5, 5), (10, 5)) if size * base >= rough * (1 - 1e-9)), (10 * base, 5)
    )
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    major = tuple(n * step for n in range(first, last + 1))
    small = step / parts
    minor = tuple(n * small for n in range(math.ceil(low / small - 1e-9), math.floor(high / small + 1e-9) + 1) if n % parts)
    largest = max(abs(low), abs(high))
    power = 0
    if largest >= 1e5 or largest < 1e-3:
        # Engineers' powers would be shorter to read aloud, physicists write the exponent that leaves one digit.
        power = max(math.floor(math.log10(largest)), _SMALLEST)
    digits = max(0, power - math.floor(math.log10(step) + 1e-9))
    shown = step / 10.0**power * 10**digits
    if abs(shown - round(shown)) > 1e-6:
        digits += 1
    texts = tuple(f"{value / 10.0**power:.{digits}f}".replace("-", "−") for value in major)
    return Ticks(major, texts, minor, power)
