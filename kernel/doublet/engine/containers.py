"""What Python's own operators do with objects of the standard library, where cppyy's way is none or not Python's.

A comparison with what Python has, such as ``cpp.v == [1, 2]``, is of the elements; an element of a bitset is a bool, not an
object that is true whatever it refers to; maps have ``keys``, ``values``, ``items`` and ``get``. What has no elements by index, as
in C++, says so, and what to do instead.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from doublet.engine.comparing import give_equality, give_order
from doublet.engine.constants import changeable_view, check_changeable, is_constant, mark_part
from doublet.engine.looking import LIFELINE
from doublet.engine.names import clean_name, is_object
from doublet.engine.type_arguments import split_arguments
from doublet.engine.unfit import REFUSED, named

__all__ = ["give_python_ways", "give_text"]

_SEQUENCE = re.compile(r"(vector|array|span|valarray|deque|list|forward_list|initializer_list)<")
_SET = re.compile(r"(unordered_)?(multi)?set<")
_MAP = re.compile(r"(unordered_)?(multi)?map<")
_TOGETHER = re.compile(r"(tuple|pair)<")
_OWN_TEXT = re.compile(r"(basic_string|complex|string|exception|.*(?:error|exception|failure|bad_\w+)\b|basic_\w*stream)")


def give_text(cls: Any, name: str, text: Callable[[Any], str]) -> None:
    """Have ``str`` and ``repr`` of the objects of a new class be what a cell shows.

    cppyy would look for an ``operator<<``, and what it tries for that may leave the compiler unusable.
    """
    if not _OWN_TEXT.match(name) and not issubclass(cls, BaseException):
        cls.__str__ = cls.__repr__ = lambda self: text(self)  # noqa: PLW0108 - a method of another object would not get this one


def give_python_ways(cls: Any, name: str) -> None:
    """Give a new class of the standard library what Python's classes of the kind have."""
    if match := _SEQUENCE.match(name):
        give_equality(cls, _same_sequence)
        if match[1] != "valarray":  # which C++ compares element by element
            give_order(cls, _list)
        if match[1] in ("list", "forward_list"):
            _refuse_indices(cls, match[1], ": go through it, or take list(...)")
        elif match[1] != "vector" and "__getitem__" in vars(cls):
            cls.__getitem__ = _sliced(vars(cls)["__getitem__"])
        if match[1] == "forward_list":
            cls.__len__ = lambda self: sum(1 for _ in self)
    elif set_ := _SET.match(name):
        give_equality(cls, _same_set)
        cls.__contains__ = _contains
        _refuse_indices(cls, set_[0][:-1], ": go through it, or take list(...)")
    elif map_ := _MAP.match(name):
        _give_map_ways(cls, map_[0][:-1])
    elif _TOGETHER.match(name):
        cls.__getitem__ = _counted(vars(cls).get("__getitem__") or cls.__getitem__)
        if "__iter__" not in vars(cls):
            cls.__iter__ = lambda self: (self[index] for index in range(len(self)))
        give_equality(cls, _same_tuple, lambda self: hash(tuple(self)))
        give_order(cls, _tuple)
    elif name.startswith("bitset<"):
        _give_bitset_ways(cls)
    elif cls.__cpp_name__ == "std::filesystem::path":
        cls.__fspath__ = cls.__str__ = lambda self: str(self.string())
        give_equality(cls, lambda path, other: str(path) == str(other) if isinstance(other, (str, cls)) else NotImplemented, lambda self: hash(str(self)))
        give_order(cls, lambda path: str(path) if isinstance(path, (str, cls)) else None)
        _refuse_indices(cls, "filesystem::path", ": go through it, or take list(...)")
        cls.__array__ = _refusing_array("str() of it")
        cls.__truediv__ = lambda self, other: cls(str(Path(str(self)) / str(other)))


def _give_map_ways(cls: Any, kind: str) -> None:
    give_equality(cls, _same_map)
    if "__setitem__" in vars(cls):
        cls.__setitem__ = _checked(vars(cls)["__setitem__"], split_arguments(cls.__cpp_name__.partition("<")[2])[1].startswith("std::complex<"))
    cls.values = lambda self: [pair.second for pair in self]
    cls.items = lambda self: [(_key(pair), pair.second) for pair in self]
    cls.keys = lambda self: [_key(pair) for pair in self]
    cls.__array__ = _refusing_array("a list of its keys() or values()")
    cls.__contains__ = _contains
    if kind.endswith("multimap"):
        # To dict(), which looks for keys and then for a value of each, it would be a map of the last ones.
        _refuse_indices(cls, kind, ", for a key may have several: go through items()")
        return
    if "__getitem__" in vars(cls):
        cls.__getitem__ = _of_any_text(vars(cls)["__getitem__"])
    cls.get = lambda self, key, default=None: self.at(key) if key in self else default
    cls.__delitem__ = _remove


def _remove(self: Any, key: Any) -> None:
    check_changeable(self)
    if key not in self:
        raise KeyError(key)
    self.erase(_bytes(key))


def _contains(self: Any, key: Any) -> bool:
    """Whether a map or set has a key; as in Python, it has none of another type."""
    try:
        return bool(self.count(_bytes(key)))
    except TypeError:
        return False


def _bytes(key: Any) -> Any:
    """A key as cppyy takes it: of text that is not UTF-8 the bytes that it stands for."""
    return key if not isinstance(key, str) or key.isascii() else key.encode("utf-8", "surrogateescape")


def _refusing_array(instead: str) -> Callable[..., Any]:
    def refuse(self: Any, dtype: Any = None, copy: bool | None = None) -> Any:  # noqa: ARG001 - NumPy's names
        raise TypeError(f"NumPy makes no array of a {clean_name(type(self).__cpp_name__)}: give it {instead}")

    return refuse


