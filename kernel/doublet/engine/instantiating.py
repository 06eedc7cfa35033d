"""Templates of cells that Python calls: the compiler tries one in a second process first.

Here it would keep what an error is in of the template's body, and could compile nothing else from then on.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from itertools import count
from typing import TYPE_CHECKING

from doublet.engine.diagnostics import parse
from doublet.engine.names import clean_name
from doublet.engine.thread_flag import ThreadFlag
from doublet.engine.transaction import Transaction
from doublet.engine.type_arguments import split_arguments
from doublet.errors import CppCompileError

if TYPE_CHECKING:
    from doublet.engine.definitions import Definitions
    from doublet.engine.entities import Entity

__all__ = ["Instantiating"]

_NAME = re.compile(r"\w+(?=<|$)")
_OVERLOADS = "__doublet_overloads_"
"""How the namespaces begin in which `lookup` has the overloads of several cells."""
_WITHIN = "in instantiation of "


class Instantiating:
    """`complaints` says what the compiler has against a transaction; `texts` are the cells as typed, by their labels."""

    def __init__(self, definitions: Definitions, complaints: Callable[[Transaction], str], texts: Mapping[str, str]) -> None:
        self._definitions = definitions
        self._complaints = complaints
        self._texts = texts
        self._known: dict[tuple[object, ...], CppCompileError | None] = {}
        self._is_asking = ThreadFlag()
        self._numbers = count()

    def __call__(self, scope: str, name: str, types: str) -> CppCompileError | None:
        """The error that is in a function template, as called with values of these types; none if there is none, or it is not a cell's.

        Where no template takes such values, that is none: cppyy may know others to try.
        """
        called = self._called(scope, name)
        if called is None or self._is_asking:
            return None
        entity, owner, call = called
        key = owner, call, entity.transaction, types
        if key not in self._known:
            with self._is_asking.during():
                self._known[key] = self._error(owner, call, split_arguments(types))
        return self._known[key]

    def _called(self, scope: str, name: str) -> tuple[Entity, str, str] | None:
        """What cells have defined as the template, or as its class, what it is called on, and how; none for what is not theirs."""
        known = self._definitions.entities
        plain = _NAME.match(name)
        if plain is None:
            return None
        typed = clean_name(scope)
        if (owner := known.get(typed)) is not None and owner.is_type and plain[0] != owner.name:
            return owner, f"::{scope}& self", f"self.{'template ' if '<' in name else ''}{name}"
        is_global = not scope or scope.startswith(("__cling_N5", _OVERLOADS))
        entity = known.get(plain[0] if is_global else f"{typed}::{plain[0]}")
        if entity is None or not any(piece.item.is_template for piece in entity.parts.values()):
            return None
        return entity, "", f"::{scope}::{name}" if scope and not scope.startswith("__cling_N5") else f"::{name}"

    def _error(self, owner: str, call: str, types: list[str]) -> CppCompileError | None:
        own = f"__doublet_attempt_{next(self._numbers)}"
        parameters = ", ".join(filter(None, (owner, *(f"{of}&& value{number}" for number, of in enumerate(types)))))
        values = ", ".join(f"static_cast<{of}&&>(value{number})" for number, of in enumerate(types))
        complaints = self._complaints(Transaction(f"namespace {own} {{ void attempt({parameters}) {{ {call}({values}); }} }}\n", is_running=False))
        if _WITHIN not in complaints:
            return None
        found = [one for one in parse(complaints, self._texts) if one.is_error and one.site.cell is not None]
        return CppCompileError(found) if found else None
