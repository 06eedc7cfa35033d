"""Histograms that C++ holds: what answers its questions, and the Python object that each is."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from functools import partial, partialmethod
from itertools import count
from typing import Any

from doublet.engine.constants import (
    changeable_view,
    constant_view,
    is_constant,
    mark_constant,
    watch_constant_histograms,
)
from doublet.engine.looking import forget_address
from doublet.engine.object_arrays import ObjectArrays
from doublet.engine.thread_flag import ThreadFlag
from doublet.engine.values import Foreign
from doublet.errors import BridgeError

__all__ = ["Histograms", "is_histogram_name"]

_NAME = "doublet::hist<"


def is_histogram_name(name: str) -> bool:
    """Whether this is the name of a class ``doublet::hist``."""
    return name.startswith(_NAME)


class Histograms:
    """Has what C++ functions return, and members, be the histogram itself.

    There is an object of cppyy's where there is no histogram only: for one that has no axes yet, and for a null pointer, which is
    what a pointer to one that C++ has destroyed becomes.
    """

    def __init__(self, cppyy: Any, library: ctypes.CDLL, apply: Callable[..., Any], declare: Callable[[str], None]) -> None:
        self._cppyy = cppyy
        self._library = library
        self._apply = apply
        self._declare = declare
        self._at = ctypes.PyDLL(library._name, handle=library._handle).doublet_histogram_at
        self._at.argtypes, self._at.restype = (ctypes.c_void_p,), ctypes.py_object
        self._is_lending = ThreadFlag()
        """Whether what cppyy makes is to be the C++ object."""
        self._numbers = count()
        self._lenders: dict[str, Any] = {}
        """For each C++ type of histograms, what makes one of Python's histogram."""
        ctypes.PYFUNCTYPE(None, ctypes.py_object, ctypes.py_object)(("doublet_histogram_values", library))(self._converted, self._pointer)
        self._arrays = ObjectArrays(cppyy, self._read, apply, declare)
        cppyy.py.add_pythonization(lambda cls, _name: self._arrays.give(cls))
        cppyy.py.add_pythonization(self._mend, "doublet")

    def connect(self, answer: Callable[..., Any], make: Callable[[str, bytes], Any], constant: Callable[[Any], Any]) -> None:
        """Have one function answer what ``runtime/histograms.cpp`` asks, another make a histogram of its description and its
        cells, and a third one of a histogram one that cannot be changed.
        """
        watch_constant_histograms(constant)
        ctypes.PYFUNCTYPE(None, ctypes.py_object)(("doublet_histograms", self._library))(answer)
        _mend_boost(self._cppyy, partial(self._apply, "::doublet::detail::boost_copied(value0)"), make)

    def lent(self, kind: str, described: int, *, constant: bool) -> Any:
        """A C++ object that fills a histogram of Python's, by its C++ type and where its description is."""
        if kind not in self._lenders:
            function = f"doublet_lender_{next(self._numbers)}"
            self._declare(f"{kind}* {function}(unsigned long at) {{ return new {kind}(::doublet::detail::described{{at}}); }}")
            self._lenders[kind] = getattr(self._cppyy.gbl, function)
        with self._is_lending.during():
            lent = self._lenders[kind](described)
        lent.__python_owns__ = True
        if constant:
            mark_constant(lent)
        return lent

    def as_python(self, value: Any) -> Any:
        """What Python has for a C++ value: the histogram itself, if it is one or a pointer to one, and not the C++ object that
        fills it; and for an array of them, a tuple.
        """
        if isinstance(value, type):
            return value
        if isinstance(value, tuple) and value and (is_histogram_name(_class_of(value[0])) or isinstance(value[0], tuple)):
            return tuple(map(self.as_python, value))
        if isinstance(value, Foreign):
            return self._arrays.value(value)
        if not is_histogram_name(_class_of(value)) or "** object" in repr(value):  # of pointers to pointers, cppyy tells there only
            return value
        address = self._cppyy.addressof(value)
        found = self._at(address) if address else None
        if found is False:
            forget_address(value)
        if found is None or found is False:
            return value
        return constant_view(found) if is_constant(value) else found

    def _read(self, address: int, kind: str, is_constant: bool) -> Any:
        """What Python has for a histogram at an address, by the name of its class: a null pointer if there is none; None for no histogram."""
        if not is_histogram_name(kind):
            return None
        found = self._at(address) if address else False
        if found is None or found is False:
            return self._cppyy.bind_object(address if found is None else 0, kind)
        return constant_view(found) if is_constant else found

    def _converted(self, value: Any) -> Any:
        return value if self._is_lending else self.as_python(value)

    def _pointer(self, value: Any, kind: str) -> Any:
        """A smart pointer of this type to a new C++ object that fills a histogram of Python's and keeps it; None if the types differ.

        Raises `TypeError` for what C++ cannot fill in place.
        """
        cast = getattr(type(value), "__cast_cpp__", None)
        may_change_it = not kind.endswith((">", "&&")) and not kind.startswith("const ")  # which would not be seen
        if cast is None or may_change_it:
            return None
        try:
            lent = cast(value)
        except BridgeError as error:
            raise TypeError(str(error)) from None  # which cppyy puts among the reasons of other overloads
        if is_constant(lent) and "_ptr<const " not in kind:
            raise TypeError("the histogram is constant in C++, and the function could change it: pass a copy, or have it take a pointer to const")
        with self._is_lending.during():
            made = self._apply(f"::doublet::detail::pointing<std::remove_cvref_t<{kind}>>(value0)", changeable_view(lent))
        return made or None

    def _mend(self, cls: Any, name: str) -> None:
        if name.startswith("hist<"):
            cls.__getattr__ = partialmethod(_attribute, self)


def _mend_boost(cppyy: Any, copied: Callable[[Any], Any], make: Callable[[str, bytes], Any]) -> None:
    """Have Python see Boost.Histogram's objects as copies of what they hold: by UHI's protocol, and as an argument of
    ``hist.Hist``. `copied` gives a ``doublet::detail::copied``, of which `make` makes a histogram of Python's.
    """

    def python(self: Any) -> Any:
        found = copied(self)
        return make(str(found.json), bytes(memoryview(found.cells.__array__())))

    def mend(cls: Any, name: str) -> None:
        if name.startswith("histogram<"):
            cls._to_boost_histogram_ = python
            cls.kind = property(lambda self: python(self).kind)
            cls.axes = property(lambda self: python(self).axes)
            for method in ("values", "variances", "counts", "__repr__"):
                setattr(cls, method, _copying(python, method))

    cppyy.py.add_pythonization(mend, "boost::histogram")


def _copying(python: Callable[[Any], Any], method: str) -> Callable[..., Any]:
    return lambda self, *arguments, **named: getattr(python(self), method)(*arguments, **named)


def _attribute(value: Any, histograms: Histograms, name: str) -> Any:
    """What an object of cppyy's has not: it is asked for where cppyy gives one of its own, as for an array of pointers."""
    if name.startswith("_"):
        raise AttributeError(name)
    found = histograms.as_python(value)
    if found is not value:
        return getattr(found, name)
    reason = "C++ has given this histogram no axes yet" if value else "this pointer to a histogram is null, or C++ has destroyed what it pointed to"
    raise AttributeError(f"{reason}: there is no '{name}'", name=name, obj=value)


def _class_of(value: Any) -> str:
    return str(getattr(type(value), "__cpp_name__", ""))
