"""The numbers, booleans and enumerators that variables of cells hold: the configuration of algorithms, be it from a slider or a loop.

Nothing of the user's runs: Python's objects are looked at by their types, and properties, slots of other kinds and all else
that a class may answer with code are left alone. Texts are not read, for one may be a password.
"""

from __future__ import annotations

import enum
import inspect
import math
import re
import sys
from collections.abc import Callable, Container, Iterable, Iterator
from contextlib import suppress
from types import MemberDescriptorType, SimpleNamespace
from typing import TYPE_CHECKING, Any, Protocol

from doublet.notebook.provenance.record import Scalar, Setting

if TYPE_CHECKING:
    from doublet.engine.plain_values import Held

__all__ = ["MOST", "HoldsSettings", "Settings"]

MOST = 50
"""How many are kept; those of variables that were made first."""
_IN_ROW = 8
"""How many numbers a tuple or list may have: with more they are data."""
_IN_OBJECT = 20
"""How many entries a dictionary may have, likewise."""
_DEEP = 3
"""How many objects in objects are looked into."""
_LONGEST = 100
_EXACT = 2**53
"""Up to which whole numbers JavaScript, which saves notebooks, has all."""
_PRIVATE = re.compile(r"(?i)passw|passphrase|passcode|token|secret|credential|api_?key|(?:^|[._:])pin$")
"""Names of what nobody else should read, be it a number."""


class HoldsSettings(Protocol):
    """What a kernel's C++ tells of its variables."""

    def held(self, patience: float) -> tuple[list[Held], int]:
        """The plain values in variables, and how many variables wait for more patience, which is in seconds."""

    def fields(self, value: object) -> list[tuple[str, Scalar]]:
        """The plain values in a C++ object that Python has made, such as ``.pt_min``; nothing of other objects."""


class Settings:
    """Those of a kernel with a namespace; `hidden` are the names in it that are not the user's."""

    def __init__(self, namespace: dict[str, Any], hidden: Container[str], cpp: HoldsSettings) -> None:
        self._namespace = namespace
        self._hidden = hidden
        self._cpp = cpp
        self._made: dict[str, int] = dict.fromkeys(namespace, 0)
        self.left = 0
        """How many variables of C++ have not been looked at yet."""

    def note(self, count: int) -> None:
        """A cell has ended: take note of names that are new, which takes a microsecond."""
        with suppress(RuntimeError):  # a thread makes a name at this moment: the next time
            for name in reversed(self._namespace):
                if name in self._made:
                    break
                self._made[name] = count

    def read(self, patience: float) -> tuple[list[Setting], int]:
        """What there is now, and how many were left out; `patience` is how many seconds new variables of C++ may take."""
        held, self.left = self._cpp.held(patience)
        found = [*self._python(), *(Setting(each.name, each.value, each.cell) for each in held)]
        told = [Setting(each.name, _written(each.value), each.count) for each in found if len(each.name) <= _LONGEST and not _PRIVATE.search(each.name)]
        told.sort(key=lambda each: each.count)
        return told[:MOST], len(told[MOST:]) + self.left

    def _python(self) -> Iterator[Setting]:
        for name, value in [*self._namespace.items()]:
            if not name.startswith("_") and name not in self._hidden:
                yield from (Setting(path, held, self._made.get(name, 0)) for path, held in _values(name, value, self._cpp.fields, _DEEP))


def _values(name: str, value: Any, of_cpp: Callable[[object], Iterable[tuple[str, Scalar]]], deep: int) -> Iterator[tuple[str, Scalar | list[Scalar]]]:
    held = _plain(value)
    if held is not None:
        yield name, held
    elif (row := _row(value)) is not None:
        yield name, row
    elif deep:
        for part, inner in _parts(value):
            yield from _values(f"{name}.{part}", inner, of_cpp, deep - 1)
        yield from ((f"{name}{rest}", inner) for rest, inner in of_cpp(value))


def _plain(value: Any) -> Scalar | None:
    """A number, a boolean or an enumerator's name; None of what is none."""
    kind = type(value)
    if kind is bool or kind is int or kind is float:
        return value if kind is not int or value.bit_length() <= 64 else None
    if issubclass(type(kind), enum.EnumType):
        name = inspect.getattr_static(value, "_name_", None)
        return name if type(name) is str and len(name) <= _LONGEST else None
    numpy = sys.modules.get("numpy")
    return _plain(value.item()) if numpy is not None and kind.__module__ == "numpy" and issubclass(kind, numpy.bool_ | numpy.integer | numpy.floating) else None


def _row(value: Any) -> list[Scalar] | None:
    """A short tuple or list of plain values; None of what is none."""
    if not (type(value) is tuple or type(value) is list) or not 0 < len(value) <= _IN_ROW:
        return None
    held = [_plain(each) for each in value]
    return None if None in held else held  # type: ignore[return-value]


def _parts(value: Any) -> Iterable[tuple[str, Any]]:
    """The entries of a dictionary, the fields of a dataclass, a named tuple or a `SimpleNamespace`."""
    kind = type(value)
    if kind is dict:
        return [(key, inner) for key, inner in [*value.items()] if type(key) is str and key.isidentifier()] if len(value) <= _IN_OBJECT else []
    if kind is SimpleNamespace:
        return [*vars(value).items()]
    if type(fields := inspect.getattr_static(kind, "__dataclass_fields__", None)) is dict:
        return [(name, _stored(value, name)) for name in fields]
    if issubclass(kind, tuple) and type(names := inspect.getattr_static(kind, "_fields", None)) is tuple:
        return [(name, inner) for name, inner in zip(names, tuple.__iter__(value), strict=False) if type(name) is str]
    return []


def _stored(value: Any, name: str) -> Any:
    """What an object itself has under a name, also in a slot; a property it is, and not its value."""
    found = inspect.getattr_static(value, name, None)
    if type(found) is not MemberDescriptorType:
        return found
    try:
        return found.__get__(value)
    except AttributeError:  # which has not been set
        return None


def _written(value: Any) -> Any:
    """As JSON has it, that every program reads alike."""
    if isinstance(value, list):
        return [_written(each) for each in value]
    is_exact = abs(value) <= _EXACT if type(value) is int else type(value) is not float or math.isfinite(value)
    return value if is_exact else str(value)
