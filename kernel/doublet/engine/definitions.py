"""Who defines what and who uses what: what has to be compiled again when a cell redefines a name.

Cling shadows an old definition with a new one, but code that was compiled against the old one keeps calling
it. So what uses a redefined name, directly or through others, is compiled again right after it. All parts of
one name (overloads, members defined out of line, specialisations, namespaces) move together.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from doublet.cells import Item, parse
from doublet.engine.transaction import Piece

FOLLOWING = ("function", "type", "namespace")
"""Kinds that hold no state, so that they can be compiled again without a change in meaning."""


@dataclass
class Entity:
    """Everything that stands behind one name at the top level."""

    name: str
    parts: dict[str, Piece] = field(default_factory=dict)
    scope: str = ""
    """The namespace that Cling has put the newest definition in."""
    version: int = 0
    """Of a namespace: how many times it was begun anew."""

    @property
    def kinds(self) -> set[str]:
        return {piece.item.kind for piece in self.parts.values()}

    @property
    def follows(self) -> bool:
        """Whether it is compiled again when something that it uses is redefined."""
        return all(p.item.kind in FOLLOWING or p.item.lambda_only for p in self.parts.values())

    @property
    def uses(self) -> frozenset[str]:
        return frozenset().union(*(piece.item.uses for piece in self.parts.values())) - {self.name}


@dataclass(frozen=True)
class Plan:
    """What a cell comes to: the pieces to compile, and what the names will then stand for."""

    pieces: tuple[Piece, ...]
    entities: dict[str, Entity]
    followers: tuple[str, ...] = ()


class Definitions:
    """The names that cells have defined so far."""

    def __init__(self) -> None:
        self.entities: dict[str, Entity] = {}

    def is_variable(self, name: str) -> bool:
        entity = self.entities.get(name)
        return entity is not None and bool(entity.kinds & {"variable", "function"})

    def commit(self, plan: Plan, scope: str) -> None:
        """Remember what has been compiled, and where Cling has put it."""
        placed = {name for piece in plan.pieces for name in _defined(piece) if not _is_addition(piece)}
        for name, entity in plan.entities.items():
            if name in placed or not entity.scope:
                entity.scope = scope
        self.entities.update(plan.entities)

    def plan(self, cell: int, items: Sequence[Item], level: int | None = None) -> Plan:
        """Decide what to compile for a cell, and in which order; `level` is that of all that it compiles."""
        pieces = [replace(piece, level=level) for piece in _unfold(cell, items)]
        provided: dict[str, dict[str, Piece]] = {}
        for piece in pieces:
            for name in _defined(piece):
                provided.setdefault(name, {})[_key(piece)] = piece
        same = {name for name, parts in provided.items() if self._is_same(name, parts)}
        changed = {name for name in provided if name in self.entities} - same
        triggers = self._triggers(changed)
        same -= set(triggers)
        changed |= {name for name in provided if name in triggers}
        entities = {name: self._updated(name, parts) for name, parts in provided.items() if name not in same}
        followers = [name for name in triggers if name not in provided]
        entities |= {name: self._renewed(self.entities[name], level) for name in followers}

        todo = [p for p in pieces if not (_defined(p) and set(_defined(p)) <= same)]
        out: list[Piece] = []
        emitted: set[str] = set()
        waiting = list(followers)
        for index, piece in enumerate(todo):
            if piece not in out:
                out += self._moved(piece, entities, set(todo[index + 1 :]) | set(out))
            names = _defined(piece)
            emitted |= set(names) - {n for p in todo[index + 1 :] for n in _defined(p)}
            for name in [n for n in waiting if triggers[n] <= emitted]:
                waiting.remove(name)
                out += entities[name].parts.values()
        versions = {name: e.version for name, e in entities.items() if "namespace" in e.kinds}
        final = [_in_version(p, versions, self.entities) for p in out]
        return Plan(tuple(_with_aliases(final)), entities, followers=tuple(followers))

    def _is_same(self, name: str, parts: dict[str, Piece]) -> bool:
        """Whether a name that holds no state is defined again with the very same text, to be compiled alike."""
        old = self.entities.get(name)
        if old is None or not old.follows:
            return False
        return all(
            key in old.parts and (old.parts[key].item.text, old.parts[key].level) == (p.item.text, p.level)
            for key, p in parts.items()
        )

    def _triggers(self, changed: set[str]) -> dict[str, set[str]]:
        """For everything that uses a changed name: which of the changed names it depends on."""
        triggers: dict[str, set[str]] = {}
        again = True
        while again:
            again = False
            for name, entity in self.entities.items():
                if name in changed or not entity.follows:
                    continue
                found = entity.uses & changed
                for used in entity.uses & triggers.keys():
                    found |= triggers[used]
                if found - triggers.get(name, set()):
                    triggers[name] = triggers.get(name, set()) | found
                    again = True
        return triggers

    def _updated(self, name: str, parts: dict[str, Piece]) -> Entity:
        """The entity with these parts added or replaced; a new one if it was something else before."""
        old = self.entities.get(name)
        kinds = {piece.item.kind for piece in parts.values()}
        members = any("::" in key.split("(")[0] for key in parts)
        if old is None or not old.kinds | kinds <= set(FOLLOWING) or (kinds != old.kinds and not members):
            return Entity(name, dict(parts), version=1)
        again = any(key in old.parts for key in parts)
        return Entity(name, {**old.parts, **parts}, old.scope, old.version + again)

    def _renewed(self, old: Entity, level: int | None) -> Entity:
        parts = {key: replace(piece, level=level) for key, piece in old.parts.items()}
        return Entity(old.name, parts, version=old.version + 1)

    def _moved(self, piece: Piece, entities: dict[str, Entity], placed: set[Piece]) -> list[Piece]:
        """The piece with those parts of its name that have to move with it and stand nowhere else in the cell."""
        moved = [piece]
        for name in _defined(piece):
            entity, old = entities[name], self.entities.get(name)
            alone = "function" not in entity.kinds and old is not None and entity.version == old.version
            if old is not None and old.kinds & entity.kinds and not alone:
                moved = [p for p in entity.parts.values() if p == piece or p not in placed]
        return moved


def versioned(name: str, version: int) -> str:
    """The real name of a namespace; the user's name is an alias of it, which Cling can shadow."""
    return f"doublet_v{version}_{name}"


