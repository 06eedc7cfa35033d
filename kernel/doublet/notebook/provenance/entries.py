"""How many entries of trees cells read, and how many rows Parquet files have.

Of trees this is heard by standing in for the methods by which uproot reads them. Nothing else tells it: trees are gone when
the cell ends, and the library has no place to listen at.
"""

from __future__ import annotations

import functools
import inspect
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import Any

__all__ = ["Entries", "entries_read", "rows_of"]

_METHODS = {
    "uproot.behaviors.TBranch": (("HasBranches", "arrays"), ("HasBranches", "iterate"), ("TBranch", "array")),
    "uproot.behaviors.RNTuple": (("HasFields", "arrays"), ("HasFields", "iterate")),
    "uproot.models.RNTuple": (("RField", "array"),),
}
"""For modules, their classes' methods that read; all else of uproot's calls these."""


class Entries:
    """What was read in this process from now on."""

    def __init__(self) -> None:
        self._read: dict[str, dict[str, tuple[int, int]]] = {}
        for name in _METHODS:
            if (module := sys.modules.get(name)) is not None:
                self._hear(module)
        sys.meta_path.insert(0, _Finder(self._hear))

    def of(self, uuid: str) -> dict[str, int]:
        """The entries that were read of the file with this UUID, by the names of trees: from the first of any reading to the last."""
        return {name: stop - start for name, (start, stop) in self._read.get(uuid, {}).items()}

    def _hear(self, module: ModuleType) -> None:
        for owner, method in _METHODS[module.__name__]:
            cls = getattr(module, owner, None)
            if cls is not None and hasattr(cls, method):
                made = _iterated if method == "iterate" else _called
                setattr(cls, method, made(getattr(cls, method), self._note))

    def _note(self, read: Any, arguments: dict[str, Any]) -> None:
        tree = getattr(read, "tree", None) or read.ntuple
        count = int(tree.num_entries)
        start, stop = (_place(arguments.get(name), count, default) for name, default in (("entry_start", 0), ("entry_stop", count)))
        if start < stop:
            known = self._read.setdefault(str(tree.file.uuid), {})
            before = known.get(tree.name, (start, stop))
            known[tree.name] = min(start, before[0]), max(stop, before[1])


def _place(given: Any, count: int, default: int) -> int:
    """Where a reading begins or ends, in uproot's way, which is that of slices."""
    place = default if given is None else int(given)
    return min(max(place + count if place < 0 else place, 0), count)


_Note = Callable[[Any, dict[str, Any]], None]


def _called(function: Callable[..., Any], note: _Note) -> Callable[..., Any]:
    signature = inspect.signature(function)

    @functools.wraps(function)
    def heard(self: Any, *args: Any, **kwargs: Any) -> Any:
        made = function(self, *args, **kwargs)
        with suppress(Exception):  # whatever is odd about the tree, it has been read: the cell goes on
            note(self, signature.bind(self, *args, **kwargs).arguments)
        return made

    return heard


def _iterated(function: Callable[..., Any], note: _Note) -> Callable[..., Any]:
    """What is read is only known if it goes on to the end."""
    signature = inspect.signature(function)

    @functools.wraps(function)
    def heard(self: Any, *args: Any, **kwargs: Any) -> Iterator[Any]:
        yield from function(self, *args, **kwargs)
        with suppress(Exception):  # as above
            note(self, signature.bind(self, *args, **kwargs).arguments)

    return heard


@functools.cache
def entries_read() -> Entries:
    """This process's."""
    return Entries()


def rows_of(path: str) -> int | None:
    """How many rows a Parquet file has; None of others, and where Arrow, which knows, has not been imported."""
    parquet = sys.modules.get("pyarrow.parquet")
    if parquet is None or not path.endswith(".parquet"):
        return None
    try:
        return int(parquet.read_metadata(path).num_rows)
    except (OSError, ValueError):  # Arrow's errors are among these
        return None


class _Finder(MetaPathFinder):
    """Hears of modules as they are imported."""

    def __init__(self, hear: Callable[[ModuleType], None]) -> None:
        self._hear = hear

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        if name not in _METHODS:
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is not None and spec.loader is not None:
            execute = spec.loader.exec_module

            def executed(module: ModuleType) -> None:
                execute(module)
                self._hear(module)

            spec.loader.exec_module = executed  # type: ignore[method-assign]
        return spec
