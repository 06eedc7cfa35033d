"""What may destroy objects without freeing their memory: what ``runtime/elements.cpp`` has to know of it.

That is an object of the standard library that they are parts of. Of an object that nobody knows to be a part of one, it shows in what
it owns itself.
"""

from __future__ import annotations

import ctypes
import re
from typing import Any

from doublet.engine.addresses import address_of
from doublet.engine.looking import Whole, whole_around
from doublet.engine.names import is_object

__all__ = ["Owners", "Wholes"]

_CLASS = re.compile(r"std::(?:(vector|priority_queue)|(deque|stack|queue)|(optional)|(variant))<(?!bool>)")
"""The last group that matches is the number of the kind; a stack or queue begins with a deque, a priority_queue with a vector."""

_OBJECT = 5
"""Beside the kinds above."""

_kinds: dict[type, tuple[Any, int, int] | None] = {}
"""Of each class: which of its bases it is, the number of the kind, and where that says what it holds."""


class Wholes:
    """Knows them by their classes."""

    def __init__(self, cppyy: Any) -> None:
        self._cppyy = cppyy
        self._last = Whole(0, 0, 0)

    def of(self, owner: Any) -> Whole | None:
        """What may destroy a part of this object: it itself, or what it is a part of."""
        cls = type(owner)
        if cls not in _kinds:
            _kinds[cls] = self._kind(cls)
        kind = _kinds[cls]
        if kind is None:
            return whole_around(owner)
        base, number, state = kind
        at = address_of(self._cppyy, owner, base)
        if at != self._last.at or number != self._last.kind:  # as for the next one of a loop
            self._last = Whole(at, number, state)
        return self._last if at else None

    def _kind(self, cls: Any) -> tuple[Any, int, int] | None:
        for base in cls.__mro__:
            name = getattr(base, "__cpp_name__", "")
            if (match := _CLASS.match(name)) and match.lastindex:
                return base, match.lastindex, self._state(base) if match.lastindex > 2 else 0
        return None

    def _state(self, cls: Any) -> int:
        """The place of what an optional or variant says that it holds: the last member, which is followed by padding only."""
        return int(self._cppyy.sizeof(cls)) - int(self._cppyy.gbl.std.alignment_of[cls.__cpp_name__].value)


class Owners:
    """Knows of which classes the objects own what shows that they have been destroyed."""

    def __init__(self, cppyy: Any, library: ctypes.CDLL) -> None:
        self._cppyy = cppyy
        self._layout = ctypes.PYFUNCTYPE(ctypes.c_size_t, ctypes.c_char_p)(("doublet_owning_layout", library))
        self._may_be_emptied = ctypes.PYFUNCTYPE(ctypes.c_bool, ctypes.c_size_t)(("doublet_may_be_emptied", library))
        self._layouts: dict[type, int] = {}
        self._sizes: dict[type, int] = {}
        """How far objects reach whose parts are there as long as they are; 0 of others."""

    def of(self, found: Any, at: int) -> Whole | None:
        """The object at this address itself, if it is one of them."""
        layout = self._layout_of(type(found))
        return Whole(at, _OBJECT, layout) if layout else None

    def of_part(self, part: Any, at: int, owner: Any) -> Whole | None:
        """The same of what an object has given Python; None of what is a part of that as long as it is there."""
        if not is_object(owner):
            return None
        cls = type(owner)
        if cls not in self._sizes:
            self._sizes[cls] = 0 if self._may_be_emptied(self._layout_of(cls)) else int(self._cppyy.sizeof(cls))
        return None if 0 <= at - self._cppyy.addressof(owner) < self._sizes[cls] else self.of(part, at)

    def _layout_of(self, cls: Any) -> int:
        if cls not in self._layouts:
            self._layouts[cls] = self._layout(cls.__cpp_name__.encode())
        return self._layouts[cls]
