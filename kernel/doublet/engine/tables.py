"""``doublet::table`` in Python: its columns as arrays of the same memory, and the whole as what libraries make of that.

What Python gets is the table as it is then. Rows that C++ adds later are not in it, and do not move it: see ``growing.hpp``.
"""

from __future__ import annotations

import ctypes
from importlib import import_module
from typing import Any

from doublet.errors import BridgeError

__all__ = ["arrow_of", "give_table"]


def give_table(cls: Any, name: str) -> None:
    """Have the class of tables behave as Python's libraries expect of a table."""
    if name != "table":
        return
    cls.__len__ = lambda self: self.size()
    cls.__getitem__ = _column
    cls.__iter__ = lambda self: iter(_names(self))
    cls.columns = property(_names)
    cls.to_awkward, cls.to_arrow, cls.to_pandas, cls.to_polars = _to_awkward, _to_arrow, _to_pandas, _to_polars
    cls.__arrow_c_stream__ = lambda self, requested_schema=None: _to_arrow(self).__arrow_c_stream__(requested_schema)


def _names(self: Any) -> list[str]:
    return [str(name) for name in self.names()]


def _column(self: Any, name: str) -> Any:
    """A column: a NumPy array of numbers, an Awkward array of all else."""
    import numpy as np

    names = _names(self)
    if name not in names:
        raise KeyError(f"the table has no column '{name}', but {', '.join(names) or 'none at all'}")
    content = _content(self, names.index(name), self.size())
    return np.asarray(content) if content.layout.is_numpy else content


def _content(self: Any, at: int, size: int) -> Any:
    ak = _library("awkward", "a table's columns")
    import numpy as np

    parts = self.shared(at)
    buffers = {}
    for part in parts:
        memory: Any = (ctypes.c_char * part.bytes).from_address(part.address) if part.bytes else bytearray()
        if part.bytes:
            memory.owner = parts  # which holds the memory, and is held by the array
        buffers[str(part.key)] = np.frombuffer(memory, np.uint8)
    return ak.from_buffers(str(self.form(at)), size, buffers)


def _to_awkward(self: Any) -> Any:
    """An Awkward array of records, one a row."""
    ak = _library("awkward", "this")
    size = self.size()
    names = _names(self)
    return ak.Array(ak.contents.RecordArray([_content(self, at, size).layout for at in range(len(names))], names, size))


def _to_arrow(self: Any) -> Any:
    """A ``pyarrow.Table``."""
    _library("pyarrow", "this")
    return _library("awkward", "this").to_arrow_table(_to_awkward(self), extensionarray=False)


def arrow_of(array: Any, of: Any = None) -> Any:
    """The ``pyarrow.Array`` of an Awkward one, of another type if that is wanted."""
    arrow = _library("awkward", "this").to_arrow(array, extensionarray=False)
    return arrow if of is None else arrow.cast(of)


def _to_pandas(self: Any) -> Any:
    """A pandas DataFrame; what NumPy has no elements for is in columns of Arrow's."""
    pd = _library("pandas", "this")
    columns = {}
    for name in _names(self):
        column = self[name]
        if type(column).__name__ != "ndarray":
            arrow = _library("pyarrow", "columns that are not numbers").chunked_array([arrow_of(column)])
            column = pd.Series(pd.arrays.ArrowExtensionArray(arrow))
        columns[name] = column
    return pd.DataFrame(columns, copy=False)


def _to_polars(self: Any) -> Any:
    """A Polars DataFrame."""
    return _library("polars", "this").from_arrow(_to_arrow(self))


def _library(name: str, use: str) -> Any:
    try:
        return import_module(name)
    except ImportError:
        raise BridgeError("table", "doublet::table", f"{use} needs {name}, which is not installed", f"run 'pip install {name}'") from None
