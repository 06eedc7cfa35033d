"""Histograms with more bins than can be shown or stored: neighbouring bins are merged, and said to be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import hist

__all__ = ["cells", "merged"]


def cells(histogram: hist.Hist[Any]) -> int:
    """How many bins there are in all dimensions, with under- and overflow."""
    return int(np.prod([axis.extent for axis in histogram.axes], dtype=np.int64))


def merged(histogram: hist.Hist[Any], axis: int, most: int) -> tuple[hist.Hist[Any], str]:
    """Merge bins along an axis until there are at most `most`, with the sentence that says so, empty if it was not needed.

    All merged bins are of the same number of bins where that is possible. Entries stay: nothing moves to an overflow.
    A category axis keeps its first categories, as they cannot be merged; the rest is counted in the sentence.
    """
    import boost_histogram

    bins = len(histogram.axes[axis])
    name = histogram.axes[axis].label or f"axis {axis}"
    if bins <= most:
        return histogram, ""
    if not histogram.axes[axis].traits.ordered or histogram.axes[axis].traits.circular:
        kept: hist.Hist[Any] = histogram[{axis: slice(0, most)}] if histogram.axes[axis].traits.circular else histogram[{axis: list(range(most))}]
        return kept, f"Of {bins:,} bins of {name}, the first {most:,} are shown."
    least = -(-bins // most)
    # One that divides the number of bins is better, unless it halves the resolution.
    factor = next((n for n in range(least, 2 * least + 1) if bins % n == 0), least)
    groups = [factor] * (bins // factor) + ([bins % factor] if bins % factor else [])
    fewer: hist.Hist[Any] = histogram[{axis: slice(None, None, boost_histogram.rebin(groups=groups))}]
    rest = f"; the last one holds {bins % factor:,}" if bins % factor else ""
    return fewer, f"{bins:,} bins of {name} are merged by {factor:,} to {len(groups):,} for this picture{rest}."
