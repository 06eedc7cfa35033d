"""Indices of C++ sequences and texts, as Python gives them: whole numbers, negative ones from the end, and slices."""

from __future__ import annotations

import operator
from typing import Any

__all__ = ["as_index", "within"]


def as_index(index: Any, kind: str) -> Any:
    """A whole number, or a slice."""
    if isinstance(index, slice):
        return index
    try:
        return operator.index(index)
    except TypeError:
        raise TypeError(f"{index!r} ({type(index).__name__}) is no index of a {kind}; give it a whole number, or a slice") from None


def within(at: int, size: int, kind: str) -> int:
    """An index from the beginning."""
    if not -size <= at < size:
        raise IndexError(f"index {at} is out of range for a {kind} of {size} elements")
    return at % size
