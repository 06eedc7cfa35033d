"""The picture of a drawing as SVG: one module draws each number of dimensions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from doublet.display.histograms.colours import draw_colours
from doublet.display.histograms.contents import is_count
from doublet.display.histograms.curves import draw_curves
from doublet.display.histograms.drawing import Drawing, Layer
from doublet.display.histograms.labels import title
from doublet.display.histograms.svg import Svg
from doublet.display.histograms.ticks import number

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["picture", "projection", "projections"]

_PAIRS = 4
"""Up to how many dimensions each pair of them has a map."""
_WIDTH, _HEIGHT, _FONT = 310, 220, 11


def picture(drawing: Drawing, *, log: bool) -> str:
    """Draw it as an SVG document; `log` is for the axis of values."""
    if drawing.ndim == 0:
        return _value(drawing).document()
    if any(not len(axis) for axis in drawing.layers[0].histogram.axes):
        return _words(drawing, "An axis of this histogram has no bins yet").document()
    if drawing.ndim == 1:
        return draw_curves(drawing, log=log).document()
    if drawing.ndim == 2:
        return draw_colours(drawing, log=log).document()
    return _grid(drawing, log=log).document()


def projections(ndim: int) -> list[tuple[int, ...]]:
    """The axes of each picture of a histogram of more than two dimensions: each alone, then pairs if they are few."""
    pairs = [(a, b) for a in range(ndim) for b in range(a + 1, ndim)] if ndim <= _PAIRS else []
    return [*((axis,) for axis in range(ndim)), *pairs]


def projection(layer: Layer, axes: tuple[int, ...]) -> Layer:
    """What a grid shows of a layer: sums as they are drawn, means as the points of a profile, where they are over one axis."""
    histogram = layer.histogram.project(*axes)
    # Each axis has its own label already; the title is above all of them.
    histogram.label = histogram.name = ""
    if len(axes) == 1 and not is_count(histogram):
        return Layer(histogram, draw="points", role="profile", color=layer.color)
    return Layer(histogram, draw=layer.draw, role=layer.role, color=layer.color)


def _grid(drawing: Drawing, *, log: bool) -> Svg:
    """Projections side by side, two in a row, so that they can be read on a narrow page, too."""
    panels = list(_panels(drawing, log=log))
    top = 30.0 if title(drawing) else 6.0
    svg = Svg(2 * _WIDTH, top + -(-len(panels) // 2) * _HEIGHT, 15)
    if title(drawing):
        svg.text(12, 21, title(drawing))
    for place, panel in enumerate(panels):
        svg.panel(panel, place % 2 * _WIDTH, top + place // 2 * _HEIGHT)
    return svg


def _panels(drawing: Drawing, *, log: bool) -> Iterator[Svg]:
    layer = drawing.layers[0]
    for axes in projections(drawing.ndim):
        part = Drawing((projection(layer, axes),), value=drawing.value)
        draw = draw_curves if len(axes) == 1 else draw_colours
        yield draw(part, log=log, width_=_WIDTH, height=_HEIGHT, font=_FONT)


def _value(drawing: Drawing) -> Svg:
    """A histogram without axes is one number with its error."""
    histogram = drawing.layers[0].histogram
    variances = histogram.variances()
    error = f" ± {number(float(variances) ** 0.5)}" if variances is not None else ""
    return _words(drawing, f"{number(float(histogram.values()))}{error}")


def _words(drawing: Drawing, text: str) -> Svg:
    svg = Svg(600, 90)
    if title(drawing):
        svg.text(300, 30, title(drawing), anchor="middle")
    svg.text(300, 60, text, anchor="middle", size=20 if len(text) < 40 else 15)
    return svg
