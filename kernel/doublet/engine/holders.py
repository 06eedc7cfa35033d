"""What Python's own operators do with objects of the standard library that hold one value, or one of several, or none:
``optional``, ``variant``, smart pointers to numbers, ``complex``.

They are equal to what they hold, also in NumPy; they have no elements, whatever it is that they hold.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from numbers import Number
from typing import Any

from doublet.engine.comparing import give_equality
from doublet.engine.names import clean_name

__all__ = ["give_holder_ways"]

_POINTER = re.compile(r"(shared|unique)_ptr<")
_OF_ARRAY = re.compile(r"(?:shared|unique)_ptr<[^,]*\[\d*\][,>]")
_WITHOUT_ELEMENTS = re.compile(r"(optional|variant|complex|(?:shared|unique|weak)_ptr|duration|time_point)<")
_INSTEAD = {"optional": ": take its value()", "variant": ": take what it holds with get()"}


def give_holder_ways(cppyy: Any, cls: Any, name: str) -> None:
    """Give a new class of the standard library what Python's classes of the kind have."""
    match = _WITHOUT_ELEMENTS.match(name)
    if match is None:
        return
    cls.__iter__ = None  # cppyy would go through any object, by index
    if _OF_ARRAY.match(name):
        _give_array_ways(cls)
        return
    cls.__getitem__ = _without_elements(match[1])
    if match[1] == "optional":
        _stand_for(cls, lambda self: self.value() if self.has_value() else None)
    elif match[1] == "variant":
        _give_variant_ways(cppyy, cls)
    elif match[1] == "complex":
        _give_complex_ways(cls)
    elif _POINTER.match(name):
        _stand_for(cls, _pointee)
        cls.__float__ = lambda self: float(_there(self))
        cls.__int__ = lambda self: int(_there(self))


def _without_elements(kind: str) -> Callable[[Any, Any], Any]:
    def refuse(_self: Any, _index: Any) -> Any:
        raise TypeError(f"a std::{kind} has no elements{_INSTEAD.get(kind, '')}")

    return refuse


def _give_array_ways(cls: Any) -> None:
    """Have a pointer to an array be indexed from 0, as in C++: nobody knows how many elements there are."""
    for name in ("__getitem__", "__setitem__"):
        if original := vars(cls).get(name):
            setattr(cls, name, _from_start(original))

    def array(self: Any, dtype: Any = None, copy: bool | None = None) -> Any:  # noqa: ARG001 - NumPy's names
        raise TypeError(f"a {clean_name(cls.__cpp_name__)} has no end that Python could know: index it from 0")

    cls.__array__ = array


def _from_start(original: Any) -> Callable[..., Any]:
    def access(self: Any, place: Any, *value: Any) -> Any:
        if not self:
            raise ValueError("the pointer is null")
        if place < 0:
            raise IndexError(f"{place} is no index of an array whose end is not known")
        return original.__get__(self)(place, *value)

    return access


def _stand_for(cls: Any, held: Callable[[Any], Any]) -> None:
    """Have objects of a class be equal to what they hold, and NumPy see that."""

    def of(other: Any) -> Any:
        return held(other) if isinstance(other, cls) else other

    give_equality(cls, lambda one, other: held(one) == of(other), lambda self: hash(held(self)))

    def array(self: Any, dtype: Any = None, copy: bool | None = None) -> Any:
        import numpy as np  # without which a kernel starts faster

        value = held(self)
        if getattr(type(value), "__cpp_name__", "") == "std::string":
            value = str(value)
        return np.array(value, dtype) if copy else np.asarray(value, dtype)

    cls.__array__ = array


def _pointee(self: Any) -> Any:
    return self.__deref__() if self else None


def _there(self: Any) -> Any:
    if not self:
        raise ValueError("the pointer is null")
    return self.__deref__()


def _give_variant_ways(cppyy: Any, cls: Any) -> None:
    get = cppyy.gbl.std.get

    def held(self: Any) -> Any:
        if self.valueless_by_exception():
            raise ValueError("the variant holds nothing, for to change it has thrown an exception")
        found = get[int(self.index())](self)
        return None if getattr(type(found), "__cpp_name__", "") == "std::monostate" else found

    _stand_for(cls, held)
    cls.get = held


def _give_complex_ways(cls: Any) -> None:
    """Arithmetic with Python's numbers, which gives Python's; of two of the same class, C++ has its own."""
    cls.__complex__ = _plain

    def mixed(name: str) -> None:
        compute = getattr(operator, name)
        original = getattr(cls, f"__{name}__", None)

        def called(self: Any, other: Any) -> Any:
            if isinstance(other, Number):
                return compute(_plain(self), other)
            return NotImplemented if original is None else original.__get__(self)(other)

        setattr(cls, f"__{name}__", called)
        setattr(cls, f"__r{name}__", lambda self, other: compute(other, _plain(self)) if isinstance(other, Number) else NotImplemented)

    for name in ("add", "sub", "mul", "truediv", "pow"):
        mixed(name)
    cls.__abs__ = lambda self: abs(_plain(self))
    give_equality(
        cls,
        lambda one, other: _plain(one) == (_plain(other) if isinstance(other, cls) else other) if isinstance(other, (Number, cls)) else NotImplemented,
        lambda self: hash(_plain(self)),
    )

    def array(self: Any, dtype: Any = None, copy: bool | None = None) -> Any:  # noqa: ARG001 - a copy in any case
        import numpy as np

        kind = {"complex<float>": "c8", "complex<long double>": "G"}.get(cls.__cpp_name__.removeprefix("std::"), "c16")
        return np.array(_plain(self), dtype or kind)

    cls.__array__ = array


def _plain(number: Any) -> complex:
    return complex(number.real, number.imag)
