"""Histograms that C++ holds: what answers its questions, and the Python object that each is."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

__all__ = ["Histograms", "as_python", "is_histogram_name"]

_NAME = "doublet::hist<"


def as_python(cppyy: Any, value: Any) -> Any:
    """What Python has for a C++ value: the histogram itself, if it is one, and not the C++ object that fills it."""
    if not is_histogram_name(str(getattr(type(value), "__cpp_name__", ""))):
        return value
    found = _held(cppyy, value)
    return value if found is None else found


def is_histogram_name(name: str) -> bool:
    """Whether this is the name of a class ``doublet::hist``."""
    return name.startswith(_NAME)


class Histograms:
    """Has what C++ functions return, and members, be the histogram itself."""

    def __init__(self, cppyy: Any, library: ctypes.CDLL, apply: Callable[..., Any], declare: Callable[[str], None]) -> None:
        self._cppyy = cppyy
        self._library = library
        self._apply = apply
        self._declare = declare
        self._are_converted = True
        self._lenders: dict[str, Any] = {}
        """For each C++ type of histograms, what makes one of Python's histogram."""
        ctypes.PYFUNCTYPE(None, ctypes.py_object)(("doublet_histogram_values", library))(self._converted)
        cppyy.py.add_pythonization(self._mend, "doublet")

    def connect(self, answer: Callable[..., Any], make: Callable[[str, bytes], Any]) -> None:
        """Have one function answer what ``runtime/histograms.cpp`` asks, and another make a histogram of its description and its
        cells.
        """
        ctypes.PYFUNCTYPE(None, ctypes.py_object)(("doublet_histograms", self._library))(answer)
        _mend_boost(self._cppyy, partial(self._apply, "::doublet::detail::boost_copied(value0)"), make)

    def lent(self, kind: str, described: int) -> Any:
        """A C++ object that fills a histogram of Python's, by its C++ type and where its description is."""
        if kind not in self._lenders:
            function = f"doublet_lender_{len(self._lenders)}"
            self._declare(f"{kind}* {function}(unsigned long at) {{ return new {kind}(::doublet::detail::described{{at}}); }}")
            self._lenders[kind] = getattr(self._cppyy.gbl, function)
        with self._as_they_are():
            lent = self._lenders[kind](described)
        lent.__python_owns__ = True
        return lent

    @contextmanager
    def _as_they_are(self) -> Iterator[None]:
        """Have the next ones be C++ objects."""
        self._are_converted = False
        try:
            yield
        finally:
            self._are_converted = True

    def _converted(self, value: Any) -> Any:
        return as_python(self._cppyy, value) if self._are_converted else value

    def _mend(self, cls: Any, name: str) -> None:
        if name.startswith("hist<"):
            cls.__getattr__ = lambda value, name: _of_histogram(self._cppyy, value, name)
            for special in _SPECIAL:
                setattr(cls, special, _forwarding(self._cppyy, special))


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


_SPECIAL = (
    "__add__", "__radd__", "__iadd__", "__sub__", "__isub__", "__mul__", "__rmul__", "__imul__", "__truediv__", "__itruediv__",
    "__eq__", "__ne__", "__array__", "__getitem__", "__setitem__", "__repr__", "__str__", "__copy__", "__deepcopy__",
)  # fmt: skip


def _of_histogram(cppyy: Any, value: Any, name: str) -> Any:
    found = _held(cppyy, value)
    if found is None or name.startswith("__"):
        raise AttributeError(name)
    return getattr(found, name)


def _forwarding(cppyy: Any, special: str) -> Callable[..., Any]:
    def forward(self: Any, *arguments: Any) -> Any:
        return getattr(_held(cppyy, self), special)(*(as_python(cppyy, argument) for argument in arguments))

    return forward


def _held(cppyy: Any, value: Any) -> Any:
    """The object of Python's that a ``doublet::hist`` begins with; None if it has no axes yet."""
    address = cppyy.addressof(value)
    held = ctypes.c_size_t.from_address(address).value if address else 0
    return ctypes.py_object.from_address(address).value if held else None
