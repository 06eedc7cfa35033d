"""Durations and times of ``std::chrono`` beside those of Python's ``datetime``: equal, ordered, and turned into them without loss."""

from __future__ import annotations

import datetime as dt
import math
import operator
import re
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from doublet.engine.names import clean_name

__all__ = ["dtype_of_times", "give_times"]

_DURATION = re.compile(r"std::chrono::duration<.*,std::ratio<(\d+),(\d+)>>")
_TIME = re.compile(r"std::chrono::time_point<std::chrono::(?:_V2::)?system_clock,.*")
_IN_PLACE = re.compile(r"(std::chrono::time_point<std::chrono::(?:_V2::)?system_clock,)?std::chrono::duration<(?:long|longlong|int64_t),std::ratio<(\d+),(\d+)>>>?")
_UNITS = {(1, 1): "s", (1, 1000): "ms", (1, 10**6): "us", (1, 10**9): "ns", (60, 1): "m", (3600, 1): "h", (86400, 1): "D", (604800, 1): "W"}
_MICRO = Fraction(1, 1_000_000)
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def give_times(cls: Any) -> None:
    """Give a new class of durations, or of times of the system's clock, what Python's classes of the kind have."""
    name = cls.__cpp_name__.replace(" ", "")
    if match := _DURATION.fullmatch(name):
        unit = Fraction(int(match[1]), int(match[2]))
        _give_duration_ways(cls, unit)
        cls.__array__ = _array
    elif _TIME.fullmatch(name):
        cls.to_datetime = _to_datetime
        cls.__array__ = _array
        _give_order(cls, _seconds_since, _to_datetime)


def dtype_of_times(kind: str) -> str | None:
    """NumPy's type of the durations or times of a C++ type that are the same bytes there; None if there is none."""
    match = _IN_PLACE.fullmatch(kind.replace(" ", ""))
    unit = match and _UNITS.get((int(match[2]), int(match[3])))
    return f"{'M8' if match[1] else 'm8'}[{unit}]" if match and unit else None


def _array(self: Any, dtype: Any = None, copy: bool | None = None) -> Any:  # noqa: ARG001 - a copy in any case
    """A duration or a time for NumPy; raises `TypeError` if that has no unit for it."""
    import numpy as np  # without which a kernel starts faster

    kind = dtype_of_times(type(self).__cpp_name__)
    if kind is None:
        raise TypeError(f"NumPy has no times of the unit of a {clean_name(type(self).__cpp_name__)}: take count(), or duration_cast in C++")
    since = self.time_since_epoch() if kind[0] == "M" else self
    found = np.array(since.count(), np.int64).view(kind)
    return found if dtype is None else found.astype(dtype)


def _give_duration_ways(cls: Any, unit: Fraction) -> None:
    def seconds(self: Any) -> Fraction | float:
        count = self.count()
        return Fraction(count) * unit if math.isfinite(count) else count

    cls.to_timedelta = _to_timedelta
    cls.total_seconds = lambda self: float(seconds(self))
    cls._seconds = property(seconds)
    _give_order(cls, _seconds_of, _to_timedelta)


def _to_timedelta(self: Any) -> dt.timedelta:
    """The duration as a ``timedelta``; raises `ValueError` for what that cannot hold, such as parts of a microsecond."""
    seconds = self._seconds
    if not isinstance(seconds, Fraction) or (seconds / _MICRO).denominator != 1:
        raise ValueError("the duration is no whole number of microseconds, which a timedelta counts: take count(), or duration_cast in C++")
    try:
        return dt.timedelta(microseconds=int(seconds / _MICRO))
    except OverflowError:
        raise ValueError("the duration is longer than a timedelta can be: take count()") from None


def _to_datetime(self: Any) -> dt.datetime:
    """The time as a ``datetime`` in UTC; raises `ValueError` for what that cannot hold, such as parts of a microsecond."""
    try:
        return _EPOCH + _to_timedelta(self.time_since_epoch())
    except OverflowError:
        raise ValueError("the time is beyond the years that a datetime has: take time_since_epoch()") from None


def _seconds_of(value: Any) -> Fraction | float | None:
    if isinstance(value, dt.timedelta):
        return Fraction(value // dt.timedelta(microseconds=1)) * _MICRO
    return getattr(value, "_seconds", None)


def _seconds_since(value: Any) -> Fraction | float | None:
    if isinstance(value, dt.datetime):
        return _seconds_of(value - _EPOCH) if value.tzinfo is not None else None
    return _seconds_of(value.time_since_epoch()) if hasattr(value, "time_since_epoch") else None


def _give_order(cls: Any, seconds: Callable[[Any], Fraction | float | None], to_python: Callable[[Any], Any]) -> None:
    """Comparisons with all that has seconds, exact whatever the units are."""

    def compared(compare: Callable[[Any, Any], bool]) -> Callable[[Any, Any], Any]:
        def called(self: Any, other: Any) -> Any:
            one, two = seconds(self), seconds(other)
            return NotImplemented if one is None or two is None else compare(one, two)

        return called

    for name in ("eq", "ne", "lt", "le", "gt", "ge"):
        setattr(cls, f"__{name}__", compared(getattr(operator, name)))

    def hashed(self: Any) -> int:
        try:
            return hash(to_python(self))
        except ValueError:
            return hash(seconds(self))

    cls.__hash__ = hashed
