"""Two histograms, bin by bin: the same events in the same bins, or how far from that."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from doublet.display.histograms.contents import is_count, is_unweighted
from doublet.display.histograms.fingerprint import words
from doublet.display.histograms.labels import axis_label
from doublet.notebook.comparison import independence
from doublet.notebook.comparison.agreement import Agreement, Judgement
from doublet.notebook.comparison.bins import binning, edges, which
from doublet.notebook.comparison.migration import moved
from doublet.notebook.comparison.numbers import change
from doublet.notebook.comparison.result import Quantities, Result
from doublet.notebook.comparison.rounding import longest, sums

if TYPE_CHECKING:
    from typing import Self

    import hist

__all__ = ["Histogram"]

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Histogram(Result):
    """A histogram of any kind that Doublet stores with its picture."""

    name: str
    histogram: hist.Hist[Any]

    @property
    def what(self) -> str:
        return f'histogram "{self.name}"' if self.name else "histogram"

    @cached_property
    def parts(self) -> dict[str, Floats]:
        """What its storage keeps of each bin, under- and overflow included: arrays with an axis for each of the histogram's."""
        view: Any = self.histogram.view(flow=True)
        if not view.dtype.names:
            return {"value": np.array(view, float)}
        return {name: np.array(view[name], float) for name in view.dtype.names}

    def against(self, other: Self) -> Judgement:
        judgement = self._against(other)
        if judgement.agreement in (Agreement.IDENTICAL, Agreement.ROUNDING) or not (events := self._events(other)):
            return judgement
        return replace(judgement, text=f"{judgement.text}; {events}")

    def _events(self, other: Self) -> str:
        """What fingerprints tell of the events, if both have them and the same bins."""
        mine, theirs = words(self.histogram), words(other.histogram)
        if mine is None or theirs is None or mine.shape != theirs.shape:
            return ""
        if np.array_equal(mine, theirs):
            return "the events in all bins are the same, so that their weights differ"
        return f"other events in {which(self.histogram, mine != theirs)}"

    def _against(self, other: Self) -> Judgement:
        if other_form := self._form(other):
            return Judgement(Agreement.DIFFERENT, self.what, other_form)
        differing = np.any([~_equal(mine, other.parts[name]) for name, mine in self.parts.items()], axis=0)
        if not differing.any():
            return Judgement(Agreement.IDENTICAL, self.what)
        if is_unweighted(self.histogram) and is_unweighted(other.histogram):
            return self._counted(other, differing)
        return self._summed(other, differing)

    def quantities(self) -> Quantities:
        frame = (tuple(edges(axis) for axis in self.histogram.axes), tuple(self.parts))
        return Quantities(frame, np.concatenate([part.ravel() for part in self.parts.values()]))

    def chance(self, other: Self) -> float | None:
        if self._form(other):
            return 0.0
        first, second = self.histogram, other.histogram
        if first.variances() is None or second.variances() is None:
            return None
        variances = [np.asarray(each.variances(flow=True), float) for each in (first, second)]
        values = [np.asarray(each.values(flow=True), float) for each in (first, second)]
        if not is_count(first):
            known = (np.asarray(first.counts(flow=True)) > 1) & (np.asarray(second.counts(flow=True)) > 1)
            values = [np.where(known, each, 0.0) for each in values]
            variances = [np.where(known, each, 0.0) for each in variances]
        unweighted = is_unweighted(first) and is_unweighted(second)
        return independence.counts(values[0], values[1], variances[0] + variances[1], unweighted=unweighted)[0]

    def _form(self, other: Self) -> str:
        """What is another one than bins' contents."""
        first, second = self.histogram, other.histogram
        if first.ndim != second.ndim:
            return f"{second.ndim} axes, was {first.ndim}"
        for number, (axis, another) in enumerate(zip(first.axes, second.axes, strict=True), 1):
            where = f"axis {number}: " if first.ndim > 1 else ""
            if edges(axis) != edges(another):
                texts = binning(another), binning(axis)
                return f"{where}{texts[0]}, was {texts[1]}" if texts[0] != texts[1] else f"{where}other edges of bins"
            if axis_label(axis) != axis_label(another):
                return f"{where}the axis is '{axis_label(another)}', was '{axis_label(axis)}'"
        if tuple(self.parts) != tuple(other.parts):
            return f"storage {second.storage_type.__name__}, was {first.storage_type.__name__}"
        return ""

    def _counted(self, other: Self, differing: NDArray[np.bool_]) -> Judgement:
        """Judge numbers of entries, which are exact."""
        one, two = (np.asarray(each.histogram.values(flow=True), float) for each in (self, other))
        where = which(self.histogram, differing)
        crossed = moved(np.asarray(two - one, np.int64))
        if crossed:
            events = "1 event" if crossed == 1 else f"{crossed} events"
            return Judgement(Agreement.MOVED, self.what, f"{where}: {events} moved across edges of bins, the sum is kept", crossed, {"events": crossed})
        return Judgement(Agreement.DIFFERENT, self.what, f"{where}: {_change(one, two)}", details={"bins": int(differing.sum())})

    def _summed(self, other: Self, differing: NDArray[np.bool_]) -> Judgement:
        """Judge sums of weights and means, which rounding changes."""
        excess = np.zeros(differing.shape)
        for name, bound in self._bounds().items():
            one, two = self.parts[name], other.parts[name]
            same = _equal(one, two)
            with np.errstate(all="ignore"):
                off = np.where(same, 0.0, np.abs(two - one) / bound)
            excess = np.maximum(excess, np.where(np.isnan(off), np.inf, off))
        details = {"excess": float(excess.max()), "bins": int(differing.sum())}
        if details["excess"] <= 1:
            count = details["bins"]
            share = f"{details['excess']:.1g} of what the order of its sums can do"
            return Judgement(Agreement.ROUNDING, self.what, f"{count} {'bin differs' if count == 1 else 'bins differ'} by {share}", details=details)
        beyond = excess > 1
        one, two = (np.asarray(each.histogram.values(flow=True), float) for each in (self, other))
        if (crossed := self._weights_moved(other, beyond)) is not None:
            events = "1 event" if crossed == 1 else f"{crossed} events"
            text = f"{which(self.histogram, beyond)}: {events} moved across edges of bins, the sum of weights is kept"
            return Judgement(Agreement.MOVED, self.what, text, crossed, details)
        return Judgement(Agreement.DIFFERENT, self.what, f"{which(self.histogram, beyond)}: {_change(one, two)}", details=details)

    def _bounds(self) -> dict[str, Floats]:
        """How far rounding can bring each part of a bin: see `rounding`, and for means and squares below."""
        parts = self.parts
        if "sum_of_weights" in parts:  # means of weighted entries
            count = self._effective(parts["sum_of_weights"], parts["sum_of_weights_squared"])
            weight = np.abs(parts["sum_of_weights"])
            squares = parts.get("_sum_of_weighted_deltas_squared", np.zeros_like(weight))
            return {
                "sum_of_weights": sums(weight, count),
                "sum_of_weights_squared": sums(parts["sum_of_weights_squared"], count),
                **_mean_bounds(parts["value"], weight, squares, count, "_sum_of_weighted_deltas_squared"),
            }
        if "count" in parts:  # means
            squares = parts["_sum_of_deltas_squared"]
            return {"count": np.zeros_like(squares), **_mean_bounds(parts["value"], parts["count"], squares, parts["count"], "_sum_of_deltas_squared")}
        if "variance" in parts:  # sums of weights, and of their squares
            count = self._effective(parts["value"], parts["variance"])
            # The sum of |w| is not kept; by Cauchy and Schwarz it is at most sqrt(n sum w^2).
            return {"value": sums(np.sqrt(count * np.abs(parts["variance"])), count), "variance": sums(parts["variance"], count)}
        return {"value": sums(parts["value"])}

    @staticmethod
    def _effective(weights: Floats, squares: Floats) -> int:
        """The effective number of entries, of all bins; at least 2 in each, for a sum of one term is exact."""
        total = float(np.nansum(squares))
        found = float(np.nansum(np.abs(weights))) ** 2 / total if total > 0 else 0.0
        return int(min(max(found if np.isfinite(found) else longest(), 2 * weights.size), longest()))

    def _weights_moved(self, other: Self, beyond: NDArray[np.bool_]) -> int | None:
        """How many weighted events went to bins beside: none if sums are not kept, or if each bin does not tell a number."""
        if tuple(self.parts) != ("value", "variance"):
            return None
        bounds = self._bounds()
        for name, bound in bounds.items():
            if not abs(float(np.sum(other.parts[name] - self.parts[name]))) <= float(np.sum(bound)):
                return None
        weight, square = (np.where(beyond, other.parts[name] - self.parts[name], 0.0) for name in ("value", "variance"))
        with np.errstate(all="ignore"):
            events = np.where(beyond, np.round(weight**2 / np.abs(square)), 0.0)  # n events of one weight w: (n w)^2 / (n w^2)
        if not (np.isfinite(events).all() and (events[beyond] >= 1).all()):
            return None
        return moved(np.asarray(np.sign(square) * events, np.int64))


