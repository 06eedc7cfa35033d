"""Elements of the standard library's sequences by index, which cppyy reads and writes beyond the end, too."""

from __future__ import annotations

import re
from collections.abc import Callable
from copy import copy
from typing import Any

from doublet.engine.constants import check_changeable, constant_view, holds_constants, mark_part
from doublet.engine.indices import as_index, within
from doublet.engine.names import is_object
from doublet.engine.unfit import REFUSED, named

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
        cls.__getitem__ = _counted(own["__getitem__"], kind, are_constant=holds_constants(cls)) if name.startswith("vector<") else _checked(own["__getitem__"], kind)
    if "__setitem__" in own:
        cls.__setitem__ = _sliced(_checked(own["__setitem__"], kind, complex if "<std::complex<" in kind else None))
    if name.startswith(("vector<", "deque<")) and name != "vector<bool>":
        cls.__delitem__ = _remover(kind)
    if _BY_INDEX.fullmatch(name):
        cls.__iter__ = lambda self: (self[index] for index in range(len(self)))


def _counted(original: Any, kind: str, *, are_constant: bool) -> Callable[..., Any]:
    """What takes any whole number as an index; cppyy checks it, but does not know NumPy's."""
    bound = original.__get__

    def called(self: Any, index: Any) -> Any:
        part = bound(self)(index if type(index) is int else as_index(index, kind))
        return constant_view(part) if are_constant else mark_part(part, self)

    return called


def _checked(original: Any, kind: str, element: type | None = None) -> Callable[..., Any]:
    """What is within the ends only; a value is first made one of this type of Python's, if there is one: cppyy would write -1 for what is none."""
    bound = original.__get__

    def called(self: Any, index: Any, *value: Any) -> Any:
        if value:
            check_changeable(self)
        at = as_index(index, kind)
        if isinstance(at, int):
            at = within(at, len(self), kind)
        if value:
            try:
                return bound(self)(at, *(map(element, value) if element else value))
            except REFUSED as error:
                raise named(error, value[0], kind) from None
        return mark_part(bound(self)(at), self)

    return called


def _sliced(write: Callable[..., Any]) -> Callable[..., Any]:
    """What writes one element, and for a slice as many as that has: the elements behind it stay where they are."""

    def called(self: Any, index: Any, value: Any) -> None:
        if not isinstance(index, slice):
            write(self, index, value)
            return
        places = range(len(self))[index]
        values = [copy(one) if is_object(one) else one for one in value]  # of what is a part of this one, too
        if len(values) != len(places):
            raise ValueError(f"the slice is of {len(places)} elements, and not of {len(values)}; insert and erase change how many there are")
        for at, one in zip(places, values, strict=True):
            write(self, at, one)

    return called


def _remover(kind: str) -> Callable[..., None]:
    """``del sequence[2]``, or of a slice."""

    def called(self: Any, index: Any) -> None:
        check_changeable(self)
        which = as_index(index, kind)
        places = range(len(self))[which] if isinstance(which, slice) else [within(which, len(self), kind)]
        for place in sorted(places, reverse=True):
            at = self.begin()
            at += place
            self.erase(at)

    return called
