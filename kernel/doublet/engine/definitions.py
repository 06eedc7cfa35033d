"""Who defines what and who uses what: what has to be compiled again when a cell redefines a name.

Cling shadows an old definition with a new one, but code that was compiled against the old one keeps calling
it. So what uses a redefined name, directly or through others, is compiled again right after it. All parts of
one name (overloads, members defined out of line, specialisations) move together. Cling shadows nothing inside a
namespace; there `namespaces` makes a new version of the whole.
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache

from doublet.cells import Item, Kind
from doublet.cells.defaults import default_arguments
from doublet.cells.scanner import WORD
from doublet.engine import overloads, qualified
from doublet.engine.namespaces import Namespaces, Scoped, versioned
from doublet.engine.transaction import NO_CELL, Piece, announced, apart_name
from doublet.errors import CppUsageError

__all__ = ["Definitions", "Entity", "Plan", "is_of_library"]

FOLLOWING = ("function", "type", "directive")
"""Kinds that hold no state, so that they can be compiled again without a change in meaning."""

_STOPPED = "an exception stopped its cell before it got a value; run that cell again"
_BROKEN = "it does not compile with what has been redefined since; run its cell again, changed if need be"

_GUARDED = re.compile(r"\b(?:class|private|protected)\b")
"""In a class with members that a cell may not name."""

_UNNAMED = ("using", "other", "statement", "value")
"""Kinds of items that define nothing that could be redefined."""


@dataclass(frozen=True)
class Entity(Scoped):
    """Everything that stands behind one name of one scope."""

    parts: dict[str, Piece] = field(default_factory=dict)
    was_type: bool = False
    """Whether the name has stood for a type before: Cling does not shadow those."""
    is_hiding: bool = False
    """Whether it is a variable that is called like a function of C's library, which Cling does not shadow either."""
    transaction: int = 0
    """The number of the transaction with the newest definition."""
    places: Mapping[str, int | str] = field(default_factory=dict)
    """For every part of a function the number of its transaction, or the namespace that it has for itself."""
    is_among_others: bool = False
    """Whether functions stand beside it that hide its older definitions, which Python must not see."""

    @property
    def kinds(self) -> set[Kind]:
        return _kinds(self.parts.values())

    @property
    def items(self) -> tuple[Item, ...]:
        return tuple(piece.item for piece in self.parts.values())

    @property
    def real_name(self) -> str:
        """The name that the compiler and cppyy know.

        cppyy keeps what it has learned about a class under the class's name for good, so a class that is defined
        again gets a name of its own.
        """
        again = self.generation and (self.is_type or self.was_type)
        return versioned(self.name, self.generation + 1) if again or self.is_hiding else self.name

    @property
    def is_type(self) -> bool:
        """Whether it is a type at the top level."""
        return not self.scope and "type" in self.kinds

    @property
    def is_number(self) -> bool:
        return all(piece.item.is_number for piece in self.parts.values())

    @property
    def number(self) -> str:
        return _number(self.parts.values())

    @property
    def is_reference(self) -> bool:
        return any(piece.item.is_reference for piece in self.parts.values())

    @property
    def follows(self) -> bool:
        """Whether it is compiled again when something that it uses is redefined."""
        return all(item.kind in FOLLOWING or item.is_stateless or item.is_addition for item in self.items)

    @property
    def uses(self) -> frozenset[str]:
        return frozenset().union(*(piece.item.uses for piece in self.parts.values())) - {self.name}

    @property
    def refers(self) -> frozenset[str]:
        """The names of elsewhere that it refers to."""
        members = frozenset().union(*(item.members for item in self.items))
        return frozenset().union(*(i.refers - members if i.is_addition else i.refers for i in self.items)) - {self.name}


