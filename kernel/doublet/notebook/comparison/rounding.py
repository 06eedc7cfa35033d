"""How far apart two sums of the same numbers can be when only the order of the additions differs.

A sum of n floating-point numbers in any order is off by at most (n - 1) u sum|x|, u being half the spacing of numbers at
1 (N. J. Higham, Accuracy and Stability of Numerical Algorithms, 2002, eq. 4.4), so two orders differ by twice that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["RELATIVE", "UNIT", "is_last_digit", "longest", "sums"]

UNIT = 2.0**-53
"""The largest relative error of one rounding in double precision."""
_CHANCE = 1e-3
"""How likely a printed number must at least be to change its last digit by rounding alone, for that to be believed."""


def longest(unit: float = UNIT) -> int:
    """The number of terms to take where it is not known: in longer sums, one term is no more than what rounding does."""
    return int(unit**-0.5) if unit else 1


def sums(magnitudes: ArrayLike, terms: ArrayLike | None = None, unit: float = UNIT) -> NDArray[np.float64]:
    """How far apart two sums can be, for the sums of absolute values and the numbers of terms, of any shape; 0 for `unit` 0."""
    counts = np.maximum(np.asarray(longest(unit) if terms is None else terms, float) - 1, 0)
    bounds: NDArray[np.float64] = 2 * counts * unit * np.abs(np.asarray(magnitudes, float))
    return bounds


RELATIVE = float(sums(1.0))
"""How far apart two sums of unknown length can be, as a share of them: `sums` for a number by itself."""


def is_last_digit(first: float, second: float, step: float) -> bool:
    """Whether rounding explains that two numbers were printed one `step` of their last digit apart.

    The printed digit turns with a chance of (what rounding can do) / `step`: for numbers of few digits nearly never.
    """
    bound = RELATIVE * max(abs(first), abs(second))
    return abs(first - second) <= step * (1 + 1e-6) and bound >= _CHANCE * step
