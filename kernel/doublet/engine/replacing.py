"""What becomes of a name that a cell defines again: it stays, is added to, or is replaced."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from doublet.cells.scanner import WORD
from doublet.engine.entities import FOLLOWING, Entity, is_member_function, kinds_of, number_of
from doublet.engine.transaction import Piece, announced

if TYPE_CHECKING:
    from doublet.cells import Item
    from doublet.engine.definitions import Definitions

__all__ = ["Replacing", "assignment"]

_GUARDED = re.compile(r"\b(?:class|private|protected)\b")
"""In a class with members that a cell may not name."""


class Replacing:
    """Compares what is known with the parts that a cell defines."""

    def __init__(self, known: Definitions) -> None:
        self._known = known

    def is_same(self, name: str, parts: dict[str, Piece]) -> bool:
        """Whether a name is defined again that can stay as it is, but perhaps for a variable's value."""
        old = self._known.entities.get(name)
        if old is not None and old.number and old.number == number_of(parts.values()):
            return True
        if old is None or not old.follows or "directive" in old.kinds:  # a macro may have others between its lines
            return False
        is_open = not any(_GUARDED.search(piece.item.text) for piece in old.parts.values())
        return all(
            key in old.parts
            and (old.parts[key].item.text, old.parts[key].level) == (p.item.text, p.level)
            and (p.item.kind != "variable" or p.item.is_stateless or (is_open and assignment(p) is not None))
            for key, p in parts.items()
        )

    def completes(self, name: str, parts: Mapping[str, Piece]) -> bool:
        """Whether a class only gets members that it has announced, which all that uses it can call already."""
        old = self._known.entities[name]
        return all(key not in old.parts and is_member_function(piece) for key, piece in parts.items())

    def dropped(self, name: str, parts: Iterable[str], origin: str) -> set[str]:
        """The parts of a name that the same cell has defined before and does not define now."""
        old = self._known.entities.get(name)
        if old is None or not origin:
            return set()
        return {key for key, piece in old.parts.items() if piece.origin == origin} - set(parts)

    def updated(self, name: str, parts: dict[str, Piece], origin: str, lost: Collection[tuple[str, str]]) -> Entity:
        """The entity with these parts added or replaced, without the lost ones; a new one if it was something else before."""
        item = next(iter(parts.values())).item
        old = self._known.entities.get(name)
        kinds = kinds_of(parts.values())
        only_additions = all(piece.item.is_addition for piece in parts.values())
        fresh = Entity(name.removeprefix("::".join((*item.scope, ""))), item.scope, parts=dict(parts))
        if old is None or not (only_additions or (kinds == old.kinds and kinds <= set(FOLLOWING))):
            return fresh
        dropped = self.dropped(name, parts, origin) | {key for key in old.parts if (name, key) in lost}
        if not only_additions and "type" in kinds:  # a member out of line goes with its declaration
            members = frozenset().union(*(piece.item.members for piece in parts.values()))
            out_of_line = {key: piece.item.path.rsplit("::", 1)[-1] for key, piece in old.parts.items() if piece.item.path}
            dropped |= {key for key, member in out_of_line.items() if (m := re.match(r"\w+", member)) and m[0] not in members and m[0] != "operator"}
        kept = {key: piece for key, piece in old.parts.items() if key not in dropped}
        return replace(old, parts={**kept, **parts})

    def is_redefined(self, name: str, entity: Entity, parts: dict[str, Piece]) -> bool:
        """Whether what there was is replaced, and not only added to."""
        old = self._known.entities.get(name)
        if old is None:
            return False
        if not parts or not old.parts.keys() <= entity.parts.keys() or not old.kinds & entity.kinds:
            return True
        if self._is_late(old, [piece.item for key, piece in parts.items() if key not in old.parts]):
            return True
        apart = "function" not in old.kinds and old.version != self._known.namespaces.version(old.scope)
        return apart or any(key in old.parts or announced(key) in old.parts for key in parts)

    def _is_late(self, template: Entity, added: Iterable[Item]) -> bool:
        """Whether a template may have been compiled for the arguments that it is specialised for now."""
        if "function" in template.kinds:
            return any(item.is_special for item in added)  # which stands where the template does
        is_used = self._known.mentioned.get(template.name, -1) >= template.transaction
        return is_used and any(item.key.startswith("<") or (item.path and item.is_special) for item in added)


def assignment(piece: Piece) -> Piece | None:
    """What gives a variable that is there the value of its definition."""
    item = piece.item
    if not item.assignment or not (item.is_addition or item.number):
        return None
    uses = item.uses - {*WORD.findall(item.text[: item.assignment[0].end])}
    statement = replace(item, kind="statement", names=(), key="", uses=uses, runs=True, edits=item.assignment)
    return replace(piece, item=statement, defines=())
