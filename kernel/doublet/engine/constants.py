"""C++ objects that may not be changed: to cppyy they are like any other.

They are marked: variables and members that are declared so, what constant references and pointers refer to that C++ functions
return, and parts of all these. What would change one refuses it: attributes, methods that are not const, and functions whose
argument is a reference or pointer to what is not constant (``runtime/constants.cpp``).
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from doublet.engine.data_members import data_members
from doublet.engine.names import clean_name, is_object

__all__ = ["CONSTANT_MARK", "changeable_view", "check_changeable", "choose_by_constness", "constant_members", "constant_view", "holds_constants", "is_constant", "mark_constant", "mark_part", "watch_constant_histograms", "watch_constants"]

CONSTANT_MARK = "__doublet_is_constant__"
"""In the ``__dict__`` of an object, and of a constant histogram of Python's; ``runtime/constants.cpp`` looks for it."""
_CHANGING = frozenset(
    (
        "append", "assign", "clear", "emplace", "emplace_back", "emplace_front", "emplace_hint", "erase", "extract", "fill", "flip",
        "insert", "insert_or_assign", "merge", "pop", "pop_back", "pop_front", "push", "push_back", "push_front", "rehash", "remove",
        "remove_if", "replace", "reserve", "reset", "resize", "reverse", "set", "shrink_to_fit", "sort", "splice", "swap", "try_emplace", "unique",
    )
)  # fmt: skip
"""Methods of the standard library's classes that no constant object has."""


_NO_OBJECT = r"(?:(?:un)?signed )?(?:bool|char|wchar_t|char\d+_t|short|int|long|float|double|u?int\d+_t|void)\b|std::(?:shared|unique)_ptr<"
_CONSTANT_MEMBER = re.compile(
    rf"const (?!{_NO_OBJECT}).*?(?:[\w>]|[\w>] ?&|[\w>]\*(?: const)?)$|(?:const )?std::(?:shared|unique)_ptr<const (?!{_NO_OBJECT})[^*]*>$"
)
"""The type of a member that is a constant object, or refers or points to one, also by a smart pointer."""
_POINTER = re.compile(r".*\*(?: const)?$|(?:const )?std::(?:shared|unique)_ptr<")
"""The type of a pointer."""
_NAME_OF_ARGUMENT = re.compile(r"(?<=[\w&*>]) \w+$")

_attributes_known: dict[type, dict[str, Any]] = {}
_methods_that_change: Any = None
_constant_histogram: Any = None


def watch_constants(library: ctypes.CDLL, methods_that_change: Callable[[str], set[str]]) -> None:
    """Have functions that return constant references give constant objects; `methods_that_change` gives those of a class."""
    global _methods_that_change
    _methods_that_change = methods_that_change
    ctypes.PYFUNCTYPE(None, ctypes.py_object, ctypes.py_object)(("doublet_constants", library))(constant_view, _attributes_of)


def watch_constant_histograms(constant: Callable[[Any], Any]) -> None:
    """Have histograms of Python's that C++ may not change be what `constant` makes of them; what is none it leaves alone."""
    global _constant_histogram
    _constant_histogram = constant


def _attributes(cls: Any) -> dict[str, Any]:
    """What constant objects of a class have: the mark, and methods that refuse."""
    found = _attributes_known.get(cls)
    if found is None:
        found = _attributes_known[cls] = {CONSTANT_MARK: True} | {name: _refusing(cls, name) for name in _changing(cls)}
    return found


def _attributes_of(cls: Any) -> dict[str, Any] | None:
    """The same, and None for what is no class of C++'s."""
    return _attributes(cls) if hasattr(cls, "__cpp_name__") else None


def mark_constant(value: Any) -> None:
    """Note of a Python object of cppyy's that C++ itself may not change what it stands for."""
    value.__dict__.update(_attributes(type(value)))


def constant_view(value: Any) -> Any:
    """A constant object of what a Python object of cppyy's refers to, for which there may be one that is not constant."""
    if not is_object(value):
        if type(value) is tuple:
            return tuple(map(constant_view, value))
        return _constant_histogram(value) if _constant_histogram else value
    if is_constant(value) or not _address(value):
        return value
    is_smart = bool(value.__smartptr__())
    if value.__python_owns__ and not is_smart:
        return value
    seen = value if is_smart else _another(value)
    mark_constant(seen)
    return seen


