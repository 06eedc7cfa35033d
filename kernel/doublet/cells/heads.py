"""A function's parameters and what it returns, read from its first line as a message or a cell has it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from doublet.cells.syntax import classify, declared, find, templated, text_of

if TYPE_CHECKING:
    from tree_sitter import Node

__all__ = ["Head", "Parameter", "read_head"]


@dataclass(frozen=True)
class Parameter:
    """A parameter; its name, and its default as C++ writes it, are empty if there is none."""

    name: str
    type: str
    default: str = ""


@dataclass(frozen=True)
class Head:
    """What a function takes and returns."""

    parameters: tuple[Parameter, ...]
    returns: str


def read_head(text: str) -> Head | None:
    """Read ``double f(int n, double x = 1)``, with or without a body, also of a template or a member; None if it is no function."""
    node = classify(text.rstrip().removesuffix(";") + ("" if text.rstrip().endswith("}") else ";"))[1]
    while node is not None and node.type == "template_declaration":
        node = templated(node)
    declarator = node.child_by_field_name("declarator") if node is not None else None
    function = find(declarator, "function_declarator") if declarator is not None else None
    parameters = function.child_by_field_name("parameters") if function is not None else None
    if node is None or declarator is None or function is None or parameters is None:
        return None
    trailing = next((c for c in function.children if c.type == "trailing_return_type"), None)
    written = text_of(node.child_by_field_name("type")) + _around(declarator, function)
    before = "const " if any(c.type == "type_qualifier" and text_of(c) == "const" for c in node.children) else ""
    returns = text_of(trailing).removeprefix("->").strip() if trailing is not None else before + written
    return Head(tuple(_parameter(p) for p in parameters.named_children if p.type != "comment"), returns)


def _parameter(node: Node) -> Parameter:
    declarator = node.child_by_field_name("declarator")
    names = declared(node) if declarator is not None and not declarator.type.startswith("abstract") else []
    name = names[0] if names else ""
    default = node.child_by_field_name("default_value")
    equals = next((c for c in node.children if c.type == "="), None)
    data = (node.text or b"")[: (equals.start_byte - node.start_byte if equals is not None else None)].decode().strip()
    written = "".join(data.rsplit(name, 1)).strip() if name else data
    return Parameter(name, " ".join(written.split()), text_of(default))


def _around(declarator: Node, function: Node) -> str:
    """What a declarator says outside its function: ``*`` or ``&`` of a result."""
    return (declarator.text or b"")[: function.start_byte - declarator.start_byte].decode().strip()
