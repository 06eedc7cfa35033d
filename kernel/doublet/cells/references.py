"""Which names of elsewhere an item refers to: not its parameters, its local variables or the members of its classes."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import TYPE_CHECKING

from doublet.cells.syntax import declared, descendants, templated, text_of

if TYPE_CHECKING:
    from tree_sitter import Node

__all__ = ["local_names", "members", "references"]

_NAMES = ("identifier", "type_identifier", "namespace_identifier")
_OPERATIONS = (
    "binary_expression",
    "unary_expression",
    "pointer_expression",
    "update_expression",
    "assignment_expression",
    "fold_expression",
)
_SCOPES = (
    "function_definition",
    "lambda_expression",
    "template_declaration",
    "compound_statement",
    "for_statement",
    "for_range_loop",
    "if_statement",
    "while_statement",
    "switch_statement",
    "catch_clause",
    "requires_expression",
)
_CLASSES = ("class_specifier", "struct_specifier", "union_specifier")


def references(node: Node) -> frozenset[str] | None:
    """The names, and operators as ``operator+``; None where the text is not understood."""
    if node.has_error:
        return None
    local = [*local_names(node)]
    found = set()
    for inner in chain((node,), descendants(node)):
        if inner.type in _NAMES:
            name, at = text_of(inner), inner.start_byte
            if _is_befriended(inner):
                continue
            if _is_qualified(inner) or not any(n == name and start <= at < end for n, start, end in local):
                found.add(name)
        elif inner.type in _OPERATIONS:
            found.add("operator" + text_of(inner.child_by_field_name("operator")))
        elif inner.type == "literal_suffix":
            found.add(f'operator""{text_of(inner)}')
        elif inner.type == "subscript_expression":
            found.add("operator[]")
    return frozenset(found)


def members(node: Node) -> frozenset[str]:
    """What the class that an item defines declares."""
    return frozenset(name for name, *_ in chain.from_iterable(_members(c) for c in (node, *descendants(node))))


def local_names(node: Node) -> Iterator[tuple[str, int, int]]:
    """The names that are declared inside, and from where to where each is known."""
    for inner in descendants(node):
        if inner.type.endswith("parameter_declaration") or inner.type == "structured_binding_declarator":
            names = _parameter(inner)
        elif inner.type in ("declaration", "for_range_loop", "init_declarator", "type_definition", "alias_declaration"):
            names = [n for f in ("declarator", "name") for d in inner.children_by_field_name(f) for n in declared(d)]
        elif inner.type == "lambda_capture_initializer":
            names = [text_of(inner.child_by_field_name("left"))]
        else:
            yield from _members(inner)
            continue
        scope = inner if inner.type == "for_range_loop" else _scope(inner, node)
        if scope is not None:
            yield from ((name, inner.start_byte, scope.end_byte) for name in names)
    yield from _members(node)


def _parameter(node: Node) -> list[str]:
    if node.type == "structured_binding_declarator":
        return [text_of(c) for c in node.children if c.type == "identifier"]
    declarator = node.child_by_field_name("declarator")
    if declarator is not None:
        return declared(declarator)
    of = node.child_by_field_name("type")  # template <class T>
    names = [c for c in node.children if c.type == "type_identifier"]
    return [text_of(c) for c in names] if of is None else []


def _scope(inner: Node, node: Node) -> Node | None:
    """The nearest scope around it, None at the top level."""
    outer = inner.parent
    while outer is not None and outer.type not in _SCOPES:
        if outer == node:
            # The parameters of a prototype
            return outer if inner.type.endswith("parameter_declaration") else None
        outer = outer.parent
    if outer == node and node.type == "template_declaration":
        return outer if inner.type.endswith("parameter_declaration") else None
    return outer


def _members(node: Node) -> Iterator[tuple[str, int, int]]:
    body = node.child_by_field_name("body") if node.type in (*_CLASSES, "enum_specifier") else None
    for member in body.children if body is not None else ():
        inner = member
        while inner.type == "template_declaration":
            inner = templated(inner)
        found = [n for f in ("declarator", "name") for d in inner.children_by_field_name(f) for n in _member(d)]
        yield from ((name, node.start_byte, node.end_byte) for name in found)
        of = inner.child_by_field_name("type")
        if of is not None and of.child_by_field_name("body") is not None:
            yield text_of(of.child_by_field_name("name")), node.start_byte, node.end_byte
            yield from ((name, node.start_byte, node.end_byte) for name, *_ in _members(of))


def _member(declarator: Node) -> list[str]:
    if declarator.type in ("identifier", "field_identifier", "type_identifier"):
        return [text_of(declarator)]
    return declared(declarator) or [
        text_of(c) for c in (declarator, *descendants(declarator)) if c.type == "field_identifier"
    ][:1]


def _is_qualified(node: Node) -> bool:
    return node.parent is not None and node.parent.type == "qualified_identifier"


def _is_befriended(name: Node) -> bool:
    """Whether it is a function that a class only names as its friend."""
    declarator = name.parent
    if declarator is None or declarator.type != "function_declarator" or declarator.child_by_field_name("declarator") != name:
        return False
    outer = declarator.parent
    while outer is not None and outer.type in ("reference_declarator", "pointer_declarator", "declaration"):
        outer = outer.parent
    return outer is not None and outer.type == "friend_declaration"
