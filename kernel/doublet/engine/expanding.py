"""What macros have made of a cell's text, made again when a macro is another."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from doublet.cells import Kind, parse

if TYPE_CHECKING:
    from doublet.engine.entities import Entity
    from doublet.engine.transaction import Piece

__all__ = ["expanded"]


def expanded(entity: Entity, kind_of: Callable[[str], Kind | None], directive_of: Callable[[str], str | None]) -> Entity:
    """The entity as the macros would make it now; as it is where they would make nothing of its name."""
    if not any(item.source for item in entity.items):
        return entity
    pieces = [made for piece in entity.parts.values() for made in _expanded(piece, kind_of, directive_of)]
    return replace(entity, parts={piece.key: piece for piece in pieces})


def _expanded(piece: Piece, kind_of: Callable[[str], Kind | None], directive_of: Callable[[str], str | None]) -> Iterator[Piece]:
    old = piece.item
    made = [item for item in parse(old.source, kind_of, directive_of).items if item.names == old.names]
    for item in made or (old,):
        yield replace(piece, item=replace(item, line=old.line, column=old.column, scope=old.scope, around=old.around))
