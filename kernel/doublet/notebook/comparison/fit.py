"""Results of fits: values, errors and covariance of parameters, and the minimum."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from doublet.notebook.comparison import independence
from doublet.notebook.comparison.agreement import Agreement, Judgement
from doublet.notebook.comparison.numbers import change
from doublet.notebook.comparison.result import Quantities, Result
from doublet.notebook.comparison.rounding import RELATIVE

if TYPE_CHECKING:
    from typing import Self

__all__ = ["Fit"]

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Fit(Result):
    """A fit. `distance` is the estimated vertical distance to the minimum in units of its `up`: (sigma's share left open)^2."""

    names: tuple[str, ...]
    values: Floats
    errors: Floats
    covariance: Floats
    minimum: float
    is_valid: bool
    distance: float
    reach: Floats
    """How far each value may be from the minimum: the function rises by `up` at one sigma, quadratically, so that it is sqrt(distance) sigma."""

    @property
    def what(self) -> str:
        return "fit"

    def against(self, other: Self) -> Judgement:
        if self.names != other.names:
            return Judgement(Agreement.DIFFERENT, self.what, f"parameters {', '.join(other.names)}, was {', '.join(self.names)}")
        if self.is_valid != other.is_valid:
            return Judgement(Agreement.DIFFERENT, self.what, f"the fit is {'valid' if other.is_valid else 'not valid'} now")
        if np.array_equal(self.quantities().numbers, other.quantities().numbers, equal_nan=True):
            return Judgement(Agreement.IDENTICAL, self.what)
        reach = self.reach + other.reach
        off = np.where(np.isnan(self.values) & np.isnan(other.values), 0.0, np.abs(other.values - self.values))
        beyond = ~(off <= reach)
        share = off / np.where(self.errors > 0, self.errors, np.where(reach > 0, reach, np.inf))
        worst = int(np.argmax(np.where(beyond if beyond.any() else True, share, -1.0))) if len(share) else 0
        has_error = bool(len(share)) and bool(self.errors[worst] > 0)
        details = {"sigmas": float(share[worst]), "parameter": self.names[worst]} if has_error else {}
        if beyond.any():
            text = f"{self.names[worst]} is {change(self.values[worst], other.values[worst])}" + (f" ({share[worst]:.2g} sigma)" if has_error else "")
            return Judgement(Agreement.DIFFERENT, self.what, text, details=details)
        if not self._same_errors(other):
            worst = int(np.argmax(np.abs(other.errors - self.errors) / np.where(self.errors > 0, self.errors, 1)))
            return Judgement(Agreement.DIFFERENT, self.what, f"error of {self.names[worst]} is {change(self.errors[worst], other.errors[worst], 6)}")
        if not self._same_minimum(other):
            return Judgement(Agreement.DIFFERENT, self.what, f"the minimum is {change(self.minimum, other.minimum)}, for the same values")
        moved = f"{self.names[worst]} moved by {share[worst]:.1g} sigma" if has_error else "values moved"
        return Judgement(Agreement.ROUNDING, self.what, f"{moved}, within what the minimiser leaves open", details=details)

    def quantities(self) -> Quantities:
        return Quantities((self.names, self.is_valid), np.concatenate([self.values, self.errors, self.covariance.ravel(), [self.minimum]]))

    def chance(self, other: Self) -> float | None:
        if self.names != other.names or self.is_valid != other.is_valid:
            return 0.0
        chances = [
            independence.errors(float(b - a), float(one), float(two))
            for a, b, one, two in zip(self.values, other.values, self.errors, other.errors, strict=True)
        ]
        return min(1.0, min(chances) * len(chances)) if chances else 1.0

    def _same_errors(self, other: Self) -> bool:
        """Whether errors and covariance are as well known as values: the matrix is found with the same accuracy as the minimum."""
        reach = np.sqrt(max(self.distance, 0)) + np.sqrt(max(other.distance, 0))
        scale = np.outer(self.errors, self.errors)
        return bool(
            (np.abs(other.errors - self.errors) <= reach * self.errors).all()
            and self.covariance.shape == other.covariance.shape
            and (self.covariance.size == 0 or (np.abs(other.covariance - self.covariance) <= 2 * reach * scale).all())
        )

    def _same_minimum(self, other: Self) -> bool:
        """Whether the function's least values are as near as both are to the minimum, and as sums are in another order."""
        size = max(abs(self.minimum), abs(other.minimum))
        if not np.isfinite(size):
            return bool(np.array_equal(self.minimum, other.minimum, equal_nan=True))
        return abs(other.minimum - self.minimum) <= (max(self.distance, 0) + max(other.distance, 0)) * max(1.0, size) + RELATIVE * size
