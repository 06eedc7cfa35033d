"""What an array becomes that Python passes to a C++ function.

C++ that takes elements by value gets copies, converted where no information is lost. A pointer or a span is to the array
itself, so the array has to be what C++ says it is.
"""

from __future__ import annotations

import ctypes
from typing import Any

import numpy as np

from doublet.engine.elements import DTYPES

__all__ = ["PLAIN", "check_class", "check_elements", "copied", "prepared", "spanned"]

PLAIN = (np.ndarray, np.matrix, np.recarray, np.memmap)
"""Classes of arrays whose elements are just what the memory holds."""
_NUMERIC = frozenset("biufc")


class _Extent(ctypes.Structure):
    """``Extent`` of ``runtime/arguments.cpp``."""

    _fields_ = (("begin", ctypes.c_size_t), ("size", ctypes.c_size_t))


def prepared(value: Any, element: str, use: str, where: int) -> Any:
    """What to pass on of an array, or of another buffer; raises `TypeError` if C++ cannot have it for this use.

    What C++ gets is noted at the address, unless cppyy can find it out. The result has to be kept as long as the call.
    """
    if use == "number":
        raise TypeError(f"{type(value).__name__} has an imaginary part, which a real number cannot hold; pass its .real")
    if isinstance(value, (bytes, bytearray)) or type(value).__module__ == "cppyy":
        return value
    check_class(value)
    array = np.asarray(value)
    kind = np.dtype(DTYPES[element])
    if use == "copies":
        if array.dtype.kind == "O":
            return array.tolist()
        array = copied(array, element, kind)
    else:
        _check_in_place(array, element, kind, use)
    if not use.endswith("pointer"):
        extent = _Extent.from_address(where)
        extent.begin, extent.size = array.ctypes.data, len(array)
        return array
    return value


def spanned(value: Any, element: str, use: str, record: np.dtype[Any] | None = None) -> np.ndarray[Any, Any] | None:
    """The array that a span of this use is to refer to; None if it is made of something that has no elements in place.

    `record` is the NumPy type of elements that are no numbers.
    """
    kind = np.dtype(DTYPES[element]) if record is None else record
    if isinstance(value, (list, tuple)):
        if record is not None:
            raise TypeError(f"C++ takes {element} in place; pass a structured array of {record}, or a std::vector")
        if not use.startswith("constant"):
            raise TypeError(f"C++ could write to a copy of the {type(value).__name__} only; pass an array")
        array = np.array(value)
        return copied(array, element, kind) if array.size else np.empty(0, kind)
    check_class(value)
    try:
        array = np.asarray(value if hasattr(value, "__array__") else memoryview(value))
    except TypeError:
        return None
    if array.size and array.flags.owndata and array is not value:
        raise TypeError(f"the elements of {type(value).__name__} are not {element} in place")
    _check_in_place(array, element, kind, use)
    return array


def check_class(value: object) -> None:
    """Raise `TypeError` for an array that says more of its numbers than C++ would see: that a mask hides some, or their unit."""
    if isinstance(value, np.ma.MaskedArray):
        if np.ma.is_masked(value):
            raise TypeError("C++ would not see the array's mask; pass its filled(value) or compressed()")
    elif isinstance(value, np.ndarray) and type(value) not in PLAIN:
        own = type(value).__name__
        raise TypeError(f"C++ would see its numbers without what {own} says of them; pass np.asarray of it")


def copied(array: np.ndarray[Any, Any], element: str, kind: np.dtype[Any]) -> np.ndarray[Any, Any]:
    """The same values as elements of another type, one after the other."""
    if array.ndim != 1:
        raise TypeError(f"the array has {array.ndim} dimensions, and C++ takes one; pass a row, or array.ravel()")
    if array.dtype.kind not in _NUMERIC or not np.can_cast(array.dtype, kind, "same_kind"):
        raise TypeError(f"an array of {array.dtype} has values that {element} cannot hold; convert it with astype('{kind}')")
    if kind.kind in "iu" and array.size and array.dtype.kind != "b":
        limits = np.iinfo(kind)
        for extreme in (int(array.min()), int(array.max())):
            if not limits.min <= extreme <= limits.max:
                raise TypeError(f"the array has the value {extreme}, which {element} cannot hold")
    with np.errstate(over="ignore"):
        converted = np.ascontiguousarray(array, kind)
    if kind.kind in "fc" and (lost := np.isinf(converted) & ~np.isinf(array)).any():
        raise TypeError(f"the array has the value {array[lost][0]}, which {element} cannot hold")
    return converted


def check_elements(array: np.ndarray[Any, Any], element: str, kind: np.dtype[Any] | None = None) -> None:
    """Raise `TypeError` unless an array's elements are what C++ calls `element`; `kind` is that in NumPy, if it is no number."""
    kind = np.dtype(DTYPES[element]) if kind is None else kind
    if array.dtype.newbyteorder("=") == kind and not array.dtype.isnative:
        raise TypeError(f"the array's byte order is not this machine's; pass array.astype('{kind}')")
    if kind.names is not None:
        _check_fields(array, element, kind)
    elif array.dtype != kind:
        raise TypeError(f"C++ takes {element} in place, not {array.dtype}; pass array.astype('{kind}')")


def _check_in_place(array: np.ndarray[Any, Any], element: str, kind: np.dtype[Any], use: str) -> None:
    check_elements(array, element, kind)
    if not array.flags.c_contiguous or not array.flags.aligned:
        raise TypeError("the array's elements do not lie one after the other; pass array.copy()")
    if array.ndim != 1 and use.endswith("span"):
        raise TypeError(f"the array has {array.ndim} dimensions, and C++ takes one; pass a row, or array.ravel()")
    if not array.flags.writeable and not use.startswith("constant"):
        raise TypeError("the array is read-only, and C++ could write to it; pass array.copy()")


def _check_fields(array: np.ndarray[Any, Any], element: str, kind: np.dtype[Any]) -> None:
    """Whether a structured array has the fields of a class where that has them; it may have more of them in its gaps."""
    if array.dtype.names is None or array.dtype.itemsize != kind.itemsize:
        raise TypeError(f"C++ takes {element} in place, not {array.dtype}; pass array.astype(np.dtype({kind}))")
    if array.ctypes.data % max(part.alignment for part, *_ in (kind.fields or {}).values()):
        raise TypeError(f"the array does not begin where a {element} can; pass array.copy()")
    for name, (part, offset, *_) in (kind.fields or {}).items():
        found = (array.dtype.fields or {}).get(name)
        if found is None or found[:2] != (part, offset):
            raise TypeError(f"C++ takes {element} in place, of which '{name}' is {part} at byte {offset}; the array has {array.dtype}")
