"""C++ objects that may not be changed: to cppyy they are like any other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from doublet.engine.names import clean_name, is_object

__all__ = ["check_changeable", "is_constant", "mark_constant", "mark_part"]

_MARK = "__doublet_is_constant__"
_CHANGING = frozenset(
    (
        "append", "assign", "clear", "emplace", "emplace_back", "emplace_front", "emplace_hint", "erase", "extract", "fill", "flip",
        "insert", "insert_or_assign", "merge", "pop", "pop_back", "pop_front", "push", "push_back", "push_front", "rehash", "remove",
        "remove_if", "reserve", "reset", "resize", "reverse", "set", "shrink_to_fit", "sort", "splice", "swap", "try_emplace", "unique",
    )
)  # fmt: skip
"""Methods of the standard library's classes that no constant object has."""


def mark_constant(value: Any) -> None:
    """Note of a Python object of cppyy's that C++ itself may not change what it stands for."""
    setattr(value, _MARK, True)
    cls = type(value)
    if cls.__cpp_name__.startswith("std::"):
        for name in _CHANGING:
            if hasattr(cls, name):
                value.__dict__[name] = _refusing(value, name)


def mark_part(value: Any, whole: Any) -> Any:
    """A part of an object, noted as constant if that is."""
    if is_constant(whole) and is_object(value):
        mark_constant(value)
    return value


def is_constant(value: object) -> bool:
    return hasattr(value, _MARK)


def check_changeable(value: Any) -> None:
    """Raise `TypeError` for a constant object."""
    if is_constant(value):
        raise TypeError(f"this {clean_name(type(value).__cpp_name__)} is constant in C++; change a copy of it, or define it without const")


def _refusing(value: Any, name: str) -> Callable[..., Any]:
    kind = clean_name(type(value).__cpp_name__)

    def refuse(*_values: object, **_named: object) -> None:
        raise TypeError(f"this {kind} is constant in C++, which '{name}' would change; change a copy of it, or define it without const")

    return refuse
