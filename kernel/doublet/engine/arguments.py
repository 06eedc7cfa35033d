"""What cppyy asks about an argument that may be NumPy's: ``runtime/arguments.cpp`` asks here."""

from __future__ import annotations

import ctypes
import os
from typing import Any

from doublet.errors import ToolchainError

__all__ = ["wrap_converters"]


def wrap_converters(library: ctypes.CDLL) -> None:
    """Have cppyy ask about arrays; functions that it has called before this stay as they are."""
    import libcppyy  # after the toolchain has been set up

    wrap = ctypes.PYFUNCTYPE(ctypes.c_bool, ctypes.c_char_p, ctypes.py_object)(("doublet_arguments", library))
    if not wrap(os.fsencode(libcppyy.__file__), _prepare):
        raise ToolchainError("this version of cppyy has no converters that can be wrapped", "run 'pip install cppyy==3.5.0'")


def _prepare(value: Any, element: str, use: str, where: int) -> Any:
    from doublet.engine.array_arguments import prepared  # with NumPy, without which a kernel starts faster

    return prepared(value, element, use, where)
