"""What is common to sets of C++ and Python's, and what is not: ``cpp.runs & {1, 2}``, as a set of Python's."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from typing import Any

from doublet.engine.names import is_object

__all__ = ["give_set_ways"]

_SET = re.compile(r"(unordered_)?set<")
_LISTED = re.compile(r"(unordered_(multi)?|multi)set<")
"""Those that cppyy makes of lists only."""


def give_set_ways(cls: Any, name: str) -> None:
    """Have a new class of sets be made of Python's, and give it ``|``, ``&``, ``-`` and ``^``, if Python's sets can hold its elements."""
    if _LISTED.match(name):
        _take_sets(cls)
    if not _SET.match(name):
        return
    for sign in ("or", "and", "sub", "xor"):
        apply = getattr(operator, f"__{sign}__")
        setattr(cls, f"__{sign}__", lambda self, other, apply=apply: _applied(apply, self, other))
        setattr(cls, f"__r{sign}__", lambda self, other, apply=apply: _applied(apply, other, self))


def _take_sets(cls: Any) -> None:
    original = vars(cls)["__init__"].__get__  # of a template, which cannot be called with the object

    def initialise(self: Any, *values: Any) -> None:
        original(self)(*([*value] if isinstance(value, (set, frozenset)) else value for value in values))

    cls.__init__ = initialise


def _applied(apply: Callable[[Any, Any], Any], one: Any, other: Any) -> Any:
    sets = _elements(one), _elements(other)
    return NotImplemented if None in sets else apply(*sets)


def _elements(value: Any) -> set[Any] | None:
    """The elements of a set of either language; None of anything else, and of objects, which Python tells apart by where they are."""
    if isinstance(value, (set, frozenset)):
        return set(value)
    if not is_object(value) or not _SET.match(type(value).__cpp_name__.removeprefix("std::")):
        return None
    elements = [*value]
    return None if any(is_object(each) for each in elements) else set(elements)
