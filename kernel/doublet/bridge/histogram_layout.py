"""What C++ has to know of a histogram of Python's: its C++ type, and where its axes and cells are.

boost-histogram gives the numbers of its axes, bit by bit, in what it pickles, which stays as it is for the sake of old
files; it does so nowhere else.
"""

from __future__ import annotations

import ctypes
import struct
from collections.abc import Callable
from typing import Any

__all__ = ["UnfitError", "cpp_type", "described"]

_STORAGES = {
    "Double": "",
    "Int64": "int64",
    "AtomicInt64": "atomic_int64",
    "Weight": "weighted",
    "Mean": "mean",
    "WeightedMean": "weighted_mean",
}
"""The C++ storages, by the names of boost-histogram's classes."""

_BITS = {"none": 0, "uflow": 1, "oflow": 2, "uoflow": 3, "circular": 6, "uoflow_growth": 11}
_INTEGER_BITS = {**_BITS, "circular": 4, "growth": 8}
_CATEGORY_BITS = {"": 2, "growth": 8, "none": 0}

_TRANSFORMS = {"_log_fn": "log", "_sqrt_fn": "sqrt"}
"""The C++ transforms, by what boost-histogram calls its functions."""

_FUNCTION = ctypes.CFUNCTYPE(ctypes.c_double, ctypes.c_double)
_POINTER = 16
"""Where an object of pybind11's holds the C++ object: behind what every object of Python has."""
_WORDS = 32
"""How many words of boost-histogram's object are looked through for its vector of cells."""


class UnfitError(ValueError):
    """A histogram that C++ cannot fill in place, and what to do."""

    def __init__(self, reason: str, advice: str) -> None:
        self.reason, self.advice = reason, advice
        super().__init__(f"{reason}; {advice}")


def cpp_type(histogram: Any) -> str:
    """Raises `UnfitError` for storages and axes without a C++ counterpart."""
    storage = histogram.storage_type.__name__
    if storage not in _STORAGES:
        advice = f"give it one of {', '.join(f'{name}()' for name in _STORAGES)}"
        raise UnfitError(f"its storage {storage} keeps numbers that C++ cannot count in place", advice)
    if not 1 <= histogram.ndim <= 8:
        raise UnfitError(f"it has {histogram.ndim} axes", "C++ fills histograms with one to eight axes")
    parts = [f"doublet::axis::{_axis(axis._ax)[0]}" for axis in histogram.axes]
    if _STORAGES[storage]:
        parts.append(f"doublet::storage::{_STORAGES[storage]}")
    return f"doublet::hist<{', '.join(parts)}>"


def described(histogram: Any) -> bytes:
    """What ``include/doublet/histogram/hist.hpp`` reads."""
    cells = histogram.view(flow=True)
    address = cells.ctypes.data
    ends = 0
    if any(axis.traits.growth for axis in histogram.axes):
        address, ends = _vector(histogram._hist, cells)
    words = [struct.pack("=qqq", id(histogram), address, ends)]
    words += [_axis(axis._ax)[1]() for axis in histogram.axes]
    return b"".join(words)


def _vector(core: Any, cells: Any) -> tuple[int, int]:
    """Where a growing histogram keeps its cells, and where it keeps that.

    The two pointers of the ``std::vector`` are found by what they have to be; raises `UnfitError` if they are not there.
    """
    body = ctypes.c_size_t.from_address(id(core) + _POINTER).value
    words = (ctypes.c_size_t * _WORDS).from_address(body)
    size = cells.nbytes
    found = [
        number
        for number in range(3, _WORDS - 1)  # behind the vector of axes
        if words[number + 1] - words[number] == size and (words[number] == cells.ctypes.data or not size)
    ]
    if not found:
        raise UnfitError("boost-histogram keeps its cells where they are not found", "give its axes all their bins from the beginning")
    return words[found[0]] or ctypes.alignment(ctypes.c_double), body + ctypes.sizeof(ctypes.c_size_t) * found[0]


def _axis(core: Any) -> tuple[str, Callable[[], bytes]]:
    """The C++ type of an axis, and what gives its numbers."""
    name = type(core).__name__
    kind, _, options = name.partition("_")
    if kind == "regular":
        return _regular(core, options)
    if kind == "variable":
        return f"variable<{_BITS[options]}>", lambda: _edges(core.__getstate__()[1])
    if kind == "integer":
        return f"integer<{_INTEGER_BITS[options]}>", lambda: struct.pack("=qq", core.__getstate__()[1], core.__getstate__()[3])
    if kind == "boolean":
        if core.size != 2:
            raise UnfitError("it has a part of a boolean axis", "take the whole axis")
        return "boolean", bytes
    of, _, options = options.partition("_")
    if kind == "category" and of == "int":
        return f"int_category<{_CATEGORY_BITS[options]}>", lambda: _integers(core.__getstate__()[1])
    if kind == "category" and of == "str":
        return f"str_category<{_CATEGORY_BITS[options]}>", lambda: _texts(core.__getstate__()[2:-1])
    raise UnfitError(f"C++ has no counterpart of its axis {name}", "make it with another axis")


def _regular(core: Any, options: str) -> tuple[str, Callable[[], bytes]]:
    def numbers() -> bytes:
        size, _, minimum, delta = core.__getstate__()[-4:]
        return struct.pack("=qdd", size, minimum, delta)

    if options == "pow":
        return "regular<doublet::axis::transform::pow>", lambda: struct.pack("=d", core.transform.power) + numbers()
    if options != "trans":
        return f"regular<doublet::axis::transform::id, {_BITS[options]}>", numbers
    _, _, forward, _, convert, *_ = core.__getstate__()
    if isinstance(forward, str) and forward in _TRANSFORMS:
        return f"regular<doublet::axis::transform::{_TRANSFORMS[forward]}>", numbers
    pointer = _pointer(forward, convert)
    return "regular<doublet::axis::transform::function>", lambda: struct.pack("=Q", pointer) + numbers()


def _pointer(forward: Any, convert: Callable[[Any], Any] | None) -> int:
    """The C function that boost-histogram calls for a transform; the axis keeps it."""
    function = forward if convert is None else convert(forward)
    function = getattr(function, "ctypes", function)
    if not isinstance(function, _FUNCTION):
        raise UnfitError("the function of its transform is no C function", "make one with ctypes or numba.cfunc, or use an axis of edges")
    return ctypes.cast(function, ctypes.c_void_p).value or 0


def _edges(edges: Any) -> bytes:
    return struct.pack(f"=q{len(edges)}d", len(edges), *edges)


def _integers(values: Any) -> bytes:
    return struct.pack(f"=q{len(values)}q", len(values), *values)


def _texts(values: tuple[str, ...]) -> bytes:
    encoded = [value.encode() for value in values]
    return struct.pack("=q", len(encoded)) + b"".join(struct.pack("=q", len(text)) + text.ljust(-(-len(text) // 8) * 8, b"\0") for text in encoded)
