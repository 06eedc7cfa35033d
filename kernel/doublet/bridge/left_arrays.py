"""Arrays that no longer show the C++ object that they were made of, because it has let go of its memory.

They hold what was there then, so a computation with them is right for the old elements only. That is told when it happens,
and by each cell that uses one.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Any

from doublet.engine.arrays import is_array
from doublet.engine.looking import View, left_views, view_of
from doublet.engine.names import clean_name
from doublet.errors import Diagnostic
from doublet.rendering import warn

__all__ = ["LeftArrays"]


class LeftArrays:
    """Warns of those that have a name in Python."""

    def __init__(self, names: Mapping[str, object]) -> None:
        self._names = names
        self._is_any = False

    def warn_of_new(self, _result: object = None) -> None:
        """After a cell: name the arrays that it has left, which nobody can write to any more."""
        addresses = left_views()
        if not addresses:
            return
        self._is_any = True
        found = {name: view for name, view in self._viewing(self._names) if view.at in addresses}
        named = {name: view for name, view in found.items() if not name.startswith("_")}  # others are the shell's own
        for name in named:
            self._names[name].flags.writeable = False  # type: ignore[attr-defined] # these are arrays
        if named or not found:
            _warn(_listed(named) or "an array", "no longer show", _owners(named.values()) or "the C++ object", "since that has let go of the memory")

    def warn_of_use(self, info: Any) -> None:
        """Before a cell: name the arrays that it reads, and that were left before."""
        if not self._is_any:
            return
        used = {name: view for name, view in self._viewing(_read(info.transformed_cell or "")) if view.is_left}
        if used:
            _warn(_listed(used), "show", _owners(used.values()), "as it was before it let go of the memory")

    def _viewing(self, names: Iterable[str]) -> Iterator[tuple[str, View]]:
        for name in [*names]:
            value = self._names.get(name)
            if is_array(value) and (view := view_of(value)) is not None:
                yield name, view


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


def _owners(views: Iterable[View]) -> str:
    kinds = {clean_name(getattr(type(view.owner), "__cpp_name__", "C++ object")) for view in views}
    return " and ".join(f"the {kind}" for kind in sorted(kinds))


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"'{name}'" for name in sorted(names))


def _warn(names: str, verb: str, owners: str, why: str) -> None:
    ending = "" if "," in names else "s"
    message = Diagnostic("warning", f"{names} {verb}{ending} {owners}, {why}: make it again with np.asarray(), or keep a .copy()")
    warn([message])
