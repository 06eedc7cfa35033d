"""Tests of whether two results are as far apart as those of independent samples: only where randomness was declared."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.stats import gamma, norm

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["LEVEL", "counts", "errors"]

LEVEL = 1e-4
"""The chance with which a whole notebook that agrees is called different."""


def counts(first: NDArray[np.float64], second: NDArray[np.float64], variances: NDArray[np.float64], *, unweighted: bool) -> tuple[float, int]:
    """The p-value of two histograms' being of the same shape and rate, and the degrees of freedom.

    The statistic is the sum of (a - b)^2 / (var a + var b) over bins that are not empty in both; `variances` are the sums of both.
    Given n entries in a bin of both samples, those of one are binomially distributed, so that the term's mean is 1 and its
    variance 2 - 2/n; a gamma distribution with the sum's mean and variance gives the p-value, which a chi-square
    distribution would get wrong for bins with few entries. Where both have the same number of entries, as samples of a
    fixed size do, one degree of freedom is gone. (N. D. Gagunashvili, NIM A 596 (2008) 439, for weighted histograms.)
    """
    filled = variances > 0
    if not filled.any():
        return 1.0, 0
    difference = (first - second)[filled]
    statistic = float(np.sum(difference**2 / variances[filled]))
    fixed = unweighted and filled.sum() > 1 and first.sum() == second.sum()
    freedom = int(filled.sum()) - int(fixed)
    spread = float(np.sum(2 - 2 / np.maximum(variances[filled], 1))) if unweighted else 2.0 * freedom
    if spread <= 0:  # bins of one entry each say nothing
        return 1.0, freedom
    return float(gamma.sf(statistic, freedom**2 / spread, scale=spread / freedom)), freedom


def errors(difference: float, first: float, second: float) -> float:
    """The p-value of two independent numbers with Gaussian errors, by how far apart they are."""
    width = float(np.hypot(first, second))
    if width == 0:
        return 1.0 if difference == 0 else 0.0
    return float(2 * norm.sf(abs(difference) / width))
