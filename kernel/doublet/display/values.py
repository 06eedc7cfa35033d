"""C++ values as MIME bundles. What does the work is ``include/doublet/display.hpp``, compiled for each C++ type
when the first value of it is shown.
"""

from __future__ import annotations

import ctypes
import json
import re
from typing import TYPE_CHECKING, Any

from doublet.engine.names import clean_name
from doublet.engine.proxies import instance_type
from doublet.errors import CppException

if TYPE_CHECKING:
    from doublet.engine.interpreter import Interpreter

__all__ = ["Describer"]

class Describer:
    """Makes the MIME bundles of C++ values."""

    def __init__(self, engine: Interpreter) -> None:
        self._engine = engine
        self._functions: dict[tuple[str, int], int] = {}

    def covers(self, value: Any) -> bool:
        """Whether it is a C++ value that does not look like itself in Python already."""
        if type(value) in _PLAIN:
            return False
        return isinstance(value, self._classes) or self._engine.values.origins.of(value) is not None

    def text(self, value: Any) -> str:
        text: str = self.bundle(value)["text/plain"]
        return text

    def bundle(self, value: Any) -> dict[str, Any]:
        """Raises `CppException` or `CppCrash` for what the user's own code does while it describes the value."""
        if (registered := self._registered(value)) is not None:
            return {"text/plain": registered}
        origin = self._engine.values.origins.of(value)
        if origin is not None:
            kind = f"std::remove_reference_t<decltype({origin.name})>"
            function, address = self._function(origin.type, kind), origin.address
        else:
            kind, address = type(value).__cpp_name__, self._engine.cppyy.addressof(value)
            function = self._function(kind, kind)
            if not address:
                return {"text/plain": "nullptr"}
        if not function:
            return {"text/plain": f"<{clean_name(getattr(type(value), '__cpp_name__', 'C++'))} object>"}
        return self._call(function, address)

    def _registered(self, value: Any) -> str | None:
        """The text of an object, or of a sequence of objects, whose class has been given one."""
        text = self._engine.behaviours.text
        own = text(type(value))
        if own is not None:
            return own(value) if self._engine.cppyy.addressof(value) else None
        if not _SEQUENCE.match(getattr(type(value), "__cpp_name__", "")):
            return None
        own = self._engine.behaviours.text_of_elements(type(value))
        if own is None:
            return None
        size = len(value)
        shown = [own(value[at]) for at in range(size if size <= _MOST_SHOWN else _SHOWN)]
        return f"{{{', '.join(shown + [f'... ({size} elements)'] * (size > _MOST_SHOWN))}}}"

    @property
    def _classes(self) -> tuple[type, ...]:
        return (instance_type(), self._engine.gbl.std.string)

    def _function(self, key: str, kind: str) -> int:
        """Compile the function that describes values of a type, unless that has been done."""
        looks = self._engine.showing.looks
        if (key, looks) not in self._functions:
            self._functions[key, looks] = self._engine.showing.describer(kind, tried=not _STANDARD.match(key))
        return self._functions[key, looks]

    def _call(self, function: int, address: int) -> dict[str, Any]:
        given: list[bytes] = []
        thrown: list[tuple[str, str]] = []

        def tell(kind: bytes, what: bytes) -> None:
            thrown.append((clean_name(kind.decode(errors="replace")), what.decode(errors="replace")))

        self._engine.showing.describe(function, address, lambda at, size: given.append(ctypes.string_at(at, size)), tell)
        if thrown:
            raise CppException.of(thrown)
        bundle: dict[str, Any] = json.loads(given[0].decode(errors="replace"))
        return bundle


_STANDARD = re.compile(r"N?St(?!.*(__cling_N|doublet_v|__doublet))")
"""Mangled names of the standard library's types of its own."""
_SEQUENCE = re.compile(r"std::(vector|deque)<")
_MOST_SHOWN, _SHOWN = 1000, 100
"""How long a sequence may be to be shown as a whole, and how much is shown of a longer one, as in ``describe.hpp``."""
_PLAIN = frozenset((bool, int, float, str, bytes, list, tuple, dict, set, type(None)))
