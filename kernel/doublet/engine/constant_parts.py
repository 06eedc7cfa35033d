"""Histograms that are parts of constant objects: Python's own, which nothing else tells what they are a part of."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from doublet.engine.constants import constant_view, is_constant
from doublet.engine.data_members import data_members

__all__ = ["constant_with_owner"]

_MEMBER = re.compile(r"doublet::hist<[^*&]*$")
"""The type of a member that is a histogram."""
_METHOD = re.compile(r"doublet::hist<[^(*]*& [^ (]*(?:operator[^(]*)?\(")
"""The signature of a method that gives one to be changed."""
_LINKED = re.compile(r"std::(list|forward_list|deque)<doublet::hist<")
"""Of these, cppyy goes through the elements by iterators that do not tell what they are a part of."""


def constant_with_owner(cls: Any) -> None:
    """Have the histograms in objects of a new class be constant where the object is: members, what methods refer to, elements."""
    if cls.__cpp_name__.startswith("std::") and "doublet::hist<" not in cls.__cpp_name__:
        return  # to ask for the signature of a method of the standard library's may leave the compiler unable to use it
    for name, member, declared in data_members(cls):
        if _MEMBER.match(declared):
            setattr(cls, name, property(_reading(cls, member), member.__set__, doc=member.__doc__))
    for name, member in [*vars(cls).items()]:
        if type(member).__name__ == "CPPOverload" and not name.startswith("__") and _METHOD.match(member.__doc__ or ""):
            setattr(cls, name, _Method(member))
    if _LINKED.match(cls.__cpp_name__):
        cls.__iter__ = _elements


def _elements(self: Any) -> Iterator[Any]:
    at, end = self.begin(), self.end()
    while at != end:
        part = at.__deref__()
        yield constant_view(part) if is_constant(self) else part
        at.__preinc__()


def _reading(cls: Any, member: Any) -> Callable[[Any], Any]:
    def read(owner: Any) -> Any:
        found = member.__get__(owner, cls)
        return constant_view(found) if is_constant(owner) else found

    return read


class _Method:
    """A method of which what it gives is constant where the object is, for C++ would call another overload then."""

    def __init__(self, original: Any) -> None:
        self._original = original
        self.__doc__ = original.__doc__

    def __get__(self, owner: Any, cls: Any = None) -> Any:
        bound = self._original.__get__(owner, cls)
        return (lambda *values, **named: constant_view(bound(*values, **named))) if owner is not None and is_constant(owner) else bound
