"""Names that mean something of a namespace or class where they stand, although something of the top level is called so, too."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from doublet.engine.entities import Entity
    from doublet.engine.namespaces import Namespaces
    from doublet.engine.transaction import Piece

__all__ = ["Scopes"]


class Scopes:
    """What is known in each namespace of cells, and in each class."""

    def __init__(self, entities: Mapping[str, Entity], namespaces: Namespaces) -> None:
        self._entities = entities
        self._tops = {namespaces.real(top): top for top in namespaces.versions}
        self._inside: dict[tuple[str, ...], set[str]] = {}
        for entity in entities.values():
            if entity.scope:
                self._inside.setdefault(entity.scope, set()).add(entity.name)

    def own_names(self, pieces: Iterable[Piece]) -> tuple[frozenset[str], ...]:
        """For each piece, as it is compiled, the names that it finds nearer than at the top level."""
        return tuple(self._own_names(piece) for piece in pieces)

    def _own_names(self, piece: Piece) -> frozenset[str]:
        item = piece.item
        scope = (self._tops.get(item.scope[0], item.scope[0]), *item.scope[1:]) if item.scope else ()
        found = set[str]().union(*(self._inside.get(scope[:depth], ()) for depth in range(1, len(scope) + 1)))
        if item.kind == "type":
            found |= item.members.difference(item.names)
        elif item.path and (outer := re.match(r"\w+", item.path)):
            entity = self._entities.get("::".join((*scope, outer[0])))
            found |= {member for inner in entity.items for member in inner.members} - {outer[0]} if entity else set()
        return frozenset(found)
