"""Functions that call themselves whatever happens: their recursion has to end as a stack overflow, not in an endless loop."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from doublet.cells.scanner import WORD, mask

if TYPE_CHECKING:
    from doublet.engine.transaction import Piece

__all__ = ["with_real_calls"]

_CHOOSES = re.compile(r"\b(?:if|switch|for|while|catch|goto|co_await|co_yield|co_return|requires)\b|\?|&&|\|\|")
_REAL_CALLS = "__attribute__((disable_tail_calls)) "


def with_real_calls(pieces: Iterable[Piece]) -> list[Piece]:
    """The pieces of a cell, with no call of such a function to itself made a jump, as the optimiser would have it."""
    return [replace(piece, attributes=piece.attributes + _REAL_CALLS) if _is_endless(piece) else piece for piece in pieces]


def _is_endless(piece: Piece) -> bool:
    item = piece.item
    if item.kind != "function" or item.declares_only or not item.body:
        return False
    body = mask(item.text)[0][item.body :]
    return not _CHOOSES.search(body) and any(name in WORD.findall(body) for name in item.names)
