"""Awkward arrays: C++ goes through the same memory, in loops such as ``for (const auto& muon : event.muons)``.

Lists are ranges, records have their fields as members, strings are ``std::string_view``, options ``std::optional``, unions
``std::variant``; what an array's behaviour computes beyond its fields stays in Python. Awkward's own ``cpp_type`` makes
classes that have methods in place of members and cannot be used across cells, so they are not what is used here.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from doublet.bridge import converts
from doublet.bridge.columns import (
    Column,
    UncrossableError,
    bound,
    bound_record,
    complete,
    composed,
    integers,
    numbers,
    record,
)
from doublet.errors import BridgeError

if TYPE_CHECKING:
    from doublet.engine.binding import Binding

_TEXTS = ("string", "bytestring")


@converts("awkward.Array")
def array(name: str, value: Any) -> Binding:
    """Raises `BridgeError` for arrays that are not in memory, and for elements that C++ has no counterpart of."""
    layout = value.layout
    return bound(name, value, _crossing(name, "awkward.Array", value), len(layout), partial(_is_there, value, layout))


@converts("awkward.Record")
def one_record(name: str, value: Any) -> Binding:
    layout = value.layout
    return bound_record(name, value, _crossing(name, "awkward.Record", value), layout.at, partial(_is_there, value, layout))


def _is_there(known: Any, layout: Any, value: Any) -> bool:
    """Whether it is this array, and no field has been put into it."""
    return value is known and value.layout is layout


def _crossing(name: str, kind: str, value: Any) -> Column:
    import awkward as ak

    backend = ak.backend(value)
    if backend != "cpu":
        raise BridgeError(name, kind, f"its backend is {backend!r}", f"bind ak.to_backend({name}, 'cpu') instead")
    layout = value.layout.array if isinstance(value, ak.Record) else value.layout
    try:
        return _column(layout, name)
    except UncrossableError as error:
        raise BridgeError(name, kind, error.reason, error.advice) from None


def _column(layout: Any, name: str) -> Column:
    """The column of a layout; `name` is what records in it are called, unless they say so themselves."""
    data, part = _data, partial(_column, name=name)
    if layout.is_numpy:
        return numbers(complete(data(layout.data)))
    if layout.is_unknown:  # there are no elements, and code that is for numbers compiles
        return composed("numbers<double>", 0)
    if layout.is_record:
        fields = [f"_{at}" for at in range(len(layout.contents))] if layout.is_tuple else layout.fields
        called = layout.parameter("__record__") or name
        return record(called, {field: _field(content, field) for field, content in zip(fields, layout.contents, strict=True)})
    if layout.is_list and layout.parameter("__array__") in _TEXTS:
        return _list(layout, "strings", _characters(layout.content))
    if layout.is_regular:
        content = part(layout.content)
        return composed(f"regular<{content.cpp}>", layout.size, content)
    if layout.is_list:
        return _list(layout, "lists", part(layout.content))
    if layout.is_union:
        of, _, index = integers(data(layout.index.data))
        contents = [part(content) for content in layout.contents]
        return composed(f"unions<{of}, {', '.join(content.cpp for content in contents)}>", integers(data(layout.tags.data))[2], index, *contents)
    content = part(layout.content)
    if layout.is_indexed:
        of, _, index = integers(data(layout.index.data))
        return composed(f"{'indexed_options' if layout.is_option else 'indexed'}<{of}, {content.cpp}>", index, content)
    if not hasattr(layout, "mask"):
        return composed(f"all_there<{content.cpp}>", content)
    valid = str(layout.valid_when).lower()
    if hasattr(layout, "lsb_order"):
        return composed(f"bit_options<{valid}, {str(layout.lsb_order).lower()}, {content.cpp}>", integers(data(layout.mask.data))[2], 0, content)
    return composed(f"byte_options<{valid}, {content.cpp}>", integers(data(layout.mask.data))[2], content)


def _field(layout: Any, name: str) -> Column | UncrossableError:
    try:
        return _column(layout, name)
    except UncrossableError as error:
        return error


def _list(layout: Any, kind: str, content: Column) -> Column:
    """Lists between any starts and stops; where there are offsets, each stop is the next start."""
    starts, stops = _data(layout.starts.data), _data(layout.stops.data)
    if starts.strides != (starts.itemsize,):
        starts, stops = starts.copy(), stops.copy()
    of = integers(starts)[0]
    template = f"strings<{of}>" if kind == "strings" else f"lists<{of}, {content.cpp}>"
    return composed(template, starts, stops, content)


def _characters(layout: Any) -> Column:
    array = _data(layout.data)
    if not array.flags.c_contiguous:
        raise UncrossableError("its texts do not lie one after the other", "bind ak.to_packed() of it instead")
    return composed("", array)


def _data(array: Any) -> Any:
    """The NumPy array of a buffer."""
    if type(array).__name__ != "ndarray":
        raise UncrossableError("it has not been read yet", "bind what ak.materialize() makes of the fields that C++ needs")
    return array
