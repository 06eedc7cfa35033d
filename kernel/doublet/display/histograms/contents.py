"""What is drawn of a histogram of one dimension: a value for each bin, and the ends of its error bar."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from doublet.errors import HistogramError

if TYPE_CHECKING:
    import hist

    from doublet.display.histograms.drawing import Drawing, Layer

__all__ = ["Points", "Ratio", "is_count", "is_unweighted", "points", "ratio", "total", "unit"]

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Points:
    """For each bin without under- and overflow: the value and the two ends of its bar, in the value's unit.

    NaN means that there is nothing to draw: a bin without entries has no mean, one of one entry a mean without a bar.
    """

    values: Floats
    lower: Floats
    upper: Floats

    @property
    def bars(self) -> Floats:
        """How far the bars reach below and above the values, as two rows; 0 where there is no bar."""
        with np.errstate(invalid="ignore"):
            found = np.array([self.values - self.lower, self.upper - self.values])
        return np.where(np.isfinite(found), found, 0)

    def over(self, below: Floats) -> Points:
        """Divide by the contents of the same bins; where those are 0 there is nothing to draw."""
        return Points(*(_divide(each, below) for each in (self.values, self.lower, self.upper)))


@dataclass(frozen=True)
class Ratio:
    """What the panel below a picture shows: what is divided, and the relative error of what it is divided by."""

    label: str
    points: tuple[Points, ...]
    band: Points


def points(layer: Layer) -> Points:
    """Find what is drawn of a histogram of one dimension.

    Sums have sqrt(variance) as their error; unweighted data the Garwood interval (hist.intervals), which is right for
    few entries too; means their standard error; efficiencies the Clopper-Pearson interval at 68.27 %.
    """
    histogram = layer.histogram
    values = np.asarray(histogram.values(), dtype=float)
    if layer.passed is not None:
        return efficiency(layer.passed, histogram)
    if histogram.kind == "MEAN":
        counts = np.asarray(histogram.counts(), dtype=float)
        # boost-histogram's variance of a bin is that of the mean already.
        error = np.sqrt(np.maximum(np.asarray(histogram.variances(), dtype=float), 0))
        values = np.where(counts > 0, values, np.nan)
        return _around(values, error)
    if layer.role == "data" and is_unweighted(histogram):
        from hist.intervals import poisson_interval

        lower, upper = poisson_interval(values)
        return Points(values, lower, upper)
    variances = histogram.variances()
    error = np.zeros(len(values)) if variances is None else np.sqrt(np.maximum(np.asarray(variances, dtype=float), 0))
    return _around(values, error)


def efficiency(passed: hist.Hist[Any], total: hist.Hist[Any]) -> Points:
    """Divide what passed by all entries, bin by bin, with the Clopper-Pearson interval at 68.27 % (one sigma).

    Without entries there is nothing to draw. Raises `HistogramError` for weighted entries, and where more passed than
    there are.
    """
    if not (is_unweighted(passed) and is_unweighted(total)):
        raise HistogramError(
            "an efficiency needs numbers of entries, and these histograms are weighted, or sums whose variances are not known",
            "fill both without weights, those that are added in hist.storage.Weight(): the Clopper-Pearson interval is of a binomial distribution",
        )
    above, below = (np.asarray(h.values(), dtype=float) for h in (passed, total))
    if (above > below).any():
        where = int(np.argmax(above > below))
        raise HistogramError(
            f"in bin {where} {above[where]:g} entries passed of {below[where]:g}",
            "the first histogram has to hold a part of the second one's entries",
        )
    from hist.intervals import clopper_pearson_interval

    lower, upper = clopper_pearson_interval(above, below)
    return Points(*(np.where(below > 0, each, np.nan) for each in (_divide(above, below), lower, upper)))


def total(layers: list[Layer]) -> Points:
    """Add the contents of layers; the error is sqrt(sum of variances)."""
    each = [points(layer) for layer in layers]
    values = np.sum([p.values for p in each], axis=0)
    with np.errstate(invalid="ignore"):
        error = np.sqrt(np.sum([(p.upper - p.values) ** 2 for p in each], axis=0))
    return _around(values, error)


def ratio(drawing: Drawing) -> Ratio | None:
    """Divide what `Drawing.parts` says; the bars are of what is divided alone, the band of what it is divided by."""
    parts = drawing.parts() if drawing.ratio else None
    if parts is None:
        return None
    above, below = parts
    denominator = total(below)
    name = "stack" if below[0].stacked else below[0].label or "first"
    over = above[0].label if len(above) == 1 and above[0].label else "Ratio"
    label = "Ratio" if over == "Ratio" and name == "first" else f"{over} / {name}"
    return Ratio(label, tuple(points(layer).over(denominator.values) for layer in above), denominator.over(denominator.values))


def is_count(histogram: hist.Hist[Any]) -> bool:
    """Whether its bins are sums rather than means."""
    return str(histogram.kind.value) == "COUNT"


def is_unweighted(histogram: hist.Hist[Any]) -> bool:
    """Whether its contents are numbers of entries: whole, and their own variances."""
    if not is_count(histogram):
        return False
    values, variances = histogram.values(flow=True), histogram.variances(flow=True)
    return variances is not None and np.array_equal(values, variances) and bool(np.all(values == np.floor(values)) and np.all(values >= 0))


def unit(label: str) -> str:
    """The unit that a label ends with: ``GeV`` of ``mass [GeV]``, empty if there is none."""
    start = label.rfind("[")
    return label[start + 1 : -1].strip() if start >= 0 and label.endswith("]") else ""


def _around(values: Floats, error: Floats) -> Points:
    with np.errstate(invalid="ignore"):  # infinite contents have infinite errors
        return Points(values, values - error, values + error)


def _divide(above: Floats, below: Floats) -> Floats:
    with np.errstate(all="ignore"):
        found: Floats = np.divide(above, below, out=np.full(len(below), np.nan), where=below != 0)
    return found
