"""The temporary objects in an expression."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from doublet.cells.tree import descendants, text_of

if TYPE_CHECKING:
    from tree_sitter import Node

__all__ = ["temporaries"]

_TEMPORARIES = frozenset(
    ("call_expression", "compound_literal_expression", "parenthesized_expression", "conditional_expression")
)
_UNEVALUATED = ("lambda_expression", "sizeof_expression", "alignof_expression", "decltype", "template_argument_list")
_MEMBER_OF = re.compile(r"(?:\.|->)\*")


def temporaries(node: Node) -> tuple[str, ...]:
    """The parts of an expression that may be temporary objects, which the value may be a part of."""
    whole = node.children[0] if node.type == "expression_statement" and node.children else node
    inner = [n for n in descendants(whole, _UNEVALUATED) if n.type in _TEMPORARIES]
    return tuple(dict.fromkeys(text_of(n) for n in inner if not _has_no_value(n)))


def _has_no_value(node: Node) -> bool:
    """Brackets that may be around a type, ``(T)``, or that are around a member function, ``(a.*f)(x)``."""
    inside = node.named_children
    return node.type == "parenthesized_expression" and (
        len(inside) != 1
        or inside[0].type.endswith(("identifier", "type", "function"))
        or (node.parent is not None and node.parent.type == "call_expression" and bool(_MEMBER_OF.search(text_of(inside[0]))))
    )
