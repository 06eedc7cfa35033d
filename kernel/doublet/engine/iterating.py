"""Has C++ objects that can be gone through say so, to ``collections.abc.Iterable``, pandas and Awkward Array.

cppyy lets Python itself go through vectors, in a way that such libraries do not see: they take one for a single value.
"""

from __future__ import annotations

import ctypes
import gc
from typing import Any

__all__ = ["show_iteration"]

_ITERATION = 62
"""``Py_tp_iter`` of Python's stable interface."""

_slot = ctypes.pythonapi.PyType_GetSlot
_slot.restype = ctypes.c_void_p
_slot.argtypes = [ctypes.py_object, ctypes.c_int]
_changed = ctypes.pythonapi.PyType_Modified
_changed.restype = None
_changed.argtypes = [ctypes.py_object]
_FUNCTION = ctypes.PYFUNCTYPE(ctypes.py_object, ctypes.py_object)


def show_iteration(cls: Any) -> None:
    """Give a new class of C++ the method that goes with what Python's loops use, which they go on to use."""
    address = _slot(cls, _ITERATION)
    if address and not hasattr(cls, "__iter__"):
        begin = _FUNCTION(address)
        # Set as an attribute it would be what loops use: cppyy, which counts who else has the object, would not know a temporary.
        (attributes,) = gc.get_referents(vars(cls))
        attributes["__iter__"] = lambda self: begin(self)  # noqa: PLW0108 - a function of ctypes' own would not get the object
        _changed(cls)