def _mean_bounds(mean: Floats, weight: Floats, squares: Floats, count: Any, name: str) -> dict[str, Floats]:
    """How far rounding brings means and sums of squared differences that are updated entry by entry.

    The relative error of the latter is n u sqrt(1 + n mean^2 / S) (T. F. Chan, G. H. Golub, R. J. LeVeque, The American
    Statistician 37 (1983) 242); the mean's is that of a sum of values whose size is sqrt(mean^2 + S / n).
    """
    with np.errstate(all="ignore"):
        size = np.sqrt(mean**2 + np.where(weight > 0, squares / weight, 0.0))
        condition = np.sqrt(1 + np.where(squares > 0, weight * mean**2 / squares, 0.0))
    floor = sums(weight * mean**2, count)  # where all values are the same, the differences are rounding themselves
    return {"value": sums(size, count), name: sums(squares * condition, count) + floor}


def _equal(first: Floats, second: Floats) -> NDArray[np.bool_]:
    return np.asarray((first == second) | (np.isnan(first) & np.isnan(second)))


def _change(one: Floats, two: Floats) -> str:
    if np.isnan(one).any() or np.isnan(two).any():
        return f"{int(np.isnan(two).sum())} bins are no numbers, was {int(np.isnan(one).sum())}"
    total = float(one.sum()), float(two.sum())
    if total[0] != total[1]:
        return f"sum {change(*total, 10)}"
    return f"contents change by up to {np.abs(two - one).max():.4g}, the sum is kept"
