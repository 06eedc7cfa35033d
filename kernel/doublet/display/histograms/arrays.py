"""Arrays of numbers in JSON, exact in every parser: nested lists, or base64 in a ``data:`` URI.

JSON has no NaN and no infinity, and text of a number is long. UHI's schema allows a string that says where the
data are in place of a list; here it is a URI that holds them, as little-endian numbers in C order.
"""

from __future__ import annotations

import base64
import json
import re
from typing import TYPE_CHECKING, Any

import numpy as np

from doublet.errors import HistogramError

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["decode", "encode", "uri"]

_FORM = "data:application/vnd.doublet.array;dtype={};base64,"
_URI = re.compile(_FORM.format("(float64|int64)"))
_READABLE = 500
"""Up to how many numbers stay readable as a list though base64 would be shorter."""


def encode(array: Any) -> Any:
    """Make JSON of an array of any shape: nested lists (a number, without dimensions), or a ``data:`` URI."""
    array = np.asarray(array)
    kind = "int64" if array.dtype.kind in "iub" else "float64"
    array = array.astype(f"<{kind[0]}8")
    if not array.ndim:
        array = array[()]
    if np.isfinite(array).all():
        as_list = array.tolist()
        # A number in base64 takes 32/3 characters.
        if array.size <= _READABLE or len(json.dumps(as_list, separators=(",", ":"))) <= array.size * 32 / 3:
            return as_list
    return uri(array)


def uri(array: NDArray[Any]) -> str:
    """The ``data:`` URI of an array of int64 or float64."""
    return _FORM.format(array.dtype.name) + base64.b64encode(array.astype(array.dtype.newbyteorder("<")).tobytes()).decode()


def decode(value: Any, shape: tuple[int, ...]) -> NDArray[Any]:
    """Read what `encode` has made of an array of that shape.

    Raises `HistogramError` if there are more or fewer numbers, or if it is no array.
    """
    if isinstance(value, str):
        found = _URI.match(value)
        if found is None:
            raise HistogramError(f"an array is {value[:40]!r}, which is no data: URI of numbers")
        try:
            array = np.frombuffer(base64.b64decode(value[found.end() :], validate=True), dtype=f"<{found[1][0]}8")
        except ValueError as error:
            raise HistogramError(f"an array's data: URI is broken: {error}") from None
    else:
        try:
            array = np.asarray(value)
        except ValueError as error:
            raise HistogramError(f"an array is no list of numbers: {error}") from None
        if array.size and array.dtype.kind not in "iuf":
            raise HistogramError("an array is no list of numbers")
    if array.size != np.prod(shape, dtype=np.int64):
        raise HistogramError(f"an array has {array.size:,} numbers where its axes need {np.prod(shape):,.0f}")
    return array.reshape(shape)
