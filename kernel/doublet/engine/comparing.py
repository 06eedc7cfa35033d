"""Equality, order and hashes of C++ objects that stand for what Python has of its own: lists, tuples, a text, a number."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

__all__ = ["give_equality", "give_order", "leave_order"]

_ORDER = ("lt", "le", "gt", "ge")


def give_equality(cls: Any, same: Callable[[Any, Any], Any], hashed: Callable[[Any], int] | None = None) -> None:
    """Have a class compare by what `same` says of an object and another, which may be `NotImplemented`.

    `hashed` gives the same for all that is the same; without it, the objects are as unhashable as a list, for they may change.
    """

    def equal(self: Any, other: Any) -> Any:
        return True if self is other else same(self, other)

    def different(self: Any, other: Any) -> Any:
        found = equal(self, other)
        return found if found is NotImplemented else not found

    cls.__eq__, cls.__ne__, cls.__hash__ = equal, different, hashed


def give_order(cls: Any, key: Callable[[Any], Any]) -> None:
    """Have a class be ordered by the key that an object and another have; for one that is None, there is no order."""

    def ordered(compare: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
        def called(self: Any, other: Any) -> Any:
            own, others = key(self), key(other)
            return NotImplemented if own is None or others is None else compare(own, others)

        return called

    for name in _ORDER:
        setattr(cls, f"__{name}__", ordered(getattr(operator, name)))


def leave_order(cls: Any) -> None:
    """Have a new class leave it to Python to say that there is no order, where cppyy finds no operator and raises an error without a word."""

    def asked(name: str) -> None:
        original = getattr(cls, name)

        def called(self: Any, other: Any) -> Any:
            try:
                return original(self, other)
            except NotImplementedError:
                return NotImplemented

        setattr(cls, name, called)

    for name in _ORDER:
        if f"__{name}__" not in vars(cls):
            asked(f"__{name}__")
