"""Cuts a cell into items, and asks the compiler which of the groups of its conditional directives it reads."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import partial
from typing import TYPE_CHECKING

from doublet.cells import Cell, Conditions, certain, parse
from doublet.engine import diagnostics
from doublet.engine.probing import groups_read, probe
from doublet.engine.transaction import label
from doublet.errors import CppCompileError

if TYPE_CHECKING:
    from doublet.engine.binding import Binding
    from doublet.engine.definitions import Definitions
    from doublet.engine.rehearsal import Rehearsal

__all__ = ["Reader"]


class Reader:
    """Reads cells; `texts` are those of the cells that messages quote."""

    def __init__(self, definitions: Definitions, rehearsal: Rehearsal, texts: Mapping[str, str]) -> None:
        self._definitions = definitions
        self._rehearsal = rehearsal
        self._texts = texts
        self._asked: tuple[object, Collection[int]] = None, ()
        """A cell's conditional directives, and which of their groups the compiler reads."""
        self._last: tuple[object, Cell] = None, Cell("")
        """The cell that was read last, and for which text and definitions: it is read for its names before it is run."""

    def read(self, text: str, cell: int, bindings: Mapping[str, Binding], origin: str) -> Cell:
        """Cut a cell into items, without compiling them; the parameters are those of `Interpreter.run`.

        Raises `CppCompileError` for a condition, as of ``#if``, that is none.
        """
        bound, known = bindings, self._definitions
        key = (text, cell, origin, known.revision)
        if bound or self._last[0] != key:
            found = parse(
                text,
                lambda name: bound[name].kind if name in bound else known.kind_of(name),
                known.directive_of,
                partial(self._taken, cell=cell, origin=origin),
            )
            if bound:
                return found
            self._last = key, found
        return self._last[1]

    def _taken(self, found: Conditions, cell: int, origin: str) -> Collection[int]:
        """The groups of conditional directives that the compiler reads."""
        if found.is_certain:
            return certain(found)
        key = (found.text, self._definitions.revision, origin)
        if self._asked[0] != key:
            messages = self._rehearsal.messages(probe(found, cell, self._definitions.macros_of(origin)))
            told = diagnostics.parse(messages, {**self._texts, label(cell): found.text})
            lines = {line + 1 for line, _, number in found.probe() if number is not None}
            if wrong := [d for d in told if d.is_error and d.cell == cell and d.line in lines]:
                raise CppCompileError(wrong, cell)
            self._asked = key, groups_read(d.message for d in told)
        return self._asked[1]