def _refuse_indices(cls: Any, kind: str, instead: str) -> None:
    def refuse(_self: Any, _index: Any) -> Any:
        raise TypeError(f"a std::{kind} has no elements by index{instead}")

    cls.__getitem__ = refuse


def _list(value: Any) -> list[Any] | None:
    """What is ordered as lists are."""
    is_sequence = isinstance(value, list) or (is_object(value) and _SEQUENCE.match(type(value).__cpp_name__.removeprefix("std::")))
    return list(value) if is_sequence else None


def _tuple(value: Any) -> tuple[Any, ...] | None:
    """What is ordered as tuples are."""
    is_tuple = isinstance(value, tuple) or (is_object(value) and _TOGETHER.match(type(value).__cpp_name__.removeprefix("std::")))
    return tuple(value) if is_tuple else None


def _same_tuple(one: Any, other: Any) -> Any:
    others = _tuple(other)
    return NotImplemented if others is None else tuple(one) == others


def _same_sequence(one: Any, other: Any) -> Any:
    is_array = type(other).__name__ == "ndarray"
    if not (isinstance(other, (list, tuple)) or is_array or (is_object(other) and _SEQUENCE.match(type(other).__cpp_name__.removeprefix("std::")))):
        return NotImplemented
    if is_array:  # NumPy's answer, element by element
        return other == one.__array__() if hasattr(one, "__array__") else NotImplemented
    values, others = list(one), list(other)
    return len(values) == len(others) and all(a == b for a, b in zip(values, others, strict=True))


def _same_set(one: Any, other: Any) -> Any:
    if not (isinstance(other, (set, frozenset)) or (is_object(other) and _SET.match(type(other).__cpp_name__.removeprefix("std::")))):
        return NotImplemented
    values, others = list(one), list(other)
    return len(values) == len(others) and all(value in others for value in values)


def _same_map(one: Any, other: Any) -> Any:
    if isinstance(other, dict):
        pairs = [*other.items()]
    elif is_object(other) and _MAP.match(type(other).__cpp_name__.removeprefix("std::")):
        pairs = [(_key(pair), pair.second) for pair in other]
    else:
        return NotImplemented
    own = [(_key(pair), pair.second) for pair in one]
    return len(own) == len(pairs) and all(pair in pairs for pair in own)


def _key(pair: Any) -> Any:
    """The key of a map's pair: text as a `str`."""
    key = pair.first
    return str(key) if getattr(type(key), "__cpp_name__", "") == "std::string" else key


def _sliced(original: Any) -> Callable[..., Any]:
    """What gives a list for a slice."""
    bound = original.__get__

    def called(self: Any, index: Any) -> Any:
        if isinstance(index, slice):
            return [bound(self)(at) for at in range(*index.indices(len(self)))]
        return bound(self)(index)

    return called


def _of_any_text(original: Any) -> Callable[..., Any]:
    """What takes any text as a key, also of bytes that are not UTF-8."""
    bound = original.__get__

    def called(self: Any, key: Any) -> Any:
        try:
            return bound(self)(_bytes(key))
        except TypeError:
            kind = clean_name(type(self).__cpp_name__)
            raise TypeError(f"{key!r:.60} ({type(key).__name__}) is no key of a {kind}") from None

    return called


def _checked(original: Any, holds_complex: bool) -> Callable[..., Any]:
    """What writes an element, unless the map is constant; what is no complex number would leave a new key with zero."""
    bound = original.__get__

    def called(self: Any, key: Any, value: Any) -> Any:
        check_changeable(self)
        try:
            if holds_complex and not hasattr(value, "__complex__") and not isinstance(value, (int, float)):
                raise TypeError("must be real number")
            return bound(self)(key, value)
        except REFUSED as error:
            raise named(error, value, type(self).__cpp_name__) from None

    return called


def _counted(original: Any) -> Callable[..., Any]:
    """What takes indices from the end and slices, as a tuple of Python's."""
    bound = original.__get__ if hasattr(original, "__get__") else None

    def at(self: Any, index: int) -> Any:
        return (bound(self) if bound else original)(index)

    def called(self: Any, index: Any) -> Any:
        size = len(self)
        if isinstance(index, slice):
            return tuple(called(self, number) for number in range(*index.indices(size)))
        number = index.__index__()
        if not -size <= number < size:
            raise IndexError(f"index {number} is out of range for {size} elements")
        if not is_constant(self):
            return at(self, number % size)
        part = at(changeable_view(self), number % size)
        if is_object(part):
            setattr(part, LIFELINE, self)  # which marks it
        return mark_part(part, self)

    return called


def _give_bitset_ways(cls: Any) -> None:
    def bit(self: Any, index: Any) -> Any:
        if isinstance(index, slice):
            return [*bits(self)][index]
        number, size = index.__index__(), len(self)
        if not -size <= number < size:
            raise IndexError(f"index {number} is out of range for a std::bitset of {size}")
        return bool(self.test(number % size))

    def bits(self: Any) -> Iterator[bool]:
        return (bit(self, number) for number in range(len(self)))

    def set_bit(self: Any, index: Any, value: Any) -> None:
        check_changeable(self)
        bit(self, index)
        self.set(index.__index__() % len(self), bool(value))

    cls.__getitem__, cls.__setitem__, cls.__iter__ = bit, set_bit, bits
    cls.__int__ = cls.__index__ = lambda self: sum(1 << number for number, one in enumerate(bits(self)) if one)
    give_equality(cls, lambda one, other: int(one) == int(other) if isinstance(other, (int, cls)) else NotImplemented, lambda self: hash(int(self)))
