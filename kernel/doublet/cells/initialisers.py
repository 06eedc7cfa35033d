"""What is known of a variable's first value: whether the compiler has it, the type of numbers, how it can be assigned again."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from doublet.cells.declarators import declarators, plain_name, specifiers
from doublet.cells.edits import Edit
from doublet.cells.tree import text_of

if TYPE_CHECKING:
    from tree_sitter import Node

    from doublet.cells.syntax import Kind

__all__ = ["LINKAGE", "assignment", "is_constant_number", "is_known", "number_type"]

_LITERALS = frozenset(("number_literal", "char_literal", "true", "false", "sizeof_expression", "string_literal"))
_OPERATIONS = frozenset(
    (
        "binary_expression",
        "unary_expression",
        "parenthesized_expression",
        "conditional_expression",
        "initializer_list",
        "argument_list",
        "concatenated_string",
    )
)
_NUMBERS = ("primitive_type", "sized_type_specifier", "placeholder_type_specifier", "auto")
_NUMBER_NAMES = frozenset(
    prefix + name
    for prefix in ("", "std::")
    for name in ("size_t", "ptrdiff_t", *(f"{u}int{bits}_t" for u in ("", "u") for bits in (8, 16, 32, 64)))
)
LINKAGE = ("inline", "static")


def is_known(node: Node, declarator: Node, kind_of: Callable[[str], Kind | None]) -> bool:
    """Whether a variable's first value is known to the compiler, so that no code runs for it."""
    if {"constexpr", "extern"} & {*specifiers(node)}:
        return True
    of = node.child_by_field_name("type")
    value = declarator.child_by_field_name("value")
    if "const" in specifiers(node) and text_of(of).split()[-1:] in (["double"], ["float"]):
        return False  # a constant expression it is not, so that it can be given another value later
    if of is None or (of.type not in _NUMBERS and text_of(of) not in _NUMBER_NAMES):
        return False
    return value is None or _is_constant_expression(value, kind_of)


def is_constant_number(of: Node, value: Node, kind_of: Callable[[str], Kind | None]) -> bool:
    """Whether the compiler knows this value of a variable of this type."""
    return of.type in _NUMBERS and _is_constant_expression(value, kind_of)


def _is_constant_expression(node: Node, kind_of: Callable[[str], Kind | None]) -> bool:
    stack = [node]
    while stack:
        inner = stack.pop()
        if inner.type in ("identifier", "qualified_identifier"):
            if kind_of(text_of(inner)) in ("variable", "function"):
                return False
        elif inner.type == "call_expression":
            function = inner.child_by_field_name("function")
            if function is None or not (function.type in _NUMBERS or text_of(function).startswith("static_cast<")):
                return False
            stack += inner.children[1:]
        elif inner.type in _OPERATIONS:
            stack += inner.children
        elif inner.is_named and inner.type not in _LITERALS:
            return False
    return True


def number_type(node: Node) -> str:
    """The type of the numbers that are declared, if that is what they are: ``const double``, ``int``."""
    of = node.child_by_field_name("type")
    found = declarators(node)
    if of is None or any(plain_name(d).type != "identifier" for d in found):
        return ""
    words = [*(w for w in specifiers(node) if w not in LINKAGE), " ".join(text_of(of).split())]
    if of.type == "placeholder_type_specifier" and words[-1] == "auto":
        types = {_literal_type(d.child_by_field_name("value")) for d in found}
        words[-1] = types.pop() if len(types) == 1 else ""
    elif of.type not in ("primitive_type", "sized_type_specifier") and words[-1] not in _NUMBER_NAMES:
        return ""
    return " ".join(words) if words[-1] else ""


def _literal_type(value: Node | None) -> str:
    """The type of a literal, where it is plain to see."""
    text = text_of(value)
    if text in ("true", "false"):
        return "bool"
    literal = re.fullmatch(r"[-+]?\s*(?:(\d{1,9})|(?:\d+\.\d*|\.\d+|\d+(?=[eE]))(?:[eE][-+]?\d+)?([fF])?)", text)
    if literal is None or re.match(r"[-+]?\s*0\d", text):
        return ""
    return "int" if literal[1] else "float" if literal[2] else "double"


def assignment(node: Node, number: str) -> list[Edit]:
    """``double a = 1, b{2}, c;`` as ``a = 1, b = {2}, c = {};``, and ``int A::n = 3;`` as ``A::n = 3;``."""
    found = declarators(node)
    words = {*specifiers(node)}
    is_const = "const" in words
    if not found or {"constexpr", "extern", "thread_local"} & words or (is_const and not number):
        return []
    changes = [Edit(node.start_byte, found[0].start_byte)]
    for declarator in found:
        name = plain_name(declarator)
        if name.type not in ("identifier", "qualified_identifier"):
            return []
        is_assigned = any(c.type == "=" for c in declarator.children)
        if not is_assigned and not number:
            return []  # what is in brackets are the arguments of a constructor
        if is_const:
            changes += (Edit(name.start_byte, name.start_byte, ("::doublet::detail::writable(",)), Edit(name.end_byte, name.end_byte, (")",)))
        if declarator.type != "init_declarator":
            changes.append(Edit(declarator.end_byte, declarator.end_byte, (" = {}",)))
        elif not is_assigned:
            changes.append(Edit(name.end_byte, name.end_byte, (" =",)))
    return changes
