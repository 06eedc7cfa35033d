"""C++ objects that may not be changed: to cppyy they are like any other."""

from __future__ import annotations

__all__ = ["is_constant", "mark_constant"]

_MARK = "__doublet_is_constant__"


def mark_constant(value: object) -> None:
    """Note of a Python object of cppyy's that C++ itself may not change what it stands for."""
    setattr(value, _MARK, True)


def is_constant(value: object) -> bool:
    return hasattr(value, _MARK)
