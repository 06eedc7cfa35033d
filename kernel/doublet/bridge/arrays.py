"""NumPy arrays: C++ sees the same memory, as ``std::span`` (one dimension) or ``doublet::view`` (more).

Nothing is copied; the array stays alive as long as C++ knows its name; a read-only array has const elements.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from doublet.bridge import converts
from doublet.bridge.records import record, record_alignment
from doublet.bridge.scalars import SCALARS
from doublet.engine.binding import Binding
from doublet.engine.interpreter import interpreter
from doublet.errors import BridgeError

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

_PLAIN = (np.ndarray, np.matrix, np.recarray, np.memmap)
"""Classes of arrays whose elements are just what the memory holds."""


@converts(np.ma.MaskedArray)
def masked(name: str, value: np.ma.MaskedArray[Any, Any]) -> Binding:
    kind = f"masked numpy.ndarray of {value.dtype}"
    raise BridgeError(name, kind, "C++ would not see its mask", f"bind {name}.filled(value) or {name}.compressed() instead")


@converts(np.ndarray)
def array(name: str, value: np.ndarray) -> Binding:
    """The array as C++ sees it. Raises `BridgeError` for element types, byte orders and strides that C++ cannot read in place."""
    kind = f"numpy.ndarray of {value.dtype}"
    if type(value) not in _PLAIN:
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
    unchanged = partial(_is_there, value, _layout(value))
    element = scalar if value.flags.writeable else f"const {scalar}"
    start = f"reinterpret_cast<{element}*>({value.ctypes.data:#x}UL)"
    if value.ndim == 1 and (value.strides == (size,) or len(value) < 2):
        span = f"std::span<{element}>"
        return Binding(name, f"{span} {name}({start}, {len(value)});", value, unchanged=unchanged, instance=partial(_made, span, value))
    extents = ", ".join(map(str, value.shape))
    strides = ", ".join(str(stride // size) for stride in value.strides)
    view = f"doublet::view<{element}, {value.ndim}>"
    declaration = f"{view} {name}({start}, {{{extents}}}, {{{strides}}});"
    return Binding(name, declaration, value, unchanged=unchanged, instance=partial(_made, view, value))


def _made(kind: str, value: np.ndarray) -> Any:
    """The span or view as an object."""
    steps = () if kind.startswith("std::span") else (stride // value.itemsize for stride in value.strides)
    layout = np.array([value.ctypes.data, *value.shape, *steps])
    return interpreter().object_at(layout.ctypes.data, kind, (layout, value))


def _is_aligned(value: np.ndarray) -> bool:
    """Whether C++ may read the elements; those of a structured type without ``align=True`` have no needs."""
    return bool(value.flags.aligned) and value.ctypes.data % record_alignment(value.dtype) == 0


def _layout(value: np.ndarray) -> tuple[object, ...]:
    return (value.shape, value.strides, value.dtype, value.flags.writeable)


def _is_there(known: np.ndarray, layout: tuple[object, ...], value: object) -> bool:
    """Whether it is this array as it was; it cannot have moved, for numpy moves none that others refer to."""
    return value is known and _layout(known) == layout
