"""Bit-fields of C++ classes in Python, which cppyy takes for whole numbers: it would misread them and write over others.

Cling's reflection does not tell which fields are such, so the compiler is asked: they have no address.
"""

from __future__ import annotations

import ctypes
import operator
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from doublet.engine.addresses import address_of
from doublet.engine.data_members import data_members
from doublet.engine.member_questions import Question

if TYPE_CHECKING:
    from doublet.engine.transaction import Transaction

__all__ = ["BitField", "BitFields"]

_NEVER = re.compile(r"std::|.*[({'$]")
"""Classes of the standard library, and those that C++ cannot name."""
_WHOLE = re.compile(r"(const )?(float|double|long double)$|.*[*&\[<]")
"""Types that a bit-field cannot have."""


class _Bits(ctypes.Structure):
    """``doublet::detail::Bits``."""

    _fields_ = (
        ("get", ctypes.CFUNCTYPE(ctypes.c_longlong, ctypes.c_void_p)),
        ("set", ctypes.CFUNCTYPE(ctypes.c_bool, ctypes.c_void_p, ctypes.c_longlong)),
        ("is_bool", ctypes.c_bool),
        ("is_unsigned", ctypes.c_bool),
    )


_USES = """template <class T> static auto get(T& object) { return object.$; }
template <class T, class V> static auto assign(T& object, V value) -> decltype(void(object.$ = value)) { object.$ = value; }"""


class BitField(property):
    """What a class has for one of its bit-fields."""


class BitFields:
    """`compile_` compiles and runs a transaction, after a rehearsal if told so."""

    def __init__(self, cppyy: Any, compile_: Callable[[Transaction, bool], None]) -> None:
        self._cppyy = cppyy
        self._question = Question("bits", _Bits, "Bits", _USES, compile_)

    def mend(self, cls: Any) -> None:
        """Have a new class read and write its bit-fields by what the compiler makes for that."""
        kind = cls.__cpp_name__
        names = [name for name, _, declared in data_members(cls) if not _WHOLE.match(declared)]
        if not names or _NEVER.match(kind):
            return
        for name, bits in zip(names, self._question.ask(kind, names), strict=True):
            if bits.get:
                setattr(cls, name, self._property(cls, name, bits))

    def _property(self, cls: Any, name: str, bits: _Bits) -> BitField:
        def address(owner: Any) -> int:
            at = address_of(self._cppyy, owner, cls)
            if not at:
                raise ReferenceError("attempt to access a null-pointer")
            return at

        def read(owner: Any) -> int:
            value: int = bits.get(address(owner))
            if bits.is_bool:
                return bool(value)
            return value & (2**64 - 1) if bits.is_unsigned else value

        def write(owner: Any, value: Any) -> None:
            number = operator.index(value)
            fits = (0 <= number < 2**64) if bits.is_unsigned else (-(2**63) <= number < 2**63)
            if not fits or not bits.set(address(owner), number):
                raise OverflowError(f"the bit-field '{name}' of {cls.__name__} cannot hold {number}")

        return BitField(read, write if bits.set else None, doc=f"bit-field {name}")
