"""A drawing as PNG: the same picture as the SVG, by matplotlib and mplhep, for readers that show no HTML."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import numpy as np

from doublet.display.histograms.axes import Bins
from doublet.display.histograms.picture import projections
from doublet.display.histograms.ticks import ticks

if TYPE_CHECKING:
    from doublet.display.histograms.drawing import Drawing

__all__ = ["png"]

_SIZE = 6.0, 4.0
_DPI = 110
_SETTINGS: dict[str, Any] = {
    "font.size": 11, "axes.labelsize": "medium", "xtick.labelsize": "medium", "ytick.labelsize": "medium", "legend.fontsize": "medium",
    "axes.linewidth": 1.0, "lines.linewidth": 1.4, "lines.markersize": 5, "figure.dpi": _DPI,
    "xtick.direction": "in", "ytick.direction": "in", "xtick.top": True, "ytick.right": True, "xtick.minor.visible": True, "ytick.minor.visible": True,
    "xtick.major.size": 7, "ytick.major.size": 7, "xtick.minor.size": 4, "ytick.minor.size": 4,
    "xaxis.labellocation": "right", "yaxis.labellocation": "top", "legend.frameon": False, "axes.formatter.limits": (-3, 4),
    "figure.facecolor": "white", "image.cmap": "viridis",
}  # fmt: skip


_MARGINS = {"left": 0.11, "right": 0.965, "bottom": 0.13, "top": 0.92}
"""Of pictures whose texts are all short: to measure them takes matplotlib longer than all else."""


def png(drawing: Drawing) -> bytes:
    """Draw it, 6 inches wide; white below, for its black texts are seen on every page."""
    import matplotlib as mpl
    from PIL import Image

    from doublet.display.histograms.figures import draw
    from doublet.display.histograms.styled import StyledFigure

    width, height = _SIZE
    if drawing.ndim > 2:
        height = 2.3 * -(-len(projections(drawing.ndim)) // 2)
    elif drawing.ratio:
        height += 1.1
    simple = drawing.ndim == 1 and not drawing.ratio and not Bins.of(drawing.layers[0].histogram.axes[0]).names
    figure = StyledFigure.of({**dict(mpl.rcParamsDefault.items()), **_SETTINGS}, (width, height), _MARGINS if simple else None)
    with figure.style():
        axes = draw(drawing, figure, "ratio" if drawing.ratio else "")
        if simple:
            for axis in (axes.xaxis, axes.yaxis):
                _mark(axis)
        canvas: Any = figure.canvas
        canvas.draw()
    image = Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB")
    # A palette takes a third of the room, and these pictures have few colours; maps have more.
    image = image.quantize(256 if drawing.ndim > 1 else 64, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    stream = io.BytesIO()
    image.save(stream, "PNG", optimize=True)
    return stream.getvalue()


def _mark(axis: Any) -> None:
    """Give an axis the ticks of the SVG, in plain text: matplotlib's own powers of ten are set as maths, which takes long."""
    from matplotlib.ticker import FixedFormatter, FixedLocator

    low, high = sorted(axis.get_view_interval())
    found = ticks(float(low), float(high), 7, log=axis.get_scale() == "log")
    texts = FixedFormatter(found.texts)
    if found.factor and axis.axis_name == "x":
        axis.set_label_text(f"{found.factor} {axis.get_label_text()}")
    else:
        texts.set_offset_string(found.factor)
    axis.set_major_locator(FixedLocator(found.major))
    axis.set_major_formatter(texts)
    axis.set_minor_locator(FixedLocator(found.minor))
    axis.set_minor_formatter(FixedFormatter([]))
