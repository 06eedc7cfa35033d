"""The picture of a histogram of two dimensions: a map of colours with their scale."""

from __future__ import annotations

import base64
import io
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from doublet.display.histograms.axes import Bins
from doublet.display.histograms.contents import is_count
from doublet.display.histograms.labels import title, value_label
from doublet.display.histograms.panel import Box, frame, overhang, room_below, room_left, x_scale
from doublet.display.histograms.svg import Svg, place, segments
from doublet.display.histograms.tex import width
from doublet.display.histograms.ticks import HUGE, TINY, Scale, Ticks, ticks

if TYPE_CHECKING:
    import hist

    from doublet.display.histograms.drawing import Drawing

__all__ = ["color_range", "draw_colours", "is_empty", "shown"]

Floats = NDArray[np.float64]
WIDTH, HEIGHT = 600, 420
_SAMPLES = 2
"""Of bins that are not alike, how many samples are taken in each pixel of the picture's own, along each axis."""


def draw_colours(drawing: Drawing, *, log: bool, width_: float = WIDTH, height: float = HEIGHT, font: float = 15) -> Svg:
    """Draw it. Bins without content stay white, and those that hold no number are grey."""
    svg = Svg(width_, height, font)
    histogram = drawing.layers[0].histogram
    values = shown(histogram)
    low, high = color_range(values, log=log, from_zero=is_count(histogram))
    across, up = Bins.of(histogram.axes[0]), Bins.of(histogram.axes[1])
    heading, label = title(drawing), value_label(drawing)
    box = Box(0, 2.1 * font if heading else 1.5 * font, 0, height - room_below(across, svg, width_ * 0.6))
    y = x_scale(up, Box(box.bottom, 0, box.top, 0))
    marks = _marks(up, y, box, font)
    levels = ticks(low, high, max(3, int((box.bottom - box.top) / (3.2 * font))), log=log)
    bar = max(width(text, font) for text in levels.texts) + 3.4 * font if levels.texts else 4 * font
    box = Box(max(room_left(marks, svg, up.label), overhang(across, svg)), box.top, width_ - bar - 0.9 * font, box.bottom)
    x = x_scale(across, box)
    _image(svg, _pixels(values, across, up, x, y, low, high, log=log, from_zero=is_count(histogram)), box, both_signs=low < 0 and is_count(histogram))
    frame(svg, box, x, y, marks, across, up.label)
    if up.names:
        svg.path(segments((box.left, at, box.left + 5.0, at) for at in y(up.edges[1:-1])), stroke="#111")
    _bar(svg, Box(box.right + 0.7 * font, box.top, box.right + 1.6 * font, box.bottom), levels, low, high, label, both_signs=low < 0 and is_count(histogram), log=log)
    if heading:
        svg.text(box.left, box.top - 0.55 * font, heading)
    return svg


def shown(histogram: hist.Hist[Any]) -> Floats:
    """What the colours stand for: contents, or means where there are entries; of the shape of the axes, without flow."""
    values = np.asarray(histogram.values(), dtype=float)
    if histogram.kind == "MEAN":
        values = np.where(np.asarray(histogram.counts()) > 0, values, np.nan)
    return values


def color_range(values: Floats, *, log: bool, from_zero: bool) -> tuple[float, float]:
    """The values of the first and the last colour: from 0 on or, if there are negative ones, around 0 alike.

    Means, which are not counted `from_zero`, begin with the lowest.
    """
    finite = values[np.isfinite(values)]
    if log:
        finite = finite[finite > 0]
        if not len(finite):
            return 0.1, 10.0
        high = min(max(float(finite.max()), TINY), HUGE)
        low = min(max(float(finite.min()), high * 1e-9), high)
        return (low, high) if high > 1.01 * low else (low / 2, high * 2)
    if not len(finite) or not finite.any():
        return 0.0, 1.0
    low, high = float(np.clip(finite.min(), -HUGE, HUGE)), float(np.clip(finite.max(), -HUGE, HUGE))
    if not from_zero:
        return (low, high) if high > low else (low - 0.5, high + 0.5)
    if low < 0:
        reach = max(-low, high, TINY)
        return -reach, reach
    return 0.0, max(high, TINY)


def is_empty(values: Floats, *, log: bool, from_zero: bool) -> NDArray[np.bool_]:
    """Which bins stay white: sums of nothing, and what has no logarithm."""
    empty: NDArray[np.bool_] = ((values == 0) & from_zero) | (log & (values <= 0))
    return empty


