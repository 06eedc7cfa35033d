"""Pictures of a page against those that somebody has looked at.

Fonts differ between machines, curves must not: text is grey, so colour is compared strictly and lightness less so.
"""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

if TYPE_CHECKING:
    from numpy.typing import NDArray

REFERENCES = Path(__file__).resolve().parent.parent / "data/pictures"
ANEW = "DOUBLET_NEW_PICTURES"
"""Set to write references again; look at each before it is committed."""

_BLOCK = 6
"""Side of the squares, in pixels, whose mean is compared: less than that may move."""
_COLOURED, _LIGHT = 10.0, 25.0
"""By how much a square may differ, of 255."""
_COLOURED_PART, _LIGHT_PART = 0.0025, 0.015
"""Which part of the squares may differ more than that: another font changes 0.01 % and 1.1 %, a missing curve 0.4 % and more."""
_ASIDE = sorted(((x, y) for x in range(3) for y in range(3)), key=lambda aside: aside != (1, 1))
"""A browser may place all of a page a pixel aside; that it does not is likeliest."""
_PIXELS = 12
"""By how many pixels sizes may differ, as a line of text makes them."""


def difference(shown: Image.Image, reference: Image.Image) -> str:
    """Say in which way two pictures differ, empty if they do not."""
    if max(abs(a - b) for a, b in zip(shown.size, reference.size, strict=True)) > _PIXELS:
        return f"its size is {shown.size} instead of {reference.size}"
    one, other = (np.asarray(each.convert("RGB"), dtype=float) for each in (shown, reference))
    rows, columns = (min(pair) // _BLOCK * _BLOCK - _BLOCK for pair in zip(one.shape[:2], other.shape[:2], strict=True))
    middle = other[1 : rows + 1, 1 : columns + 1]
    parts = []
    for x, y in _ASIDE:
        coloured, light = _parts(one[y : rows + y, x : columns + x], middle)
        if coloured <= _COLOURED_PART and light <= _LIGHT_PART:
            return ""
        parts.append((coloured, light))
    coloured, light = min(parts)
    if coloured > _COLOURED_PART:
        return f"{coloured:.2%} of it has another colour"
    return f"{light:.2%} of it is lighter or darker"


def check(png: bytes, name: str) -> None:
    """Compare a screenshot with its reference; what was seen instead is left beside pytest's other results."""
    shown = Image.open(io.BytesIO(png))
    file = REFERENCES / f"{name}.png"
    if os.environ.get(ANEW):
        file.parent.mkdir(parents=True, exist_ok=True)
        shown.convert("RGB").quantize(256, dither=Image.Dither.NONE).save(file, optimize=True)
        return
    assert file.exists(), f"there is no {file}: run the tests with {ANEW}=1 and look at it"
    differs = difference(shown, Image.open(file))
    if differs:
        seen = Path("build/pictures") / f"{name}.png"
        seen.parent.mkdir(parents=True, exist_ok=True)
        shown.save(seen)
        raise AssertionError(f"{name}: {differs}; compare {seen} with {file}")


def _parts(one: NDArray[np.float64], other: NDArray[np.float64]) -> tuple[float, float]:
    """Which parts of two pictures of the same size differ in colour, and in lightness."""
    grey, other_grey = (each.mean(axis=2, keepdims=True) for each in (one, other))
    return _part(one - grey, other - other_grey, _COLOURED), _part(grey, other_grey, _LIGHT)


def _part(one: NDArray[np.float64], other: NDArray[np.float64], most: float) -> float:
    rows, columns, colours = one.shape
    blocks = (rows // _BLOCK, _BLOCK, columns // _BLOCK, _BLOCK, colours)
    means = [each.reshape(blocks).mean(axis=(1, 3)) for each in (one, other)]
    return float((np.abs(means[0] - means[1]).max(axis=2) > most).mean())
