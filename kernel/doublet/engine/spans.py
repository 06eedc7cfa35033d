"""Spans made in Python, by hand or for a function that takes one: of arrays, lists, and C++ sequences.

cppyy's own choice of a constructor depends on what it was given before. It may refuse any, or read the bytes of other
elements, and what it makes of a list refers to elements that are gone after the call.
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Callable
from typing import Any

from doublet.engine.elements import DTYPES

__all__ = ["mend_span"]

_SPAN = re.compile(r"span<(const )?(.*),\s*(\d+)u?l*>$")
_NO_CLASS = re.compile(r"std::|.*[*&(]")
_DYNAMIC = 2**64 - 1


def is_class(name: str) -> bool:
    """Whether it may be a class of the user's."""
    return _NO_CLASS.match(name) is None


class _Layout(ctypes.Structure):
    """libstdc++'s ``std::span``; one of a fixed extent has no size."""

    _fields_ = (("data", ctypes.c_size_t), ("size", ctypes.c_size_t))


def mend_span(cppyy: Any, cls: Any, name: str, record: Callable[[str], Any]) -> None:
    """Have a new class of spans refer to elements of its own kind in place, or to a copy of a list if it may not write.

    `record` gives the NumPy type of a class that is simple enough.
    """
    span = _SPAN.match(name)
    if span is None or not (span[2] in DTYPES or is_class(span[2])):
        return
    element, extent, use = span[2], int(span[3]), "constant span" if span[1] else "span"
    original = cls.__init__

    def initialise(self: Any, *values: Any) -> None:
        from doublet.engine.array_arguments import spanned  # with NumPy, without which a kernel starts faster

        array = None
        if len(values) == 1 and not isinstance(values[0], cls):
            kind = None if element in DTYPES else record(element)
            array = spanned(values[0], element, use, kind)
        if array is None:
            original(self, *values)
            return
        if extent not in (_DYNAMIC, len(array)):
            raise TypeError(f"C++ takes {extent} elements, not {len(array)}")
        layout = _Layout(array.ctypes.data, len(array))
        original(self, cppyy.bind_object(ctypes.addressof(layout), cls))
        self.__doublet_elements__ = array  # which nobody else may keep

    cls.__init__ = initialise
