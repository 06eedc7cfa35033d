"""Columns of numbers, texts, lists and records, as ``include/doublet/columns.hpp`` reads them where they are.

A `Column` is a C++ type and the words, addresses and sizes, of an object of it. The type depends on what the elements are
and not on where, so that a function is compiled once for all arrays of a kind.
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import count
from typing import Any

import numpy as np

from doublet.bridge.keywords import KEYWORDS
from doublet.bridge.scalars import SCALARS
from doublet.engine.binding import Binding
from doublet.engine.interpreter import interpreter
from doublet.engine.proxies import object_at

__all__ = ["Column", "UncrossableError", "bits", "bound", "bound_record", "complete", "composed", "integers", "name_of", "numbers", "record"]

_UNITS = {"s": "std::ratio<1>", "ms": "std::milli", "us": "std::micro", "ns": "std::nano", "D": "std::ratio<86400>", "h": "std::ratio<3600>", "m": "std::ratio<60>"}
_RESERVED = KEYWORDS | {*keyword.kwlist, "begin", "end"}
"""What no field of a record can be called; a loop over a table would take the last two for its own."""

_NUMBERS = "doublet::columns::numbers<"
_MOST_BOUND = 64
"""How many fields a record has at most that structured bindings take apart."""

_names: dict[tuple[str, tuple[Field, ...]], str] = {}
"""The C++ structs that there are, by name and fields."""
_numbers = count()
_tables: set[str] = set()
"""Those of them that have a table."""


class UncrossableError(Exception):
    """An array of a kind that C++ cannot read in place: why, and what to do."""

    def __init__(self, reason: str, advice: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.advice = advice


@dataclass(frozen=True)
class Field:
    """What a record has under a name: the type of its column, or why that is not there."""

    name: str
    cpp: str
    refusal: str = ""


@dataclass(frozen=True)
class Column:
    """A C++ type of ``doublet::columns``, what an object of it consists of, and what has to stay alive for it."""

    cpp: str
    words: tuple[int, ...]
    keeps: tuple[object, ...] = ()
    fields: tuple[Field, ...] = ()
    """Of records."""


def numbers(array: np.ndarray[Any, Any]) -> Column:
    """Numbers, booleans or times in one dimension; arrays in more are lists of the same length.

    Raises `UncrossableError` for elements that are none of these, or that C++ could not read in place.
    """
    if not array.dtype.isnative:
        raise UncrossableError("its byte order is not this machine's", "convert it with astype(dtype.newbyteorder('='))")
    element = time_type(array.dtype) if array.dtype.kind in "Mm" else SCALARS.get(array.dtype.str[1:])
    if not element:
        raise UncrossableError(f"C++ has no counterpart of elements of {array.dtype}", "convert them with astype(), or leave them out")
    for axis in range(array.ndim - 1):
        if array.strides[axis] != array.strides[axis + 1] * array.shape[axis + 1]:
            raise UncrossableError("its rows do not lie one after the other", "copy it")
    step, rest = divmod(array.strides[-1], array.itemsize)
    if rest or not array.flags.aligned:
        raise UncrossableError("its elements are not aligned", "copy it")
    dense = step == 1 or array.size < 2
    kind, words = ("numbers", ()) if dense else ("strided", (step,))
    column = Column(f"doublet::columns::{kind}<{element}>", (array.ctypes.data, *words), (array,))
    for size in reversed(array.shape[1:]):
        column = composed(f"regular<{column.cpp}>", size, column)
    return column


def complete(array: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """An array of numbers, or of times that are all there; raises `UncrossableError` if not."""
    if array.dtype.kind in "Mm" and np.isnat(array).any():
        raise UncrossableError("not all of its times are there (NaT), which C++ would take for one long ago", "fill or drop those")
    return array


def time_type(of: np.dtype[Any]) -> str | None:
    """The type of points in time, or of durations."""
    unit, count = np.datetime_data(of)
    if unit not in _UNITS or count != 1:
        return None
    duration = f"std::chrono::duration<std::int64_t, {_UNITS[unit]}>"
    return duration if of.kind == "m" else f"std::chrono::time_point<std::chrono::system_clock, {duration}>"


def integers(array: np.ndarray[Any, Any]) -> tuple[str, int, np.ndarray[Any, Any]]:
    """The type of offsets or indices, where they are, and the array of them, which is a copy if they are spread."""
    dense = np.ascontiguousarray(array)
    return SCALARS[dense.dtype.str[1:]], dense.ctypes.data, dense


def bits(array: np.ndarray[Any, Any], offset: int) -> Column:
    """Booleans, eight in a byte."""
    return Column("doublet::columns::bits", (array.ctypes.data, offset), (array,))


def composed(kind: str, *parts: Any) -> Column:
    """A column of this type, made of words, arrays, and other columns, in the order of its members."""
    words: list[int] = []
    keeps: list[object] = []
    for part in parts:
        if isinstance(part, Column):
            words += part.words
            keeps += part.keeps
        elif isinstance(part, np.ndarray):
            words.append(part.ctypes.data)
            keeps.append(part)
        else:
            words.append(int(part))
    return Column(f"doublet::columns::{kind}", tuple(words), tuple(keeps))


def record(name: str, columns: Mapping[str, Column | UncrossableError]) -> Column:
    """Records with these fields; `name` is what a record is called when it is shown. A cell that uses a field which does
    not cross is told why.

    A field is called as in Python where C++ allows that; other characters become ``_``, and a word of C++ gets one behind it.
    """
    called: dict[str, str] = {}
    for field in columns:
        if (other := called.setdefault(_identifier(field), field)) != field:
            raise UncrossableError(f"its fields '{other}' and '{field}' would both be '{_identifier(field)}' in C++", "rename one of them")
    there = [column for column in columns.values() if isinstance(column, Column)]
    fields = tuple(_field(field, column) for field, column in columns.items())
    words = [word for column in there for word in column.words] or [0]
    keeps = tuple(kept for column in there for kept in column.keeps)
    own = _identifier(name)
    while own in called:  # a class cannot have a member of its own name
        own += "_"
    return Column(_struct(own, fields), tuple(words), keeps, fields)


def _field(name: str, column: Column | UncrossableError) -> Field:
    if isinstance(column, Column):
        return Field(_identifier(name), column.cpp)
    advice = f"; {column.advice}" if column.advice else ""
    return Field(_identifier(name), "", f"'{name}' cannot cross to C++: {column.reason}{advice}")


def _struct(name: str, all_fields: tuple[Field, ...]) -> str:
    """The C++ class of columns of such records, defined if there is none yet.

    A record knows where it is. Its members are properties, which read no more than what is asked for: a record that held its
    fields would have the compiler read all fields of an event in order to drop most of them again, and it does not drop them.
    """
    key = (name, all_fields)
    if key in _names:
        return _names[key]
    scope = f"__doublet_rows{next(_numbers)}"
    fields = [(field.name, f"{field.cpp}::value_type", field.cpp) for field in all_fields if field.cpp]
    columns = [f"{cpp} of_{field};" for field, _, cpp in fields] or ["const void* nowhere;"]
    made = [f"if constexpr (I == {at}) return doublet_get_{field}();" for at, (field, _, _) in enumerate(fields)]
    visited = [f'visit("{field}", doublet_get_{field}());' for field, _, _ in fields]
    described = [f'visit("{field}", static_cast<{of}*>(nullptr));' for field, of, _ in fields]
    lines = [
        f"namespace {scope} {{ struct doublet_columns; struct {name} : ::doublet::record {{",
        "private: const doublet_columns* doublet_of; ::doublet::index_t doublet_at; public:",
        f"{name}(const doublet_columns& of, ::doublet::index_t at) : doublet_of(&of), doublet_at(at) {{}}",
        *(_property(field, of, ";") for field, of, _ in fields),
        *_refused(all_fields, "int"),
        f"template <std::size_t I> auto doublet_field() const {{ {' '.join(made)} }}",
        f"template <class Visit> void doublet_visit(Visit visit) const {{ {' '.join(visited)} }}",
        f"template <class Visit> static void doublet_describe(Visit visit) {{ {' '.join(described)} }} }};",
        f"struct doublet_columns {{ using value_type = {name}; {' '.join(columns)} {name} operator[](::doublet::index_t at) const {{ return {{*this, at}}; }} }};",
        *(f"inline {of} {name}::doublet_get_{field}() const {{ return doublet_of->of_{field}[doublet_at]; }}" for field, of, _ in fields),
        f"template <std::size_t I> auto get(const {name}& row) {{ return row.template doublet_field<I>(); }} }}",
    ]
    if 0 < len(fields) <= _MOST_BOUND:
        types = ", ".join(of for _, of, _ in fields)
        lines += [
            f"template <> struct std::tuple_size<{scope}::{name}> : std::integral_constant<std::size_t, {len(fields)}> {{}};",
            f"template <std::size_t I> struct std::tuple_element<I, {scope}::{name}> : std::tuple_element<I, std::tuple<{types}>> {{}};",
        ]
    interpreter().declare_records(scope, "\n".join(lines))
    _names[key] = f"{scope}::doublet_columns"
    return _names[key]


def _property(field: str, of: str, body: str) -> str:
    return f"__declspec(property(get=doublet_get_{field})) {of} {field}; {of} doublet_get_{field}() const{body}"


def _refused(fields: Iterable[Field], of: str) -> Iterator[str]:
    """Members that the compiler refuses, with the reason."""
    for field in fields:
        if not field.cpp:
            reason = field.refusal.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")
            yield _property(field.name, of, f' __attribute__((unavailable("{reason}")));')


def _table(column: Column) -> str:
    """The C++ class of tables of such records: a list of them that has each of their columns, too."""
    scope = column.cpp.removesuffix("::doublet_columns")
    with interpreter().turn():
        if scope not in _tables:
            interpreter().declare(_table_text(scope, column))
            _tables.add(scope)
    return f"{scope}::doublet_table"


def _table_text(scope: str, column: Column) -> str:
    lines = [f"namespace {scope} {{ struct doublet_table : ::doublet::list<doublet_columns> {{ using list::list;"]
    for field in column.fields:
        if field.cpp:
            of = f"decltype(::doublet::columns::part(std::declval<const doublet_columns&>().of_{field.name}, 0, 0))"
            lines.append(_property(field.name, of, f" {{ return ::doublet::columns::part(list::column_->of_{field.name}, list::start_, list::stop_); }}"))
    return "\n".join((*lines, *_refused(column.fields, "::doublet::list<::doublet::columns::numbers<int>>"), "}; }"))


def bound(name: str, value: object, column: Column, size: int, unchanged: Callable[[object], bool]) -> Binding:
    """The binding of a table, if these are records, or of a list."""
    words, place = _placed(column)
    if column.fields:
        declaration = f"{_table(column)} {name}(&{place}, 0, {size});"
    else:
        declaration = f"auto {name} = ::doublet::columns::part({place}, 0, {size});"
    instance = partial(_range, column, words, size)
    return Binding(name, declaration, (words, column.keeps), None, unchanged, value, instance=instance)


def bound_record(name: str, value: object, column: Column, at: int, unchanged: Callable[[object], bool]) -> Binding:
    """The binding of one record."""
    words, place = _placed(column)
    instance = partial(_record_at, column, words, at) if column.fields else None
    return Binding(name, f"const auto {name} = ({place})[{at}];", (words, column.keeps), None, unchanged, value, instance=instance)


def name_of(cpp: str) -> str | None:
    """What the records are called in the class of tables or records of this name; none if it is of neither."""
    scope = cpp.partition("::")[0]
    return next((name for (name, _), of in _names.items() if of.partition("::")[0] == scope), None)


def _range(column: Column, words: np.ndarray[Any, Any], size: int) -> Any:
    """The table, list or span as an object."""
    if column.cpp.startswith(_NUMBERS):
        name = f"std::span<const {column.cpp.removeprefix(_NUMBERS).removesuffix('>')}>"
        layout = np.array([words[0], size])
    else:
        name = _table(column) if column.fields else f"doublet::list<{column.cpp}>"
        layout = np.array([words.ctypes.data, 0, size])
    return object_at(layout.ctypes.data, name, (layout, words, column.keeps))


def _record_at(column: Column, words: np.ndarray[Any, Any], at: int) -> Any:
    layout = np.array([words.ctypes.data, at])
    name = f"{column.cpp.partition('::')[0]}::{name_of(column.cpp)}"
    return object_at(layout.ctypes.data, name, (layout, words, column.keeps))


def _placed(column: Column) -> tuple[np.ndarray[Any, Any], str]:
    """The words of a column in memory, and the column in C++."""
    words = np.array(column.words, np.int64)
    return words, f"*reinterpret_cast<const {column.cpp}*>({words.ctypes.data:#x}UL)"


def _identifier(name: str) -> str:
    plain = re.sub(r"\W", "_", name, flags=re.ASCII) or "_"
    if plain[0].isdigit():
        plain = f"_{plain}"
    return f"{plain}_" if plain in _RESERVED else plain
