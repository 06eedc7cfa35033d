"""NumPy arrays: C++ sees the same memory, as ``std::span`` (one dimension) or ``doublet::view`` (more).

Nothing is copied; the array stays alive as long as C++ knows its name; a read-only array has const elements.
"""

from __future__ import annotations

from functools import partial
from typing import Any, NamedTuple

import numpy as np

from doublet.bridge import converts
from doublet.bridge.records import record, record_alignment
from doublet.bridge.scalars import SCALARS
from doublet.engine.array_arguments import PLAIN
from doublet.engine.binding import Binding
from doublet.engine.proxies import object_at
from doublet.errors import BridgeError

__all__ = ["InPlace", "array", "in_place", "is_there", "layout", "masked"]

_ADVICE = {
    "f": "bind {0}.astype('f4') instead",
    "M": "bind {0}.astype('i8'), which counts its unit of time since 1970",
    "m": "bind {0}.astype('i8'), which counts its unit of time",
    "O": "bind np.array({0}, float), or {0}.tolist() if it holds texts",
    "U": "bind {0}.tolist(), which becomes a std::vector of std::string",
    "S": "bind {0}.view('u1') for its bytes, or {0}.astype(str).tolist()",
    "T": "bind {0}.tolist(), which becomes a std::vector of std::string",
    "V": "bind {0}.view('u1') for its bytes",
}
"""What to do with elements that C++ does not have, by their kind in NumPy."""


@converts(np.ma.MaskedArray)
def masked(name: str, value: np.ma.MaskedArray[Any, Any]) -> Binding:
    kind = f"masked numpy.ndarray of {value.dtype}"
    raise BridgeError(name, kind, "C++ would not see its mask", f"bind {name}.filled(value) or {name}.compressed() instead")


@converts(np.ndarray)
def array(name: str, value: np.ndarray) -> Binding:
    """The array as C++ sees it. Raises `BridgeError` for element types, byte orders and strides that C++ cannot read in place."""
    seen = in_place(name, value)
    element = seen.type[seen.type.index("<") + 1 : -1].rpartition(",")[0] if seen.strides else seen.type[len("std::span<") : -1]
    arguments = [f"reinterpret_cast<{element}*>({seen.start:#x}UL)"]
    if seen.strides:
        arguments += [f"{{{', '.join(map(str, numbers))}}}" for numbers in (seen.extents, seen.strides)]
    else:
        arguments.append(str(seen.extents[0]))
    return Binding(name, f"{seen.type} {name}({', '.join(arguments)});", value, unchanged=partial(is_there, value, layout(value)), instance=partial(_made, seen, value))


def _made(seen: InPlace, value: np.ndarray) -> Any:
    """The span or view as an object."""
    words = np.array([seen.start, *seen.extents, *seen.strides])
    return object_at(words.ctypes.data, seen.type, (words, value))


class InPlace(NamedTuple):
    """What C++ has of an array: a ``std::span``, or with strides, in elements, a ``doublet::view``."""

    type: str
    start: int
    extents: tuple[int, ...]
    strides: tuple[int, ...] = ()


def in_place(name: str, value: np.ndarray) -> InPlace:
    """How C++ sees an array; raises `BridgeError` as `array` does."""
    kind = f"numpy.ndarray of {value.dtype}"
    if type(value) not in PLAIN:
        own = type(value).__name__
        raise BridgeError(name, own, f"C++ would see its numbers without what {own} says of them", f"bind np.asarray({name}) instead")
    if value.dtype.names is not None:
        scalar, kind = record(name, value.dtype), f"numpy.ndarray of {', '.join(value.dtype.names)}"
    else:
        scalar = SCALARS.get(value.dtype.str[1:], "")
    if value.dtype.names is None and not value.dtype.isnative:
        advice = f"bind {name}.astype({name}.dtype.newbyteorder('=')) instead"
        raise BridgeError(name, kind, "its byte order is not this machine's", advice)
    if not scalar:
        advice = _ADVICE.get(value.dtype.kind, "bind {0}.astype(float) instead")
        raise BridgeError(name, kind, "C++ has no such element type", advice.format(name))
    size = value.itemsize
    if not _is_aligned(value) or any(stride % size for stride in value.strides):
        raise BridgeError(name, kind, "its elements are not aligned", f"bind {name}.copy() instead")
    if value.ndim == 0:
        raise BridgeError(name, kind, "it has no dimension", f"bind {name}.item() instead")
    element = scalar if value.flags.writeable else f"const {scalar}"
    if value.ndim == 1 and (value.strides == (size,) or len(value) < 2):
        return InPlace(f"std::span<{element}>", value.ctypes.data, value.shape)
    return InPlace(f"doublet::view<{element}, {value.ndim}>", value.ctypes.data, value.shape, tuple(stride // size for stride in value.strides))


def _is_aligned(value: np.ndarray) -> bool:
    """Whether C++ may read the elements; those of a structured type without ``align=True`` have no needs."""
    return bool(value.flags.aligned) and value.ctypes.data % record_alignment(value.dtype) == 0


def layout(value: np.ndarray) -> tuple[object, ...]:
    return (value.shape, value.strides, value.dtype, value.flags.writeable)


def is_there(known: np.ndarray, before: tuple[object, ...], value: object) -> bool:
    """Whether it is this array as it was; it cannot have moved, for numpy moves none that others refer to."""
    return value is known and layout(known) == before
