"""What copies of Python's values are in C++: their type, and their bytes, which ``include/doublet/copied.hpp`` reads.

`shape` looks at a value and says its `Shape`. Those of the elements of a container are joined to one: whole and real numbers to
real ones, what may be None to a ``std::optional``.
"""

from __future__ import annotations

import dataclasses
import struct
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from functools import cache, reduce
from pathlib import PurePath
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import numpy as np

from doublet.bridge.arrays import in_place
from doublet.bridge.columns import UncrossableError, time_type
from doublet.bridge.generated import enum_named, enumerators, struct_named
from doublet.bridge.strings import encoded

__all__ = ["Shape", "shape", "shape_of_type"]

_SIZE = struct.Struct("=Q").pack
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - in UTC, and compared with times that have lost their zone
_MICROSECOND = timedelta(microseconds=1)
_MICROSECONDS = "std::chrono::duration<std::int64_t, std::micro>"
_TIME = f"std::chrono::time_point<std::chrono::system_clock, {_MICROSECONDS}>"
_DAY = "std::chrono::time_point<std::chrono::system_clock, std::chrono::duration<int, std::ratio<86400>>>"
_LONGEST = 2**63


@dataclass(frozen=True)
class Shape:
    """The type of values in C++: by what kind they are of, with the shapes of what they hold."""

    kind: str
    python: str
    """What an error calls it."""
    parts: tuple[Shape, ...] = ()
    of: Any = None
    """The Python class, of an enumeration or a record."""
    names: tuple[str, ...] = ()
    """The names of a record's fields."""

    @property
    def cpp(self) -> str:
        """The C++ type; a struct or enumeration is declared for it if there is none yet."""
        inner = [part.cpp for part in self.parts]
        if self.kind == "enum":
            return enum_named(self.of)
        if self.kind == "record":
            return struct_named(self.of.__name__, self.names, inner)
        if self.kind == "empty":
            raise UncrossableError("a part of it is empty or only None, so nothing tells the type of the elements", "use np.array([], float) for an empty list")
        return f"{self.kind}<{', '.join(inner)}>" if inner or self.kind == "std::tuple" else self.kind

    @property
    def is_plain(self) -> bool:
        """Whether a value holds no others."""
        return self.kind not in ("std::string", "record", "std::tuple", "std::optional", *_CONTAINERS)

    @property
    def holds_arrays(self) -> bool:
        """Whether a value refers to memory of Python's."""
        return _is_array(self.kind) or any(part.holds_arrays for part in self.parts)

    def write(self, value: Any) -> bytes:
        """The bytes of a value of this shape; raises `UncrossableError` for a number that it cannot hold exactly."""
        if isinstance(value, np.ndarray):
            seen = in_place("it", value)
            return struct.pack(f"={1 + len(seen.extents) + len(seen.strides)}q", seen.start, *seen.extents, *seen.strides)
        if self.kind in _CONTAINERS:
            return _SIZE(len(value)) + _CONTAINERS[self.kind](self, value)
        if self.kind == "std::optional":
            return b"\0" if value is None else b"\1" + self.parts[0].write(value)
        if self.kind == "std::tuple":
            return b"".join(part.write(element) for part, element in zip(self.parts, value, strict=True))
        if self.kind == "record":
            return b"".join(part.write(getattr(value, name)) for part, name in zip(self.parts, self.names, strict=True))
        if isinstance(value, (np.datetime64, np.timedelta64)):
            return struct.pack("=q", value.astype(np.int64))
        return _PLAIN[self.kind](value)


def _is_array(kind: str) -> bool:
    return kind.startswith(("std::span<", "doublet::view<"))


def _elements(of: Shape, values: Iterable[Any]) -> bytes:
    return b"".join(map(of.parts[0].write, values))


def _pairs(of: Shape, values: dict[Any, Any]) -> bytes:
    key, value = (part.write for part in of.parts)
    return b"".join(key(k) + value(v) for k, v in values.items())


def _ordered(values: Iterable[Any]) -> None:
    """Refuse what has no place in an order: NaN."""
    for value in values:
        if isinstance(value, (tuple, frozenset)):
            _ordered(value)
        elif isinstance(value, (float, np.floating)) and np.isnan(value):
            raise UncrossableError("it holds NaN, which has no place among the keys of a std::map or in a std::set")


def _text(value: Any) -> bytes:
    data = value if isinstance(value, bytes) else encoded("it", str(value))
    return _SIZE(len(data)) + data


def _real(value: Any) -> bytes:
    try:
        number = float(value)
    except OverflowError:
        number = 0.0
    if isinstance(value, (int, np.integer)) and number != int(value):
        raise UncrossableError(f"{value!r:.40} would be rounded among floats")
    return struct.pack("=d", number)


