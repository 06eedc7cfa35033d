"""Memory of C++ that Python's arrays and objects look at.

What looks at it keeps the C++ object whose memory it is, but that object may let go of the memory: a vector does when it
grows. ``runtime/views.cpp`` then keeps the memory as it is: an array shows what it has shown before. An object of a class
cannot, for C++ has destroyed it: it becomes a null pointer, which refuses to be used.

Or the object destroys a part in its place, as ``pop_back`` does: ``runtime/elements.cpp`` finds that whenever C++ has run.
"""

from __future__ import annotations

import ctypes
from typing import Any, NamedTuple
from weakref import WeakSet, ref

from doublet.engine.names import is_object

__all__ = ["LIFELINE", "View", "Whole", "forget_address", "keep_views", "left_views", "memory_at", "view_of", "whole_around"]

LIFELINE = "__lifeline"
"""The attribute by which an object of cppyy's keeps another."""

_library: Any = None
_begin: Any = None
_left: WeakSet[View] = WeakSet()


def keep_views(library: ctypes.CDLL) -> None:
    """Have this library keep memory; its functions are called with Python's lock, for they take less time than to let go of it."""
    global _library, _begin
    _library = ctypes.PyDLL(library._name, handle=library._handle)
    _library.doublet_begin_view.argtypes = (ctypes.py_object,)
    _library.doublet_begin_view.restype = ctypes.py_object
    _begin = _library.doublet_begin_view(View)
    _library.doublet_left_views.restype = ctypes.py_object
    _library.doublet_views(ctypes.pythonapi.Py_AddPendingCall, _TOLD)
    _library.doublet_elements()  # last, for of what is done before a fork, it is what comes last that comes first


class Whole(NamedTuple):
    """What may destroy its parts without freeing their memory; see ``runtime/elements.cpp``."""

    at: int
    kind: int
    state: int
    """Where in an optional or variant it says what it holds; of any other object, the number of its layout."""


_NO_WHOLE = Whole(0, 0, 0)


class View:
    """A view of memory, which keeps the object that the memory is of, and the memory.

    `seen` is the Python object of cppyy's that stands for what is there, for an array, of `size` bytes, there is none; `whole` is
    what may destroy what is there.
    """

    __slots__ = ("__weakref__", "at", "is_left", "owner", "seen", "whole")

    def __init__(self, at: int, owner: object, seen: Any = None, whole: Whole | None = None, size: int = 0) -> None:
        self.at, self.owner, self.whole = at, owner, whole or _NO_WHOLE
        self.is_left = False
        """Whether C++ has let go of the memory, which shows what was there then."""
        self.seen = None if seen is None else ref(seen)
        if _begin(at, self, size, *self.whole):
            self.leave()

    def leave(self) -> None:
        """Have the object refuse to be used from now on."""
        self.is_left = True
        if self.seen is not None and (seen := self.seen()) is not None and not seen.__python_owns__:
            forget_address(seen)


def forget_address(value: Any) -> None:
    """Make an object of cppyy's that Python does not own a null pointer."""
    value.__destruct__()  # of what Python does not own, it only forgets the address
    # cppyy leaves the address of what it has freed, where the object had more to it than that.
    ctypes.c_void_p.from_address(id(value) + object.__basicsize__).value = None


def _leave(_nothing: object = None) -> int:
    for view in _library.doublet_left_views():
        view.leave()
        _left.add(view)
    return 0


_TOLD = ctypes.PYFUNCTYPE(ctypes.c_int, ctypes.c_void_p)(_leave)


def memory_at(address: int, size: int, owner: object, whole: Whole | None = None) -> Any:
    """So many bytes at an address, for NumPy, which keep an object as long as they are used."""
    memory: Any = (ctypes.c_char * size).from_address(address)
    memory.owner = View(address, owner, None, whole, size)
    return memory


def left_views() -> set[View]:
    """The views of which C++ has let go of the memory since this was asked last."""
    _leave()
    found = set(_left)
    _left.clear()
    return found


def view_of(value: Any) -> View | None:
    """The view that an array or an object is, or that it is a part of."""
    if is_object(value):
        kept = vars(value).get(LIFELINE)
        return kept if isinstance(kept, View) else None
    while value is not None:
        if isinstance(value, memoryview):
            value = value.obj
        if isinstance(owner := getattr(value, "owner", None), View):
            return owner
        value = getattr(value, "base", None)
    return None


def whole_around(owner: Any) -> Whole | None:
    """What an object is itself a part of, if that may destroy it."""
    view = vars(owner).get(LIFELINE) if is_object(owner) else None
    return view.whole if isinstance(view, View) and view.whole.at else None
