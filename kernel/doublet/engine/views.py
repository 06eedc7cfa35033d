"""Vectors of C++ as NumPy arrays, which cppyy would make of the bytes of any element, in memory that nobody keeps."""

from __future__ import annotations

import ctypes
from typing import Any

import numpy as np

from doublet.engine.elements import DTYPES
from doublet.engine.names import clean_name

__all__ = ["give_view"]

_CHARACTERS = {"char": "S1"}
_TEXTS = ("std::string", "std::basic_string<char>")


def give_view(cppyy: Any, cls: Any) -> None:
    """Have NumPy see the elements of a new class of vectors where they are, and convert them if asked to."""
    of = cls.value_type
    element = of if isinstance(of, str) else of.__cpp_name__

    def array(self: Any, dtype: Any = None, copy: bool | None = None) -> np.ndarray[Any, Any]:
        found = _copied(self, element) if element == "bool" or element in _TEXTS else _in_place(cppyy, cls, self, element)
        if dtype is not None and np.dtype(dtype) != found.dtype:
            if copy is False:
                raise ValueError(f"elements of type '{element}' become {np.dtype(dtype)} only by being copied")
            return found.astype(dtype)
        return found.copy() if copy else found

    cls.__array__ = array
    if element == "char":  # cppyy would read them as a text that ends somewhere behind them
        cls.__iter__ = lambda self: (self[index] for index in range(len(self)))


def _copied(vector: Any, element: str) -> np.ndarray[Any, Any]:
    return np.array(list(vector), bool) if element == "bool" else np.array([str(text) for text in vector], str)


def _in_place(cppyy: Any, cls: type, vector: Any, element: str) -> np.ndarray[Any, Any]:
    kind = DTYPES.get(element) or _CHARACTERS.get(element)
    if kind is None:
        raise TypeError(f"NumPy has no elements of type '{clean_name(element)}'; give it a list of numbers, such as [x.field for x in vector]")
    size = len(vector)
    if not size:
        return np.empty(0, kind)
    part = vector if type(vector) is cls else cppyy.bind_object(vector, cls)  # a derived class may begin with something else
    # The address of the first is what a vector of libstdc++ begins with; cppyy's data() does not give it for every type.
    first = ctypes.c_size_t.from_address(cppyy.addressof(part)).value
    memory: Any = (ctypes.c_char * (size * np.dtype(kind).itemsize)).from_address(first)
    memory.owner = vector  # NumPy keeps the memory, which keeps the vector
    array: np.ndarray[Any, Any] = np.frombuffer(memory, kind)
    return array
