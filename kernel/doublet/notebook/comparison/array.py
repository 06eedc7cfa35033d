"""Arrays and columns of numbers, in full precision."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from doublet.notebook.comparison.agreement import Agreement, Judgement
from doublet.notebook.comparison.numbers import change
from doublet.notebook.comparison.result import Quantities, Result
from doublet.notebook.comparison.rounding import sums

if TYPE_CHECKING:
    from typing import Self

    from numpy.typing import NDArray

__all__ = ["Array"]


@dataclass(frozen=True)
class Array(Result):
    """An array; `kind` is its dtype, which says how fine its numbers are, `labels` are the names of a column's rows, if it has any."""

    name: str
    kind: str
    values: NDArray[np.float64] | NDArray[np.int64]
    labels: tuple[str, ...] = ()

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
        unit = _unit(self.kind)
        beyond = ~same & ~(off <= sums(np.maximum(np.abs(one), np.abs(two)), unit=unit)) if unit else ~same
        if not beyond.any():
            return Judgement(Agreement.ROUNDING, self.what, f"{count} of {one.size} numbers differ by rounding", details={"numbers": count})
        place = tuple(int(index) for index in np.argwhere(beyond)[0])
        more = int(beyond.sum()) - 1
        if self.is_cutflow and other.is_cutflow:
            text = f"cut '{self.labels[place[0]]}': {one[place]} -> {two[place]} events"
        else:
            where = self.labels[place[0]] if self.labels else f"[{', '.join(map(str, place))}]" if place else ""
            text = f"{where} is {change(one[place], two[place])}"
        text += f", and {more} more" if more else ""
        return Judgement(Agreement.DIFFERENT, self.what, text.strip(), details={"numbers": more + 1})

    @property
    def is_cutflow(self) -> bool:
        """Whether these are counts of events after one named cut after the other: whole numbers of which none is larger than the one before."""
        is_counted = bool(self.labels) and self.values.dtype.kind in "iu" and self.values.ndim == 1 and len(self.values) > 1
        return is_counted and bool((self.values >= 0).all()) and bool((self.values[1:] <= self.values[:-1]).all())

    def quantities(self) -> Quantities:
        return Quantities((self.kind, self.values.shape), self.values.astype(float).ravel())


def _unit(kind: str) -> float:
    """Half the spacing of a floating-point type's numbers at 1; 0 for whole numbers."""
    dtype = np.dtype(kind)
    return float(np.finfo(dtype).eps) / 2 if dtype.kind in "fc" else 0.0


def _form(array: Array) -> str:
    return f"{array.kind} of shape {array.values.shape}"
