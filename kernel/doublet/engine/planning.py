"""What has to be compiled for a cell: what it defines, and what uses the names that it redefines."""

from __future__ import annotations

import ctypes
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING

from doublet.cells.defaults import default_arguments
from doublet.cells.scanner import mask
from doublet.engine import overloads, qualified
from doublet.engine.entities import (
    Entity,
    declared,
    defined,
    kinds_of,
    only_announced,
    qualified_names,
)
from doublet.engine.expanding import expanded
from doublet.engine.exposures import enumerated
from doublet.engine.linking import linkable
from doublet.engine.namespaces import Namespaces, versioned
from doublet.engine.ordering import Ordering
from doublet.engine.replacing import Replacing, assignment
from doublet.engine.scopes import Scopes
from doublet.engine.transaction import NO_CELL, Piece, announced
from doublet.errors import CppUsageError

if TYPE_CHECKING:
    from doublet.cells import Item
    from doublet.engine.definitions import Definitions
    from doublet.errors import Diagnostic

__all__ = ["Amends", "Plan", "Planner", "is_of_library"]


@dataclass(frozen=True)
class Amends:
    """What the compiler's messages about a plan have taught; each with the message."""

    broken: Mapping[str, Diagnostic] = field(default_factory=dict)
    """What does not compile with what the cell redefines."""
    lost: Mapping[tuple[str, str], Diagnostic] = field(default_factory=dict)
    """Members out of line, by the name and key of a part, that the cell's new class does not declare."""
    renewed: frozenset[str] = frozenset()
    """Classes that have to be compiled again, for the cell defines friends of theirs."""

    def __or__(self, more: Amends) -> Amends:
        return Amends({**self.broken, **more.broken}, {**self.lost, **more.lost}, self.renewed | more.renewed)


@dataclass(frozen=True)
class Plan:
    """What a cell comes to: the pieces to compile, and what the names will then stand for."""

    pieces: tuple[Piece, ...]
    entities: dict[str, Entity]
    followers: tuple[str, ...]
    namespaces: Namespaces
    renamed: dict[str, str]
    """The real names of the types that it defines, or that it uses and have been defined again."""
    former: Mapping[str, tuple[int, str]] = field(default_factory=dict)
    """Of the types that it defines again: from which piece on they are the new ones, and the real name until then."""
    own: tuple[frozenset[str], ...] = ()
    """For each piece the names that mean something of its own scope or class, whatever they mean elsewhere."""
    hiding: Mapping[str, bool] = field(default_factory=dict)
    """Those names that stand for variables; members may have them, too. True if something in a namespace has them."""
    amends: Amends = field(default_factory=Amends)


