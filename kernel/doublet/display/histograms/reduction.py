"""Histograms with more bins than can be shown or stored: neighbouring bins are merged, and said to be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from doublet.display.histograms.labels import axis_label

if TYPE_CHECKING:
    import hist

__all__ = ["cells", "factor_of", "merged"]

_GROUPS = 10_000
"""More groups of unequal numbers of bins take boost-histogram seconds."""


def cells(histogram: hist.Hist[Any]) -> int:
    """How many bins there are in all dimensions, with under- and overflow."""
    return int(np.prod([axis.extent for axis in histogram.axes], dtype=np.int64))


def factor_of(bins: int, most: int) -> int:
    """How many bins `merged` makes one of, so that at most `most` remain."""
    least = -(-bins // most)
    # One that divides the number of bins is better, unless it halves the resolution.
    even = next((n for n in range(least, 2 * least + 1) if bins % n == 0), 0)
    return even or max(least, -(-bins // _GROUPS))


def merged(histogram: hist.Hist[Any], axis: int, most: int) -> tuple[hist.Hist[Any], str]:
    """Merge bins along an axis until there are at most `most`, with the sentence that says so, empty if it was not needed.

    All merged bins are of the same number of bins where that is possible. Entries stay: nothing moves to an overflow.
    A category axis keeps its first categories, as they cannot be merged, and counts the others as its overflow.
    """
    import boost_histogram

    bins, place = len(histogram.axes[axis]), histogram.axes[axis]
    name = axis_label(place) or f"axis {axis}"
    if bins <= most:
        return histogram, ""
    if not place.traits.ordered:
        return _indexed(histogram, axis, slice(0, most)), f"Of {bins:,} bins of {name}, the first {most:,} are shown."
    factor = factor_of(bins, most)
    rest = bins % factor
    if rest or isinstance(place, boost_histogram.axis.Integer):
        merging = boost_histogram.rebin(groups=[factor] * (bins // factor) + ([rest] if rest else []))
    else:
        merging = boost_histogram.rebin(factor)
    last = f", and the last {rest:,} to one" if rest else ""
    fewer = _indexed(histogram, axis, slice(None, None, merging))
    return fewer, f"{bins:,} bins of {name} are merged by {factor:,} to {len(fewer.axes[axis]):,} for this picture{last}."


def _indexed(histogram: hist.Hist[Any], axis: int, which: slice) -> hist.Hist[Any]:
    found: Any = histogram[{axis: which}]
    made: hist.Hist[Any] = found
    return made
