"""The MIME bundle of a drawing: parts that each stand alone, for readers that differ in what they show."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from doublet.display.histograms.html import html
from doublet.display.histograms.payload import MIME, payload
from doublet.display.histograms.png import png
from doublet.display.histograms.reduction import merged
from doublet.display.histograms.text import text
from doublet.display.histograms.words import notes

if TYPE_CHECKING:
    import hist

    from doublet.display.histograms.drawing import Drawing

__all__ = ["RENDERERS", "Shown", "bundle", "fit"]

_MOST = {1: 500, 2: 250}
"""How many bins a picture of that many dimensions has along each axis at most."""
_NAMES = 60
"""How many categories."""


@dataclass(frozen=True)
class Shown:
    """What the parts are made of: the drawing with all its bins, the one that fits in a picture, and what is said below."""

    whole: Drawing
    drawn: Drawing
    notes: tuple[str, ...]


RENDERERS: dict[str, Callable[[Shown], Any]] = {
    MIME: lambda shown: payload(shown.whole),
    "text/html": lambda shown: html(shown.drawn, shown.whole, shown.notes),
    "image/png": lambda shown: b64encode(png(shown.drawn)).decode(),
    "text/plain": lambda shown: text(shown.whole),
}
"""What makes each part, by its MIME type."""


def bundle(drawing: Drawing, wanted: Callable[[str], bool] = lambda _kind: True) -> dict[str, Any]:
    """Make the parts whose MIME types are wanted."""
    shown = fit(drawing)
    return {kind: render(shown) for kind, render in RENDERERS.items() if wanted(kind)}


def fit(whole: Drawing) -> Shown:
    """Merge bins where there are more than a picture can show, and say so."""
    said = list(whole.notes)
    layers = []
    for layer in whole.layers:
        smaller, merging = _fewer(layer.histogram)
        passed = _fewer(layer.passed)[0] if layer.passed is not None else None
        layers.append(replace(layer, histogram=smaller, passed=passed))
        said += [each for each in (*merging, *notes(smaller)) if each not in said]
    return Shown(whole, replace(whole, layers=tuple(layers)), tuple(said))


def _fewer(histogram: hist.Hist[Any]) -> tuple[hist.Hist[Any], list[str]]:
    said = []
    for number, axis in enumerate(histogram.axes):
        most = _MOST[min(max(histogram.ndim, 1), 2)] if axis.traits.ordered else _NAMES
        histogram, note = merged(histogram, number, most)
        said += [note] if note else []
    return histogram, said
