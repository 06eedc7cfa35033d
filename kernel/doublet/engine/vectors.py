"""``std::vector`` in Python: as a NumPy array, and its elements where cppyy takes small integers for characters."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

__all__ = ["mend_vector"]

_VECTOR = re.compile(r"std::vector<(.*?)>(::.*)?$")
_DTYPES = {
    "signed char": "i1",
    "unsigned char": "u1",
    "short": "i2",
    "unsigned short": "u2",
    "int": "i4",
    "unsigned int": "u4",
    "long": "i8",
    "unsigned long": "u8",
    "long long": "i8",
    "unsigned long long": "u8",
    "float": "f4",
    "double": "f8",
    "long double": "g",
    "std::complex<float>": "c8",
    "std::complex<double>": "c16",
    "std::complex<long double>": "G",
}
"""Elements that NumPy has in place."""
_SMALL = ("signed char", "unsigned char")


class _Memory:
    """A vector's elements as NumPy asks for them; the array keeps it, and so the vector."""

    def __init__(self, vector: Any, address: int, dtype: np.dtype[Any]) -> None:
        self.vector = vector
        self.__array_interface__ = {
            "version": 3,
            "shape": (len(vector),),
            "typestr": dtype.str,
            "data": (address, False),
        }


def mend_vector(cppyy: Any, cls: Any) -> None:
    """Mend a new class if it is a ``std::vector``."""
    kind = cls.__cpp_name__
    if not kind.startswith("std::vector<") or "__array__" not in vars(cls):
        return
    element = getattr(cls, "value_type", "")
    element = getattr(element, "__cpp_name__", element)
    dtype = np.dtype(_DTYPES[element]) if element in _DTYPES else None

    def array(self: Any, dtype_: Any = None, copy: bool | None = None) -> np.ndarray[Any, Any]:
        if dtype is not None:
            made = np.asarray(_Memory(self, cppyy.addressof(self.data()), dtype)) if len(self) else np.empty(0, dtype)
            return np.array(made, dtype=dtype_, copy=copy)
        if copy is False:
            raise ValueError(f"a numpy.ndarray of the elements of {cls.__name__} is always a copy")
        return np.array(_elements(self, cls.__name__), dtype=dtype_)

    cls.__array__ = lambda self, dtype=None, *, copy=None: array(self, dtype, copy)
    if element in _SMALL:
        _have_integers(cls, element)
