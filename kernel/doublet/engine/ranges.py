"""Loops over objects whose begin() and end() are pointers, as of classes that keep a C array, or of a ``std::initializer_list``.

cppyy asks these for their length, which pointers do not have.
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Iterator
from typing import Any

from doublet.engine.arrays import is_view
from doublet.engine.constants import changeable_view, constant_view
from doublet.engine.looking import LIFELINE
from doublet.engine.names import is_object

__all__ = ["give_loops"]

_BEGIN = re.compile(r"^(const )?([^*&(]*[^*&( ])(\*?)\* (?:[^(]*::)?begin\(\)", re.MULTILINE)
"""Its signature: whether the elements are constant, their type, and whether they are pointers to that."""


def give_loops(cppyy: Any, cls: Any) -> None:
    """Have objects of a new class be gone through from begin() to end(), if these are pointers to numbers or objects."""
    methods = vars(cls)
    if cls.__cpp_name__.startswith("std::") and not cls.__cpp_name__.startswith("std::initializer_list<"):
        return
    declared = _BEGIN.findall(getattr(methods.get("begin"), "__doc__", None) or "")
    if not declared or "end" not in methods:
        return
    _, kind, are_pointers = declared[0]
    is_constant = all(const for const, *_ in declared)

    def elements(self: Any) -> Iterator[Any]:
        at, count = cppyy.gbl.doublet.bounds.of[cls.__cpp_name__](changeable_view(self))
        if is_view(first := self.begin()):
            first.reshape((count,))
            yield from first
            return
        if kind == "char" and not are_pointers:
            yield from ctypes.string_at(at, count).decode("latin-1")
            return
        size = ctypes.sizeof(ctypes.c_void_p) if are_pointers else cppyy.sizeof(kind)
        for place in range(at, at + count * size, size):
            found = cppyy.bind_object(ctypes.c_void_p.from_address(place).value or 0, kind, cast=True) if are_pointers else cppyy.bind_object(place, kind)
            if is_object(found):
                setattr(found, LIFELINE, self)
            yield str(found) if kind == "std::string" else constant_view(found) if is_constant else found

    cls.__iter__ = elements
