"""Pointers to elements of which nobody knows how many there are: Python indexes them, and is refused what needs their end.

cppyy would have a loop read on until the process ends; see ``runtime/pointers.cpp`` for those to numbers.
"""

from __future__ import annotations

import ctypes
import gc
import os
from typing import Any

from doublet.engine.names import clean_name
from doublet.errors import ToolchainError

__all__ = ["end_loops", "mend_pointers"]

_NUMBERS = {
    "?": "bool", "b": "char", "B": "unsigned char", "c": "char", "h": "short", "H": "unsigned short", "i": "int", "I": "unsigned int",
    "l": "long", "L": "unsigned long", "q": "long long", "Q": "unsigned long long", "f": "float", "d": "double", "D": "long double",
    "Zf": "std::complex<float>", "Zd": "std::complex<double>",
}  # fmt: skip
"""Of the kinds of elements, as cppyy calls them."""
_INDEX = "index it from 0"
_LENGTH = "tell how many there are by its reshape((n,))"
_OTHER = "have C++ give a std::span or a std::vector"
_LEAST = 2**31 // 16 - 1
"""The least number of elements that cppyy sets for want of one."""
_ARRAY, _POINTERS_TO_POINTERS = 0x10, 0x80
"""``kIsArray`` and ``kIsPtrPtr`` of CPyCppyy/CPPInstance.h."""

_changed = ctypes.pythonapi.PyType_Modified
_changed.restype = None
_changed.argtypes = [ctypes.py_object]
_refuse_loops: Any = None


def mend_pointers(library: ctypes.CDLL) -> None:
    """Have pointers to numbers, and to pointers to these, refuse what needs an end."""
    import libcppyy  # after the toolchain has been set up

    global _refuse_loops
    watch = ctypes.PYFUNCTYPE(ctypes.py_object, ctypes.c_char_p, ctypes.py_object, ctypes.py_object)(("doublet_pointers", library))
    cls: Any = watch(os.fsencode(libcppyy.__file__), _refusal, _endless)
    if cls is None:
        raise ToolchainError("this version of cppyy has no pointers that can be watched", "run 'pip install cppyy==3.5.0'")
    (attributes,) = gc.get_referents(vars(cls))
    attributes["__array__"] = _refuse_array  # where NumPy gets no buffer, it would take the pointer for one object
    _changed(cls)
    _refuse_loops = ctypes.PYFUNCTYPE(None, ctypes.py_object)(("doublet_end_loops", library))


def _refusal(view: Any) -> str:
    shape = view.shape
    kind = _NUMBERS.get(view.format, "pointer")
    if shape[0] < _LEAST:  # of an array of pointers, it is these that have no end
        return f"the elements of this {kind}*[{shape[0]}] are pointers, which have no end that Python could know: go through it, index what these point to, or {_OTHER}"
    ways = [_INDEX, *([_LENGTH] if len(shape) == 1 else [])]
    return f"this {kind}{'*' * len(shape)} has no end that Python could know: {', '.join(ways)}, or {_OTHER}"


def _refuse_array(self: Any, *_options: Any, **_named: Any) -> Any:
    raise TypeError(_refusal(self))


def end_loops(cls: Any) -> None:
    """Have objects of a new class that stand for many, for they are a ``T**`` of C++, or that have an operator[] and no end, refuse loops."""
    _refuse_loops(cls)


def _endless(value: Any) -> str | None:
    cls = type(value)
    name = clean_name(cls.__cpp_name__)
    flags = ctypes.c_uint32.from_address(id(value) + object.__basicsize__ + ctypes.sizeof(ctypes.c_void_p)).value
    if flags & _POINTERS_TO_POINTERS:
        return f"this {name}** has no end that Python could know: {_INDEX}, or {_OTHER}"
    item = getattr(cls, "__getitem__", None)
    if type(item).__name__ in ("CPPOverload", "TemplateProxy") and not hasattr(cls, "__len__"):
        return f"{name} has an operator[], and no end that Python could know: index it, or give the class begin() and end()"
    if type(item).__name__ == "wrapper_descriptor" and not flags & _ARRAY:
        return f"{name} is one object that has no elements to go through (a container of {name} becomes an Awkward array by its to_awkward())"
    return None
