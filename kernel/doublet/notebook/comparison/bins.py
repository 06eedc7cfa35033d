"""The bins of a histogram in words: which differ, and where they are."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

import numpy as np

from doublet.display.histograms.axes import Bins

if TYPE_CHECKING:
    import hist
    from numpy.typing import NDArray

__all__ = ["binning", "edges", "which"]

_RANGES = 3
"""How many ranges of bins are named at most."""


def which(histogram: hist.Hist[Any], differing: NDArray[np.bool_]) -> str:
    """Name the bins, numbered from 0, for an array that includes under- and overflow where the axis has them."""
    axes = histogram.axes
    count = int(differing.sum())
    if histogram.ndim != 1:
        places = np.argwhere(differing)
        names = [", ".join(_name(axis, int(place)) for axis, place in zip(axes, where, strict=True)) for where in places[:_RANGES]]
        more = f" and {count - _RANGES} more" if count > _RANGES else ""
        return f"{'bin' if count == 1 else 'bins'} {', '.join(f'({name})' for name in names)}{more}"
    (axis,) = axes
    low = int(axis.traits.underflow)
    named, parts = np.flatnonzero(differing), []
    inside = [int(place) - low for place in named if 0 <= place - low < len(axis)]
    for _, run in groupby(enumerate(inside), lambda pair: pair[1] - pair[0]):
        first, *_, last = [place for _, place in run] * 2
        parts.append((f"{first}-{last}" if last > first else f"{first}") + _range(axis, first, last))
    words = []
    if parts:
        more = f" and {len(parts) - _RANGES} more ranges" if len(parts) > _RANGES else ""
        words.append(f"{'bin' if len(inside) == 1 else 'bins'} {', '.join(parts[:_RANGES])}{more}")
    words += [_name(axis, int(place)) for place in named if not 0 <= place - low < len(axis)]
    return " and ".join(words)


def binning(axis: Any) -> str:
    """How an axis is divided: "60 bins from 60 to 120"."""
    if axis.traits.continuous or (axis.traits.ordered and len(axis)):
        return f"{len(axis)} bins from {axis.edges[0]:g} to {axis.edges[-1]:g}"
    return f"{len(axis)} categories"


def edges(axis: Any) -> tuple[object, ...]:
    """What must be the same for two axes to have the same bins."""
    traits = axis.traits
    inner = tuple(float(edge) for edge in axis.edges) if traits.ordered else tuple(str(axis.value(n)) for n in range(len(axis)))
    return (traits.underflow, traits.overflow, traits.circular, traits.ordered, inner)


def _name(axis: Any, place: int) -> str:
    number = place - int(axis.traits.underflow)
    return "underflow" if number < 0 else "overflow" if number >= len(axis) else str(number)


def _range(axis: Any, first: int, last: int) -> str:
    bins = Bins.of(axis)
    if bins.names:
        return f" ({bins.names[first]})" if first == last else ""
    return f" ({bins.edges[first]:g} to {bins.edges[last + 1]:g})"
