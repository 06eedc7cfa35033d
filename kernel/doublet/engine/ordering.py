"""In which order the pieces of a cell are compiled, and what follows them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from doublet.engine.entities import Entity, is_member_function, only_announced

if TYPE_CHECKING:
    from doublet.cells import Item
    from doublet.engine.definitions import Definitions
    from doublet.engine.transaction import Piece

__all__ = ["Ordering"]


class Ordering:
    """What follows a change, and where each piece has to stand so that it finds what it uses."""

    def __init__(self, known: Definitions) -> None:
        self._known = known

    def announcements(self, items: Sequence[Item], redefined: Collection[str]) -> list[Piece]:
        """What other classes may name before the new classes are defined."""
        here = {name for item in items for name in only_announced(item)}
        return [piece for name, piece in self._known.announcements.items() if name in redefined and name not in here]

    def triggers(self, changed: set[str], macros: Collection[str] = (), again: Collection[str] = ()) -> dict[str, set[str]]:
        """For everything that uses a changed name, or a new macro in a condition, or a name that is there `again`: which of these it
        depends on.
        """
        triggers: dict[str, set[str]] = {}
        todo = [(name, name) for name in changed]
        for macro in macros:
            for name in self._known.users.get(macro, set()) - changed:
                entity = self._known.entities.get(name)
                if entity is not None and entity.follows and macro in entity.uses - entity.refers:
                    triggers.setdefault(name, set()).add(macro)
                    todo.append((name, macro))
        for back in again:
            for name in self._known.users.get(back, set()) - changed:
                entity = self._known.entities.get(name)
                if entity is not None and entity.follows and back in entity.refers and not self._known.is_scope_only(entity, back):
                    triggers.setdefault(name, set()).add(back)
                    todo.append((name, back))
        while todo:
            used, root = todo.pop()
            for name in self._known.users.get(self._known.entities[used].name, set()) - changed:
                entity = self._known.entities.get(name)
                if entity is None or not entity.follows or not self._known.uses(entity, self._known.entities[used]):
                    continue
                if root not in triggers.setdefault(name, set()):
                    triggers[name].add(root)
                    todo.append((name, root))
        return triggers

    def waiting(
        self, followers: Iterable[str], triggers: Mapping[str, set[str]], updated: Mapping[str, Entity]
    ) -> dict[str, set[str]]:
        """For each follower: what of this cell has to come before it."""
        beside = {name for name in updated if name in triggers}
        used = {name: {o for o in beside if self._known.uses(self._known.entities[name], self._known.entities[o])} for name in followers}
        order = {name: at for at, name in enumerate(self._known.entities)} if self._known.announcements else {}
        # What was compiled when there was only an announcement needs no more than that.
        met = {name: {a for a in self._known.announcements if order.get(a, -1) > order[name]} for name in followers if order}
        needed = {name: (triggers.get(name, set()) | used[name]) - met.get(name, set()) for name in followers}
        return {name: names if self._is_awaited(name, names | triggers.keys()) else set() for name, names in needed.items()}

    def _is_awaited(self, name: str, names: Collection[str]) -> bool:
        """Whether a follower itself uses one of these, and not only its members that are defined out of line."""
        entity = self._known.entities[name]
        parts = [part for part in entity.parts.values() if not is_member_function(part)]
        if len(parts) == len(entity.parts):
            return True
        refers = frozenset().union(*(part.item.refers for part in parts))
        return any(self._known.entities[other].name in refers for other in names if other != name and other in self._known.entities)

    def ordered(
        self, todo: list[Piece], entities: dict[str, Entity], redefined: set[str], waiting: dict[str, set[str]]
    ) -> list[Piece]:
        """The pieces in their order, each with what has to move with it, and after them what follows.

        The members of classes that other cells define may use all of it, and so come last, as do those of this cell
        that use what follows.
        """
        todo = _settled(todo, redefined, {entities[name].name: {entities[n].name for n in needed} for name, needed in waiting.items()})
        following = {entities[name].name for name in waiting}
        out = [p for name, needed in waiting.items() if not needed for p in entities[name].parts.values()]
        emitted = {name for name, needed in waiting.items() if not needed}
        waiting = {name: needed for name, needed in waiting.items() if needed}
        placed = {*todo, *out}
        done = {*out}

        def emit(pieces: list[Piece]) -> None:
            out.extend(pieces)
            placed.update(pieces)
            done.update(pieces)

        last = {name: index for index, piece in enumerate(todo) for name in piece.defines}
        for index, piece in enumerate(todo):
            if piece not in done:
                placed.discard(piece)
                emit(self._moved(piece, entities, redefined, placed))
            emitted |= {name for name in piece.defines if last[name] == index}
            for name in [n for n, needed in waiting.items() if needed <= emitted]:
                del waiting[name]
                emitted.add(name)
                emit([p for p in entities[name].parts.values() if p not in done])
        typed = {*todo}
        return sorted(out, key=lambda piece: is_member_function(piece) and (piece not in typed or bool(piece.item.refers & following)))

    def _moved(
        self, piece: Piece, entities: dict[str, Entity], redefined: set[str], placed: set[Piece]
    ) -> list[Piece]:
        """The piece with those parts of its name that have to move with it and stand nowhere else in the cell."""
        moved = [piece]
        for name in set(piece.defines) & redefined:
            old, entity = self._known.entities[name], entities[name]
            if old.kinds & entity.kinds and piece in entity.parts.values():  # not a macro that is another one below
                moved = [p for p in entity.parts.values() if p == piece or p not in placed]
        return moved


def _settled(pieces: Sequence[Piece], redefined: set[str], waiting: Mapping[str, set[str]]) -> list[Piece]:
    """The pieces with each function and class after what it uses of the same cell that is defined again further down.

    That is also what is `waiting` for what the cell defines again, and is compiled behind it. Macros are what they are where they are used. Where something between them needs it, it stays, and uses what there was before.
    """
    words = [{name.rsplit("::", 1)[-1] for name in piece.defines} for piece in pieces]
    again = [not (redefined.isdisjoint(piece.defines) or piece.item.path or piece.item.kind == "directive") for piece in pieces]
    last = {word: at for at, is_again in enumerate(again) if is_again for word in words[at]}
    last |= {word: max(found) for word, needed in waiting.items() if word not in last and (found := [last[n] for n in needed if n in last])}
    staying: set[int] = set()
    while last:
        places: list[int] = []
        needed: set[int] = set()
        for at, piece in enumerate(pieces):
            refers = piece.item.refers - words[at]
            late = {before: place for before, place in enumerate(places) if place >= at and words[before] & refers}
            if piece.item.kind in ("function", "type") and at not in staying | {*late.values()}:
                places.append(max([at, *late.values(), *(last[word] for word in refers & last.keys())]))
            else:
                needed |= late.keys()
                places.append(at)
        if not needed:
            return [pieces[at] for _, _, at in sorted((place, place != at, at) for at, place in enumerate(places))]
        staying |= needed
    return list(pieces)
