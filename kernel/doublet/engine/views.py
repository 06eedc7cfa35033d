"""Vectors, arrays and spans of C++ as NumPy arrays of the same memory, which cppyy would make of the bytes of any
element in memory that nobody keeps, or copy element by element.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np

from doublet.engine.addresses import address_of, first_of
from doublet.engine.constants import is_constant
from doublet.engine.elements import DTYPES
from doublet.engine.enums import ANY_ENUM, dtype_of_enum
from doublet.engine.looking import memory_at
from doublet.engine.names import clean_name
from doublet.engine.times import dtype_of_times
from doublet.engine.type_arguments import split_arguments
from doublet.engine.wholes import Wholes

__all__ = ["give_view"]

_CHARACTERS = {"char": "S1"}
_TEXTS = ("std::string", "std::basic_string<char>", "std::string_view", "std::basic_string_view<char>")
_SIZED = re.compile(r"(?:std::)?(array|span)<(const )?(.*),\s*(\d+)u?l*>$")


def give_view(cppyy: Any, cls: Any, name: str, record: Callable[[Any], np.dtype[Any]]) -> None:
    """Have NumPy see the elements of a new class of vectors, arrays or spans where they are, and convert them if asked to.

    `record` gives the structured type of a class, and raises `TypeError` if there is none.
    """
    sized = _SIZED.match(name)  # whose value_type cppyy does not resolve
    of = sized[3] if sized else name[len("valarray<") : -1] if name.startswith("valarray<") else cls.value_type
    element = of if isinstance(of, str) else of.__cpp_name__
    is_packed = name == "vector<bool>"  # eight in a byte

    def array(self: Any, dtype: Any = None, copy: bool | None = None) -> np.ndarray[Any, Any]:
        if is_packed:
            found = np.array(list(self), bool)
        elif element in _TEXTS:
            found = np.array([str(text) for text in self], str)
        else:
            found = _in_place(cppyy, cls, self, element, record)
        if (sized and sized[2]) or is_constant(self):
            found.flags.writeable = False
        if dtype is not None and np.dtype(dtype) != found.dtype:
            if copy is False:
                raise ValueError(f"elements of type '{element}' become {np.dtype(dtype)} only by being copied")
            return found.astype(dtype)
        return found.copy() if copy else found

    cls.__array__ = array
    if (kind := _kind(element)) is not None and kind.base.kind in "biufc":
        cls.__dlpack__, cls.__dlpack_device__ = _dlpack, lambda self: np.asarray(self).__dlpack_device__()
    # cppyy would read a pointer to the first as a text or an array, and takes any enum for an int.
    if element in ("char", ANY_ENUM) or (sized and sized[1] == "array"):
        cls.__iter__ = lambda self: (self[index] for index in range(len(self)))


def _dlpack(self: Any, **options: Any) -> Any:
    """The memory for libraries such as Awkward Array; a copy of a constant, for they know none."""
    array = np.asarray(self)
    return (array if array.flags.writeable else array.copy()).__dlpack__(**options)


def _in_place(cppyy: Any, cls: Any, sequence: Any, element: str, record: Callable[[Any], np.dtype[Any]]) -> np.ndarray[Any, Any]:
    kind = _kind(element)
    size = len(sequence)
    if kind is None:
        kind = dtype_of_enum(cppyy, split_arguments(cls.__cpp_name__[cls.__cpp_name__.index("<") + 1 : -1])[0])
    if kind is None:
        try:
            kind = record(_class_of(cls, element))
        except TypeError as error:
            instead = "take to_awkward(), or give it a list of numbers" if element.startswith("std::") else "give it a list of numbers, such as [x.field for x in sequence]"
            raise TypeError(f"{error}; {instead}") from None
    if not size:
        return np.empty(0, kind)
    first = address_of(cppyy, sequence, cls) if cls.__cpp_name__.startswith("std::array<") else first_of(cppyy, sequence, cls)
    return np.frombuffer(memory_at(first, size * kind.itemsize, sequence, Wholes(cppyy).of(sequence)), kind)


def _class_of(cls: Any, element: str) -> Any:
    """The class of the elements, which may have been defined again since."""
    import libcppyy

    of = getattr(cls, "value_type", None)
    if of is None or isinstance(of, str):
        try:
            return libcppyy.CreateScopeProxy(element)
        except TypeError:
            raise TypeError(f"NumPy has no elements of type '{clean_name(element)}'") from None
    return of


def _kind(element: str) -> np.dtype[Any] | None:
    """What an element is to NumPy: a number, or for an array several in a row."""
    if (array := _SIZED.match(element)) and array[1] == "array":
        inner = _kind(array[3])
        return inner and np.dtype((inner, (int(array[4]),)))
    found = DTYPES.get(element) or _CHARACTERS.get(element) or dtype_of_times(element)
    return np.dtype(found) if found else None
