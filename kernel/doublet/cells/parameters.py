"""The names of a lambda's parameters, by which Python may give its arguments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from doublet.cells.syntax import classify, declared

if TYPE_CHECKING:
    from tree_sitter import Node

__all__ = ["lambda_head", "lambda_parameters"]


def lambda_parameters(text: str) -> tuple[str, ...]:
    """Of a variable that is a lambda; one without a name is empty. There are none of a variable that is something else."""
    found = _lambda(text)
    declarator = found.child_by_field_name("declarator") if found is not None else None
    parameters = declarator.child_by_field_name("parameters") if declarator is not None else None
    given = (p for p in (parameters.named_children if parameters is not None else ()) if p.type != "comment")
    return tuple("".join(declared(p)[:1]) if p.child_by_field_name("declarator") is not None else "" for p in given)


def lambda_head(text: str) -> str:
    """A variable that is a lambda without the lambda's body, on one line; empty if it is something else."""
    found = _lambda(text)
    body = found.child_by_field_name("body") if found is not None else None
    return "" if body is None else " ".join(text.encode()[: body.start_byte].decode().split())


def _lambda(text: str) -> Node | None:
    node = classify(text)[1]
    declarator = node.child_by_field_name("declarator") if node is not None and node.type == "declaration" else None
    value = declarator.child_by_field_name("value") if declarator is not None else None
    return value if value is not None and value.type == "lambda_expression" else None
