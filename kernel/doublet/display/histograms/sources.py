"""The `hist.Hist` that any histogram is: a snapshot, which filling no longer changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from doublet.display.histograms import root
from doublet.display.histograms.recognition import is_histogram, is_multicell
from doublet.errors import HistogramError

if TYPE_CHECKING:
    import hist

__all__ = ["histogram"]

def histogram(value: Any) -> hist.Hist[Any]:
    """Copy a histogram of any library to a `hist.Hist`, with under- and overflow where that library gives them.

    Raises `HistogramError` for what is no histogram.
    """
    import boost_histogram
    import hist

    if not is_histogram(value):
        why = "its bins hold several values each" if is_multicell(value) else f"it is a {type(value).__name__}"
        raise HistogramError(f"this is no histogram that can be drawn: {why}", "give a hist.Hist or what UHI calls a PlottableHistogram")
    if isinstance(value, boost_histogram.Histogram) or hasattr(value, "_to_boost_histogram_"):
        # What hist makes of another histogram shares its memory.
        copied: hist.Hist[Any] = hist.Hist(value).copy()
        title = getattr(value, "title", None)
        if isinstance(title, str) and not copied.label:
            copied.label = title
        return copied
    return root.histogram(value) if root.is_root(value) else _from_protocol(value)


def _from_protocol(value: Any) -> hist.Hist[Any]:
    import hist

    axes = [_axis(axis) for axis in value.axes]
    values, variances = np.asarray(value.values()), value.variances()
    if str(getattr(value.kind, "value", value.kind)) == "MEAN":
        profile: hist.Hist[Any] = hist.Hist(*axes, storage=hist.storage.Mean())
        counts = value.counts()
        if counts is None or variances is None:
            raise HistogramError("the profile does not say how many entries its bins have", "give one whose counts() are known")
        counts = np.asarray(counts)
        # UHI's variances are those of the samples; what is kept is the sum of squared differences from the mean.
        spread = np.where(counts > 1, np.asarray(variances) * (counts - 1), 0)
        view: Any = profile.view()
        view["count"], view["value"], view["_sum_of_deltas_squared"] = counts, values, spread
        return profile
    if variances is None or np.array_equal(values, np.asarray(variances)):
        plain: hist.Hist[Any] = hist.Hist(*axes, storage=hist.storage.Double())
        plain.view()[...] = values
        plain._variance_known = variances is not None
        return plain
    weighted: hist.Hist[Any] = hist.Hist(*axes, storage=hist.storage.Weight())
    bins: Any = weighted.view()
    bins["value"], bins["variance"] = values, np.asarray(variances)
    return weighted


def _axis(axis: Any) -> Any:
    import hist

    label = next((text for name in ("label", "name", "title") if isinstance(text := getattr(axis, name, None), str) and text), "")
    traits = getattr(axis, "traits", None)
    bins = [axis[number] for number in range(len(axis))]
    if all(isinstance(each, str) for each in bins):
        return hist.axis.StrCategory(bins, label=label, overflow=False)
    if getattr(traits, "discrete", False):
        return hist.axis.IntCategory([int(each) for each in bins], label=label, overflow=False)
    edges = [float(low) for low, _ in bins] + [float(bins[-1][1])]
    return hist.axis.Variable(edges, label=label, underflow=False, overflow=False, circular=getattr(traits, "circular", False))
