"""Reading tree-sitter's syntax trees."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Node

__all__ = ["descendants", "text_of"]


def text_of(node: Node | None) -> str:
    return (node.text or b"").decode() if node is not None else ""


def descendants(node: Node, without: tuple[str, ...] = ()) -> Iterator[Node]:
    """All nodes below, outer ones first; what is below a node of the kinds `without` is left out."""
    stack = node.children[::-1]
    while stack:
        inner = stack.pop()
        yield inner
        if inner.type not in without:
            stack += inner.children[::-1]
