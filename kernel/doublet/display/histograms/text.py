"""A drawing as plain text: bars of characters by histoprint, and what the histogram is in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from doublet.display.histograms.axes import Bins
from doublet.display.histograms.contents import is_count
from doublet.display.histograms.reduction import merged
from doublet.display.histograms.tex import plain
from doublet.display.histograms.words import alternative

if TYPE_CHECKING:
    from doublet.display.histograms.drawing import Drawing

__all__ = ["text"]

_LINES, _COLUMNS = 40, 79
_SYMBOLS = "=|"
"""How histograms are told from each other: not every reader of plain text knows colours."""


def text(drawing: Drawing) -> str:
    """Make it. Histograms that bars cannot show, as those with negative contents, are told in words alone."""
    bars = _bars(drawing) if drawing.ndim == 1 and len(drawing.layers) <= len(_SYMBOLS) else ""
    return bars + alternative(drawing)


def _bars(drawing: Drawing) -> str:
    from histoprint.formatter import HistFormatter

    drawn = [merged(layer.histogram, 0, _LINES)[0] for layer in drawing.layers]
    if not all(is_count(histogram) for histogram in drawn) or not len(drawn[0].axes[0]):
        return ""
    counts = np.nan_to_num(np.array([each.values() for each in drawn], dtype=float), posinf=0, neginf=0)
    if (counts < 0).any() or not counts.any():
        return ""
    bins = Bins.of(drawn[0].axes[0])
    labels = [plain(layer.label) for layer in drawing.layers]
    formatter = HistFormatter(
        bins.edges, lines=_LINES, columns=_COLUMNS, scale_bin_width=False, labels=labels, symbols=_SYMBOLS, use_color=False, count_area=False
    )
    return "".join(formatter.format_histogram(counts)).rstrip() + "\n"
