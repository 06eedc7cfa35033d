"""Elements of the standard library's sequences by index, which cppyy reads and writes beyond the end, too."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from typing import Any

from doublet.engine.constants import check_changeable, constant_view, holds_constants, mark_part

__all__ = ["check_indices"]

_DYNAMIC = ",18446744073709551615ull"
_SEQUENCE = re.compile(r"(array|deque|span|valarray|vector)<")
_BY_INDEX = re.compile(r"vector<(?:bool|.*\*|(?:const )?std::(?:shared|unique)_ptr<.*|doublet::hist<.*)>")
"""Of an empty one of pointers, cppyy looks where the first one points to; of a histogram it does not tell what it is a part of, and
bools it does not go through."""


def check_indices(cls: Any, name: str) -> None:
    """Have a new class of sequences count from the end for negative indices, and refuse those out of range."""
    if not _SEQUENCE.match(name):
        return
    kind = f"std::{name.replace(_DYNAMIC, '')}"
    own = vars(cls)
    if "__getitem__" in own:  # not where cppyy does not resolve the type of the elements
        cls.__getitem__ = _counted(own["__getitem__"], are_constant=holds_constants(cls)) if name.startswith("vector<") else _checked(own["__getitem__"], kind)
    if "__setitem__" in own:
        cls.__setitem__ = _checked(own["__setitem__"], kind)
    if _BY_INDEX.fullmatch(name):
        cls.__iter__ = lambda self: (self[index] for index in range(len(self)))


def _counted(original: Any, *, are_constant: bool) -> Callable[..., Any]:
    """What takes any whole number as an index; cppyy checks it, but does not know NumPy's."""
    bound = original.__get__

    def called(self: Any, index: Any) -> Any:
        part = bound(self)(index if type(index) is int else _number(index))
        return constant_view(part) if are_constant else mark_part(part, self)

    return called


def _checked(original: Any, kind: str) -> Callable[..., Any]:
    bound = original.__get__

    def called(self: Any, index: Any, *value: Any) -> Any:
        if value:
            check_changeable(self)
        at, size = _number(index), len(self)
        if isinstance(at, int):
            if not -size <= at < size:
                raise IndexError(f"index {at} is out of range for a {kind} of {size} elements")
            at %= size
        return mark_part(bound(self)(at, *value), self)

    return called


def _number(index: Any) -> Any:
    return operator.index(index) if hasattr(index, "__index__") else index  # a slice
