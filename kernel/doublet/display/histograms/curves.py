"""The picture of histograms of one dimension: outlines, error bars, areas, stacks, points, and a panel with ratios."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from doublet.display.histograms.axes import Bins
from doublet.display.histograms.contents import Points, Ratio, points, ratio, total
from doublet.display.histograms.labels import title, value_label
from doublet.display.histograms.panel import Box, frame, overhang, room_below, room_left, x_scale
from doublet.display.histograms.style import color_of
from doublet.display.histograms.svg import Svg, place, segments
from doublet.display.histograms.tex import width
from doublet.display.histograms.ticks import HUGE, TINY, Scale, ticks

if TYPE_CHECKING:
    from doublet.display.histograms.drawing import Drawing, Layer

__all__ = ["draw_curves", "nothing", "value_range"]

Floats = NDArray[np.float64]
WIDTH, HEIGHT, RATIO = 600, 400, 140


@dataclass(frozen=True)
class Curve:
    """A layer with what is drawn of it, and what it stands on."""

    layer: Layer
    points: Points
    base: Floats
    color: str


def draw_curves(drawing: Drawing, *, log: bool, width_: float = WIDTH, height: float = HEIGHT, font: float = 15) -> Svg:
    """Draw it; the size is that of the picture without the ratio's panel."""
    found = ratio(drawing)
    svg = Svg(width_, height + (RATIO if found else 0), font)
    curves = list(_curves(drawing))
    bins = Bins.of(drawing.layers[0].histogram.axes[0])
    low, high = value_range(drawing, log=log)
    label, heading = value_label(drawing), title(drawing)
    top = 2.1 * font if heading else 1.5 * font
    bottom = height - (0.7 * font if found else room_below(bins, svg, width_ * 0.85))
    legend = _Legend(curves, svg)
    y = Scale(low, high, bottom, top, log)
    marks = ticks(low, high, max(3, int((bottom - top) / (3.2 * font))), log=log)
    box = Box(max(room_left(marks, svg, label), overhang(bins, svg)), top, width_ - 1.2 * font, bottom)
    x = x_scale(bins, box)
    side, high = legend.fit(curves, x, y, box)
    y = replace(y, high=high)
    marks = ticks(low, high, max(3, int((bottom - top) / (3.2 * font))), log=log)
    svg.raw(f'<clipPath id="c"><rect x="{place(box.left)}" y="{place(top)}" width="{place(box.right - box.left)}" height="{place(bottom - top)}"/></clipPath><g clip-path="url(#c)">')
    _draw(svg, curves, bins, x, y)
    svg.raw("</g>")
    frame(svg, box, x, y, marks, bins, label, below=found is None)
    legend.draw(svg, box, side)
    if not any(np.nan_to_num(curve.points.values).any() for curve in curves):
        svg.text((box.left + box.right) / 2, (box.top + box.bottom) / 2, nothing(curves[0].points.values), anchor="middle", color="#767676")
    if heading:
        svg.text(box.left if not marks.factor else box.left + 4 * font, top - 0.55 * font, heading)
    if found:
        _panel(svg, found, drawing, curves, bins, box)
    return svg


def nothing(values: Floats) -> str:
    """What is written where a picture would be empty."""
    return "No entries" if np.all(values == 0) else "Nothing to draw"


def value_range(drawing: Drawing, *, log: bool) -> tuple[float, float]:
    """The lowest and the highest value of a picture, both finite and apart; above 0 on a logarithmic axis."""
    curves = list(_curves(drawing))
    ends = [each for curve in curves for each in (curve.points.values + curve.base, *_bars(curve))]
    values = np.concatenate([np.ravel(each) for each in ends]) if ends else np.zeros(0)
    values = np.clip(values[np.isfinite(values)], -HUGE, HUGE)
    if log:
        # Whatever goes below zero, as error bars do, ends at the bottom.
        contents = np.concatenate([curve.points.values + curve.base for curve in curves])
        positive = contents[np.isfinite(contents) & (contents > 0)]
        if not len(positive):
            return 0.1, 10.0
        lowest, highest = min(max(float(positive.min()), TINY), HUGE), max(float(values.max()), TINY)
        low = max(lowest * 0.5, highest * 1e-9)
        return low, highest * (highest / low) ** 0.06 * 1.2
    if drawing.layers[0].passed is not None:
        return -0.04, 1.1
    if not len(values) or not values.any():
        return 0.0, 1.0
    lowest, highest = float(values.min()), float(values.max())
    if drawing.layers[0].histogram.kind != "COUNT":
        # Means are not counted from zero.
        margin = (highest - lowest) * 0.08 or abs(highest) * 0.1 or 1.0
        return lowest - margin, highest + margin
    # A bin below zero leaves some room above it, too.
    margin = 0.08 * (max(highest, 0) - min(lowest, 0))
    return lowest - margin if lowest < 0 else 0.0, max(max(highest, 0) + margin, TINY)


