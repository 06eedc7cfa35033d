"""The frame of a picture: its axes with ticks and labels, as papers of the field have them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from doublet.display.histograms.svg import Svg, segments
from doublet.display.histograms.tex import width
from doublet.display.histograms.ticks import Scale, Ticks, ticks

if TYPE_CHECKING:
    from doublet.display.histograms.axes import Bins

__all__ = ["Box", "frame", "overhang", "room_below", "room_left", "x_scale"]

_TURNED = 24
"""How many characters of a turned name are written."""


@dataclass(frozen=True)
class Box:
    """Where the frame lies in the picture, in its pixels; y counts downwards."""

    left: float
    top: float
    right: float
    bottom: float


def x_scale(bins: Bins, box: Box) -> Scale:
    low, high = (float(bins.edges[0]), float(bins.edges[-1])) if len(bins.edges) > 1 else (0.0, 1.0)
    return Scale(low, high, box.left, box.right, bins.log)


def room_below(bins: Bins, svg: Svg, across: float) -> float:
    """How much room the texts below a frame of a width need."""
    line = 1.55 * svg.font
    names = 1.5 * svg.font
    if bins.names and _is_turned(bins, svg, across):
        names = max(width(_short(name), svg.font) for name in bins.names) * 0.6 + 1.6 * svg.font
    return names + (line if bins.label else 0.3 * svg.font)


def overhang(bins: Bins, svg: Svg) -> float:
    """How far the first turned names reach left of where their bins begin, if they are turned at all."""
    if not bins.names or not _is_turned(bins, svg, 0.8 * svg.width):
        return 0.0
    across = 0.8 * svg.width / len(bins.names)
    return max(0.85 * width(_short(name), svg.font) - (n + 0.5) * across for n, name in enumerate(bins.names))


def room_left(marks: Ticks, svg: Svg, label: str) -> float:
    """How much room the texts left of a frame need."""
    texts = max((width(text, svg.font) for text in marks.texts), default=0)
    return texts + 0.8 * svg.font + (1.4 * svg.font if label else 0)


def frame(svg: Svg, box: Box, x: Scale, y: Scale, marks: Ticks, bins: Bins, y_label: str, *, below: bool = True) -> None:
    """Draw the frame; `below` says whether the texts of x are written."""
    font = svg.font
    svg.add("rect", x=box.left, y=box.top, width=box.right - box.left, height=box.bottom - box.top, fill="none", stroke="#111", stroke_width=1.2)
    lines = []
    for values, size in ((marks.major, 9.0), (marks.minor, 5.0)):
        for value in values:
            at = float(y(value))
            lines += [(box.left, at, box.left + size, at), (box.right, at, box.right - size, at)]
    if bins.names:
        across = (box.right - box.left) / len(bins.names)
        lines += [(box.left + n * across, edge, box.left + n * across, edge + size) for n in range(1, len(bins.names)) for edge, size in ((box.bottom, -5.0), (box.top, 5.0))]
    else:
        numbers = ticks(x.low, x.high, max(2, int((box.right - box.left) / (5.5 * font))), log=x.log)
        for values, size in ((numbers.major, 9.0), (numbers.minor, 5.0)):
            for value in values:
                at = float(x(value))
                lines += [(at, box.bottom, at, box.bottom - size), (at, box.top, at, box.top + size)]
        if below:
            for value, text in zip(numbers.major, numbers.texts, strict=True):
                svg.text(float(x(value)), box.bottom + 1.15 * font, text, anchor="middle")
    svg.path(segments(lines), stroke="#111", stroke_width=1)
    for value, text in zip(marks.major, marks.texts, strict=True):
        svg.text(box.left - 0.4 * font, float(y(value)) + 0.35 * font, text, anchor="end")
    if marks.factor:
        svg.text(box.left, box.top - 0.35 * font, marks.factor)
    if below:
        if bins.names:
            _names(svg, box, bins)
        factor = "" if bins.names or not numbers.factor else f"{numbers.factor} "
        if bins.label or factor:
            svg.text(box.right, box.bottom + room_below(bins, svg, box.right - box.left) - 0.55 * font, f"{factor}{bins.label}", anchor="end")
    if y_label:
        long = width(y_label, font) > box.bottom - box.top
        at, anchor = ((box.top + box.bottom) / 2, "middle") if long else (box.top, "end")
        svg.text(box.left - room_left(marks, svg, y_label) + 1.1 * font, at, y_label, anchor=anchor, turn=-90)


def _names(svg: Svg, box: Box, bins: Bins) -> None:
    across = (box.right - box.left) / len(bins.names)
    turned = _is_turned(bins, svg, box.right - box.left)
    # Where there are more names than lines of text fit side by side, each second or third is written.
    each = max(1, -int(-1.1 * svg.font // across)) if turned else 1
    for number, name in enumerate(bins.names):
        if number % each:
            continue
        at = box.left + (number + 0.5) * across
        if turned:
            svg.text(at + 0.3 * svg.font, box.bottom + 1.1 * svg.font, _short(name), anchor="end", turn=-35)
        else:
            svg.text(at, box.bottom + 1.2 * svg.font, name, anchor="middle")


def _is_turned(bins: Bins, svg: Svg, across: float) -> bool:
    return any(width(name, svg.font) > 0.92 * across / len(bins.names) for name in bins.names)


def _short(name: str) -> str:
    return name if len(name) <= _TURNED else name[: _TURNED - 1] + "…"
