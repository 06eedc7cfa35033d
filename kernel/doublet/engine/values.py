"""Values of C++ cells in Python, and where in C++ they came from.

A Python object does not tell all of its C++ type: cppyy shows a pointer, a smart pointer and what they point to as
the same, and calls an old class and its redefinition by one name. So the engine remembers what a value really is.
"""

from __future__ import annotations

import ctypes
import math
import os
import weakref
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from doublet.engine.arrays import array_of
from doublet.engine.constants import constant_view
from doublet.engine.outcome import ENUMERATOR, FOREIGN, NONE, NUMBERS, OBJECT, TEXT, Outcome

if TYPE_CHECKING:
    from doublet.engine.streams import Streams

__all__ = ["NOTHING", "Enumerator", "Foreign", "Origin", "Values"]

NOTHING = object()
"""The value of a cell that has none."""

_PAGE = 4096
_LONGEST_TEXT = 1 << 24


@dataclass(frozen=True)
class Origin:
    """A value of a cell as C++ knows it: a reference by this name, the mangled type, where it is."""

    name: str
    type: str
    address: int


class Enumerator(int):
    """A value of a C++ enum: a number that knows where it came from."""


class Foreign:
    """A C++ value that Python has no counterpart of, such as a lambda."""

    def __init__(self, origin: Origin, apply: Callable[..., Any], *, is_constant: bool = False) -> None:
        self.origin = origin
        self.is_constant = is_constant
        self.parameters: tuple[str, ...] = ()
        """The names by which it takes arguments, if they are known."""
        self._apply = apply

    def __repr__(self) -> str:
        return "<C++ value that Python has no counterpart of>"

    def __call__(self, *values: Any, **named: Any) -> Any:
        """Call it; raises `TypeError` if C++ cannot, with values of these types."""
        values += self._in_order(self.parameters[len(values) :], named)
        names = ", ".join(f"value{number}" for number in range(len(values)))
        result = self._apply(f"{self.origin.name}({names})", *values)
        if result is NotImplemented:
            kinds = ", ".join(type(value).__name__ for value in values)
            raise TypeError(f"C++ cannot call this with ({kinds})")
        return result


    @staticmethod
    def _in_order(parameters: tuple[str, ...], named: dict[str, Any]) -> tuple[Any, ...]:
        """The arguments that are given by name, in the order of the parameters that are still to be given."""
        if unknown := sorted(named.keys() - {*parameters}):
            raise TypeError(f"C++ has no parameter '{unknown[0]}' that is still to be given")
        given = parameters[: max((at + 1 for at, name in enumerate(parameters) if name in named), default=0)]
        if missing := [name for name in given if name not in named]:
            raise TypeError(f"C++ needs '{missing[0]}' before '{given[-1]}'")
        return tuple(named[name] for name in given)


class Origins:
    """The origins of the values that are still in use."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[Callable[[], object], Origin]] = {}

    def remember(self, value: object, origin: Origin) -> None:
        key = id(value)
        try:
            self._known[key] = weakref.ref(value, lambda _: self._known.pop(key, None)), origin
        except TypeError:  # such an object is kept, so that its id stays its own
            self._known[key] = (lambda: value), origin

    def of(self, value: object) -> Origin | None:
        found = self._known.get(id(value))
        return found[1] if found and found[0]() is value else None


class Values:
    """Makes Python objects of what cells come to, and knows where they came from."""

    def __init__(self, gbl: Any, streams: Streams, declare: Callable[[str], None], apply: Callable[..., Any]) -> None:
        self._gbl = gbl
        self._streams = streams
        self._declare = declare
        self._apply = apply
        self.origins = Origins()

    def read(self, outcome: Outcome, function: str) -> object:
        """The value of a cell, which this C++ function has evaluated."""
        kind = outcome.kind
        if kind == NONE:
            return NOTHING
        if kind in NUMBERS:
            return NUMBERS[kind](outcome)
        origin = Origin(f"{function}()", outcome.type.decode(), outcome.object)
        value: Any = None
        if kind == ENUMERATOR:
            value = Enumerator(outcome.integer)
        elif kind == TEXT:
            value = _text(outcome.integer)
        elif kind == OBJECT:
            of = f"std::remove_reference_t<decltype({origin.name})>"
            self._declare(f"{of}& {function}_get() {{ return *({of}*){origin.address:#x}UL; }}")
            with self._streams.captured():  # Cling's word on static members that nobody has defined, nor uses
                value = getattr(self._gbl, f"{function}_get")()
            if outcome.integer:
                value = constant_view(value)
            if isinstance(value, float) and math.isinf(value):
                value = _wide(origin.address)
        elif kind == FOREIGN:
            value = array_of(origin.type, origin.address, constant=bool(outcome.integer))
        if value is None:
            value = Foreign(origin, self._apply, is_constant=kind == FOREIGN and bool(outcome.integer))
        if not isinstance(value, str):
            self.origins.remember(value, origin)
        return value


def _wide(address: int) -> object:
    """The ``long double`` at an address, which is too large for a float."""
    import numpy as np  # without which a kernel starts faster

    size = ctypes.sizeof(ctypes.c_longdouble)
    return np.frombuffer(ctypes.string_at(address, size), np.longdouble)[0]


def _text(address: int) -> str | None:
    """The text that a ``char*`` points to, or None if there is none: the pointer may be a wild one."""
    read = b""
    try:
        with open("/proc/self/mem", "rb", buffering=0) as memory:
            while address > 0 and len(read) < _LONGEST_TEXT:
                at = address + len(read)
                part, end, _ = os.pread(memory.fileno(), _PAGE - at % _PAGE, at).partition(b"\0")
                read += part
                if end:
                    return read.decode(errors="surrogateescape")
    except (OSError, OverflowError):
        pass
    return None
