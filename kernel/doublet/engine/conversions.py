"""What Python's tuples, lists and dicts become as elements of C++ objects: of an optional, a variant, a vector, a tuple.

cppyy would try any constructor, also one that takes a number for a size: a vector of that many zeros.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import Any

from doublet.engine.elements import DTYPES
from doublet.engine.names import clean_name, is_object
from doublet.engine.type_arguments import split_arguments

__all__ = ["as_element", "is_composite", "is_of_parts", "made_of"]

_KIND = re.compile(r"std::(vector|array|deque|list|forward_list|valarray|(?:unordered_)?(?:multi)?set|(?:unordered_)?(?:multi)?map|pair|tuple)<(.*)>$")

_OF_ONE = re.compile(r"std::(optional|variant)<")


def is_composite(kind: str) -> bool:
    """Whether an element of this class is made of several values."""
    return _KIND.match(kind) is not None


def is_of_parts(kind: str) -> bool:
    """Whether `as_element` makes an element of this class of what may be several values."""
    return is_composite(kind) or _OF_ONE.match(kind) is not None


def made_of(kind: str, value: Any) -> Any:
    """An element of any other kind, if it is a class made of what its constructor takes if that is given as a list or tuple."""
    if type(value) not in (list, tuple):
        return value
    try:
        made = _class(kind)
    except SystemError:  # cppyy's way to say that it is an enum
        raise TypeError(f"{clean_name(kind)} is not made of {_told(value)}") from None
    return made(*value)


def as_element(kind: str, value: Any) -> Any:
    """A value as C++ takes it for an element of this class; raises `TypeError` for what is no such element."""
    found = _KIND.match(kind)
    if is_object(value):
        return value
    if found is None:
        return _class(kind)(value) if _OF_ONE.match(kind) else value
    named = clean_name(kind)
    if found[1] in ("pair", "tuple"):
        parts = split_arguments(found[2])
        if not isinstance(value, (tuple, list)):
            raise TypeError(f"a {named} is made of a tuple of {len(parts)}, not of {_told(value)}")
        if len(value) != len(parts):
            raise TypeError(f"a {named} is made of a tuple of {len(parts)}, and {_told(value)} has {len(value)} elements")
        return _class(kind)(*(_checked(part, one) for part, one in zip(parts, value, strict=True)))
    is_array = hasattr(type(value), "__array__") or hasattr(type(value), "__arrow_array__")
    if found[1].endswith("map"):
        if not isinstance(value, Mapping):
            raise TypeError(f"a {named} is made of a dict, not of {_told(value)}")
    elif not isinstance(value, (list, tuple, range) if not found[1].endswith("set") else (list, tuple, AbstractSet)) and not (is_array and _dimensions(value)):
        raise TypeError(f"a {named} is made of a {'set' if found[1].endswith('set') else 'list'}, not of {_told(value)}")
    return _class(kind)(value)


def _dimensions(array: Any) -> int:
    return int(getattr(array, "ndim", 1))


def _checked(kind: str, value: Any) -> Any:
    """A value as an element; raises `TypeError` for text that is to be a number, and a number that is to be text."""
    if kind in DTYPES and isinstance(value, (str, bytes)):
        raise TypeError(f"{kind} cannot hold {value!r:.60}")
    if kind in ("std::string", "std::basic_string<char>") and not isinstance(value, (str, bytes)) and not is_object(value):
        raise TypeError(f"a std::string is made of text, not of {_told(value)}")
    return as_element(kind, value)


def _class(kind: str) -> Any:
    import libcppyy  # after the toolchain has been set up

    return libcppyy.CreateScopeProxy(kind)


def _told(value: Any) -> str:
    return f"{value!r:.60}"