def _defined(piece: Piece) -> tuple[str, ...]:
    if piece.scope:
        return piece.scope[:1]
    item = piece.item
    return () if item.declares_only or item.kind in ("using", "other", "statement", "value") else item.names


def _key(piece: Piece) -> str:
    item = piece.item
    inner = ",".join(item.names) if piece.scope else ""
    return "::".join((*piece.scope[1:], inner, item.key)) if piece.scope else item.key


def _is_addition(piece: Piece) -> bool:
    """Whether it belongs to something defined elsewhere: a member out of line, a specialisation."""
    return "::" in piece.item.key.split("(")[0] or piece.item.key.startswith("<>")


def _unfold(cell: int, items: Sequence[Item]) -> Iterator[Piece]:
    for item in items:
        if item.kind == "namespace" and item.names and item.names[0] != "std":
            yield from _members(cell, item, ())
        else:
            yield Piece(item, cell)


def _members(cell: int, item: Item, outer: tuple[str, ...]) -> Iterator[Piece]:
    """Open up a namespace, so that its members can be redefined one by one."""
    head, _, rest = item.text.partition("{")
    names = tuple(head.replace("inline", "").replace("namespace", "").replace("::", " ").split())
    body = rest[: rest.rfind("}")]
    line = item.line + head.count("\n")
    first = head.rsplit("\n", 1)[-1]
    margin = " " * (len(item.column if "\n" not in head else "") + len(first) + 1)
    for inner in parse(body).items:
        member = Item(
            "namespace" if inner.kind != "directive" else inner.kind,
            inner.text,
            line + inner.line,
            inner.column if inner.line else margin + inner.column,
            inner.names,
            inner.key,
            inner.uses,
        )
        if inner.kind == "namespace":
            yield from _members(cell, member, outer + names)
        else:
            yield Piece(member, cell, outer + names)


def _in_version(piece: Piece, versions: dict[str, int], known: dict[str, Entity]) -> Piece:
    if not piece.scope:
        return piece
    top, *inner = piece.scope
    version = versions.get(top) or known[top].version
    return Piece(piece.item, piece.cell, (versioned(top, version), *inner))


def _with_aliases(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """Name the newest version after each run of members, so that what follows finds it."""
    for index, piece in enumerate(pieces):
        yield piece
        following = pieces[index + 1].scope[:1] if index + 1 < len(pieces) else ()
        if piece.scope and piece.scope[:1] != following:
            real = piece.scope[0]
            name = real.split("_", 2)[2]
            yield Piece(Item("other", f"namespace {name} = {real};", 0, ""), piece.cell)
