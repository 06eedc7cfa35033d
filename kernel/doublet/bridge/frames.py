"""Data frames and series of pandas and Polars: columns that C++ reads in place, ``df.pt[i]``, and rows, ``for (auto row : df)``.

Numbers are where NumPy has them; text and all that may be missing is what Arrow makes of it, in place where the library keeps
it so itself, as pandas does not for categories or Polars for text.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import numpy as np

from doublet.bridge import converts
from doublet.bridge.arrow import column_of
from doublet.bridge.columns import Column, UncrossableError, bound, numbers, record
from doublet.errors import BridgeError

if TYPE_CHECKING:
    from doublet.engine.binding import Binding


@dataclass(frozen=True)
class _Series:
    """What C++ has of a series; of one that has been copied, the series as it was then."""

    column: Column
    copied: Any = None


_Read = Callable[[Any, str], _Series]


@converts("pandas.Series")
def pandas_series(name: str, value: Any) -> Binding:
    return _one(name, value, _pandas)


@converts("pandas.DataFrame")
def pandas_frame(name: str, value: Any) -> Binding:
    return _all(name, value, _pandas, _labels)


@converts("polars.Series")
def polars_series(name: str, value: Any) -> Binding:
    return _one(name, value, _polars)


@converts("polars.DataFrame")
def polars_frame(name: str, value: Any) -> Binding:
    return _all(name, value, _polars, lambda frame: {field: frame[field] for field in frame.columns})


def _one(name: str, value: Any, read: _Read) -> Binding:
    try:
        series = read(value, name)
    except UncrossableError as error:
        raise BridgeError(name, _kind(value), error.reason, error.advice) from None
    return bound(name, value, series.column, len(value), partial(_is_there, {name: series}, value, read, lambda of: {name: of}))


def _all(name: str, value: Any, read: _Read, split: Callable[[Any], Mapping[str, Any]]) -> Binding:
    columns = {field: _field(series, field, read) for field, series in split(value).items()}
    if len(columns) < value.shape[1]:
        raise BridgeError(name, _kind(value), "several of its columns have the same name", "rename them")
    try:
        rows = record(name, {field: of.column if isinstance(of, _Series) else of for field, of in columns.items()})
    except UncrossableError as error:
        raise BridgeError(name, _kind(value), error.reason, error.advice) from None
    return bound(name, value, rows, len(value), partial(_is_there, columns, value, read, split))


def _kind(value: Any) -> str:
    return f"{type(value).__module__.partition('.')[0]}.{type(value).__name__}"


def _field(series: Any, name: str, read: _Read) -> _Series | UncrossableError:
    try:
        return read(series, name)
    except UncrossableError as error:
        return error


def _is_there(
    known: Mapping[str, _Series | UncrossableError], value: Any, read: _Read, split: Callable[[Any], Mapping[str, Any]], other: Any
) -> bool:
    """Whether it is this frame, and its columns are where they were: both libraries let a frame get other ones."""
    if other is not value:
        return False
    columns = split(value)
    return columns.keys() == known.keys() and all(_is_same(known[field], series, field, read) for field, series in columns.items())


def _is_same(known: _Series | UncrossableError, series: Any, name: str, read: _Read) -> bool:
    if isinstance(known, _Series) and known.copied is not None:
        return series.dtype == known.copied.dtype and bool(series.equals(known.copied))
    now = _field(series, name, read)
    if isinstance(known, UncrossableError) or isinstance(now, UncrossableError):
        return isinstance(known, UncrossableError) and isinstance(now, UncrossableError)
    return (known.column.cpp, known.column.words) == (now.column.cpp, now.column.words)


def _labels(frame: Any) -> dict[str, Any]:
    """The columns of a pandas frame by their names as text; a name of several parts has ``_`` between them."""
    names = ["_".join(map(str, label)) if isinstance(label, tuple) else str(label) for label in frame.columns]
    return {name: frame.iloc[:, at] for at, name in enumerate(names)}


def _pandas(series: Any, name: str) -> _Series:
    of = series.dtype
    if isinstance(of, np.dtype):
        if of.kind == "O":
            raise UncrossableError("it holds Python objects", "convert it with astype()")
        array = series.to_numpy()
        if of.kind not in "Mm" or not np.isnat(array).any():
            return _Series(numbers(array))
    _need_arrow()
    import pyarrow as pa

    held = series.array
    if type(held).__name__ in ("ArrowStringArray", "ArrowExtensionArray"):
        return _Series(column_of(held.__arrow_array__(), name))
    try:
        arrow = pa.array(series, from_pandas=True)
    except (pa.ArrowException, TypeError, ValueError):
        raise UncrossableError(f"C++ has no counterpart of its type, {of}", "convert it with astype()") from None
    return _Series(column_of(arrow, name), series.copy())


def _polars(series: Any, name: str) -> _Series:
    _need_arrow()
    if str(series.dtype) == "Object":
        raise UncrossableError("it holds Python objects", "convert it with cast()")
    if series.n_chunks() > 1:
        raise UncrossableError(f"it is in {series.n_chunks()} pieces", "bind what its rechunk() returns")
    column = column_of(series.to_arrow(), name)
    again = column_of(series.to_arrow(), name)
    return _Series(column, None if column.words == again.words else series.clone())


def _need_arrow() -> None:
    if find_spec("pyarrow") is None:
        raise UncrossableError("that needs pyarrow, which is not installed", "run 'pip install pyarrow'")