def palette(*, both_signs: bool) -> NDArray[np.uint8]:
    """256 colours as rows of red, green and blue: viridis, or from blue over white to red."""
    import matplotlib as mpl

    found = mpl.colormaps["RdBu_r" if both_signs else "viridis"](np.arange(256), bytes=True)
    return np.asarray(found)[:, :3]


def _marks(up: Bins, y: Scale, box: Box, font: float) -> Ticks:
    if up.names:
        middles = (up.edges[:-1] + up.edges[1:]) / 2
        each = max(1, -int(-1.1 * font * len(middles) // (box.bottom - box.top)))
        texts = [name if len(name) < 14 else name[:12] + "…" for name in up.names]
        return Ticks(tuple(middles[::each]), tuple(texts[::each]), ())
    return ticks(y.low, y.high, max(3, int((box.bottom - box.top) / (3 * font))), log=y.log)


def _pixels(values: Floats, across: Bins, up: Bins, x: Scale, y: Scale, low: float, high: float, *, log: bool, from_zero: bool) -> NDArray[np.uint8]:
    """Indices of colours, rows from the top: 1 to 254 for values, 0 for white, 255 for grey."""
    scale = Scale(low, high, 1.0, 254.0, log)
    grid = np.clip(np.round(np.nan_to_num(scale(values))), 1, 254).astype(np.uint8)
    grid[is_empty(values, log=log, from_zero=from_zero)] = 0
    grid[np.isnan(values)] = 255
    if not grid.size:
        return np.zeros((1, 1), np.uint8)
    if _alike(across) and _alike(up):
        return grid.T[::-1]
    columns = _sampled(across.edges, x)
    rows = _sampled(up.edges, y)
    return grid[columns][:, rows].T


def _alike(bins: Bins) -> bool:
    return not bins.log and bool(np.allclose(np.diff(bins.edges), bins.edges[1] - bins.edges[0], rtol=1e-6, atol=0))


def _sampled(edges: Floats, scale: Scale) -> NDArray[np.int64]:
    """Which bin each sample lies in, from the left or from the top."""
    places = np.sort(np.abs(scale(edges) - min(scale.begin, scale.end)))
    samples = (np.arange(int(places[-1] * _SAMPLES)) + 0.5) / _SAMPLES
    found = np.clip(np.searchsorted(places, samples, side="right") - 1, 0, len(edges) - 2)
    return found if scale.end > scale.begin else len(edges) - 2 - found


def _image(svg: Svg, indices: NDArray[np.uint8], box: Box, *, both_signs: bool) -> None:
    svg.raw(
        f'<image x="{place(box.left)}" y="{place(box.top)}" width="{place(box.right - box.left)}" height="{place(box.bottom - box.top)}" '
        f'preserveAspectRatio="none" style="image-rendering:pixelated" href="{_png(indices, both_signs=both_signs)}"/>'
    )


def _png(indices: NDArray[np.uint8], *, both_signs: bool) -> str:
    from PIL import Image

    colours = palette(both_signs=both_signs).copy()
    colours[0], colours[255] = (255, 255, 255), (190, 190, 190)
    image = Image.fromarray(np.ascontiguousarray(indices))
    image.putpalette(colours.tobytes())
    stream = io.BytesIO()
    image.save(stream, "PNG", optimize=True)
    return "data:image/png;base64," + base64.b64encode(stream.getvalue()).decode()


def _bar(svg: Svg, box: Box, levels: Ticks, low: float, high: float, label: str, *, both_signs: bool, log: bool) -> None:
    """The scale of colours, right of the map."""
    font = svg.font
    _image(svg, np.arange(254, 0, -1, dtype=np.uint8)[:, None], box, both_signs=both_signs)
    scale = Scale(low, high, box.bottom, box.top, log)
    svg.add("rect", x=box.left, y=box.top, width=box.right - box.left, height=box.bottom - box.top, fill="none", stroke="#111", stroke_width=1.2)
    svg.path(segments((box.right - 4, float(scale(v)), box.right, float(scale(v))) for v in levels.major), stroke="#111")
    for value, text in zip(levels.major, levels.texts, strict=True):
        svg.text(box.right + 0.3 * font, float(scale(value)) + 0.35 * font, text)
    if levels.factor:
        svg.text(box.left, box.top - 0.35 * font, levels.factor)
    svg.text(svg.width - 0.45 * font, box.top, label, anchor="end", turn=-90)