class Planner:
    """Decides from what is known."""

    def __init__(self, known: Definitions) -> None:
        self._known = known
        self._ordering = Ordering(known)
        self._replacing = Replacing(known)

    def plan(
        self,
        cell: int,
        items: Sequence[Item],
        origin: str = "",
        bound: Sequence[Item] = (),
        level: int | None = None,
        amends: Amends | None = None,
    ) -> Plan:
        """Decide what to compile for a cell, and in which order; `bound` are the names it has from Python.

        `level` is the optimisation level of all that it compiles, `amends` what earlier plans for it have come to.

        `origin` tells the cell that is run, whatever its number is this time: what it defined under a name it
        now defines otherwise is replaced; another cell's definition adds an overload.
        """
        amends = amends or Amends()
        broken = amends.broken
        if any(item.path or item.around for item in items):
            items = [*qualified.placed(items, {e.scope for e in self._known.entities.values()}, self._known.entities)]
        pieces = [Piece(item, NO_CELL, defines=defined(item)) for item in bound]
        items = [item for item in enumerated(items, self._known.entities) if not self._is_there(item)]
        here = {(name, item.key) for item in items for name in defined(item)}
        typed = [Piece(i, cell, origin, defines=defined(i) or self._announced(i, here), level=level) for i in items]
        pieces += linkable(typed, self._known.entities)
        provided: dict[str, dict[str, Piece]] = {}
        for piece in pieces:
            for name in piece.defines:
                provided.setdefault(name, {})[piece.key] = piece
        same = {name for name, parts in provided.items() if self._replacing.is_same(name, parts)}
        same -= {name for piece in pieces if not same.issuperset(piece.defines) for name in piece.defines}
        changed = {name for name, parts in provided.items() if name in self._known.entities and not self._replacing.completes(name, parts)} - same
        changed |= amends.renewed | self._types_beside(changed, provided, origin)
        specialised = {name: self._specialised_for(name) for name in changed if qualified.arguments(name)}
        changed = changed.union(*specialised.values())
        macros = {name for name, parts in provided.items() if name not in self._known.entities and kinds_of(parts.values()) == {"directive"}}
        triggers = self._ordering.triggers(changed, macros, (provided.keys() & self._known.turned) - self._known.entities.keys())
        for needed in triggers.values():
            needed |= {name for name, types in specialised.items() if types & needed}
        same -= changed | triggers.keys()
        updated = {name: self._replacing.updated(name, parts, origin, amends.lost) for name, parts in provided.items() if name not in same}
        left_out = provided.keys() | set(broken)
        following = (changed | triggers.keys()) - left_out
        followers = [name for name in self._known.entities if name in following] if following else []
        renewed = {name: _at_level(self._as_expanded(self._known.entities[name], updated), level) for name in followers}
        todo = [q for p in pieces if (q := self._to_do(p, same, updated)) is not None]
        entities = {**updated, **renewed}
        redefined = {name for name in entities if self._replacing.is_redefined(name, entities[name], provided.get(name, {}))}
        todo += self._known.namespaces.dependent(redefined)
        namespaces = self._known.namespaces.next([*todo, *(p for e in renewed.values() for p in e.parts.values())], redefined)
        ordered = [
            *self._ordering.announcements(items, redefined),
            *self._ordering.ordered(todo, entities, redefined, self._ordering.waiting(followers, triggers, updated)),
        ]
        scoped = self._known.entities if namespaces.versions else {}
        kept = [e for name, e in scoped.items() if name not in redefined and name not in broken]
        placed = {
            name: replace(
                entity,
                version=namespaces.version(entity.scope),
                generation=self._generation(name, redefined),
                was_type=name in self._known.types,
                is_hiding=not entity.scope and entity.kinds <= {"variable", "constant"} and is_of_library(name),
            )
            for name, entity in entities.items()
        }
        functions = [_with_defaults(p, entities) for p in overloads.arranged(ordered, self._known.entities, entities, redefined)]
        final = tuple(namespaces.place(functions, kept, placed, self._known.namespaces))
        words = frozenset().union(*(piece.item.uses for piece in final))
        renamed = self._known.renamed(words, placed)
        lost = {*self._known.unusable, *broken} - placed.keys() - {name.split("::")[0] for name in placed}
        unusable = self._referred(lost & words, final, placed)
        renamed |= {name: versioned(name, 0) for name in unusable}  # which there is not
        renamed |= {name: name for item in items for name in only_announced(item) if name not in renamed}
        former = self._former(words & placed.keys(), final)
        own = Scopes({**self._known.entities, **placed}, namespaces).own_names(final) if renamed or former else ()
        return Plan(final, placed, tuple(followers), namespaces, renamed, former, own, self._hiding(words, placed), amends)

    def _former(self, names: Iterable[str], pieces: Sequence[Piece]) -> dict[str, tuple[int, str]]:
        old = {name: e for name in names if (e := self._known.entities.get(name)) and e.is_type}
        begin = {n: at for at, p in reversed([*enumerate(pieces)]) for n in (*p.defines, *only_announced(p.item)) if n in old}
        return {name: (at, old[name].real_name) for name, at in begin.items()}

    def _as_expanded(self, entity: Entity, updated: Mapping[str, Entity]) -> Entity:
        def directive_of(name: str) -> str | None:
            new = updated.get(name)
            return next((item.text for item in new.items if item.kind == "directive"), None) if new else self._known.directive_of(name)

        return expanded(entity, self._known.kind_of, directive_of)

    def _referred(self, names: set[str], pieces: Iterable[Piece], placed: Mapping[str, Entity]) -> set[str]:
        """Which of these names of the top level pieces refer to."""
        found: set[str] = set()
        inside = self._scoped(placed) if names else set()
        for item in (piece.item for piece in pieces):
            meant = names & item.refers - (inside if item.scope else set())
            found |= {name for name in meant if re.search(rf"(?<![\w.:])(?<!->){name}\b", mask(item.text)[0])}
        return found

    def _scoped(self, placed: Mapping[str, Entity]) -> set[str]:
        """The names that something in a namespace has."""
        return {entity.name for entity in (*self._known.entities.values(), *placed.values()) if entity.scope}

    def _hiding(self, words: Iterable[str], placed: Mapping[str, Entity]) -> dict[str, bool]:
        known = {word: placed.get(word) or self._known.entities.get(word) for word in words}
        hiding = [word for word, entity in known.items() if entity and entity.is_hiding]
        scoped = self._scoped(placed) if hiding else set()
        return {name: name in scoped for name in hiding}

    def _is_there(self, item: Item) -> bool:
        """Whether it only announces variables that there are: Cling would take them for others."""
        announces = item.kind == "variable" and item.declares_only and not item.scope
        return announces and all(self._known.kind_of(name) == "variable" for name in item.names)

    def _announced(self, item: Item, here: set[tuple[str, str]]) -> tuple[str, ...]:
        """The function that a prototype is a part of: what calls it is compiled again with its definition."""
        is_plain = item.kind == "function" and item.names and item.declares_only and not (item.scope or item.is_addition or item.is_template)
        if not is_plain or item.text.startswith('extern "'):
            return ()
        name = item.names[0]
        old = self._known.entities.get(name)
        is_part = old is not None and announced(item.key) in old.parts
        return item.names if is_part or (name, item.key) in here or (name, item.key) not in self._known.declared else ()

    def _to_do(self, piece: Piece, same: set[str], updated: Collection[str]) -> Piece | None:
        """What to compile for a piece; nothing if it is there."""
        if piece.defines:
            return assignment(piece) if set(piece.defines) <= same else piece
        if piece.item.kind == "function" and declared(piece) & self._known.declared and not {*qualified_names(piece.item)} & {*updated}:
            return None  # Cling would take a second prototype for another function
        return piece

    def _types_beside(self, changed: set[str], provided: dict[str, dict[str, Piece]], origin: str) -> set[str]:
        """The types of a namespace a function of which goes away: a call may find it through their objects."""
        scopes = {
            self._known.entities[name].scope
            for name in changed
            if self._known.entities[name].scope and self._replacing.dropped(name, provided[name], origin)
        }
        tops = {scope[:1] for scope in scopes}
        return {n for n, e in self._known.entities.items() if e.scope[:1] in tops and "type" in e.kinds} if tops else set()

    def _specialised_for(self, name: str) -> set[str]:
        """The types of cells in the arguments of a header's template, which has to be specialised again for new ones."""
        entity, words = self._known.entities[name], qualified.arguments(name)
        found = {n for n, e in self._known.entities.items() if e.name in words and "type" in e.kinds and self._known.uses(entity, e)}
        if not found:
            raise CppUsageError(
                f"'{name}' is specialised already, and what the compiler has of a header's template cannot be changed",
                "specialise it for a class of your own, or restart the kernel",
            )
        return found

    def _generation(self, name: str, redefined: set[str]) -> int:
        known = self._known.generations.get(name)
        return 0 if known is None else known + (name in redefined or name not in self._known.entities)


def is_of_library(name: str) -> bool:
    """Whether the process has a function or variable of C's that is called so, such as ``y1`` or ``time``."""
    return name.isascii() and hasattr(_process(), name)


@cache
def _process() -> ctypes.CDLL:
    return ctypes.CDLL(None)


def _with_defaults(piece: Piece, entities: Mapping[str, Entity]) -> Piece:
    """The definition of a function with the default arguments that its prototype has."""
    for name in piece.defines if piece.item.kind == "function" and not piece.item.declares_only else ():
        prototype = entities[name].parts.get(announced(piece.item.key)) if name in entities else None
        if prototype is not None:
            edits = (*piece.item.edits, *default_arguments(piece.item.text, prototype.item.text))
            return replace(piece, item=replace(piece.item, edits=tuple(sorted(edits, key=lambda edit: edit.start))))
    return piece


def _at_level(entity: Entity, level: int | None) -> Entity:
    return replace(entity, parts={key: replace(piece, level=level) for key, piece in entity.parts.items()})
