"""Changes of an item's text, and what they need to know of its syntax tree."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from doublet.cells.tree import text_of

if TYPE_CHECKING:
    from tree_sitter import Node

__all__ = ["Edit", "Span", "blank", "in_characters"]


class Span(NamedTuple):
    """A slice of an item's text."""

    start: int
    stop: int


@dataclass(frozen=True)
class Edit:
    """Replaces a part of an item's text by text of Doublet's and by spans of the item's own text.

    In Doublet's text ``@`` stands for what makes a hidden name unique.
    """

    start: int
    end: int
    parts: tuple[str | Span, ...] = ()
    declares_reference: bool = False


def in_characters(node: Node, changes: list[Edit]) -> Iterator[Edit]:
    """Tree-sitter counts bytes."""
    data = text_of(node.parent or node).encode()
    for edit in changes:
        yield Edit(
            len(data[: edit.start].decode()),
            len(data[: edit.end].decode()),
            tuple(
                part if isinstance(part, str) else Span(len(data[: part.start].decode()), len(data[: part.stop].decode()))
                for part in edit.parts
            ),
            edit.declares_reference,
        )


def blank(node: Node) -> Edit:
    return Edit(node.start_byte, node.end_byte, (" " * (node.end_byte - node.start_byte),))