@dataclass(frozen=True)
class Plan:
    """What a cell comes to: the pieces to compile, and what the names will then stand for."""

    pieces: tuple[Piece, ...]
    entities: dict[str, Entity]
    followers: tuple[str, ...]
    namespaces: Namespaces
    renamed: dict[str, str]
    """The real names of the types that it defines, or that it uses and have been defined again."""
    hiding: Mapping[str, bool] = field(default_factory=dict)
    """Those names that stand for variables; members may have them, too. True if something in a namespace has them."""
    broken: tuple[str, ...] = ()
    """What does not compile with what the cell redefines."""

    def new_scopes(self, before: Definitions) -> set[str]:
        """The real names of the namespaces, and of those in them, that it begins."""
        new = {t for t, v in self.namespaces.versions.items() if before.namespaces.versions.get(t) != v}
        scopes = (p.item.scope for p in self.pieces if p.item.scope)
        real = {self.namespaces.real(top) for top in new}
        return {"::".join(s[: depth + 1]) for s in scopes if s[0] in real for depth in range(len(s))}


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
        self._mentioned: dict[str, int] = {}
        """For every word the newest transaction that has used it, other than to define it."""
        self._users: dict[str, set[str]] = {}
        """For every word, the names whose definition holds it, or has held it."""
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

    def names(self, entity: Entity, other: str) -> bool:
        """Whether an entity's definition names another entity, of this qualified name."""
        return self._uses(entity, self.entities[other])

    def reached(self, words: Iterable[str]) -> set[str]:
        """These words and all that the definitions of what they name refer to, directly or through others.

        A variable holds what it was given: what its definition refers to does not count.
        """
        named: dict[str, list[Entity]] = {}
        for entity in self.entities.values():
            if entity.follows:
                named.setdefault(entity.name, []).append(entity)
        found, todo = set(words), [*words]
        while todo:
            for entity in named.get(todo.pop(), []):
                todo += (new := entity.refers - found)
                found |= new
        return found

    def inside(self, namespace: str) -> set[str]:
        """The names that a namespace of cells holds; it may be given by its alias."""
        tops = {namespace, *(e.scope[0] for e in self.namespaces.exposures if e.alias == namespace)}
        return {entity.name for entity in self.entities.values() if tops.intersection(entity.scope[:1])}

    def has_mentioned(self, words: Iterable[str]) -> bool:
        return any(word in self._mentioned for word in words)

    def kind_of(self, name: str) -> Kind | None:
        """What a name at the top level stands for."""
        entity = self.entities.get(name)
        return next(iter(entity.parts.values())).item.stands_for if entity is not None and entity.parts else None

    def directive_of(self, name: str) -> str | None:
        """The directive that has made a name a macro, if it is sure to have been compiled."""
        entity = self.entities.get(name)
        item = next(iter(entity.parts.values())).item if entity is not None and entity.parts else None
        return item.text if item is not None and item.kind == "directive" and not item.is_conditional else None

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
        order = dict.fromkeys(n for piece in plan.pieces if not _is_member_function(piece) for n in piece.defines)
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
            self.types |= {name} if entity.is_type else set()
            for word in entity.uses | entity.refers:
                self._users.setdefault(word, set()).add(name)
        for piece in plan.pieces:
            self._mentioned.update(dict.fromkeys(piece.item.uses - {*piece.item.names}, transaction))
        self.declared.update(*(_declared(piece) for piece in plan.pieces))
        self.announcements |= {n: p for p in plan.pieces if p.item.kind == "type" for n in _only_announced(p.item)}
        self.namespaces = plan.namespaces
        for name in (*plan.entities, *(name.split("::")[0] for name in plan.entities)):
            self.unusable.pop(name, None)
        for name in plan.broken:
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
        while more := {n for n, e in plan.entities.items() if any(self._uses(e, plan.entities[d]) for d in dead)} - dead - back:
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

    def plan(
        self,
        cell: int,
        items: Sequence[Item],
        origin: str = "",
        bound: Sequence[Item] = (),
        level: int | None = None,
        broken: Collection[str] = (),
    ) -> Plan:
        """Decide what to compile for a cell, and in which order; `bound` are the names it has from Python.

        `level` is the optimisation level of all that it compiles. What is `broken` cannot follow, and is left out.

        `origin` tells the cell that is run, whatever its number is this time: what it defined under a name it
        now defines otherwise is replaced; another cell's definition adds an overload.
        """
        if any(item.path or item.around for item in items):
            items = [*qualified.placed(items, {e.scope for e in self.entities.values()}, self.entities)]
        pieces = [Piece(item, NO_CELL, defines=_defined(item)) for item in bound]
        items = [item for item in items if not self._is_there(item)]
        defined = {(name, item.key) for item in items for name in _defined(item)}
        pieces += [Piece(i, cell, origin, defines=_defined(i) or self._announced(i, defined), level=level) for i in items]
        provided: dict[str, dict[str, Piece]] = {}
        for piece in pieces:
            for name in piece.defines:
                provided.setdefault(name, {})[piece.key] = piece
        same = {name for name, parts in provided.items() if self._is_same(name, parts)}
        same -= {name for piece in pieces if not same.issuperset(piece.defines) for name in piece.defines}
        changed = {name for name, parts in provided.items() if name in self.entities and not self._completes(name, parts)} - same
        changed |= self._types_beside(changed, provided, origin)
        specialised = {name: self._specialised_for(name) for name in changed if qualified.arguments(name)}
        changed = changed.union(*specialised.values())
        triggers = self._triggers(changed)
        for needed in triggers.values():
            needed |= {name for name, types in specialised.items() if types & needed}
        same -= changed | triggers.keys()
        updated = {name: self._updated(name, parts, origin) for name, parts in provided.items() if name not in same}
        left_out = provided.keys() | set(broken)
        following = (changed | triggers.keys()) - left_out
        followers = [name for name in self.entities if name in following] if following else []
        renewed = {name: _at_level(self.entities[name], level) for name in followers}
        todo = [q for p in pieces if (q := self._to_do(p, same, updated)) is not None]
        entities = {**updated, **renewed}
        redefined = {name for name in entities if self._is_redefined(name, entities[name], provided.get(name, {}))}
        namespaces = self.namespaces.next([*todo, *(p for e in renewed.values() for p in e.parts.values())], redefined)
        ordered = [
            *self._announcements(items, redefined),
            *self._ordered(todo, entities, redefined, self._waiting(followers, triggers, updated)),
        ]
        scoped = self.entities if namespaces.versions else {}
        kept = [e for name, e in scoped.items() if name not in redefined and name not in broken]
        placed = {
            name: replace(
                entity,
                version=namespaces.version(entity.scope),
                generation=self._generation(name, redefined),
                was_type=name in self.types,
                is_hiding=not entity.scope and entity.kinds <= {"variable", "constant"} and is_of_library(name),
            )
            for name, entity in entities.items()
        }
        functions = [_with_defaults(p, entities) for p in overloads.arranged(ordered, self.entities, entities, redefined)]
        final = tuple(namespaces.place(functions, kept, placed, self.namespaces))
        words = frozenset().union(*(piece.item.uses for piece in final))
        renamed = self.renamed(words, placed)
        unusable = (words & {*self.unusable, *broken}) - placed.keys() - {name.split("::")[0] for name in placed}
        renamed |= {name: versioned(name, 0) for name in unusable}  # which there is not
        renamed |= {name: name for item in items for name in _only_announced(item) if name not in renamed}
        return Plan(final, placed, tuple(followers), namespaces, renamed, self._hiding(words, placed), tuple(broken))

    def renamed(self, words: Iterable[str], placed: Mapping[str, Entity] | None = None) -> dict[str, str]:
        """The real names of those words that have another one, or that are types that are `placed` now."""
        new = placed or {}
        known = {word: new.get(word) or self.entities.get(word) for word in words}
        return {
            word: entity.real_name
            for word, entity in known.items()
            if entity and (entity.real_name != word or (word in new and entity.is_type))
        }

    def _hiding(self, words: Iterable[str], placed: Mapping[str, Entity]) -> dict[str, bool]:
        known = {word: placed.get(word) or self.entities.get(word) for word in words}
        hiding = [word for word, entity in known.items() if entity and entity.is_hiding]
        scoped = {e.name for e in (*self.entities.values(), *placed.values()) if e.scope} if hiding else set()
        return {name: name in scoped for name in hiding}

    def _is_there(self, item: Item) -> bool:
        """Whether it only announces variables that there are: Cling would take them for others."""
        announces = item.kind == "variable" and item.declares_only and not item.scope
        return announces and all(self.kind_of(name) == "variable" for name in item.names)

    def _announced(self, item: Item, defined: set[tuple[str, str]]) -> tuple[str, ...]:
        """The function that a prototype is a part of: what calls it is compiled again with its definition."""
        is_plain = item.kind == "function" and item.declares_only and not (item.scope or item.is_addition or item.is_template)
        if not is_plain or item.text.startswith('extern "'):
            return ()
        (name,) = item.names
        old = self.entities.get(name)
        is_part = old is not None and announced(item.key) in old.parts
        return item.names if is_part or (name, item.key) in defined or (name, item.key) not in self.declared else ()

    def _to_do(self, piece: Piece, same: set[str], updated: Collection[str]) -> Piece | None:
        """What to compile for a piece; nothing if it is there."""
        if piece.defines:
            return _assignment(piece) if set(piece.defines) <= same else piece
        if piece.item.kind == "function" and _declared(piece) & self.declared and not {*_qualified(piece.item)} & {*updated}:
            return None  # Cling would take a second prototype for another function
        return piece

    def _is_same(self, name: str, parts: dict[str, Piece]) -> bool:
        """Whether a name is defined again that can stay as it is, but perhaps for a variable's value."""
        old = self.entities.get(name)
        if old is not None and old.number and old.number == _number(parts.values()):
            return True
        if old is None or not old.follows or "directive" in old.kinds:  # a macro may have others between its lines
            return False
        is_open = not any(_GUARDED.search(piece.item.text) for piece in old.parts.values())
        return all(
            key in old.parts
            and (old.parts[key].item.text, old.parts[key].level) == (p.item.text, p.level)
            and (p.item.kind != "variable" or p.item.is_stateless or (is_open and _assignment(p) is not None))
            for key, p in parts.items()
        )

    def _completes(self, name: str, parts: Mapping[str, Piece]) -> bool:
        """Whether a class only gets members that it has announced, which all that uses it can call already."""
        old = self.entities[name]
        return all(key not in old.parts and _is_member_function(piece) for key, piece in parts.items())

    def _announcements(self, items: Sequence[Item], redefined: Collection[str]) -> list[Piece]:
        """What other classes may name before the new classes are defined."""
        here = {name for item in items for name in _only_announced(item)}
        return [piece for name, piece in self.announcements.items() if name in redefined and name not in here]

    def _dropped(self, name: str, parts: Iterable[str], origin: str) -> set[str]:
        """The parts of a name that the same cell has defined before and does not define now."""
        old = self.entities.get(name)
        if old is None or not origin:
            return set()
        return {key for key, piece in old.parts.items() if piece.origin == origin} - set(parts)

    def _types_beside(self, changed: set[str], provided: dict[str, dict[str, Piece]], origin: str) -> set[str]:
        """The types of a namespace a function of which goes away: a call may find it through their objects."""
        scopes = {
            self.entities[name].scope
            for name in changed
            if self.entities[name].scope and self._dropped(name, provided[name], origin)
        }
        tops = {scope[:1] for scope in scopes}
        return {n for n, e in self.entities.items() if e.scope[:1] in tops and "type" in e.kinds} if tops else set()

    def _specialised_for(self, name: str) -> set[str]:
        """The types of cells in the arguments of a header's template, which has to be specialised again for new ones."""
        entity, words = self.entities[name], qualified.arguments(name)
        found = {n for n, e in self.entities.items() if e.name in words and "type" in e.kinds and self._uses(entity, e)}
        if not found:
            raise CppUsageError(
                f"'{name}' is specialised already, and what the compiler has of a header's template cannot be changed",
                "specialise it for a class of your own, or restart the kernel",
            )
        return found

    def _triggers(self, changed: set[str]) -> dict[str, set[str]]:
        """For everything that uses a changed name: which of the changed names it depends on."""
        triggers: dict[str, set[str]] = {}
        todo = [(name, name) for name in changed]
        while todo:
            used, root = todo.pop()
            for name in self._users.get(self.entities[used].name, set()) - changed:
                entity = self.entities.get(name)
                if entity is None or not entity.follows or not self._uses(entity, self.entities[used]):
                    continue
                if root not in triggers.setdefault(name, set()):
                    triggers[name].add(root)
                    todo.append((name, root))
        return triggers

    def _waiting(
        self, followers: Iterable[str], triggers: Mapping[str, set[str]], updated: Mapping[str, Entity]
    ) -> dict[str, set[str]]:
        """For each follower: what of this cell has to come before it."""
        beside = {name for name in updated if name in triggers}
        used = {name: {o for o in beside if self._uses(self.entities[name], self.entities[o])} for name in followers}
        order = {name: at for at, name in enumerate(self.entities)} if self.announcements else {}
        # What was compiled when there was only an announcement needs no more than that.
        met = {name: {a for a in self.announcements if order.get(a, -1) > order[name]} for name in followers if order}
        return {name: (triggers.get(name, set()) | used[name]) - met.get(name, set()) for name in followers}

    def _uses(self, entity: Entity, other: Entity) -> bool:
        """Whether it names the other, and does not mean a nearer one of that name."""
        if other.name not in (entity.uses if "directive" in other.kinds else entity.refers):
            return False
        if "type" in entity.kinds and not other.name.isidentifier() and entity.name in other.refers:
            return False  # it was there before this operator for it
        nearer = (entity.scope[:depth] for depth in range(len(entity.scope), 0, -1))
        found = next((s for s in nearer if "::".join((*s, other.name)) in self.entities), None)
        return found is None or found == other.scope or bool(other.scope and other.scope[-1] in entity.uses)

    def _updated(self, name: str, parts: dict[str, Piece], origin: str) -> Entity:
        """The entity with these parts added or replaced; a new one if it was something else before."""
        item = next(iter(parts.values())).item
        old = self.entities.get(name)
        kinds = _kinds(parts.values())
        only_additions = all(piece.item.is_addition for piece in parts.values())
        fresh = Entity(name.removeprefix("::".join((*item.scope, ""))), item.scope, parts=dict(parts))
        if old is None or not (only_additions or (kinds == old.kinds and kinds <= set(FOLLOWING))):
            return fresh
        dropped = self._dropped(name, parts, origin)
        if not only_additions and "type" in kinds:  # a member out of line goes with its declaration
            members = frozenset().union(*(piece.item.members for piece in parts.values()))
            out_of_line = {key: piece.item.path.rsplit("::", 1)[-1] for key, piece in old.parts.items() if piece.item.path}
            dropped |= {key for key, member in out_of_line.items() if (m := re.match(r"\w+", member)) and m[0] not in members and m[0] != "operator"}
        kept = {key: piece for key, piece in old.parts.items() if key not in dropped}
        return replace(old, parts={**kept, **parts})

    def _is_redefined(self, name: str, entity: Entity, parts: dict[str, Piece]) -> bool:
        """Whether what there was is replaced, and not only added to."""
        old = self.entities.get(name)
        if old is None:
            return False
        if not parts or not old.parts.keys() <= entity.parts.keys() or not old.kinds & entity.kinds:
            return True
        if self._is_late(old, [piece.item for key, piece in parts.items() if key not in old.parts]):
            return True
        apart = "function" not in old.kinds and old.version != self.namespaces.version(old.scope)
        return apart or any(key in old.parts or announced(key) in old.parts for key in parts)

    def _is_late(self, template: Entity, added: Iterable[Item]) -> bool:
        """Whether a template may have been compiled for the arguments that it is specialised for now."""
        if "function" in template.kinds:
            return any(item.is_special for item in added)  # which stands where the template does
        is_used = self._mentioned.get(template.name, -1) >= template.transaction
        return is_used and any(item.key.startswith("<") or (item.path and item.is_special) for item in added)

    def _generation(self, name: str, redefined: set[str]) -> int:
        known = self.generations.get(name)
        return 0 if known is None else known + (name in redefined or name not in self.entities)

    def _ordered(
        self, todo: list[Piece], entities: dict[str, Entity], redefined: set[str], waiting: dict[str, set[str]]
    ) -> list[Piece]:
        """The pieces in their order, each with what has to move with it, and after them what follows.

        The members of classes that other cells define may use all of it, and so come last.
        """
        out = [p for name, needed in waiting.items() if not needed for p in entities[name].parts.values()]
        emitted = {name for name, needed in waiting.items() if not needed}
        waiting = {name: needed for name, needed in waiting.items() if needed}
        placed = {*todo, *out}
        done = {*out}
        last = {name: index for index, piece in enumerate(todo) for name in piece.defines}
        for index, piece in enumerate(todo):
            if piece not in done:
                placed.discard(piece)
                moved = self._moved(piece, entities, redefined, placed)
                out += moved
                placed.update(moved)
                done.update(moved)
            emitted |= {name for name in piece.defines if last[name] == index}
            for name in [n for n, needed in waiting.items() if needed <= emitted]:
                del waiting[name]
                emitted.add(name)
                more = [p for p in entities[name].parts.values() if p not in done]
                out += more
                placed.update(more)
                done.update(more)
        typed = {*todo}
        members = [p for p in out if p not in typed and _is_member_function(p)]
        return [*(p for p in out if p in typed or not _is_member_function(p)), *members]

    def _moved(
        self, piece: Piece, entities: dict[str, Entity], redefined: set[str], placed: set[Piece]
    ) -> list[Piece]:
        """The piece with those parts of its name that have to move with it and stand nowhere else in the cell."""
        moved = [piece]
        for name in set(piece.defines) & redefined:
            old, entity = self.entities[name], entities[name]
            if old.kinds & entity.kinds:
                moved = [p for p in entity.parts.values() if p == piece or p not in placed]
        return moved


