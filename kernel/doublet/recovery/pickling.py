"""Python variables as bytes and back, whatever some of them do.

They are pickled one after the other by one pickler, so that what they share stays shared. The memory of arrays is kept
apart from the rest: it is written as it is, and can be read into the same place again.
"""

from __future__ import annotations

import pickle
import pickletools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import FunctionType
from typing import IO, Any, ClassVar

import cloudpickle
import numpy as np

from doublet.engine.contents import UncopyableError
from doublet.recovery import variables
from doublet.recovery.saved import Pickled

__all__ = ["Unpickled", "dump", "load"]


@dataclass
class Unpickled:
    """What `load` has read."""

    values: dict[str, Any] = field(default_factory=dict)
    lost: dict[str, str] = field(default_factory=dict)


class _Own:
    """In a pickle: what the namespace that is being restored has under a name, or itself."""

    current: Mapping[str, Any] = {}

    def __init__(self, name: str | None = None) -> None:
        self.name = name

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return _own, (self.name,)


def _own(name: str | None) -> Any:
    return _Own.current if name is None else _Own.current[name]


class _Pickler(cloudpickle.Pickler):  # type: ignore[misc] # not typed
    """Knows the namespace, whose functions stay functions of it, and what of C++ cannot be kept."""

    def __init__(self, file: IO[bytes], namespace: Mapping[str, Any], foreign: tuple[type, ...], keep: Callable[[Any], None]) -> None:
        super().__init__(file, protocol=5, buffer_callback=keep)
        self._namespace = namespace
        self._foreign = foreign
        self._cpp = namespace.get("cpp")
        self.globals_ref[id(namespace)] = _Own()

    def reducer_override(self, obj: Any) -> Any:
        if type(obj) is np.ndarray:
            return _view_of(obj)
        if obj is self._cpp:
            return _own, ("cpp",)
        if isinstance(obj, self._foreign):
            raise pickle.PicklingError("it holds something of C++")
        reduced = super().reducer_override(obj)
        if isinstance(obj, FunctionType) and obj.__globals__ is self._namespace and isinstance(reduced, tuple):
            reduced[2][1]["__globals__"] = {}  # are restored for themselves
        return reduced


def _view_of(array: np.ndarray) -> Any:
    """A view is pickled with the array whose memory it shows, which so stays one."""
    whole = array.base
    if type(whole) is not np.ndarray or whole.dtype.hasobject or array.dtype.hasobject:
        return NotImplemented
    if not whole.flags.c_contiguous:
        if not whole.flags.f_contiguous:
            return NotImplemented
        whole = whole.T
    offset = array.ctypes.data - whole.ctypes.data
    return _view, (whole, offset, array.shape, array.strides, array.dtype, array.flags.writeable)


def _view(whole: np.ndarray, offset: int, shape: tuple[int, ...], strides: tuple[int, ...], dtype: np.dtype[Any], writeable: bool) -> np.ndarray:
    array: np.ndarray = np.ndarray(shape, dtype, whole.data, offset, strides)
    if not writeable:
        array.flags.writeable = False
    return array


def dump(
    file: IO[bytes],
    namespace: Mapping[str, Any],
    names: Iterable[str],
    foreign: tuple[type, ...] = (),
    begin: Callable[[str], None] = lambda _: None,
) -> tuple[Pickled, list[memoryview]]:
    """Pickle the variables that can be, those of C++ by their contents; `begin` is told which comes next. Returns the memory of their arrays, too.

    `foreign` are the types of objects that cannot be.
    """
    lost: dict[str, str] = {}
    names = list(names)
    while True:
        file.seek(0)
        file.truncate()
        buffers: list[Any] = []
        done = Pickled(lost=lost)
        pickler = _Pickler(file, namespace, foreign, buffers.append)
        failed = False
        for name in names:
            begin(name)
            first = len(buffers)
            try:
                pickler.dump(variables.content(name) if name.startswith(variables.PREFIX) else namespace[name])
            except Exception as error:
                lost[name] = _reason(error)
                failed = True  # what it has begun to write, the others must not refer to
                continue
            done.names.append(name)
            done.ends.append(file.tell())
            done.first_buffers.append(first)
        if not failed:
            file.flush()
            return done, [buffer.raw() for buffer in buffers]
        names = [name for name in names if name not in lost]


def load(file: IO[bytes], pickled: Pickled, buffers: Sequence[object], namespace: Mapping[str, Any]) -> Unpickled:
    """Read the variables again; each that fails is left out, with those that need it."""
    _Own.current = namespace
    try:
        found = Unpickled()
        file.seek(0)
        unpickler = pickle.Unpickler(file, buffers=buffers)  # noqa: S301 - from the user's own folder
        try:
            for name in pickled.names:
                found.values[name] = unpickler.load()
        except Exception:
            return _load_each(file, pickled, buffers)
        return found
    finally:
        _Own.current = {}


def _load_each(file: IO[bytes], pickled: Pickled, buffers: Sequence[object]) -> Unpickled:
    found = Unpickled()
    memo: dict[int, Any] = {}
    first = begin = 0
    for name, end, buffer in zip(pickled.names, pickled.ends, pickled.first_buffers, strict=True):
        file.seek(begin)
        unpickler = _Tolerant(file, buffers=buffers[buffer:])
        unpickler.memo, unpickler.next = memo, first
        try:
            found.values[name] = unpickler.load()
        except KeyError as error:
            lacks = isinstance(error.args[0], int)
            found.lost[name] = "it needs another one that is lost" if lacks else _reason(error)
        except Exception as error:
            found.lost[name] = _reason(error)
        file.seek(begin)
        first += sum(operation.name == "MEMOIZE" for operation, _, _ in pickletools.genops(file.read(end - begin)))
        begin = end
    return found


class _Tolerant(pickle._Unpickler):
    """Goes on where an earlier one has failed: what that would have remembered is missing, and all else in its place."""

    dispatch: ClassVar[dict[int, Callable[..., None]]] = dict(pickle._Unpickler.dispatch)
    memo: dict[int, Any]
    stack: list[Any]
    next: int

    def load_memoize(self) -> None:
        self.memo[self.next] = self.stack[-1]
        self.next += 1

    dispatch[pickle.MEMOIZE[0]] = load_memoize


def _reason(error: Exception) -> str:
    if isinstance(error, UncopyableError):
        return str(error)
    return f"{type(error).__name__}: {error}".strip(": ").splitlines()[0][:200]
