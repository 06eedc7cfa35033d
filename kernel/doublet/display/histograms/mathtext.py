"""Labels as matplotlib can draw them, wherever they come from."""

from __future__ import annotations

from functools import lru_cache

from doublet.display.histograms.tex import clean

__all__ = ["drawable"]


@lru_cache(maxsize=256)
def drawable(label: str) -> str:
    """A label whose maths matplotlib understands; one that it does not is drawn as typed."""
    from matplotlib.mathtext import MathTextParser

    label = clean(label)
    if label.count("$") < 2:
        return label.replace("$", r"\$")
    try:
        MathTextParser("path").parse(label)
    except ValueError:
        return label.replace("$", r"\$")
    return label
