"""A drawing in words: for screen readers, for summaries, and for notes below the picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from doublet.display.histograms.axes import Bins
from doublet.display.histograms.contents import is_count, points
from doublet.display.histograms.labels import axis_label, title, value_label
from doublet.display.histograms.statistics import Statistics, statistics
from doublet.display.histograms.tex import plain
from doublet.display.histograms.ticks import number

if TYPE_CHECKING:
    import hist

    from doublet.display.histograms.drawing import Drawing, Layer

__all__ = ["alternative", "notes", "summary"]


def summary(found: Statistics) -> str:
    """The statistics in one line."""
    parts = [f"{number(found.entries, 6)} {'entry' if found.entries == 1 else 'entries'}" if found.unweighted else f"sum of weights {number(found.entries, 6)}"]
    if len(found.axes) == 1:
        (axis,) = found.axes
        if axis.mean is not None:
            parts.append(f"mean {number(axis.mean)}")
        if axis.deviation is not None:
            parts.append(f"std. dev. {number(axis.deviation)}")
        if axis.underflow:
            parts.append(f"underflow {number(axis.underflow)}")
        if axis.overflow:
            parts.append(f"overflow {number(axis.overflow)}")
    return ", ".join(parts)


def alternative(drawing: Drawing, *, log: bool = False) -> str:
    """What the picture shows, in sentences, for those who cannot see it."""
    kind = _kind(drawing)
    heading = title(drawing)
    sentences = [f"{kind}{f' “{plain(heading)}”' if heading else ''}{' with a logarithmic axis of values' if log else ''}."]
    axes = [text for axis in drawing.layers[0].histogram.axes if (text := _span(axis))]
    if axes:
        sentences.append(f"Axes: {'; '.join(axes)}; {plain(value_label(drawing))}.")
    for layer in drawing.layers:
        name = f"{plain(layer.label)}: " if layer.label else ""
        sentences.append(f"{name}{summary(statistics(layer.histogram))}{_peak(layer)}.")
    return " ".join(sentences)


def notes(histogram: hist.Hist[Any]) -> list[str]:
    """What a picture of it leaves out or changes, a sentence each."""
    found = statistics(histogram)
    said = [Bins.of(axis).note for axis in histogram.axes]
    if found.undefined:
        said.append(f"Neither drawn nor summed: {_bins(found.undefined)} no number (NaN).")
    if found.infinite:
        said.append(f"Drawn up to the frame: {_bins(found.infinite)} an infinite content.")
    if is_count(histogram) and histogram.variances() is None:
        said.append("There are no errors: its storage keeps no variances of weights, sums and multiples (use hist.storage.Weight()).")
    return [sentence for sentence in said if sentence]


def _bins(count: int) -> str:
    return "1 bin holds" if count == 1 else f"{count:,} bins hold"


def _kind(drawing: Drawing) -> str:
    first = drawing.layers[0]
    if any(layer.stacked for layer in drawing.layers):
        data = " with data" if any(layer.role == "data" for layer in drawing.layers) else ""
        return f"Stack of histograms{data}{' and their ratio' if drawing.ratio else ''}"
    if len(drawing.layers) > 1:
        return f"{len(drawing.layers)} histograms"
    if first.passed is not None:
        return "Efficiency"
    name = "Histogram" if is_count(first.histogram) else "Profile"
    return name if drawing.ndim == 1 else f"{name} of {drawing.ndim} dimensions"


def _span(axis: Any) -> str:
    bins, label = Bins.of(axis), plain(axis_label(axis))
    if not len(axis):
        return f"{label or 'an axis'} without bins"
    if bins.names:
        some = ", ".join(bins.names[:8]) + (", …" if len(bins.names) > 8 else "")
        return f"{label + ': ' if label else ''}{some}"
    half = 0.5 if bins.whole else 0.0
    return f"{label + ' ' if label else ''}from {number(float(bins.edges[0]) + half)} to {number(float(bins.edges[-1]) - half)} in {len(axis):,} bin{'s' if len(axis) > 1 else ''}"


def _peak(layer: Layer) -> str:
    """Where a picture of one dimension is highest."""
    if layer.histogram.ndim != 1:
        return ""
    values = points(layer).values
    bins = Bins.of(layer.histogram.axes[0])
    if not np.isfinite(values).any() or not np.nan_to_num(values).any():
        return ""
    highest = int(np.nanargmax(np.where(np.isfinite(values), values, np.nan)))
    where = f"{'at ' if bins.names or bins.whole else 'from '}{bins.describe(highest)}"
    return f"; highest {where} with {number(float(values[highest]))}"
