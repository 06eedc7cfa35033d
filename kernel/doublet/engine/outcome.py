"""What running a cell came to, as C++ tells it."""

from __future__ import annotations

import ctypes
from collections.abc import Callable

__all__ = ["ENUMERATOR", "FOREIGN", "NONE", "NUMBERS", "OBJECT", "TEXT", "Outcome", "Single"]


class Single(float):
    """A value of the C++ type ``float``: it shows the digits that tell it from others of that type."""

    def __repr__(self) -> str:
        near = (float(f"{self:.{digits}g}") for digits in range(1, 10))
        return float.__repr__(next((number for number in near if ctypes.c_float(number).value == self), float(self)))


class Outcome(ctypes.Structure):
    """``doublet::detail::Outcome``."""

    _fields_ = (
        ("begun", ctypes.c_int),
        ("reached", ctypes.c_int),
        ("kind", ctypes.c_int),
        ("integer", ctypes.c_int64),
        ("real", ctypes.c_double),
        ("object", ctypes.c_void_p),
        ("scope", ctypes.c_char_p),
        ("seconds", ctypes.c_double),
        ("type", ctypes.c_char_p),
    )


NONE, OBJECT, ENUMERATOR, TEXT, FOREIGN = 0, 6, 7, 8, 9
"""Kinds of values, as in ``doublet::detail::Kind``."""

NUMBERS: dict[int, Callable[[Outcome], object]] = {
    1: lambda o: bool(o.integer),
    2: lambda o: chr(o.integer),
    3: lambda o: o.integer,
    4: lambda o: o.integer & (2**64 - 1),
    5: lambda o: o.real,
    10: lambda o: Single(o.real),
}
"""How those are read that are numbers."""