def _whole(code: str) -> Callable[[Any], bytes]:
    def write(value: Any) -> bytes:
        try:
            return struct.pack(f"={code}", int(value))
        except struct.error:
            raise UncrossableError("not all of its numbers fit into 64 bits", "use floats") from None

    return write


def _time(value: datetime) -> bytes:
    """Microseconds since 1970 in UTC, in which a time without a zone is counted, too, as NumPy and pandas do."""
    plain = value if value.tzinfo is None else value.astimezone(UTC).replace(tzinfo=None)
    return _whole("q")((plain - _EPOCH) // _MICROSECOND)


def _enumerator(value: Enum) -> bytes:
    return _whole("q")(enumerators(type(value)).get(value.name or "", value.value))


_CONTAINERS: dict[str, Callable[[Shape, Any], bytes]] = {"std::vector": _elements, "std::set": _elements, "doublet::dict": _pairs}
_PLAIN: dict[str, Callable[[Any], bytes]] = {
    "bool": _whole("?"),
    "long": _whole("q"),
    "unsigned long": _whole("Q"),
    "double": _real,
    "std::complex<double>": lambda value: struct.pack("=2d", complex(value).real, complex(value).imag),
    "std::string": _text,
    "std::filesystem::path": _text,
    _MICROSECONDS: lambda value: _whole("q")(value // _MICROSECOND),
    _TIME: _time,
    _DAY: lambda value: struct.pack("=i", (value - _EPOCH.date()).days),
    "enum": _enumerator,
    "doublet::none": lambda _: b"",
}

_KINDS: tuple[tuple[type | tuple[type, ...], str, str], ...] = (
    ((bool, np.bool_), "bool", "bool"),
    ((float, np.float64, np.float32, np.float16), "double", "float"),
    ((complex, np.complexfloating), "std::complex<double>", "complex"),
    (str, "std::string", "str"),
    (bytes, "std::string", "bytes"),
    (PurePath, "std::filesystem::path", "Path"),
    (timedelta, _MICROSECONDS, "timedelta"),
    (date, _DAY, "date"),
    (NoneType, "doublet::none", "None"),
)
"""C++'s types of the classes whose values hold no others, and what an error calls these."""

_GENERIC: dict[Any, tuple[str, str]] = {
    list: ("std::vector", "list"), set: ("std::set", "set"), dict: ("doublet::dict", "dict"), tuple: ("std::tuple", "tuple"),
}  # fmt: skip


def shape(value: Any) -> Shape:
    """The shape of a value; raises `UncrossableError` for what has none."""
    own = type(value).__name__
    if isinstance(value, (np.datetime64, np.timedelta64)):
        if np.isnat(value):
            raise UncrossableError("it is no time (NaT), which C++ does not have", "use None")
        kind = time_type(value.dtype)
        if kind is None:
            raise UncrossableError(f"C++ has no counterpart of the unit of {value.dtype}", "use .astype('M8[s]') or 'm8[s]' of it")
        return Shape(kind, str(value.dtype))
    if isinstance(value, (datetime, timedelta)):
        if type(value).__name__ == "NaTType":  # of pandas
            raise UncrossableError("it is no time (NaT), which C++ does not have", "use None")
        if getattr(value, "nanosecond", 0) or getattr(value, "nanoseconds", 0):  # pandas
            raise UncrossableError("it has nanoseconds, and would lose them", f"use .to_numpy() of the {own}")
    if isinstance(value, datetime):
        return Shape(_TIME, "datetime with a time zone" if value.tzinfo else "datetime")
    if isinstance(value, (int, np.integer)) and not isinstance(value, bool):
        number = int(value)
        if not -_LONGEST <= number < 2 * _LONGEST:
            raise UncrossableError("not all of its numbers fit into 64 bits")
        return Shape("long" if number < _LONGEST else "unsigned long", "int")
    for plain, cpp, python in _KINDS:
        if isinstance(value, plain):
            return Shape(cpp, python)
    if isinstance(value, np.ndarray):
        seen = in_place("it", value)
        return Shape(seen.type, f"arrays of {len(seen.extents)} dimension{'s' * (value.ndim > 1)} of {value.dtype}{' with gaps' * (value.ndim == 1 and bool(seen.strides))}")
    if isinstance(value, Enum):
        return Shape("enum", own, of=type(value))
    if dataclasses.is_dataclass(value):
        return _record(value, tuple(field.name for field in dataclasses.fields(value)))
    if isinstance(value, tuple):
        return _record(value, value._fields) if hasattr(value, "_fields") else Shape("std::tuple", "tuple", tuple(map(shape, value)))
    if isinstance(value, list):
        return Shape("std::vector", "list", (_joined(value),))
    if isinstance(value, (set, frozenset, dict)):
        _ordered(value)
    if isinstance(value, (set, frozenset)):
        return Shape("std::set", "set", (_key(_joined(value)),))
    if isinstance(value, dict):
        return Shape("doublet::dict", "dict", (_key(_joined(value)), _joined(value.values())))
    raise UncrossableError(f"C++ has no counterpart of {own}")


def shape_of_type(kind: Any) -> Shape | None:
    """The shape of all values of a type, as annotations say it; none where the type does not tell."""
    own = getattr(kind, "__name__", "")
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType) and len(arguments) == 2 and NoneType in arguments:
        held = shape_of_type(arguments[arguments[0] is NoneType])
        return held and _join(held, Shape("doublet::none", "None"))
    if origin in _GENERIC:
        parts = [shape_of_type(argument) for argument in arguments]
        return Shape(*_GENERIC[origin], tuple(part for part in parts if part)) if parts and all(parts) else None
    if not isinstance(kind, type) or issubclass(kind, datetime) or origin:
        return None
    if issubclass(kind, (int, np.integer)) and not issubclass(kind, (bool, np.timedelta64)):
        return Shape("long", "int")
    if issubclass(kind, Enum):
        return Shape("enum", own, of=kind)
    if dataclasses.is_dataclass(kind):
        hints = _hints(kind)
        names = tuple(field.name for field in dataclasses.fields(kind))
        found = [hints.get(name) for name in names]
        return Shape("record", own, tuple(of for of in found if of), kind, names) if all(found) else None
    return next((Shape(cpp, python) for plain, cpp, python in _KINDS if issubclass(kind, plain)), None)


@cache
def _hints(kind: Any) -> dict[str, Shape]:
    """The shapes of the fields of a class, of those whose annotations tell."""
    try:
        annotations = get_type_hints(kind)
    except NameError:  # of a class that is local to a function
        return {}
    return {name: of for name, annotation in annotations.items() if (of := shape_of_type(annotation))}


def _record(value: Any, names: tuple[str, ...]) -> Shape:
    hints = _hints(value.__class__)
    parts = []
    for name in names:
        try:
            found = shape(getattr(value, name))
        except UncrossableError as error:
            raise UncrossableError(f"of its field '{name}': {error.reason}", error.advice) from None
        hint = hints.get(name, found)
        if not _is_held(found, hint):
            raise UncrossableError(f"its field '{name}' is annotated as {hint.python}, but is {found.python}")
        parts.append(hint)
    return Shape("record", type(value).__name__, tuple(parts), type(value), names)


def _joined(values: Iterable[Any]) -> Shape:
    """The shape that all values have, ``empty`` where there are none."""
    found = reduce(_join, dict.fromkeys(map(shape, values)), Shape("empty", ""))
    return Shape("std::optional", "None", (Shape("empty", ""),)) if found.kind == "doublet::none" else found


def _key(of: Shape) -> Shape:
    """A shape whose values can be put in order, as those of sets and keys of maps are."""
    if of.kind in ("std::complex<double>", "doublet::none", "record") or _is_array(of.kind):
        raise UncrossableError(f"C++ does not put {of.python} in order, as it does keys and what sets hold")
    return replace(of, parts=tuple(map(_key, of.parts)))


def _join(one: Shape, other: Shape) -> Shape:
    if one == other or other.kind == "empty":
        return one
    if one.kind == "empty":
        return other
    if "doublet::none" in (one.kind, other.kind) or "std::optional" in (one.kind, other.kind):
        held = _join(*(_held(part) for part in (one, other)))
        return Shape("std::optional", held.python, (held,))
    if {one.python, other.python} == {"int", "float"}:
        return one if one.kind == "double" else other
    if _is_array(one.kind) and one.python == other.python:  # of which some are read-only
        return one if "<const " in one.kind else other
    if {one.kind, other.kind} == {"long", "unsigned long"}:
        return one if one.kind == "unsigned long" else other
    if (one.kind, one.of, one.names, len(one.parts)) != (other.kind, other.of, other.names, len(other.parts)) or one.python != other.python:
        raise UncrossableError(f"it holds {' and '.join(sorted((one.python, other.python)))}, but a C++ container elements of one type")
    return replace(one, parts=tuple(map(_join, one.parts, other.parts)))


def _is_held(of: Shape, holder: Shape) -> bool:
    """Whether values of one shape are of another one, too."""
    try:
        return _join(of, holder) == holder
    except UncrossableError:
        return False


def _held(of: Shape) -> Shape:
    """What an optional holds, if it is one."""
    if of.kind == "doublet::none":
        return Shape("empty", "")
    return of.parts[0] if of.kind == "std::optional" else of
