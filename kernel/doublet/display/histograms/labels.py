"""The words in a picture: of axes, values, layers and the whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from doublet.display.histograms.contents import is_count, unit

if TYPE_CHECKING:
    from doublet.display.histograms.drawing import Drawing

__all__ = ["axis_label", "axis_scale", "title", "value_label"]


def axis_label(axis: Any) -> str:
    """What an axis is of: its label, or its name."""
    for text in (getattr(axis, "label", None), getattr(axis, "name", None)):
        if isinstance(text, str) and text.strip():
            return text
    return ""


def axis_scale(axis: Any) -> str:
    """Whether an axis is drawn logarithmically, which is so if its bins are: each wider than the last by the same factor."""
    import boost_histogram

    if getattr(axis, "transform", None) == boost_histogram.axis.transform.log:
        return "log"
    if isinstance(axis, boost_histogram.axis.Variable) and len(axis) > 2 and axis.edges[0] > 0 and np.isfinite(axis.edges[-1]):
        # The last bin may be smaller, where bins were merged.
        factors = axis.edges[1:-1] / axis.edges[:-2]
        if factors[0] > 1.001 and np.allclose(factors, factors[0], rtol=1e-6, atol=0):
            return "log"
    return "linear"


def title(drawing: Drawing) -> str:
    """What is written above a picture: its own title, or that of its only histogram."""
    if drawing.title or len(drawing.layers) > 1:
        return drawing.title
    histogram = drawing.layers[0].histogram
    return next((text for text in (histogram.label, histogram.name) if isinstance(text, str) and text), "")


def value_label(drawing: Drawing) -> str:
    """What the contents of the bins are, with the width of the bins if they are all alike: ``Entries / 2 GeV``."""
    if drawing.value:
        return drawing.value
    first = drawing.layers[0]
    if first.passed is not None:
        return "Efficiency"
    if not is_count(first.histogram):
        return "Mean"
    if first.histogram.ndim != 1 or axis_scale(first.histogram.axes[0]) != "linear":
        return "Entries"
    axis = first.histogram.axes[0]
    name = unit(axis_label(axis))
    if not name or axis.traits.discrete or not len(axis):
        return "Entries"
    widths = np.asarray(axis.widths)
    if not np.allclose(widths, widths[0], rtol=1e-6, atol=0):
        return "Entries"
    return f"Entries / {widths[0]:.4g} {name}"
