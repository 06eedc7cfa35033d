"""Arrow arrays and tables: C++ reads the same memory. A table is a range of rows that has its columns, too.

A column that misses nothing has plain elements, one that does has ``std::optional`` ones.
"""

from __future__ import annotations

from functools import partial
from operator import is_
from typing import TYPE_CHECKING, Any

import numpy as np

from doublet.bridge import converts
from doublet.bridge.columns import Column, UncrossableError, bits, bound, composed, numbers, record
from doublet.errors import BridgeError

if TYPE_CHECKING:
    from doublet.engine.binding import Binding

__all__ = ["column_of"]

_OFFSETS = {"list": np.int32, "large_list": np.int64, "string": np.int32, "large_string": np.int64, "binary": np.int32, "large_binary": np.int64}
_TEXTS = ("string", "large_string", "binary", "large_binary")


@converts("pyarrow.Array", "pyarrow.ChunkedArray")
def array(name: str, value: Any) -> Binding:
    """Raises `BridgeError` for what is not in one piece, and for elements that C++ has no counterpart of."""
    kind = f"pyarrow.{type(value).__name__} of {value.type}"
    try:
        return bound(name, value, column_of(value, name), len(value), partial(is_, value))
    except UncrossableError as error:
        raise BridgeError(name, kind, error.reason, error.advice) from None


@converts("pyarrow.Table", "pyarrow.RecordBatch")
def table(name: str, value: Any) -> Binding:
    fields = dict(zip(value.column_names, value.columns, strict=True))
    if len(fields) < value.num_columns:
        raise BridgeError(name, f"pyarrow.{type(value).__name__}", "several of its columns have the same name", "rename them")
    columns = {field: _field(column, field) for field, column in fields.items()}
    return bound(name, value, record(name, columns), value.num_rows, partial(is_, value))


def _field(value: Any, name: str) -> Column | UncrossableError:
    try:
        return column_of(value, name)
    except UncrossableError as error:
        return error


def column_of(value: Any, name: str) -> Column:
    """The column of an Arrow array; `name` is what records in it are called. Raises `UncrossableError`."""
    import pyarrow as pa

    if isinstance(value, pa.ChunkedArray):
        if value.num_chunks > 1:
            raise UncrossableError(f"it is in {value.num_chunks} pieces", "bind what its combine_chunks() returns")
        value = value.chunk(0) if value.num_chunks else pa.array([], value.type)
    if isinstance(value, pa.ExtensionArray):
        value = value.storage
    content = _content(value, name)
    if value.null_count == 0:
        return content
    if value.buffers()[0] is None:
        return composed("none", 0)  # all of it is null
    return composed(f"bit_options<true, true, {content.cpp}>", _buffer(value, 0, np.uint8), value.offset, content)


def _content(value: Any, name: str) -> Column:
    """The elements, as if none were missing; those that are have some value."""
    from pyarrow import types

    of, at = value.type, value.offset
    if types.is_null(of):
        return composed("none", 0)
    if types.is_boolean(of):
        return bits(_buffer(value, 1, np.uint8), at)
    if types.is_dictionary(of):
        index = _content(value.indices, name)
        content = column_of(value.dictionary, name)
        return composed(f"indexed<{index.cpp.partition('<')[2].removesuffix('>')}, {content.cpp}>", index, content)
    if types.is_struct(of):
        fields = [of.field(number).name for number in range(of.num_fields)]
        return record(name, {field: _field(value.field(number), field) for number, field in enumerate(fields)})
    if types.is_fixed_size_list(of):
        content = column_of(value.values.slice(at * of.list_size, len(value) * of.list_size), name)
        return composed(f"regular<{content.cpp}>", of.list_size, content)
    kind = str(of).partition("<")[0]
    if kind in _OFFSETS:
        offsets = _buffer(value, 1, _OFFSETS[kind])
        starts, stops = offsets[at:], offsets[at + 1 :]
        integer = "std::int32_t" if _OFFSETS[kind] is np.int32 else "std::int64_t"
        if kind in _TEXTS:
            return composed(f"strings<{integer}>", starts, stops, _buffer(value, 2, np.uint8))
        content = column_of(value.values, name)
        return composed(f"lists<{integer}, {content.cpp}>", starts, stops, content)
    if types.is_timestamp(of) or types.is_duration(of):
        letter = "M8" if types.is_timestamp(of) else "m8"
        return numbers(_buffer(value, 1, np.dtype(f"{letter}[{of.unit}]"))[at : at + len(value)])
    if not (types.is_integer(of) or types.is_floating(of)):
        raise UncrossableError(f"C++ has no counterpart of elements of {of}", "convert it with cast(), or leave it out")
    return numbers(_buffer(value, 1, np.dtype(of.to_pandas_dtype()))[at : at + len(value)])


def _buffer(value: Any, number: int, of: Any) -> np.ndarray[Any, Any]:
    """A buffer of an array, as it is before the array's offset is counted."""
    buffer = value.buffers()[number]
    return np.empty(0, of) if buffer is None else np.frombuffer(buffer, of, buffer.size // np.dtype(of).itemsize)
