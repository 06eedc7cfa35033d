"""C arrays of histograms, and of pointers to objects, in Python: a tuple of these, nested as the array is.

cppyy has a pointer to pointers for the latter, which does not know where it ends: a loop would read on behind it.
"""

from __future__ import annotations

import ctypes
import math
import re
from collections.abc import Callable, Iterator
from itertools import count, islice
from typing import TYPE_CHECKING, Any

from doublet.engine.constants import constant_view
from doublet.engine.data_members import data_members, static_data_members
from doublet.engine.diagnostics import demangled

if TYPE_CHECKING:
    from doublet.engine.values import Foreign

__all__ = ["ObjectArrays"]

_DECLARED = re.compile(r"(const )?([^*]*[\w>]) ?\*(?:const)?((?:\[\d+\])+)$")
"""The type of a member that is an array of pointers: const, what they point to, shape."""
_MANGLED = re.compile(r"((?:A\d+_)+)(?:(PK?)|(?=N7doublet4histI))(.+)$")
"""The mangled type of an array of pointers, or of histograms: shape, pointer, class."""


class ObjectArrays:
    """`histogram` gives what Python has for a histogram at an address, by its class and whether it is constant, and None for another
    class; `apply` gives the value of an expression of objects, and `declare` compiles a text.
    """

    def __init__(
        self, cppyy: Any, histogram: Callable[[int, str, bool], Any], apply: Callable[..., Any], declare: Callable[[str], None]
    ) -> None:
        self._cppyy = cppyy
        self._histogram = histogram
        self._apply = apply
        self._declare = declare
        self._numbers = count()

    def give(self, cls: Any) -> None:
        """Have the members of a new class that are arrays of pointers to objects give these."""
        for name, member, kind in data_members(cls):
            if declared := _DECLARED.match(kind):
                setattr(cls, name, property(self._reader(name, member, *declared.groups()), member.__set__, doc=member.__doc__))
        for name, member, kind in static_data_members(cls):
            if declared := _DECLARED.match(kind):
                read = self._static_reader(member, *declared.groups())
                delattr(type(cls), name)  # which would take what the class is given for a value to write
                for of in (cls, type(cls)):
                    setattr(of, name, property(read, member.__set__, doc=member.__doc__))

    def _reader(self, name: str, member: Any, const: str | None, kind: str, shape: str) -> Callable[[Any], Any]:
        sizes = [*map(int, re.findall(r"\d+", shape))]

        def read(owner: Any) -> Any:
            if not self._is_class(kind):
                return member.__get__(owner, type(owner))
            found = self._apply(f"::doublet::detail::addresses(value0.{name})", owner)
            return _nested((self._read(int(at), kind, bool(const)) for at in found), sizes)

        return read

    def _static_reader(self, member: Any, const: str | None, kind: str, shape: str) -> Callable[[Any], Any]:
        sizes = [*map(int, re.findall(r"\d+", shape))]

        def read(_: Any) -> Any:
            found = member.__get__(None, type(None))
            if not self._is_class(kind):
                return found
            first = ctypes.c_size_t.from_address(id(found) + object.__basicsize__).value  # cppyy itself gives what the first one points to
            addresses = (ctypes.c_size_t * math.prod(sizes)).from_address(first)
            return _nested((self._read(at, kind, bool(const)) for at in addresses), sizes)

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

    def _read(self, address: int, kind: str, is_constant: bool) -> Any:
        """What Python has for an object at an address, by the name of its class: a null pointer if there is none."""
        if (found := self._histogram(address, kind, is_constant)) is not None:
            return found
        bound = self._cppyy.bind_object(address, kind, cast=bool(address))  # as the class that it really is
        return constant_view(bound) if is_constant else bound

    def _is_class(self, name: str) -> bool:
        backend = self._cppyy._backend
        try:
            found = backend.CreateScopeProxy(name)
        except TypeError:
            return False
        return isinstance(found, type) and issubclass(found, backend.CPPInstance)

    def _called(self, body: str) -> Any:
        """What a C++ function with this body returns."""
        function = f"doublet_array_{next(self._numbers)}"
        self._declare(f"auto {function}() {{ {body} }}")
        return getattr(self._cppyy.gbl, function)()


def _nested(parts: Iterator[Any], sizes: list[int]) -> tuple[Any, ...]:
    if len(sizes) == 1:
        return tuple(islice(parts, sizes[0]))
    return tuple(_nested(parts, sizes[1:]) for _ in range(sizes[0]))
