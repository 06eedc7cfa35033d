"""The names that cells have defined so far: who defines what and who uses what.

Cling shadows an old definition with a new one, but code that was compiled against the old one keeps calling
it. So what uses a redefined name, directly or through others, is compiled again right after it (`planning`). All parts
of one name (overloads, members defined out of line, specialisations) move together. Cling shadows nothing inside a
namespace; there `namespaces` makes a new version of the whole.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from doublet.cells import Item, Kind
from doublet.cells.scanner import mask
from doublet.engine.entities import Entity, declared, is_member_function, only_announced
from doublet.engine.namespaces import Namespaces, versioned
from doublet.engine.transaction import Piece, apart_name

if TYPE_CHECKING:
    from doublet.engine.planning import Plan

__all__ = ["Definitions"]

_STOPPED = "an exception stopped its cell before it got a value; run that cell again"
_BROKEN = "it does not compile with what has been redefined since; run its cell again, changed if need be"


class Definitions:
    """The names that cells have defined so far, by their qualified names."""

    def __init__(self) -> None:
        self.entities: dict[str, Entity] = {}
        self.namespaces = Namespaces()
        self.types: set[str] = set()
        """Names that stand for types, or have."""
        self.generations: dict[str, int] = {}
        """How many times each name has been redefined, also those that are no longer there."""
        self.declared: set[tuple[str, str]] = set()
        """The functions that have a prototype or a definition."""
        self.announcements: dict[str, Piece] = {}
        """The classes that have been announced before they were defined, or at any other time."""
        self.mentioned: dict[str, int] = {}
        """For every word the newest transaction that has used it, other than to define it."""
        self.users: dict[str, set[str]] = {}
        """For every word, the names whose definition holds it, or has held it."""
        self._called: dict[str, set[str]] = {}
        """The qualified names that end in each name, or have."""
        self.turned: set[str] = set()
        """Names that stood for something else before there was a namespace of that name."""
        self.unusable: dict[str, str] = {}
        """Names that cannot be used until they are defined again, and why."""
        self.revision = 0
        """How often the definitions have changed."""

    def before(self, plan: Plan) -> Definitions:
        """What is known now of the names that a plan defines."""
        known = Definitions()
        known.entities = {name: self.entities[name] for name in plan.entities if name in self.entities}
        known.namespaces = self.namespaces
        return known

    def is_exposed(self, name: str) -> bool:
        """Whether a name at the top level stands for something of a namespace."""
        exposures = [e for e in self.namespaces.exposures if e.name in ("", name) and not e.alias]
        return any("::".join((*e.scope, name)) in self.entities for e in exposures)

    def uses(self, entity: Entity, other: Entity) -> bool:
        """Whether it names the other, and does not mean a nearer one of that name."""
        if other.name not in (entity.uses if "directive" in other.kinds else entity.refers):
            return False
        if not other.scope and self.is_scope_only(entity, other.name):
            return False
        if "type" in entity.kinds and not other.name.isidentifier() and not self._operates(entity, other):
            return False
        nearer = (entity.scope[:depth] for depth in range(len(entity.scope), 0, -1))
        found = next((s for s in nearer if "::".join((*s, other.name)) in self.entities), None)
        return found is None or found == other.scope or bool(other.scope and other.scope[-1] in entity.uses)

    def is_scope_only(self, entity: Entity, name: str) -> bool:
        """Whether it means a namespace by this name, be there now a variable or function that is called so."""
        if name not in self.namespaces:
            return False
        found = [match for item in entity.items for match in re.finditer(rf"\b{name}\b(\s*::)?", mask(item.text)[0])]
        return bool(found) and all(match[1] for match in found)

    def _operates(self, entity: Entity, operator: Entity) -> bool:
        """Whether a class may apply this operator, and not one of numbers or of other classes."""
        if entity.name in operator.refers:
            return False  # it was there before this operator for it
        types = {name for name in operator.refers if any("type" in self.entities[e].kinds for e in self._called.get(name, ()) if e in self.entities)}
        if not types or any(item.is_template for item in entity.items):
            return True
        # Through operators, all would lead to all.
        return bool(types & self._closure(entity.refers, lambda used: used.name.isidentifier()))

    def reached(self, words: Iterable[str]) -> set[str]:
        """These words and all that the definitions of what they name refer to, directly or through others.

        A variable holds what it was given: what its definition refers to does not count.
        """
        return self._closure(words, lambda entity: entity.follows)

    def _closure(self, words: Iterable[str], through: Callable[[Entity], bool]) -> set[str]:
        """These words and what is reached from them through such entities."""
        found, todo = set(words), [*words]
        while todo:
            for entity in filter(None, map(self.entities.get, self._called.get(todo.pop(), ()))):
                if through(entity):
                    todo += (new := entity.refers - found)
                    found |= new
        return found

    def variables_of(self, word: str) -> Iterator[Entity]:
        """The variables whose definition uses a name, directly or through others, and that are no numbers."""
        found: set[str] = set()
        todo = [word]
        while todo:
            for name in self.users.get(todo.pop(), set()) - found:
                entity = self.entities.get(name)
                if entity is not None and entity.kinds <= {"variable", "constant"} and not entity.is_number:
                    found.add(name)
                    todo.append(entity.name)
                    yield entity

    def inside(self, namespace: str) -> set[str]:
        """The names that a namespace of cells holds; it may be given by its alias."""
        tops = {namespace, *(e.scope[0] for e in self.namespaces.exposures if e.alias == namespace)}
        return {entity.name for entity in tuple(self.entities.values()) if tops.intersection(entity.scope[:1])}  # a cell of another thread may define more

    def has_mentioned(self, words: Iterable[str]) -> bool:
        return any(word in self.mentioned for word in words)

    def kind_of(self, name: str) -> Kind | None:
        """What a name at the top level stands for."""
        entity = self.entities.get(name)
        return next(iter(entity.parts.values())).item.stands_for if entity is not None and entity.parts else None

    def directive_of(self, name: str) -> str | None:
        """The directive that has made a name a macro."""
        entity = self.entities.get(name)
        item = next(iter(entity.parts.values())).item if entity is not None and entity.parts else None
        return item.text if item is not None and item.kind == "directive" else None

    def macros_of(self, origin: str) -> list[str]:
        """The macros that a cell has defined when it was run before."""
        macros = (e for e in self.entities.values() if origin and e.kinds == {"directive"})
        return [e.name for e in macros if all(part.origin == origin for part in e.parts.values())]

    def renamed(self, words: Iterable[str], placed: Mapping[str, Entity] | None = None) -> dict[str, str]:
        """The real names of those words that have another one, or that are types that are `placed` now."""
        new = placed or {}
        known = {word: new.get(word) or self.entities.get(word) for word in words}
        return {
            word: entity.real_name
            for word, entity in known.items()
            if entity and (entity.real_name != word or (word in new and entity.is_type))
        }

    def commit(self, plan: Plan, transaction: int) -> None:
        """Remember what has been compiled, and in which transaction."""
        self.revision += 1
        placed = {name for piece in plan.pieces for name in piece.defines if not piece.item.is_addition}
        places = {
            (name, piece.key): apart_name(transaction, piece.apart) if piece.apart else transaction
            for piece in plan.pieces
            if piece.item.kind == "function" and not piece.item.is_addition
            for name in piece.defines
        }
        order = dict.fromkeys(n for piece in plan.pieces if not is_member_function(piece) for n in piece.defines)
        hidden = {piece.hides for piece in plan.pieces}
        for name in (*(n for n in order if n in plan.entities), *(n for n in plan.entities if n not in order)):
            entity = plan.entities[name]
            if name in order:
                self.entities.pop(name, None)  # what is compiled later may use it, and has to follow it
            moved = name in placed or not entity.transaction
            found = {key: place for key in entity.parts if (place := places.get((name, key), entity.places.get(key)))}
            self.entities[name] = replace(
                entity,
                transaction=transaction if moved else entity.transaction,
                places=found,
                is_among_others=name in hidden or (entity.is_among_others and name not in placed),
            )
            self.generations[name] = entity.generation
            self._called.setdefault(entity.name, set()).add(name)
            self.types |= {name} if entity.is_type else set()
            for word in entity.uses | entity.refers:
                self.users.setdefault(word, set()).add(name)
        for piece in plan.pieces:
            self.mentioned.update(dict.fromkeys(piece.item.uses - {*piece.item.names}, transaction))
        self.declared.update(*(declared(piece) for piece in plan.pieces))
        self.announcements |= {n: p for p in plan.pieces if p.item.kind == "type" for n in only_announced(p.item)}
        opened = {name.split("::")[0] for name in plan.entities.keys() - {*plan.followers} if "::" in name}
        for name in (opened | (plan.namespaces.versions.keys() - self.namespaces.versions.keys())) - plan.entities.keys():
            if self.entities.pop(name, None) is not None:  # what it was before there was a namespace of that name
                self.turned.add(name)
        self.namespaces = plan.namespaces
        for name in (*plan.entities, *(name.split("::")[0] for name in plan.entities)):
            self.unusable.pop(name, None)
        for name in plan.amends.broken:
            del self.entities[name]
            self.unusable[name] = _BROKEN

    def retract(
        self, plan: Plan, reached: int, before: Definitions, home: Callable[[int], str]
    ) -> list[Item]:
        """What to compile after an exception that came when only the first pieces of a cell had been run.

        A variable that has not been reached is what it was `before`. One that is new cannot be used until it is
        defined again, and neither can what uses it. `home` tells where Cling has put a transaction.
        """
        lost = {n for p in plan.pieces[reached:] if p.item.kind == "variable" or p.item.runs for n in p.defines}
        back = {n for n in lost & before.entities.keys() if "type" not in before.entities[n].kinds}
        dead = lost - back
        while more := {n for n, e in plan.entities.items() if any(self.uses(e, plan.entities[d]) for d in dead)} - dead - back:
            dead |= more
        for name in dead:
            del self.entities[name]
        self.unusable |= dict.fromkeys(dead, _STOPPED)
        untouched = {name for name in back if before.entities[name].is_hiding}  # each version has a name of its own
        self.entities |= {name: before.entities[name] for name in untouched}
        back -= untouched
        tops = {name.split("::")[0] for name in lost if "::" in name}
        self.namespaces = self.namespaces.without(tops)
        return [*(Item("other", "", 0, "", (t,)) for t in sorted(tops)), *(_restored(before.entities[n], home) for n in sorted(back))]


def _restored(entity: Entity, home: Callable[[int], str]) -> Item:
    """The declaration of a variable that is again what it was."""
    scope = "::".join(entity.scope)
    text = f"using ::{versioned(scope, entity.version)}::{entity.name};" if scope else f"auto& {entity.name} = ::{home(entity.transaction)}::{entity.name};"
    return Item("variable", text, 0, "", entity.scope, (entity.name,), is_reference=True)