def is_of_library(name: str) -> bool:
    """Whether the process has a function or variable of C's that is called so, such as ``y1`` or ``time``."""
    return name.isascii() and hasattr(_process(), name)


@cache
def _process() -> ctypes.CDLL:
    return ctypes.CDLL(None)


def _kinds(pieces: Iterable[Piece]) -> set[Kind]:
    """What pieces define; a member out of line tells nothing about that, unless it is all there is."""
    items = [piece.item for piece in pieces]
    return {i.kind for i in items if not i.is_addition} or {i.kind for i in items}


def _is_member_function(piece: Piece) -> bool:
    """Whether it is a member function defined out of line, of a class that is no template."""
    key = piece.item.key
    return piece.item.kind == "function" and "::" in key.split("(")[0] and not key.startswith("<")


def _with_defaults(piece: Piece, entities: Mapping[str, Entity]) -> Piece:
    """The definition of a function with the default arguments that its prototype has."""
    for name in piece.defines if piece.item.kind == "function" and not piece.item.declares_only else ():
        prototype = entities[name].parts.get(announced(piece.item.key)) if name in entities else None
        if prototype is not None:
            edits = (*piece.item.edits, *default_arguments(piece.item.text, prototype.item.text))
            return replace(piece, item=replace(piece.item, edits=tuple(sorted(edits, key=lambda edit: edit.start))))
    return piece


