"""NumPy arrays: C++ sees the same memory, as ``std::span`` (one dimension) or ``doublet::view`` (more).

Nothing is copied; the array stays alive as long as C++ knows its name; a read-only array has const elements.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from doublet.bridge import converts
from doublet.engine.binding import Binding
from doublet.errors import BridgeError

__all__ = ["SCALARS"]

SCALARS = {
    "b1": "bool",
    "i1": "std::int8_t",
    "i2": "std::int16_t",
    "i4": "std::int32_t",
    "i8": "std::int64_t",
    "u1": "std::uint8_t",
    "u2": "std::uint16_t",
    "u4": "std::uint32_t",
    "u8": "std::uint64_t",
    "f4": "float",
    "f8": "double",
    "f16": "long double",
    "c8": "std::complex<float>",
    "c16": "std::complex<double>",
}


_PLAIN = (np.ndarray, np.matrix, np.recarray, np.memmap)
"""Classes of arrays whose elements are just what the memory holds."""


@converts(np.ma.MaskedArray)
def masked(name: str, value: np.ma.MaskedArray[Any, Any]) -> Binding:
    kind = f"masked numpy.ndarray of {value.dtype}"
    raise BridgeError(name, kind, "C++ would not see its mask", f"bind {name}.filled(value) or {name}.compressed() instead")


@converts(np.ndarray)
def array(name: str, value: np.ndarray) -> Binding:
    """Raises `BridgeError` for element types, byte orders and strides that C++ cannot read in place."""
    kind = f"numpy.ndarray of {value.dtype}"
    if type(value) not in _PLAIN:
        own = type(value).__name__
        raise BridgeError(name, own, f"C++ would see its numbers without what {own} says of them", f"bind np.asarray({name}) instead")
    scalar = SCALARS.get(value.dtype.str[1:])
    if not value.dtype.isnative:
        advice = f"bind {name}.astype({name}.dtype.newbyteorder('=')) instead"
        raise BridgeError(name, kind, "its byte order is not this machine's", advice)
    if scalar is None:
        advice = "convert it with astype(), or take its fields one by one"
        raise BridgeError(name, kind, "C++ has no such element type", advice)
    size = value.itemsize
    if not value.flags.aligned or any(stride % size for stride in value.strides):
        raise BridgeError(name, kind, "its elements are not aligned", f"bind {name}.copy() instead")
    if value.ndim == 0:
        raise BridgeError(name, kind, "it has no dimension", f"bind {name}.item() instead")
    unchanged = partial(_is_there, value, _layout(value))
    element = scalar if value.flags.writeable else f"const {scalar}"
    start = f"reinterpret_cast<{element}*>({value.ctypes.data:#x}UL)"
    if value.ndim == 1 and (value.strides == (size,) or len(value) < 2):
        return Binding(name, f"std::span<{element}> {name}({start}, {len(value)});", value, unchanged=unchanged)
    extents = ", ".join(map(str, value.shape))
    strides = ", ".join(str(stride // size) for stride in value.strides)
    declaration = f"doublet::view<{element}, {value.ndim}> {name}({start}, {{{extents}}}, {{{strides}}});"
    return Binding(name, declaration, value, unchanged=unchanged)


def _layout(value: np.ndarray) -> tuple[object, ...]:
    return (value.shape, value.strides, value.dtype, value.flags.writeable)


def _is_there(known: np.ndarray, layout: tuple[object, ...], value: object) -> bool:
    """Whether it is this array as it was; it cannot have moved, for numpy moves none that others refer to."""
    return value is known and _layout(known) == layout
