"""Lambdas at the top level of a cell: their captures, and the names that their classes get.

A lambda's captures name variables as if they were local: ``[=]`` and ``[x]`` copy them, ``[&]`` refers to them.

For C++ the class of a lambda that stands outside of functions has no name that another translation unit could know,
and neither has a variable whose type depends on it. Cling would make such a variable anew in each cell that uses it.
In an ``inline`` function the class has such a name, so lambdas of variables are put into functions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from doublet.cells.edits import Edit, Span, declarators, specifiers
from doublet.cells.syntax import Kind, declared, descendants, text_of

if TYPE_CHECKING:
    from tree_sitter import Node

__all__ = ["is_stateless", "lambdas", "returns_local"]

_CLASSES = ("class_specifier", "struct_specifier", "union_specifier", "enum_specifier")
_FUNCTIONS = ("lambda_expression", "function_definition", "field_declaration_list")


def is_stateless(node: Node) -> bool:
    """Whether it is one lambda that copies nothing."""
    defined = declarators(node)
    value = defined[0].child_by_field_name("value") if len(defined) == 1 else None
    if value is None or value.type != "lambda_expression":
        return False
    captures = text_of(value.child_by_field_name("captures"))[1:-1]
    return all(c.strip().startswith("&") and "=" not in c for c in captures.split(",") if c.strip())


def returns_local(node: Node) -> bool:
    """Whether what a function returns may be of a class that it defines itself: a lambda's, or a local one."""
    of = node.child_by_field_name("type")
    body = node.child_by_field_name("body")
    if node.type != "function_definition" or of is None or "auto" not in text_of(of) or body is None:
        return False
    return any(n.type in ("lambda_expression", *_CLASSES) for n in descendants(body))


def lambdas(node: Node, outside: bool, kind_of: Callable[[str], Kind | None]) -> Iterator[Edit]:
    """What to change for the lambdas in an item that is `outside` functions for the compiler, or that is not."""
    local = set() if outside else set(_locals(node))
    functions: list[str | Span] = []
    for number, found in enumerate(n for n in descendants(node, _FUNCTIONS) if n.type == "lambda_expression"):
        captures = found.child_by_field_name("captures")
        change = _captures(found, captures, outside, local, kind_of) if captures is not None else None
        if not (outside and _has_to_be_named(node, found)):
            yield from (change,) if change else ()
            continue
        if not functions:
            functions.append("namespace __doublet_lambdas_@ { ")
        constant = "constexpr " if "constexpr" in specifiers(node) else ""
        functions.append(f"inline {constant}auto lambda_{number}() {{ return ")
        functions += _changed(Span(found.start_byte, found.end_byte), change)
        functions.append("; } ")
        yield Edit(found.start_byte, found.end_byte, (f"__doublet_lambdas_@::lambda_{number}()",))
    if functions:
        yield Edit(node.start_byte, node.start_byte, (*functions, "} "))


def _has_to_be_named(node: Node, found: Node) -> bool:
    """Whether the type of what is defined may depend on the class of the lambda."""
    of = node.child_by_field_name("type")
    if of is not None and of.start_byte <= found.start_byte < of.end_byte:
        return True  # decltype of it
    inner = of
    while inner is not None and inner.type == "qualified_identifier":
        inner = inner.child_by_field_name("name")
    if inner is None or inner.type not in ("placeholder_type_specifier", "auto", "decltype", "type_identifier"):
        return False
    own = {name for declarator in declarators(node) for name in declared(declarator)}
    return not any(n.type == "identifier" and text_of(n) in own for n in descendants(found))


def _changed(span: Span, change: Edit | None) -> Iterator[str | Span]:
    """A part of the text with a change in it."""
    if change is None:
        yield span
    else:
        yield from (Span(span.start, change.start), *change.parts, Span(change.end, span.stop))


def _captures(
    found: Node, captures: Node, outside: bool, local: set[str], kind_of: Callable[[str], Kind | None]
) -> Edit | None:
    """The captures of a lambda: `outside` functions a default capture is not allowed."""
    listed = [part.strip() for part in text_of(captures)[1:-1].split(",")]
    default = listed[0] if listed[0] in ("&", "=") else ""
    kept: list[str] = [default] if default and not outside else []
    for capture in listed[bool(default) :]:
        name = capture.removeprefix("&").strip()
        kind = kind_of(name) if name not in local else None
        if kind == "variable":
            kept.append(f"{capture} = {name}")
        elif kind != "constant":
            kept.append(capture)
    if default == "=":
        own = {*local, *_locals(found), *(c.removeprefix("&").split("=")[0].strip() for c in listed)}
        used = dict.fromkeys(text_of(n) for n in descendants(found) if n.type == "identifier")
        kept += [f"{name} = {name}" for name in used if name not in own and kind_of(name) == "variable"]
    if [*filter(None, kept)] == [*filter(None, listed)]:
        return None
    size = captures.end_byte - captures.start_byte - 2
    return Edit(captures.start_byte + 1, captures.end_byte - 1, (", ".join(filter(None, kept)).ljust(size),))


def _locals(node: Node) -> Iterator[str]:
    """The names that are declared inside."""
    for inner in descendants(node):
        if inner.type == "structured_binding_declarator":
            yield from (text_of(c) for c in inner.children if c.type == "identifier")
        elif inner.type.endswith(("declaration", "for_range_loop", "catch_clause")):
            for declarator in inner.children_by_field_name("declarator"):
                yield from declared(declarator)
