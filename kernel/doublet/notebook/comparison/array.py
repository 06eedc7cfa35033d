"""Arrays and columns of numbers, in full precision."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from doublet.notebook.comparison.agreement import Agreement, Judgement
from doublet.notebook.comparison.result import Quantities, Result
from doublet.notebook.comparison.rounding import sums

if TYPE_CHECKING:
    from typing import Self

    from numpy.typing import NDArray

__all__ = ["Array"]


@dataclass(frozen=True)
class Array(Result):
    """An array; `kind` is its dtype, which says how fine its numbers are."""

    name: str
    kind: str
    values: NDArray[np.float64] | NDArray[np.int64]

    @property
    def what(self) -> str:
        return self.name

    def against(self, other: Self) -> Judgement:
        if self.values.shape != other.values.shape or self.kind != other.kind:
            return Judgement(Agreement.DIFFERENT, self.what, f"{_form(other)}, was {_form(self)}")
        one, two = self.values, other.values
        same = (one == two) | (np.isnan(one) & np.isnan(two))
        if same.all():
            return Judgement(Agreement.IDENTICAL, self.what)
        count = int((~same).sum())
        with np.errstate(all="ignore"):
            off = np.abs(two.astype(float) - one.astype(float))
        bound = sums(np.maximum(np.abs(one), np.abs(two)), unit=_unit(self.kind))
        beyond = ~same & ~(off <= bound)
        if not beyond.any():
            return Judgement(Agreement.ROUNDING, self.what, f"{count} of {one.size} numbers differ by rounding", details={"numbers": count})
        place = tuple(int(index) for index in np.argwhere(beyond)[0])
        where = f"[{', '.join(map(str, place))}]" if place else ""
        more = int(beyond.sum()) - 1
        text = f"{where} is {two[place]:.9g}, was {one[place]:.9g}" + (f", and {more} more" if more else "")
        return Judgement(Agreement.DIFFERENT, self.what, text.strip(), details={"numbers": more + 1})

    def quantities(self) -> Quantities:
        return Quantities((self.kind, self.values.shape), self.values.astype(float).ravel())


def _unit(kind: str) -> float:
    """Half the spacing of a floating-point type's numbers at 1; 0 for whole numbers."""
    dtype = np.dtype(kind)
    return float(np.finfo(dtype).eps) / 2 if dtype.kind in "fc" else 0.0


def _form(array: Array) -> str:
    return f"{array.kind} of shape {array.values.shape}"
