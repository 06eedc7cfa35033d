"""Pictures of a page against those that somebody has looked at.

Fonts differ between machines, curves must not: text is grey, so colour is compared strictly and lightness less so.
"""

from __future__ import annotations

import io
import os
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

REFERENCES = Path(__file__).resolve().parent.parent / "data/pictures"
ANEW = "DOUBLET_NEW_PICTURES"
"""Set to write references again; look at each before it is committed."""

_BLOCK = 6
"""Side of the squares, in pixels, whose mean is compared: less than that may move."""
_COLOURED, _LIGHT = 14.0, 40.0
"""By how much a square may differ, of 255."""
_COLOURED_PART, _LIGHT_PART = 0.004, 0.06
"""Which part of the squares may differ more than that."""
_PIXELS = 12
"""By how many pixels sizes may differ, as a line of text makes them."""


def difference(shown: Image.Image, reference: Image.Image) -> str:
    """Say in which way two pictures differ, empty if they do not."""
    if max(abs(a - b) for a, b in zip(shown.size, reference.size, strict=True)) > _PIXELS:
        return f"its size is {shown.size} instead of {reference.size}"
    size = tuple(min(pair) // _BLOCK * _BLOCK for pair in zip(shown.size, reference.size, strict=True))
    one, other = (np.asarray(each.convert("RGB").crop((0, 0, *size)), dtype=float) for each in (shown, reference))
    coloured = _part(_chroma(one), _chroma(other), _COLOURED)
    if coloured > _COLOURED_PART:
        return f"{coloured:.1%} of it has another colour"
    light = _part(one.mean(axis=2, keepdims=True), other.mean(axis=2, keepdims=True), _LIGHT)
    return f"{light:.1%} of it is lighter or darker" if light > _LIGHT_PART else ""


def check(png: bytes, name: str) -> None:
    """Compare a screenshot with its reference; what was seen instead is left beside pytest's other results."""
    shown = Image.open(io.BytesIO(png))
    file = REFERENCES / f"{name}.png"
    if os.environ.get(ANEW):
        file.parent.mkdir(parents=True, exist_ok=True)
        shown.convert("RGB").quantize(64, dither=Image.Dither.NONE).save(file, optimize=True)
        return
    assert file.exists(), f"there is no {file}: run the tests with {ANEW}=1 and look at it"
    differs = difference(shown, Image.open(file))
    if differs:
        seen = Path("build/pictures") / f"{name}.png"
        seen.parent.mkdir(parents=True, exist_ok=True)
        shown.save(seen)
        raise AssertionError(f"{name}: {differs}; compare {seen} with {file}")


def _chroma(picture: NDArray[np.float64]) -> NDArray[np.float64]:
    """How far each colour is from grey: what is black, grey or white is 0."""
    return picture - picture.mean(axis=2, keepdims=True)


def _part(one: NDArray[np.float64], other: NDArray[np.float64], most: float) -> float:
    rows, columns, colours = one.shape
    blocks = (rows // _BLOCK, _BLOCK, columns // _BLOCK, _BLOCK, colours)
    means = [each.reshape(blocks).mean(axis=(1, 3)) for each in (one, other)]
    return float((np.abs(means[0] - means[1]).max(axis=2) > most).mean())
