"""Reading declarations: their specifiers, and what each declarator of one declares."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from doublet.cells.tree import text_of

if TYPE_CHECKING:
    from tree_sitter import Node

__all__ = ["const_qualifiers", "declarators", "innermost", "is_const", "is_const_declarator", "plain_name", "specifiers"]


def declarators(node: Node) -> list[Node]:
    return node.children_by_field_name("declarator")


def specifiers(node: Node) -> list[str]:
    return [text_of(c) for c in node.children if c.type in ("type_qualifier", "storage_class_specifier")]


def innermost(declarator: Node) -> Node:
    inner = declarator
    while (deeper := inner.child_by_field_name("declarator")) is not None:
        inner = deeper
    return inner


def plain_name(declarator: Node) -> Node:
    """What stands before the value: the name alone, but of a pointer, an array or a reference the whole."""
    return (declarator.child_by_field_name("declarator") or declarator) if declarator.type == "init_declarator" else declarator


def is_const(node: Node) -> bool:
    """Whether it defines a constant object (not a reference to one, and not ``constexpr``, which is known anyway)."""
    words = specifiers(node)
    if "constexpr" in words:
        return True
    return "extern" not in words and any(is_const_declarator(d, words) for d in declarators(node))


def is_const_declarator(declarator: Node, specifiers: list[str]) -> bool:
    inner: Node | None = declarator
    const = "const" in specifiers
    while inner is not None:
        if inner.type in ("reference_declarator", "function_declarator"):
            return False
        if inner.type == "pointer_declarator":
            const = any(text_of(c) == "const" for c in inner.children if c.type == "type_qualifier")
        inner = inner.child_by_field_name("declarator")
    return const


def const_qualifiers(declarator: Node) -> Iterator[Node]:
    """The ``const`` of ``* const p``."""
    inner: Node | None = declarator
    while inner is not None:
        yield from (c for c in inner.children if c.type == "type_qualifier" and text_of(c) == "const")
        inner = inner.child_by_field_name("declarator")