def changeable_view(value: Any) -> Any:
    """Of a constant object one that is not marked: for a function that only reads, but does not say so."""
    return _another(value) if is_constant(value) else value


def _another(value: Any) -> Any:
    """Another Python object for what one stands for; cppyy would give the object that it has given for the address before."""
    cls: Any = type(value)
    made = cls.__new__(cls)
    ctypes.c_void_p.from_address(id(made) + object.__basicsize__).value = _address(value)
    return made


def _address(value: Any) -> int:
    import libcppyy  # after the toolchain has been set up

    address: int = libcppyy.addressof(value)
    return address


def holds_constants(cls: Any) -> bool:
    """Whether the elements of a class of containers are pointers to constant objects."""
    element = str(getattr(cls, "value_type", ""))
    return bool(_POINTER.match(element) and _CONSTANT_MEMBER.match(element))


def constant_members(cls: Any) -> None:
    """Have the members of a new class that are constant objects, or refer to some, be constant."""
    for name, member, declared in data_members(cls):
        if _CONSTANT_MEMBER.match(declared):
            setattr(cls, name, _constant_member(cls, member))


def choose_by_constness(cls: Any) -> None:
    """Have methods of a new class that are there twice, const and not, be the latter for objects that can be changed.

    cppyy takes the one that is declared first, as ``std::optional``'s const ``value()``, and its result would be constant.
    """
    for name, member in [*vars(cls).items()]:
        if type(member).__name__ != "CPPOverload":
            continue
        first, *others = (member.__doc__ or "").splitlines() or [""]
        arguments = {line.partition(f"::{name}(")[2] for line in (first, *others)}
        if first.startswith("const ") and len(arguments) == 1 and not all(line.startswith("const ") for line in others):
            types = ", ".join(_NAME_OF_ARGUMENT.sub("", each) for each in arguments.pop().rstrip(")").split(", "))
            with suppress(LookupError):  # of argument types that cppyy calls otherwise
                changing = member.__overload__(types, 0)
                changing.__set_lifeline__ = member.__set_lifeline__
                setattr(cls, name, _Chosen(member, changing))


class _Chosen:
    """A method that is there twice: of an object it is the one that C++ would call."""

    def __init__(self, whole: Any, changing: Any) -> None:
        self._whole, self._changing = whole, changing
        self.__doc__ = whole.__doc__

    def __get__(self, owner: Any, cls: Any = None) -> Any:
        chosen = self._whole if owner is None or is_constant(owner) else self._changing
        return chosen.__get__(owner, cls)


def _constant_member(cls: Any, member: Any) -> property:
    return property(lambda owner: constant_view(member.__get__(owner, cls)), member.__set__, doc=member.__doc__)


def _changing(cls: Any) -> set[str]:
    """The methods of a class that no constant object has."""
    if cls.__cpp_name__.startswith("std::"):
        return {name for name in _CHANGING if hasattr(cls, name)}
    return {name for name in _methods_that_change(cls.__cpp_name__) if hasattr(cls, name)}


def mark_part(value: Any, whole: Any) -> Any:
    """A part of an object, noted as constant if that is; not what a pointer that is a part points to."""
    if not is_constant(whole):
        return value
    if not is_object(value):
        return value if _POINTER.match(str(getattr(whole, "value_type", ""))) else constant_view(value)
    mark_constant(value)
    return value


def is_constant(value: object) -> bool:
    """Whether an object is marked; an iterator would be asked for what it points to for any attribute that it does not have."""
    return is_object(value) and CONSTANT_MARK in vars(value)


def check_changeable(value: Any) -> None:
    """Raise `TypeError` for a constant object; one that is gone is a null pointer, of which cppyy says so."""
    if is_constant(value) and _address(value):
        raise TypeError(f"this {clean_name(type(value).__cpp_name__)} is constant in C++; change a copy of it, or define it without const")


def _refusing(cls: Any, name: str) -> Callable[..., None]:
    kind = clean_name(cls.__cpp_name__)

    def refuse(*_values: object, **_named: object) -> None:
        raise TypeError(f"this {kind} is constant in C++, which '{name}' would change; change a copy of it, or define it without const")

    return refuse
