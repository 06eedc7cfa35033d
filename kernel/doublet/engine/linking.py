"""Cells that call functions which are announced, and defined only by a later cell.

Cling links all of a transaction at once, so one such call would keep everything beside it from being used. What is
inline is linked only where something calls it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from doublet.cells.edits import Edit

if TYPE_CHECKING:
    from doublet.cells import Item
    from doublet.engine.transaction import Piece

__all__ = ["linkable"]

_LINKED = re.compile(r"\s*(\[\[|__attribute__|extern\b)|.*\b(inline|static|constexpr|consteval|main)\b", re.DOTALL)
"""Heads of functions that cannot be declared inline, or are."""


class _Entity(Protocol):
    @property
    def items(self) -> tuple[Item, ...]: ...


def linkable(pieces: Sequence[Piece], known: Mapping[str, _Entity]) -> list[Piece]:
    """The pieces of a cell, with its functions inline if one of them calls what has not been defined."""
    functions = [piece.item for piece in pieces if piece.item.kind == "function" and not piece.item.scope]
    defined = {name for item in functions if not item.declares_only for name in item.names}
    announced = {name for item in functions if item.declares_only for name in item.names}
    called = frozenset().union(*(item.refers for item in functions if not item.declares_only))
    before = {name for name in called & known.keys() if all(_is_announcement(item) for item in known[name].items)}
    if called.isdisjoint((announced | before) - defined):
        return list(pieces)
    return [_inline(piece) for piece in pieces]


def _is_announcement(item: Item) -> bool:
    return item.kind == "function" and item.declares_only


def _inline(piece: Piece) -> Piece:
    item = piece.item
    is_plain = item.kind == "function" and not (item.declares_only or item.is_template or item.is_special)
    if not is_plain or not (item.body or item.path) or _LINKED.match(item.text[: item.text.find("(")]):
        return piece
    return replace(piece, item=replace(item, edits=(Edit(0, 0, ("inline ",)), *item.edits)))
