"""How much numbers move from run to run by themselves, as repeated runs have measured it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from scipy.stats import t

from doublet.notebook.comparison.independence import LEVEL

if TYPE_CHECKING:
    from doublet.notebook.comparison.result import Result

__all__ = ["within"]


def within(reference: Result, found: Result, repeats: Sequence[Result]) -> str | None:
    """What is to be said of numbers that are as far from the others as these from each other; none if they are further.

    Of k measurements with mean m and standard deviation s, the next one is within m ± t s sqrt(1 + 1/k), t being Student's
    quantile for k - 1 degrees of freedom (the prediction interval), at `LEVEL` shared by all numbers.
    A number that has never moved has no room.
    """
    if not repeats:
        return None
    mine, other = reference.quantities(), found.quantities()
    if mine is None or other is None or mine.frame != other.frame:
        return None
    again = [each.quantities() for each in repeats]
    rows = [mine.numbers, *(each.numbers for each in again if each is not None and each.frame == mine.frame)]
    if len(rows) < 2 or mine.numbers.shape != other.numbers.shape:
        return None
    measured = np.array(rows)
    with np.errstate(all="ignore"):
        middle, spread = measured.mean(axis=0), measured.std(axis=0, ddof=1)
        reach = t.isf(LEVEL / 2 / max(1, other.numbers.size), len(rows) - 1) * spread * np.sqrt(1 + 1 / len(rows))
        same = (other.numbers == mine.numbers) | (np.isnan(other.numbers) & np.isnan(mine.numbers))
        inside = same | (np.abs(other.numbers - middle) <= reach)
    if not inside.all():
        return None
    count = int((~same).sum())
    return f"{count} {'number is' if count == 1 else 'numbers are'} as far off as {len(rows)} runs of the reference were from each other"