def _curves(drawing: Drawing) -> Iterator[Curve]:
    base: Floats = np.zeros(len(drawing.layers[0].histogram.axes[0]))
    for number, layer in enumerate(drawing.layers):
        own = points(layer)
        yield Curve(layer, own, base if layer.stacked else np.zeros(len(own.values)), color_of(layer, number))
        if layer.stacked:
            base = base + np.nan_to_num(own.values, posinf=0, neginf=0)


def _bars(curve: Curve) -> tuple[Floats, ...]:
    if curve.layer.draw in ("errors", "points"):
        return curve.points.lower, curve.points.upper
    return ()


def _draw(svg: Svg, curves: Sequence[Curve], bins: Bins, x: Scale, y: Scale) -> None:
    stack = [curve for curve in curves if curve.layer.stacked]
    for curve in reversed(stack):  # the lowest one comes last, in front
        _area(svg, curve, bins, x, y, "0.95")
    if stack:
        _band(svg, total([curve.layer for curve in stack]), bins, x, y)
    for curve in curves:
        if curve.layer.stacked:
            continue
        if curve.layer.draw == "filled" or (len(curves) == 1 and curve.layer.draw != "points"):
            _area(svg, curve, bins, x, y, "0.35" if curve.layer.draw == "filled" else "0.15")
        if curve.layer.draw != "points":
            svg.path(_outline(curve.points.values + curve.base, bins, x, y), fill="none", stroke=curve.color, stroke_width=1.6, stroke_linejoin="miter")
        if curve.layer.draw in ("errors", "points"):
            _markers(svg, curve.points, bins, x, y, curve.color, dots=curve.layer.draw == "points", across=curve.layer.passed is not None or curve.layer.role == "profile")


def _outline(values: Floats, bins: Bins, x: Scale, y: Scale, *, closed: bool = False) -> str:
    """A path along the tops of the bins, with a gap where there is nothing to draw."""
    places, tops = x(bins.edges), y(values)
    foot = place(float(y(y.low if y.log else min(max(0.0, y.low), y.high))))
    path, open_ = [], False
    for number, top in enumerate(tops):
        if np.isnan(top):
            path.append(f"V{foot}" + ("Z" if closed else "") if open_ else "")
            open_ = False
            continue
        if not open_:
            path.append(f"M{place(places[number])} {foot}")
            open_ = True
        path.append(f"V{place(top)}H{place(places[number + 1])}")
    if open_:
        path.append(f"V{foot}" + ("Z" if closed else ""))
    return "".join(path)


def _area(svg: Svg, curve: Curve, bins: Bins, x: Scale, y: Scale, opacity: str) -> None:
    edge: dict[str, str | float] = {"stroke": "#222", "stroke_width": 0.7} if curve.layer.stacked else {}
    svg.path(_outline(curve.points.values + curve.base, bins, x, y, closed=True), fill=curve.color, fill_opacity=opacity, **edge)


def _band(svg: Svg, sums: Points, bins: Bins, x: Scale, y: Scale) -> None:
    """Hatch the statistical error of the sum of a stack."""
    svg.raw('<pattern id="h" width="5" height="5" patternUnits="userSpaceOnUse"><path d="M-1 6L6 -1M-1 1L1 -1M4 6L6 4" stroke="#222" stroke-width=".7"/></pattern>')
    places, below, above = x(bins.edges), y(sums.lower), y(sums.upper)
    svg.path(
        "".join(
            f"M{place(places[n])} {place(low)}H{place(places[n + 1])}V{place(high)}H{place(places[n])}Z"
            for n, (low, high) in enumerate(zip(below, above, strict=True))
            if low - high > 0.05
        ),
        fill="url(#h)",
    )


