"""Colours of layers: distinguishable also without full colour vision."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from doublet.display.histograms.drawing import Layer

__all__ = ["PALETTE", "color_of"]

PALETTE = (
    "#3f90da", "#ffa90e", "#bd1f01", "#94a4a2", "#832db6", "#a96b59", "#e76300", "#b9ac70", "#717581", "#92dadd",
)  # fmt: skip
"""Ten colours for lines and areas, M. Petroff, arXiv:2107.02270: the ones that CMS and mplhep use."""


_SIGNALS = ("#c2007a", "#006d2c", "#5b2a86")
"""For lines over a stack: none of its colours, and dark enough to be seen on them."""


def color_of(layer: Layer, number: int) -> str:
    """The colour of a layer by its place in the drawing; data are black."""
    if layer.color or layer.role == "data":
        return layer.color or "#111111"
    palette = _SIGNALS if layer.role == "signal" else PALETTE
    return palette[number % len(palette)]
