"""What holds other values, and times, paths and enumerators: C++ gets a constant copy of what they are now.

A dict becomes a `doublet::dict`, which is a ``std::map``; a set, a ``std::set``; a tuple, a ``std::tuple``; a dataclass or a named
tuple, a struct with its fields; an enumerator, one of an ``enum class``; `datetime`, `date` and `timedelta`, what
``std::chrono`` has for them; a path, a ``std::filesystem::path``; None, what an empty ``std::optional`` or a null pointer is made of.
NumPy's arrays in any of these are not copied, but what they are in C++ by themselves: ``std::span`` or ``doublet::view``.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import date, timedelta
from enum import Enum, EnumMeta
from functools import partial
from operator import is_
from pathlib import PurePath
from types import NoneType
from typing import Any
from weakref import finalize

import numpy as np

from doublet.bridge import DATACLASS, converts
from doublet.bridge.columns import UncrossableError
from doublet.bridge.shapes import shape, shape_of_type
from doublet.bridge.snapshots import snapshot
from doublet.engine.binding import Binding
from doublet.engine.interpreter import interpreter
from doublet.engine.proxies import object_at
from doublet.errors import BridgeError

__all__ = ["copied"]


class _Slot(ctypes.Structure):
    """``doublet::copied::Slot``."""

    _fields_ = (("object", ctypes.c_void_p), ("destroy", ctypes.CFUNCTYPE(None, ctypes.c_void_p)))


class _Copy:
    """The bytes of a value, and the C++ object that has been made of them, which lives as long as this, as do the arrays in it."""

    def __init__(self, data: bytes, value: object) -> None:
        self.arrays = None if value is None else [*_arrays(value)]
        self.memory = ctypes.create_string_buffer(bytes(ctypes.sizeof(_Slot)) + data, ctypes.sizeof(_Slot) + len(data))
        finalize(self, _destroy, self.memory).atexit = False

    @property
    def address(self) -> int:
        return ctypes.addressof(self.memory)


def _arrays(value: Any) -> Iterator[np.ndarray[Any, Any]]:
    """The arrays that a value holds: it may let go of them while C++ refers to them."""
    if isinstance(value, np.ndarray):
        yield value
    elif isinstance(value, dict):
        yield from _arrays([*value.values()])
    elif isinstance(value, (list, tuple)):
        for part in value:
            yield from _arrays(part)
    elif is_dataclass(value):
        yield from _arrays([getattr(value, field.name) for field in fields(value)])


def _destroy(memory: ctypes.Array[ctypes.c_char]) -> None:
    slot = _Slot.from_buffer(memory)
    if slot.object:
        slot.destroy(slot.object)


@converts(dict, set, frozenset, tuple, timedelta, date, PurePath, Enum, NoneType, DATACLASS, np.datetime64, np.timedelta64)
def copied(name: str, value: Any) -> Binding:
    cpp, data, is_plain, lends = _written(name, value)
    copy = _Copy(data, value if lends else None)
    declaration = f"const {cpp}{'' if is_plain else '&'} {name} = ::doublet::copied::made<{cpp}>({copy.address:#x}UL);"
    content = cpp, data, is_plain
    unchanged = snapshot(value) or partial(_is_same, name, value, content)
    instance = None if isinstance(value, (Enum, NoneType)) else partial(_instance, cpp, copy)
    return Binding(name, declaration, copy, content, unchanged, python=value, lends=lends, instance=instance)


def _instance(cpp: str, copy: _Copy) -> Any:
    engine = interpreter()
    return object_at(engine.gbl.doublet.copied.place_of[cpp](copy.address), cpp, copy)


@converts(EnumMeta)
def enumeration(name: str, value: type[Enum]) -> Binding | None:
    return _named(name, value)


@converts(type)
def record_class(name: str, value: type) -> Binding | None:
    return _named(name, value) if is_dataclass(value) else None


def _named(name: str, value: type) -> Binding | None:
    """A name for the C++ type that is made for a class."""
    try:
        found = shape_of_type(value)
        return Binding(name, f"using {name} = {found.cpp};", value, unchanged=partial(is_, value)) if found else None
    except UncrossableError as error:
        raise BridgeError(name, "type", error.reason, error.advice) from None


def _written(name: str, value: Any) -> tuple[str, bytes, bool, bool]:
    """The C++ type of a value, its bytes, whether it holds no other values, and whether arrays; raises `BridgeError` if it has none."""
    own = type(value).__name__
    try:
        found = shape(value)
        return found.cpp, found.write(value), found.is_plain, found.holds_arrays
    except UncrossableError as error:
        raise BridgeError(name, own, error.reason, error.advice) from None
    except BridgeError as error:  # of a text in it
        raise BridgeError(name, own, error.reason, error.advice) from None
    except RecursionError:
        raise BridgeError(name, own, "it holds itself, or is too deep", "make it flat") from None


def _is_same(name: str, known: Any, content: tuple[str, bytes, bool], value: object) -> bool:
    """Whether it is the object that was copied, and holds what it held."""
    try:
        return value is known and _written(name, value)[:3] == content
    except BridgeError:
        return False