def _markers(svg: Svg, shown: Points, bins: Bins, x: Scale, y: Scale, color: str, *, dots: bool, across: bool) -> None:
    edges = x(bins.edges)
    middles = (edges[:-1] + edges[1:]) / 2
    values, lower, upper = y(shown.values), y(shown.lower), y(shown.upper)
    if y.log:
        lower = np.where(np.isnan(lower), y.begin, lower)
    # Data without entries, and what a logarithmic axis cannot show, have no marker.
    drawn = np.isfinite(values) & ((shown.values > 0) if y.log else True)
    bars = [(at, low, at, high) for at, low, high, here in zip(middles, lower, upper, drawn, strict=True) if here and low - high > 0.05]
    if across:
        bars += [(edges[n], values[n], edges[n + 1], values[n]) for n in np.flatnonzero(drawn)]
    svg.path(segments(bars), stroke=color, stroke_width=1.3)
    if dots:
        size = max(1.5, min(3.2, 0.35 * float(np.median(np.diff(edges))))) if len(edges) > 1 else 3
        # A dot is a line of no length with round ends: a third of what circles take.
        svg.path("".join(f"M{place(middles[n])} {place(values[n])}h0" for n in np.flatnonzero(drawn)), stroke=color, stroke_width=2 * size, stroke_linecap="round")