def _restored(entity: Entity, home: Callable[[int], str]) -> Item:
    """The declaration of a variable that is again what it was."""
    scope = "::".join(entity.scope)
    text = f"using ::{versioned(scope, entity.version)}::{entity.name};" if scope else f"auto& {entity.name} = ::{home(entity.transaction)}::{entity.name};"
    return Item("variable", text, 0, "", entity.scope, (entity.name,), is_reference=True)


def _assignment(piece: Piece) -> Piece | None:
    """What gives a variable that is there the value of its definition."""
    item = piece.item
    if not item.assignment or not (item.is_addition or item.number):
        return None
    uses = item.uses - {*WORD.findall(item.text[: item.assignment[0].end])}
    statement = replace(item, kind="statement", names=(), key="", uses=uses, runs=True, edits=item.assignment)
    return replace(piece, item=statement, defines=())


def _number(parts: Iterable[Piece]) -> str:
    """The type of a number that keeps its place when it is defined again; else nothing.

    What refers to it sees its new value, and nothing that uses it has to be compiled again.
    """
    types = {piece.item.number if piece.item.assignment else "" for piece in parts}
    return types.pop() if len(types) == 1 else ""


def _at_level(entity: Entity, level: int | None) -> Entity:
    return replace(entity, parts={key: replace(piece, level=level) for key, piece in entity.parts.items()})


def _defined(item: Item) -> tuple[str, ...]:
    """The qualified names that an item defines."""
    return () if item.declares_only or item.kind in _UNNAMED else _qualified(item)


def _only_announced(item: Item) -> tuple[str, ...]:
    """The class, or the variable of another place, that an item only announces."""
    return item.names if item.kind in ("type", "variable") and item.declares_only and not item.scope and not item.is_addition else ()


def _qualified(item: Item) -> tuple[str, ...]:
    return tuple("::".join((*item.scope, name)) for name in item.names)


def _declared(piece: Piece) -> set[tuple[str, str]]:
    """The functions that a piece declares, with what tells them from others of their name."""
    names = piece.defines or _qualified(piece.item)
    return {(name, piece.item.key) for name in names} if piece.item.kind == "function" else set()
