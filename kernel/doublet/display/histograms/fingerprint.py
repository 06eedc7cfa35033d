"""Which events are in the bins of a histogram: for each bin the XOR of their hashes, which C++ fills."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from doublet.errors import HistogramError

if TYPE_CHECKING:
    import hist
    from numpy.typing import NDArray

__all__ = ["fingerprint", "words"]

_ATTRIBUTE = "_doublet_fingerprint"


def fingerprint(histogram: hist.Hist[Any]) -> hist.Hist[Any]:
    """Make what C++ marks the events of a histogram in: 64 bits for each of its bins.

    In a cell, ``marks.mark({run, lumi, event}, x)`` beside ``h(x)`` adds an event to the bin of ``x``. It is stored with the
    histogram where that is shown, and `doublet.notebook.comparison` tells by it other weights of the same events from other events.
    The order of events does not matter; the same event twice in a bin is as if it were not there.
    Raises `HistogramError` for a histogram whose axes grow.
    """
    import hist

    if any(axis.traits.growth for axis in histogram.axes):
        raise HistogramError("the axes of this histogram grow, and those of its fingerprint cannot with them", "give it fixed axes")
    made = hist.Hist(*histogram.axes, storage=hist.storage.Int64())
    histogram.__dict__[_ATTRIBUTE] = made
    return made


def words(histogram: hist.Hist[Any]) -> NDArray[np.int64] | None:
    """The fingerprint, with an axis for each of the histogram's, under- and overflow included; none if it has none of its shape."""
    made = histogram.__dict__.get(_ATTRIBUTE)
    if made is None or made.axes != histogram.axes:
        return None
    return np.asarray(made.view(flow=True), np.int64)