class _Legend:
    """Names of layers with how they are drawn, in the upper corner where there is more room."""

    def __init__(self, curves: Sequence[Curve], svg: Svg) -> None:
        self._named = [curve for curve in curves if curve.layer.label]
        self._has_band = any(curve.layer.stacked for curve in curves)
        # Data first, then the stack from its top, as they are seen.
        self._named.sort(key=lambda curve: (curve.layer.stacked, curve.layer.role != "data"))
        stacked = [curve for curve in self._named if curve.layer.stacked]
        self._named = [curve for curve in self._named if not curve.layer.stacked] + stacked[::-1]
        names = [curve.layer.label for curve in self._named] + (["Stat. uncertainty"] if self._has_band else [])
        self._line = 1.4 * svg.font
        self._columns = 1 if len(names) <= 7 else 2
        self._lines = -(-len(names) // self._columns)
        self._column = max((width(name, svg.font) for name in names), default=0) + 3.2 * svg.font
        self.width = self._columns * self._column
        self.height = self._lines * self._line + 0.8 * svg.font if self._named else 0

    def fit(self, curves: Sequence[Curve], x: Scale, y: Scale, box: Box) -> tuple[str, float]:
        """The side where the legend stands, and how high the axis of values has to reach for it."""
        if not self._named:
            return "right", y.high
        needed = {side: self._needed(side, curves, x, y, box) for side in ("right", "left")}
        side = "left" if needed["left"] < needed["right"] * 0.98 else "right"
        return side, needed[side]

    def _needed(self, side: str, curves: Sequence[Curve], x: Scale, y: Scale, box: Box) -> float:
        """The upper end of the axis with which nothing is drawn where the legend stands."""
        start, end = (box.left, box.left + self.width) if side == "left" else (box.right - self.width, box.right)
        highest = 0.0
        for curve in curves:
            places = x(Bins.of(curve.layer.histogram.axes[0]).edges)
            inside = (places[1:] >= start) & (places[:-1] <= end)
            for values in (curve.points.values + curve.base, *_bars(curve)):
                heights = (y.begin - y(values[inside])) / (y.begin - y.end)
                highest = max([highest, *heights[np.isfinite(heights)]])
        free = max(0.2, 1 - self.height / (box.bottom - box.top))
        stretch = max(1.0, highest / free)
        if y.log:
            return float(y.low * (y.high / y.low) ** stretch)
        return float(y.low + (y.high - y.low) * stretch)

    def draw(self, svg: Svg, box: Box, side: str) -> None:
        font = svg.font
        start = box.left + 0.9 * font if side == "left" else box.right - self.width
        for number, curve in enumerate((*self._named, *([None] if self._named and self._has_band else []))):
            left, middle = start + number // self._lines * self._column, box.top + 0.9 * font + number % self._lines * self._line
            if curve is not None:
                self._key(svg, curve, left, middle)
            else:
                svg.add("rect", x=left, y=middle - 0.4 * font, width=1.7 * font, height=0.8 * font, fill="url(#h)")
            svg.text(left + 2.2 * font, middle + 0.35 * font, curve.layer.label if curve is not None else "Stat. uncertainty")

    @staticmethod
    def _key(svg: Svg, curve: Curve, left: float, middle: float) -> None:
        font, layer = svg.font, curve.layer
        if layer.stacked or layer.draw == "filled":
            edge: dict[str, str | float] = {"stroke": "#222" if layer.stacked else curve.color, "stroke_width": 0.7 if layer.stacked else 1.6}
            svg.add("rect", x=left, y=middle - 0.4 * font, width=1.7 * font, height=0.8 * font, fill=curve.color, fill_opacity="0.95" if layer.stacked else "0.35", **edge)
        elif layer.draw == "points":
            at = left + 0.85 * font
            svg.path(f"M{place(at)} {place(middle - 0.5 * font)}v{place(font)}", stroke=curve.color, stroke_width=1.3)
            svg.add("circle", cx=at, cy=middle, r=3.2, fill=curve.color)
        else:
            bar = f"M{place(left + 0.85 * font)} {place(middle - 0.45 * font)}v{place(0.9 * font)}" if layer.draw == "errors" else ""
            svg.path(f"M{place(left)} {place(middle)}h{place(1.7 * font)}{bar}", stroke=curve.color, stroke_width=1.6)


def _panel(svg: Svg, found: Ratio, drawing: Drawing, curves: Sequence[Curve], bins: Bins, above: Box) -> None:
    """The panel of ratios, below the picture."""
    box = Box(above.left, above.bottom + 1.1 * svg.font, above.right, svg.height - room_below(bins, svg, above.right - above.left))
    x = x_scale(bins, box)
    away = np.abs(np.concatenate([part.values for part in found.points]) - 1)
    away = away[np.isfinite(away)]
    reach = min(1.0, max(0.15, float(away.max()) * 1.25 if len(away) else 0.5))
    y = Scale(1 - reach, 1 + reach, box.bottom, box.top)
    svg.raw(f'<clipPath id="r"><rect x="{place(box.left)}" y="{place(box.top)}" width="{place(box.right - box.left)}" height="{place(box.bottom - box.top)}"/></clipPath><g clip-path="url(#r)">')
    _shade(svg, found.band, bins, x, y)
    svg.path(f"M{place(box.left)} {place(float(y(1.0)))}H{place(box.right)}", stroke="#666", stroke_dasharray="5 4")
    divided = [curve for curve in curves if any(curve.layer is layer for layer in (drawing.parts() or ([], []))[0])]
    for curve, part in zip(divided, found.points, strict=True):
        _markers(svg, part, bins, x, y, curve.color, dots=True, across=curve.layer.role != "data")
        _beyond(svg, part, bins, x, y, curve.color)
    svg.raw("</g>")
    frame(svg, box, x, y, ticks(y.low, y.high, 4), bins, found.label)


def _beyond(svg: Svg, part: Points, bins: Bins, x: Scale, y: Scale, color: str) -> None:
    """Mark with an arrow at the frame what lies beyond it."""
    edges = x(bins.edges)
    middles = (edges[:-1] + edges[1:]) / 2
    # What is half beyond it cannot be read, either.
    hidden = 0.02 * (y.high - y.low)
    above, below = np.flatnonzero(part.values > y.high - hidden), np.flatnonzero(part.values < y.low)
    arrows = [(middles[n], y.end, 6) for n in above] + [(middles[n], y.begin, -6) for n in below]
    svg.path("".join(f"M{place(at)} {place(tip)}l-4 {place(size)}h8Z" for at, tip, size in arrows), fill=color)


def _shade(svg: Svg, band: Points, bins: Bins, x: Scale, y: Scale) -> None:
    places, lower, upper = x(bins.edges), y(band.lower), y(band.upper)
    boxes = (
        f"M{place(places[n])} {place(lower[n])}H{place(places[n + 1])}V{place(upper[n])}H{place(places[n])}Z"
        for n in np.flatnonzero(np.isfinite(lower) & np.isfinite(upper))
    )
    svg.path("".join(boxes), fill="#888", fill_opacity="0.3")
