"""Memory of C++ that Python's arrays look at.

An array keeps the C++ object whose memory it shows, but that object may let go of the memory: a vector does when it grows.
``runtime/views.cpp`` then keeps the memory as it is, so that the array shows what it has shown before.
"""

from __future__ import annotations

import ctypes
from typing import Any

__all__ = ["View", "keep_views", "left_views", "memory_at", "view_of"]

_MOST = 1000
"""How many are asked for at a time."""

_library: Any = None


def keep_views(library: ctypes.CDLL) -> None:
    """Have this library keep memory; its functions are called with Python's lock, for they take less time than to let go of it."""
    global _library
    _library = ctypes.PyDLL(library._name, handle=library._handle)
    _library.doublet_views()
    _library.doublet_view.argtypes = _library.doublet_end_view.argtypes = (ctypes.c_size_t,)
    _library.doublet_view.restype = _library.doublet_end_view.restype = None
    _library.doublet_is_left.argtypes, _library.doublet_is_left.restype = (ctypes.c_size_t,), ctypes.c_bool
    _library.doublet_left_views.argtypes = (ctypes.c_void_p, ctypes.c_size_t)
    _library.doublet_left_views.restype = ctypes.c_size_t


class View:
    """A view of memory, which keeps the object that the memory is of, and the memory."""

    __slots__ = ("at", "owner")

    def __init__(self, at: int, owner: object) -> None:
        self.at, self.owner = at, owner
        _library.doublet_view(at)

    @property
    def is_left(self) -> bool:
        """Whether C++ has let go of the memory, which shows what was there then."""
        return bool(_library.doublet_is_left(self.at))

    def __del__(self) -> None:
        _library.doublet_end_view(self.at)


def memory_at(address: int, size: int, owner: object) -> Any:
    """So many bytes at an address, for NumPy, which keep an object as long as they are used."""
    memory: Any = (ctypes.c_char * size).from_address(address)
    memory.owner = View(address, owner)
    return memory


def left_views() -> set[int]:
    """Where views begin of which C++ has let go of the memory since this was asked last."""
    found: set[int] = set()
    into = (ctypes.c_size_t * _MOST)()
    while count := _library.doublet_left_views(into, _MOST):
        found.update(into[:count])
    return found


def view_of(array: Any) -> View | None:
    """The view that an array is, or that it is a part of."""
    while array is not None:
        if isinstance(array, memoryview):
            array = array.obj
        if isinstance(owner := getattr(array, "owner", None), View):
            return owner
        array = getattr(array, "base", None)
    return None
