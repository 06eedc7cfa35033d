"""SVG, written piece by piece; every text that comes from outside is escaped here."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from xml.sax.saxutils import escape, quoteattr

from doublet.display.histograms.tex import pieces

__all__ = ["Svg", "data_uri", "place"]


def place(value: float) -> str:
    """A coordinate, to a tenth of a pixel."""
    return f"{value:.1f}".removesuffix(".0")


def data_uri(svg: str) -> str:
    """A ``data:`` URI for an ``<img>``; base64 survives every sanitiser and Markdown reader."""
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()


class Svg:
    """A picture of a width and height in its own pixels. It scales to where it is put."""

    def __init__(self, width: float, height: float, font: float = 15) -> None:
        self.width, self.height, self.font = width, height, font
        self._parts: list[str] = []

    def add(self, tag: str, **attributes: str | float) -> None:
        """An element; ``stroke_width`` is written stroke-width."""
        self._parts.append(f"<{tag}{self._attributes(attributes)}/>")

    def path(self, d: str, **attributes: str | float) -> None:
        if d:
            self.add("path", d=d, **attributes)

    def text(self, x: float, y: float, label: str, *, anchor: str = "start", size: float = 0, turn: float = 0, color: str = "") -> None:
        """A label, with TeX maths if it has any, at its baseline; turned by degrees around that."""
        size = size or self.font
        spans = []
        shift = 0.0
        for piece in pieces(label):
            raised = -0.35 * size * piece.level if piece.level > 0 else -0.22 * size * piece.level
            style = f' dy="{place(raised - shift)}"' if raised != shift else ""
            style += f' font-size="{place(0.72 * size)}"' if piece.level else ""
            style += ' font-style="italic"' if piece.italic else ""
            shift = raised
            spans.append(f"<tspan{style}>{escape(piece.text)}</tspan>" if style else escape(piece.text))
        options: dict[str, str | float] = {"x": x, "y": y}
        if anchor != "start":
            options["text_anchor"] = anchor
        if size != self.font:
            options["font_size"] = size
        if turn:
            options["transform"] = f"rotate({place(turn)} {place(x)} {place(y)})"
        if color:
            options["fill"] = color
        self._parts.append(f"<text{self._attributes(options)}>{''.join(spans)}</text>")

    def panel(self, inner: Svg, x: float, y: float) -> None:
        """Another picture inside this one, at its own size."""
        size = f'x="{place(x)}" y="{place(y)}" width="{place(inner.width)}" height="{place(inner.height)}"'
        self._parts.append(f'<svg {size} font-size="{place(inner.font)}">{"".join(inner._parts)}</svg>')

    def raw(self, markup: str) -> None:
        """Markup of our own, in which nothing comes from outside."""
        self._parts.append(markup)

    def document(self) -> str:
        """The whole, on a white card: it is seen on light and on dark pages, whatever the system's theme says."""
        w, h = place(self.width), place(self.height)
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {w} {h}" width="{w}" height="{h}" '
            f'font-family="Helvetica,Arial,\'Liberation Sans\',sans-serif" font-size="{place(self.font)}" fill="#111">'
            f'<rect width="{w}" height="{h}" rx="6" fill="#fff"/>{"".join(self._parts)}</svg>'
        )

    @staticmethod
    def _attributes(attributes: dict[str, str | float]) -> str:
        return "".join(
            f" {name.rstrip('_').replace('_', '-')}={quoteattr(value if isinstance(value, str) else place(value))}"
            for name, value in attributes.items()
        )


def segments(lines: Iterable[tuple[float, float, float, float]]) -> str:
    """A path of separate straight lines, each from (x1, y1) to (x2, y2)."""
    return "".join(f"M{place(a)} {place(b)}L{place(c)} {place(d)}" for a, b, c, d in lines)
