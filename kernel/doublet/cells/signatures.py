"""What tells functions, templates and specialisations of one name apart, in the same words however it is typed.

Parameters lose their names and defaults, those of templates get numbers, and what C++ itself does not tell apart,
such as ``const int`` and ``int`` as a parameter or ``X const&`` and ``const X&``, becomes one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from doublet.cells.tree import descendants, text_of

if TYPE_CHECKING:
    from tree_sitter import Node

__all__ = ["head", "signature", "written"]

_SELECTING = frozenset(("decltype", "enable_if", "enable_if_t"))
"""Words in the type that a template returns which decide whether it is there at all."""
_QUALIFIERS = ("const", "volatile")


def head(template: Node, numbers: dict[str, str]) -> str:
    """The parameters of a template and what it requires of them; `numbers` learns what stands for each name."""
    parameters = template.child_by_field_name("parameters")
    found = [_template_parameter(p, numbers) for p in _typed(parameters)]
    return f"<{','.join(found)}>{_required(template, numbers)}"


def signature(function: Node, returns: Node | None, numbers: Mapping[str, str], *, is_template: bool) -> str:
    """The types of a function's parameters, what follows them, and the type it returns if that selects it."""
    between = function.child_by_field_name("parameters")
    parameters = [_parameter(p, numbers) for p in _typed(between)]
    parameters += ["..."] if between is not None and any(c.type == "..." for c in between.children) else []
    after = [text_of(c) for c in function.children if c.type in ("type_qualifier", "ref_qualifier")]
    trailing = next((c for c in function.children if c.type == "trailing_return_type"), returns)
    result = _tokens(trailing, numbers) if is_template and trailing is not None else []
    selecting = _SELECTING.intersection(result) and "".join(result) != "decltype(auto)"
    return f"({','.join(parameters)}){' '.join(after)}{_required(function, numbers)}{_joined(result) if selecting else ''}"


def written(node: Node | None, numbers: Mapping[str, str]) -> str:
    """The text of a node in the same words however it is typed."""
    return _joined(_tokens(node, numbers)) if node is not None else ""


def _typed(parameters: Node | None) -> list[Node]:
    return [c for c in parameters.named_children if c.type != "comment"] if parameters is not None else []


def _required(node: Node, numbers: Mapping[str, str]) -> str:
    return "".join(written(c, numbers) for c in node.children if c.type == "requires_clause")


def _template_parameter(node: Node, numbers: dict[str, str]) -> str:
    if node.type.endswith("_parameter_declaration") and "type" in node.type:  # class T, class... T, class T = int
        name = next((c for c in node.children if c.type == "type_identifier"), None)
        kind = "class..." if any(c.type == "..." for c in node.children) else "class"
    elif node.type == "template_template_parameter_declaration":
        inner = next((c for c in node.children if c.type.endswith("parameter_declaration")), None)
        name = next((c for c in inner.children if c.type == "type_identifier"), None) if inner is not None else None
        kind = head(node, {}) + "class"
    else:
        declarator = node.child_by_field_name("declarator")
        name = _name(declarator) if declarator is not None else None
        kind = _parameter(node, numbers)
    if name is not None:
        numbers[text_of(name)] = f"${len(numbers)}"
    return kind


def _parameter(node: Node, numbers: Mapping[str, str]) -> str:
    """A parameter's type."""
    declarator = node.child_by_field_name("declarator")
    default = node.child_by_field_name("default_value")
    left_out = [c for c in (declarator, default) if c is not None]
    of = [c for c in node.children if c.type not in ("=", "comment", "attribute_declaration") and c not in left_out]
    qualifiers = sorted({text_of(c) for c in of if text_of(c) in _QUALIFIERS})
    words = [t for c in of if text_of(c) not in _QUALIFIERS for t in _tokens(c, numbers)]
    shape = list(_shape(declarator, numbers)) if declarator is not None else []
    return _joined([*(qualifiers if shape else ()), *_number(words), *shape])


def _shape(declarator: Node, numbers: Mapping[str, str]) -> Iterator[str]:
    """What a declarator says besides the name: ``*``, ``&``, ``(*)(int)``; an array is a pointer."""
    name = _name(declarator)
    inner = declarator.child_by_field_name("declarator")
    if declarator.type.endswith("array_declarator") and (inner is None or inner == name):
        yield "*"
        return
    inside = [declarator, *descendants(declarator)]
    skipped = {c.start_byte for n in inside if _is_last_pointer(n, name) for c in n.children if text_of(c) in _QUALIFIERS}
    skipped |= {n.start_byte for n in inside if n == name or n.type == "comment"}
    leaves = (n for n in inside if not n.children and n.start_byte not in skipped)
    yield from (numbers.get(text_of(n), text_of(n)) for n in leaves)


def _is_last_pointer(node: Node, name: Node | None) -> bool:
    """Whether it is the pointer itself that its qualifiers make constant."""
    inner = node.child_by_field_name("declarator")
    return node.type.endswith("pointer_declarator") and (inner is None or inner == name)


def _name(declarator: Node) -> Node | None:
    if declarator.type.startswith("abstract"):
        return None
    inside = (declarator, *descendants(declarator, ("parameter_list", "argument_list")))
    return next((n for n in inside if n.type == "identifier"), None)


def _number(words: list[str]) -> list[str]:
    """``unsigned int`` as ``unsigned``, ``long int`` as ``long``."""
    short = [w for w in words if w not in ("int", "signed")]
    is_sized = {"unsigned", "long", "short", "signed"} & {*words} and "char" not in words
    return (sorted(short) or ["int"]) if is_sized else words


def _tokens(node: Node, numbers: Mapping[str, str]) -> list[str]:
    leaves = (n for n in (node, *descendants(node)) if not n.children and n.type != "comment")
    return [numbers.get(text, text) for text in map(text_of, leaves) if text]


def _is_word(char: str) -> bool:
    return char.isalnum() or char == "_"


def _joined(tokens: Iterable[str]) -> str:
    text = ""
    for token in tokens:
        text += " " * (_is_word(text[-1:]) and _is_word(token[0])) + token
    return text
