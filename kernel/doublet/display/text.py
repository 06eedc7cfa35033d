"""C++ objects as text: containers by their elements, structs by their fields."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import Any

from doublet.engine.interpreter import clean_name

__all__ = ["describe"]

MOST_ELEMENTS = 1000
"""Longer containers are abbreviated."""

_DEPTH = 6


def describe(value: Any, depth: int = 0) -> str:
    """The text of a C++ object, or of a Python value inside one."""
    name = getattr(type(value), "__cpp_name__", "")
    if not name:
        return repr(value)
    short = name.split("<")[0].removeprefix("std::")
    if short in ("string", "basic_string", "string_view", "basic_string_view") or name.startswith("std::string"):
        return repr(str(value))
    if depth > _DEPTH:
        return "..."
    if short in ("vector", "list", "deque", "set", "multiset", "unordered_set", "array", "span", "valarray"):
        return "{" + _elements((describe(v, depth + 1) for v in value), len(value)) + "}"
    if short in ("map", "unordered_map", "multimap"):
        pairs = (f"{describe(p.first, depth + 1)}: {describe(p.second, depth + 1)}" for p in value)
        return "{" + _elements(pairs, len(value)) + "}"
    if short == "pair":
        return f"({describe(value.first, depth + 1)}, {describe(value.second, depth + 1)})"
    if short == "optional":
        return describe(value.value(), depth + 1) if value.has_value() else "nullopt"
    return _struct(value, name, depth)


def _elements(texts: Iterable[str], size: int) -> str:
    shown = ", ".join(islice(texts, MOST_ELEMENTS))
    return shown if size <= MOST_ELEMENTS else f"{shown}, ... ({size} elements)"


def _struct(value: Any, name: str, depth: int) -> str:
    text = str(value)
    if not text.startswith("<cppyy.gbl."):
        return text
    fields = [n for n, a in vars(type(value)).items() if type(a).__name__ == "CPPDataMember"]
    if not fields:
        return f"<{clean_name(name)} object>"
    shown = ", ".join(f"{n}={describe(getattr(value, n), depth + 1)}" for n in fields)
    return f"{clean_name(name)}({shown})"
