"""C arrays of numbers in Python: NumPy arrays of the same memory.

cppyy's own views of them do not keep the object that they are a part of, are writable also if they are constant, and
get the size of an element wrong where there are several dimensions.
"""

from __future__ import annotations

import ctypes
import math
import re
from typing import TYPE_CHECKING, Any

from doublet.engine.constants import constant_view, is_constant
from doublet.engine.data_members import data_members
from doublet.engine.looking import LIFELINE, memory_at, whole_around
from doublet.engine.names import clean_name, is_object

if TYPE_CHECKING:
    import numpy as np

__all__ = ["array_of", "give_arrays", "is_array", "is_view"]

_MANGLED = re.compile(r"((?:A\d+_)+)(.+)$")
_ELEMENTS = {
    "b": "?", "a": "i1", "h": "u1", "s": "i2", "t": "u2", "i": "i4", "j": "u4", "l": "i8", "m": "u8", "x": "i8", "y": "u8",
    "f": "f4", "d": "f8", "e": "g", "St7complexIfE": "c8", "St7complexIdE": "c16",
}  # fmt: skip
"""Of the numbers, by their mangled names."""
_DECLARED = re.compile(r"(const )?([^*&()]*?)((?:\[\d+\])+)$")
_CHARACTERS = re.compile(r"char\[(\d+)\]")
_TEXT = re.compile(r"(?:char|wchar_t|char\d+_t)$")
_FORMATS = {"D": "g", "Zf": "c8", "Zd": "c16"}
"""What cppyy calls otherwise than NumPy."""


def is_array(value: object) -> bool:
    """Whether it is an array of NumPy's, without which a kernel starts faster."""
    return type(value).__name__ == "ndarray"


def is_view(value: object) -> bool:
    """Whether it is what cppyy makes of an array or of a pointer."""
    return type(value).__name__ == "LowLevelView"


def array_of(mangled: str, address: int, *, constant: bool) -> np.ndarray[Any, Any] | None:
    """The array that stands somewhere for good, by its mangled type; None if that is no array of numbers."""
    found = _MANGLED.match(mangled)
    if found is None or found[2] not in _ELEMENTS:
        return None
    return _Layout(_ELEMENTS[found[2]], found[1]).array(address, constant=constant, owner=None)


def give_arrays(cppyy: Any, cls: Any) -> None:
    """Have the array members of a new class be parts of their objects, and keep them."""
    for name, member, kind in data_members(cls):
        declared = _DECLARED.match(kind)
        if declared and not _TEXT.match(declared[2]):
            setattr(cls, name, _property(cppyy, cls, name, member, declared[3], constant=bool(declared[1])))
        elif declared and (size := _CHARACTERS.fullmatch(declared[2] + declared[3])):
            setattr(cls, name, _text(cppyy, cls, name, member, int(size[1]), constant=bool(declared[1])))


def _property(cppyy: Any, cls: Any, name: str, member: Any, shape: str, *, constant: bool) -> property:
    layouts: list[_Layout] = []

    def read(owner: Any) -> Any:
        found = member.__get__(owner, cls)
        if not is_view(found):
            _keep(found, owner)
            return constant_view(found) if constant or is_constant(owner) else found
        if not layouts:
            kind = memoryview(found).format
            layouts.append(_Layout(_FORMATS.get(kind, kind), shape))
        return layouts[0].array(cppyy.addressof(found), constant=constant or is_constant(owner), owner=owner)

    def write(owner: Any, value: Any) -> None:
        into = read(owner)
        if is_array(into):
            _fill(into, value, f"{clean_name(cls.__cpp_name__)}::{name}")
        else:
            member.__set__(owner, value)

    return property(read, write, doc=member.__doc__)


def _text(cppyy: Any, cls: Any, name: str, member: Any, size: int, *, constant: bool) -> property:
    """Characters as the text that they are, up to the first zero."""
    place = f"{clean_name(cls.__cpp_name__)}::{name}"

    def read(owner: Any) -> str:
        found = member.__get__(owner, cls)
        if isinstance(found, str):  # as cppyy has constant ones
            return found
        characters = ctypes.string_at(cppyy.addressof(found), size)
        return characters.partition(b"\0")[0].decode("utf-8", "surrogateescape")

    def write(owner: Any, value: Any) -> None:
        if constant or is_constant(owner):
            raise _constant(place)
        if not isinstance(value, (str, bytes)):
            raise TypeError(f"{place} holds a text, and not this {type(value).__name__}")
        text = value.encode("utf-8", "surrogateescape") if isinstance(value, str) else value
        if len(text) >= size:
            raise ValueError(f"{place} holds a text of {size - 1} bytes at most, and {value!r:.40} has {len(text)}")
        ctypes.memmove(cppyy.addressof(member.__get__(owner, cls)), text.ljust(size, b"\0"), size)

    return property(read, write, doc=member.__doc__)


def _constant(name: str) -> TypeError:
    return TypeError(f"{name} is constant in C++, and cannot be changed")


def _fill(into: np.ndarray[Any, Any], value: Any, name: str) -> None:
    import numpy as np

    from doublet.engine.array_arguments import copied

    if not into.flags.writeable:
        raise _constant(name)
    try:
        array = np.asarray(value)
    except ValueError:  # rows of several lengths
        array = np.empty(0, object)
    if array.shape != into.shape:
        shape = " x ".join(map(str, into.shape))
        raise TypeError(f"{name} holds {shape} numbers: give it as many, or write one by its index")
    into[...] = copied(array.ravel(), name, into.dtype).reshape(into.shape)


def _keep(objects: Any, owner: Any) -> None:
    """Have the objects of an array keep the one that they are a part of, as cppyy itself does with a member."""
    if isinstance(objects, tuple):
        for part in objects:
            _keep(part, owner)
    elif is_object(objects):  # a histogram is Python's own, and needs nobody to keep it
        setattr(objects, LIFELINE, owner)


class _Layout:
    """What an array is, wherever it is: the kind of its elements and, in a text, how many in each dimension."""

    def __init__(self, kind: str, shape: str) -> None:
        import numpy as np

        self._new = np.ndarray
        self._element = np.dtype(kind)
        self._shape = (*map(int, re.findall(r"\d+", shape)),)
        self._size = math.prod(self._shape) * self._element.itemsize

    def array(self, address: int, *, constant: bool, owner: object) -> np.ndarray[Any, Any]:
        found = self._new(self._shape, self._element, memory_at(address, self._size, owner, whole_around(owner)))
        found.flags.writeable = not constant
        return found
