"""What cppyy converts for C++: ``runtime/arguments.cpp`` asks here about an argument that may be NumPy's."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Callable
from typing import Any

from doublet.engine.names import clean_name
from doublet.errors import ToolchainError

__all__ = ["wrap_converters"]


def wrap_converters(library: ctypes.CDLL, callables: Callable[[Any, str], Any]) -> None:
    """Have cppyy ask about arrays and, by `callables`, about functions, give callbacks the objects that they are called with, and convert as C++ does.

    Functions that it has called before this stay as they are.
    """
    import libcppyy  # after the toolchain has been set up

    path = os.fsencode(libcppyy.__file__)
    wrap = ctypes.PYFUNCTYPE(ctypes.c_bool, ctypes.c_char_p, ctypes.py_object)(("doublet_arguments", library))
    mend = ctypes.PYFUNCTYPE(ctypes.c_bool, ctypes.c_char_p)(("doublet_callbacks", library))
    watch = ctypes.PYFUNCTYPE(ctypes.c_bool, ctypes.c_char_p, ctypes.py_object, ctypes.c_size_t)(("doublet_conversions", library))
    pass_on = ctypes.PYFUNCTYPE(ctypes.c_bool, ctypes.c_char_p, ctypes.py_object)(("doublet_callables", library))
    if not (pass_on(path, callables) and wrap(path, _prepare) and mend(path) and watch(path, libcppyy.CPPScope, type.__basicsize__)):
        raise ToolchainError("this version of cppyy has no converters that can be wrapped", "run 'pip install cppyy==3.5.0'")


def _prepare(value: Any, element: str, use: str, where: int) -> Any:
    if use == "iterator":
        return _iterator(value, element)
    if use == "enum":
        return _enumerator(value, element)
    from doublet.engine.array_arguments import prepared  # with NumPy, without which a kernel starts faster

    return prepared(value, element, use, where)


def _enumerator(value: Any, expected: str) -> Any:
    """An enumerator of this enum, or a number."""
    import cppyy

    wanted, found = expected.removeprefix("const ").rstrip("& "), getattr(type(value), "__cpp_name__", None)
    if found is None or found == wanted or cppyy.gbl.std.is_same[f"::{found}", f"::{wanted}"].value:
        return value
    raise TypeError(f"an enumerator of {clean_name(found)} is no {clean_name(wanted)}")


def _iterator(value: Any, expected: str) -> Any:
    """An iterator, if it is one of this C++ type, or becomes one as an ``iterator`` does a ``const_iterator``."""
    import libcppyy

    wanted = libcppyy.CreateScopeProxy(expected.removeprefix("const ").rstrip("& "))
    found = getattr(type(value), "__cpp_name__", type(value).__name__)
    if isinstance(value, wanted) or found == wanted.__cpp_name__.replace("const_", "").replace("const ", ""):
        return value
    raise TypeError(f"C++ takes {clean_name(wanted.__cpp_name__)}, not {clean_name(found)}")
