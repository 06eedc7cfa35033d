"""Arrays and objects that no longer show what they were made of, because C++ has let go of the memory.

Arrays hold what was there then, so a computation with them is right for the old elements only. Objects are null pointers.
That is told when it happens, and by each cell that uses one.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Any

from doublet.engine.arrays import is_array
from doublet.engine.looking import View, left_views, view_of
from doublet.engine.names import clean_name, is_object
from doublet.errors import Diagnostic
from doublet.rendering import warn

__all__ = ["LeftViews"]

_ARRAY_AGAIN = "has let go of the memory: make it again with np.asarray(), or keep a .copy()"
_OBJECT_AGAIN = "let go of the memory: take it again, or keep a copy of the object"


class LeftViews:
    """Warns of those that have a name in Python."""

    def __init__(self, names: Mapping[str, object]) -> None:
        self._names = names
        self._is_any = False

    def warn_of_new(self, _result: object = None) -> None:
        """After a cell: name what it has left, which nobody can write to any more."""
        left = left_views()
        if not left:
            return
        self._is_any = True
        found = {name: view for name, view in self._viewing(self._names) if view in left}
        named = {name: view for name, view in found.items() if not name.startswith("_")}  # others are the shell's own
        arrays, objects = self._arrays(named), self._objects(named)
        for name in arrays:
            self._names[name].flags.writeable = False  # type: ignore[attr-defined] # these are arrays
        if arrays:
            _warn(_quoted(arrays), "no longer show", _owners(arrays.values()), f"since that {_ARRAY_AGAIN}")
        if objects:
            _warn(_quoted(objects), "no longer refer", "to anything", f"since {_owners(objects.values(), 'has', 'have')} {_OBJECT_AGAIN}")
        if not found and any(view.seen is None for view in left):
            _warn(["an array"], "no longer show", "the C++ object", f"since that {_ARRAY_AGAIN}")

    def warn_of_use(self, info: Any) -> None:
        """Before a cell: name what it reads, and what was left before."""
        if not self._is_any:
            return
        used = {name: view for name, view in self._viewing(_read(info.transformed_cell or "")) if view.is_left}
        if arrays := self._arrays(used):
            _warn(_quoted(arrays), "show", _owners(arrays.values()), "as it was before it let go of the memory: make it again with np.asarray(), or keep a .copy()")
        if objects := self._objects(used):
            _warn(_quoted(objects), "refer", "to nothing", f"for {_owners(objects.values(), 'has', 'have')} {_OBJECT_AGAIN}")

    def _viewing(self, names: Iterable[str]) -> Iterator[tuple[str, View]]:
        for name in [*names]:
            value = self._names.get(name)
            if (is_array(value) or is_object(value)) and (view := view_of(value)) is not None:
                yield name, view

    def _arrays(self, views: Mapping[str, View]) -> dict[str, View]:
        return {name: view for name, view in views.items() if is_array(self._names[name])}

    def _objects(self, views: Mapping[str, View]) -> dict[str, View]:
        return {name: view for name, view in views.items() if is_object(self._names[name])}


def _read(cell: str) -> set[str]:
    """The names that a cell reads before it has assigned to them."""
    read: set[str] = set()
    written: set[str] = set()
    with suppress(SyntaxError, ValueError):  # which the cell itself will raise
        for statement in ast.parse(cell).body:
            nodes = [node for node in ast.walk(statement) if isinstance(node, ast.Name)]
            read.update(node.id for node in nodes if isinstance(node.ctx, ast.Load) and node.id not in written)
            written.update(node.id for node in nodes if isinstance(node.ctx, ast.Store))
    return read


def _owners(views: Iterable[View], of_one: str = "", of_several: str = "") -> str:
    """Whose memory it was, with the verb that follows."""
    kinds = {clean_name(getattr(type(view.owner), "__cpp_name__", "C++ object")) for view in views}
    return f"{' and '.join(f'the {kind}' for kind in sorted(kinds))} {of_one if len(kinds) == 1 else of_several}".strip()


def _quoted(names: Iterable[str]) -> list[str]:
    return [f"'{name}'" for name in names]


def _warn(names: list[str], verb: str, what: str, why: str) -> None:
    ending = "s" if len(names) == 1 else ""
    warn([Diagnostic("warning", f"{', '.join(sorted(names))} {verb}{ending} {what}, {why}")])
