"""Questions to the compiler about code that is being typed, which leave no trace: a process of its own answers them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from doublet.engine.members import Member, Members, plain
from doublet.errors import CppCompileError

if TYPE_CHECKING:
    from doublet.cells import Cell
    from doublet.cells.cursor import Cursor
    from doublet.engine.binding import Binding
    from doublet.engine.compiling import Compiler
    from doublet.engine.definitions import Definitions

__all__ = ["Asking"]

_CELL = 1 << 30
"""The number of a cell that is never run."""
_TOLD = re.compile(r"undefined template '(?:::)?doublet::detail::Revealed<(.*), (\d+)>'")
_AT_A_TIME = 16
"""How many are asked for at once: each answer is an error, and Clang gives up after 20."""
_MOST = 64
"""How many answers are remembered."""


class Asking:
    """`read` cuts a cell into items, and `messages` gives what the compiler has against one with these bindings."""

    def __init__(
        self, definitions: Definitions, compiler: Compiler, members: Members, read: Callable[[str, int, Mapping[str, Binding]], Cell]
    ) -> None:
        self._definitions = definitions
        self._compiler = compiler
        self.members = members
        self._read = read
        self._types: dict[tuple[object, ...], str] = {}
        self._known: dict[tuple[int, str], list[Member]] = {}

    def type_of(self, cursor: Cursor, bindings: Mapping[str, Binding]) -> str:
        """The type of the owner at the cursor, of what it points to with ``->``; empty if that is not known.

        References and constness are left out. The names are the compiler's own, with the versions of classes.
        """
        expression = f"*({cursor.owner})" if cursor.joint == "->" else cursor.owner
        key = (self._definitions.revision, expression, cursor.before, *sorted(b.declaration for b in bindings.values()))
        if key not in self._types:
            if len(self._types) >= _MOST:
                self._types.clear()
            self._types[key] = self._revealed(f"{cursor.before}{_question(expression, 0)}{cursor.closing}", bindings).get(0, "")
        return self._types[key]

    def types_of(self, expressions: Sequence[str]) -> list[str]:
        """The types of expressions, as `type_of` gives them."""
        types: list[str] = []
        for first in range(0, len(expressions), _AT_A_TIME):
            some = expressions[first : first + _AT_A_TIME]
            told = self._revealed("".join(f"{_question(expression, number)};\n" for number, expression in enumerate(some)), {})
            types += [told.get(number, "") for number in range(len(some))]
        return types

    def members_of(self, kind: str) -> list[Member]:
        """The public members of a class, by the compiler's name of it."""
        key = (self._definitions.revision, kind)
        if key not in self._known:
            if len(self._known) >= _MOST:
                self._known.clear()
            self._known[key] = self.members.of(kind)
        return self._known[key]

    def _revealed(self, text: str, bindings: Mapping[str, Binding]) -> dict[int, str]:
        """The types that are asked for in a text, by the numbers of the questions."""
        try:
            messages = self._compiler.messages(self._read(text, _CELL, bindings), _CELL, bindings)
        except CppCompileError:
            return {}  # a condition, as of #if, that is none yet
        return {int(number): plain(kind) for kind, number in _TOLD.findall(messages)}


def _question(expression: str, number: int) -> str:
    return f"sizeof(::doublet::detail::Revealed<decltype(({expression})), {number}>)"
