"""C arrays of histograms, and of pointers to objects, in Python: a tuple of these, nested as the array is.

cppyy has a pointer to pointers for the latter, which does not know where it ends: a loop would read on behind it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any

from doublet.engine.constants import REFLEX_TYPE
from doublet.engine.diagnostics import demangled

if TYPE_CHECKING:
    from doublet.engine.values import Foreign

__all__ = ["ObjectArrays"]

_DECLARED = re.compile(r"(const )?([^*]*[\w>]) ?\*((?:\[\d+\])+)$")
"""The type of a member that is an array of pointers: const, what they point to, shape."""
_MANGLED = re.compile(r"((?:A\d+_)+)(?:(PK?)|(?=N7doublet4histI))(.+)$")
"""The mangled type of an array of pointers, or of histograms: shape, pointer, class."""


class ObjectArrays:
    """`read` gives what Python has for an object at an address, by its class and whether it is constant; `is_class` tells whether
    that is a class, `apply` gives the value of an expression of objects, and `called` that of a function with this body.
    """

    def __init__(
        self, read: Callable[[int, str, bool], Any], is_class: Callable[[str], bool], apply: Callable[..., Any], called: Callable[[str], Any]
    ) -> None:
        self._read = read
        self._is_class = is_class
        self._apply = apply
        self._called = called

    def give(self, cls: Any) -> None:
        """Have the members of a new class that are arrays of pointers to objects give these."""
        static = vars(type(cls))
        for name, member in [*vars(cls).items()]:
            declared = _DECLARED.match(member.__cpp_reflex__(REFLEX_TYPE)) if type(member).__name__ == "CPPDataMember" else None
            if declared and name not in static:  # to assign to one of these would be to write it
                setattr(cls, name, property(self._reader(name, member, *declared.groups()), member.__set__, doc=member.__doc__))

    def _reader(self, name: str, member: Any, const: str | None, kind: str, shape: str) -> Callable[[Any], Any]:
        sizes = [*map(int, re.findall(r"\d+", shape))]

        def read(owner: Any) -> Any:
            if not self._is_class(kind):
                return member.__get__(owner, type(owner))
            found = self._apply(f"::doublet::detail::addresses(value0.{name})", owner)
            return _nested((self._read(int(at), kind, bool(const)) for at in found), sizes)

        return read

    def value(self, value: Foreign) -> Any:
        """The value of a cell or a variable that is such an array, or else itself."""
        declared = _MANGLED.match(value.origin.type)
        if declared is None or not self._is_class(demangled(declared[3])):
            return value
        sizes = [*map(int, re.findall(r"A(\d+)_", declared[1]))]
        found = self._called(f"return ::doublet::detail::addresses({value.origin.name});")
        kind, is_constant = demangled(declared[3]), declared[2] == "PK" or (value.is_constant and not declared[2])
        return _nested((self._read(int(at), kind, is_constant) for at in found), sizes)


def _nested(parts: Iterator[Any], sizes: list[int]) -> tuple[Any, ...]:
    if len(sizes) == 1:
        return tuple(islice(parts, sizes[0]))
    return tuple(_nested(parts, sizes[1:]) for _ in range(sizes[0]))
