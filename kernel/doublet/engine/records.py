"""C++ classes as NumPy's structured types: where their fields are, which the compiler is asked."""

from __future__ import annotations

import ctypes
import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from doublet.engine.member_questions import Question
from doublet.engine.names import clean_name

if TYPE_CHECKING:
    from doublet.engine.transaction import Transaction

__all__ = ["Records", "fields_of"]

_MOST_DIMENSIONS = 8
_STANDARD = re.compile(r"(?:const )?std::")


class _Place(ctypes.Structure):
    """``doublet::detail::Place``."""

    _fields_ = (
        ("offset", ctypes.c_size_t),
        ("size", ctypes.c_size_t),
        ("kind", ctypes.c_char),
        ("rank", ctypes.c_size_t),
        ("extents", ctypes.c_size_t * _MOST_DIMENSIONS),
        ("type", ctypes.c_char_p),
    )


_USES = "template <class T> static const volatile void* address(T& object) { return &object.$; }"


class Records:
    """`compile_` compiles and runs a transaction, after a rehearsal if told so."""

    def __init__(self, cppyy: Any, compile_: Callable[[Transaction, bool], None]) -> None:
        self._cppyy = cppyy
        self._question = Question("place_of", _Place, "Place", _USES, compile_)
        self._known: dict[Any, np.dtype[Any]] = {}

    def dtype(self, cls: Any) -> np.dtype[Any]:
        """The structured type of the objects of a class; raises `TypeError` if NumPy cannot show what they hold."""
        found = self._known.get(cls)
        if found is None:
            found = self._known[cls] = self._dtype(cls)
        return found

    def _dtype(self, cls: Any) -> np.dtype[Any]:
        kind = cls.__cpp_name__
        shown = clean_name(kind)
        if _STANDARD.match(kind):
            raise TypeError(f"NumPy has no elements of type '{shown}'")
        if not self._cppyy.gbl.std.is_trivially_copyable[kind].value:
            raise TypeError(f"NumPy cannot show '{shown}' in place, for it is more than the numbers in it")
        names = [*dict.fromkeys(fields_of(cls))]
        formats, offsets = [], []
        for name, place in zip(names, self._question.ask(kind, names), strict=True):
            formats.append(self._format(f"{shown}::{name}", place))
            offsets.append(place.offset)
        if not names:
            raise TypeError(f"NumPy cannot show '{shown}', for it has no public fields")
        return np.dtype({"names": names, "formats": formats, "offsets": offsets, "itemsize": self._cppyy.sizeof(cls)})

    def _format(self, name: str, place: _Place) -> Any:
        if place.kind == b"?" or place.rank > _MOST_DIMENSIONS:
            raise TypeError(f"NumPy cannot show '{name}', which is a bit-field, or neither a number nor made of numbers")
        element: Any = self._nested(place) if place.kind == b"V" else f"{place.kind.decode()}{place.size}"
        return (element, tuple(place.extents[: place.rank])) if place.rank else element

    def _nested(self, place: _Place) -> np.dtype[Any]:
        import libcppyy

        return self.dtype(libcppyy.CreateScopeProxy(place.type.decode()))


def fields_of(cls: Any) -> Iterator[str]:
    """The public fields of a class, those of its bases first."""
    for base in reversed(cls.__mro__):
        static = vars(type(base))
        for name, member in vars(base).items():
            is_field = type(member).__name__ == "CPPDataMember" or getattr(member, "fget", None) is not None
            if is_field and name not in static and not name.startswith("__"):
                yield name
