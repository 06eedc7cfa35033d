"""What a histogram comes to in numbers: entries, mean, standard deviation, under- and overflow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from doublet.display.histograms.contents import is_count, is_unweighted
from doublet.display.histograms.labels import axis_label

if TYPE_CHECKING:
    import hist
    from numpy.typing import NDArray

__all__ = ["AxisStatistics", "Statistics", "statistics"]


@dataclass(frozen=True)
class AxisStatistics:
    """Of one axis, all others summed over with their under- and overflow.

    Mean and standard deviation are those of the centres of the bins (of integer axes: of the integers), weighted by their contents, without under- and
    overflow; in the axis' unit, and None for categories or without content. Under- and overflow are None where the
    axis has none; what a category axis counts as something else is its overflow.
    """

    label: str
    mean: float | None
    deviation: float | None
    underflow: float | None
    overflow: float | None


@dataclass(frozen=True)
class Statistics:
    """`entries`: all, with under- and overflow; a number of entries if `unweighted`, else a sum of weights.

    `effective` is (sum of weights)² / (sum of squared weights), None if the latter is not known. `undefined` counts
    bins whose content is NaN, which no sum includes, and `infinite` those without a finite one.
    """

    entries: float
    inside: float
    unweighted: bool
    effective: float | None
    axes: tuple[AxisStatistics, ...]
    undefined: int
    infinite: int


def statistics(histogram: hist.Hist[Any]) -> Statistics:
    """Compute them from the contents of the bins; infinities of both signs have no sum, which is NaN then."""
    with np.errstate(all="ignore"):
        return _statistics(histogram)


def _statistics(histogram: hist.Hist[Any]) -> Statistics:
    contents = _contents(histogram)
    known = np.where(np.isnan(contents), 0, contents)
    flows = [(bool(axis.traits.underflow), bool(axis.traits.overflow)) for axis in histogram.axes]
    inside = known[tuple(slice(int(low), size - int(high)) for (low, high), size in zip(flows, known.shape, strict=True))]
    return Statistics(
        float(known.sum()),
        float(inside.sum()),
        is_unweighted(histogram) or (not is_count(histogram) and bool(np.all(known == np.floor(known)))),
        _effective(histogram, known),
        tuple(_axis(histogram, number, known, *flow) for number, flow in enumerate(flows)),
        int(np.isnan(contents).sum()),
        int(np.isinf(contents).sum()),
    )


def _contents(histogram: hist.Hist[Any]) -> NDArray[np.float64]:
    """What counts: contents, or the weights of the entries of a profile; with under- and overflow."""
    if is_count(histogram):
        return np.asarray(histogram.values(flow=True), dtype=float)
    view: Any = histogram.view(flow=True)
    return np.asarray(view["sum_of_weights"] if "sum_of_weights" in view.dtype.names else view["count"], dtype=float)


def _effective(histogram: hist.Hist[Any], known: NDArray[np.float64]) -> float | None:
    if is_count(histogram):
        squares = histogram.variances(flow=True)
    else:
        view: Any = histogram.view(flow=True)
        squares = view["sum_of_weights_squared"] if "sum_of_weights_squared" in view.dtype.names else view["count"]
    if squares is None:
        return None
    total = float(np.nansum(np.asarray(squares, dtype=float)))
    return float(known.sum() ** 2 / np.float64(total)) if total else 0.0


def _axis(histogram: hist.Hist[Any], number: int, known: NDArray[np.float64], low: bool, high: bool) -> AxisStatistics:
    axis = histogram.axes[number]
    along = known.sum(axis=tuple(n for n in range(known.ndim) if n != number))
    bins = along[int(low) : len(along) - int(high)]
    mean = deviation = None
    if axis.traits.continuous or axis.traits.ordered:
        # Half-way between the edges, whatever the axis is transformed by, as in ROOT and JSROOT. The bin of a whole number
        # stands for that, though boost-histogram's centre lies half a unit above.
        edges = np.asarray(axis.edges, dtype=float)
        centres = edges[:-1] + np.diff(edges) / 2 if axis.traits.continuous else edges[:-1]
        mean, deviation = _moments(centres, bins)
    return AxisStatistics(
        axis_label(axis), mean, deviation, float(along[0]) if low else None, float(along[-1]) if high else None
    )


def _moments(centres: NDArray[np.float64], weights: NDArray[np.float64]) -> tuple[float | None, float | None]:
    """Mean and standard deviation of the centres; None where the weights or the bins do not allow one."""
    used = weights != 0
    total = weights[used].sum()
    mean = (weights[used] * centres[used]).sum() / total
    # The differences are squared rather than the centres: what is far from zero would lose its digits.
    variance = (weights[used] * (centres[used] - mean) ** 2).sum() / total
    if not np.isfinite(mean) or not total:
        return None, None
    return float(mean), float(np.sqrt(variance)) if np.isfinite(variance) and variance >= 0 else None
