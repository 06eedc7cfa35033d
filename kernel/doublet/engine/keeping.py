"""Keeps what Python has bound anew alive as long as C++ may refer to it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from doublet.errors import CppCompileError, CppUsageError

if TYPE_CHECKING:
    from doublet.engine.binding import Binding
    from doublet.engine.definitions import Definitions

__all__ = ["Keeper"]


class Keeper:
    """`bound` are the names that C++ knows from Python; `evaluate` gives the value of an expression."""

    def __init__(self, bound: Mapping[str, Binding], definitions: Definitions, evaluate: Callable[[str], Any]) -> None:
        self._bound = bound
        self._definitions = definitions
        self._evaluate = evaluate
        self._kept: dict[str, tuple[object, list[object]]] = {}
        """For each variable of C++ what it may still refer to, and since when the variable is there."""

    def keep_before(self, names: Iterable[str]) -> None:
        """Keep what Python is about to bind anew as long as a variable may refer to it: a span, an iterator, a pointer."""
        for name in names:
            before = self._bound.get(name)
            if before is None or before.keeps is None:
                continue
            for variable in [*self._definitions.variables_of(name)]:
                path = "::".join((*variable.scope, variable.name))
                since, kept = self._kept.get(path, (None, []))
                if since != variable.transaction:  # what it was before is gone
                    kept = []
                if before.lends or self._may_refer(path):
                    kept.append(before.keeps)
                self._kept[path] = variable.transaction, kept

    def _may_refer(self, variable: str) -> bool:
        """Whether objects of its type may hold an address and not own what is there; others have a destructor."""
        kind = f"std::remove_reference_t<decltype({variable})>"
        try:
            return bool(self._evaluate(f"std::is_reference_v<decltype({variable})> || std::is_trivially_destructible_v<{kind}> && !std::is_arithmetic_v<{kind}>"))
        except (CppCompileError, CppUsageError):
            return False  # it cannot be used any more
