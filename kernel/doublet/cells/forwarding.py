"""A function written again so that it only calls the first one: the same head, another body."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from doublet.cells.syntax import classify, declared, find, templated, text_of

if TYPE_CHECKING:
    from tree_sitter import Node

__all__ = ["forwarder", "head"]


def head(text: str) -> str:
    """A function without its body, on one line."""
    node = classify(text)[1]
    while node is not None and node.type == "template_declaration":
        node = templated(node)
    body = node.child_by_field_name("body") if node is not None else None
    return " ".join((text if body is None else text.encode()[: body.start_byte].decode()).split())


def forwarder(text: str, name: str) -> str | None:
    """The function or template `name` of the global namespace with a body that calls it.

    A deleted function stays as it is. It is None for what cannot be forwarded: C's variable arguments.
    """
    node = classify(text)[1]
    explicit: list[str] = []
    while node is not None and node.type == "template_declaration":
        parameters = node.child_by_field_name("parameters")
        explicit += [_name(p) for p in parameters.named_children] if parameters is not None else []
        node = templated(node)
    declarator = node.child_by_field_name("declarator") if node is not None else None
    function = find(declarator, "function_declarator") if declarator is not None else None
    body = node.child_by_field_name("body") if node is not None else None
    if function is None or body is None:
        return text if "delete" in text else None
    data = text.encode()
    written, at, values = b"", 0, []
    parameters = function.child_by_field_name("parameters")
    if parameters is not None and any(c.type == "..." for c in parameters.children):
        return None
    for number, parameter in enumerate(parameters.named_children if parameters is not None else ()):
        if parameter.type == "comment" or text_of(parameter) == "void":
            continue
        value = _name(parameter)
        if not value:
            value = f"argument{number + 1}"
            default = next((c for c in parameter.children if c.type == "="), None)
            end = parameter.end_byte if default is None else default.start_byte
            written, at = written + data[at:end].rstrip() + f" {value}{' ' * bool(default)}".encode(), end
            value += "..." if parameter.type.startswith("variadic") else ""
        plain = value.removesuffix("...")
        values.append(f"static_cast<decltype({plain})&&>({plain}){value.removeprefix(plain)}")
    written += data[at : body.start_byte]
    arguments = f"<{', '.join(explicit)}>" if explicit and all(explicit) else ""
    return f"{written.decode()}{{ return ::{name}{arguments}({', '.join(values)}); }}"


def _name(parameter: Node) -> str:
    """The name of a parameter of a function or a template, empty if it has none; with ``...`` if it is a pack."""
    declarator = parameter.child_by_field_name("declarator") or parameter.child_by_field_name("name")
    names = declared(parameter) if declarator is not None else [*_of_type(parameter)]
    pack = "..." if parameter.type.startswith("variadic") else ""
    return f"{names[0]}{pack}" if names else ""


def _of_type(parameter: Node) -> Iterator[str]:
    """The name in ``class T`` and ``class... T``, which the grammar makes no declarator of."""
    if "type_parameter" in parameter.type:
        yield from (text_of(c) for c in parameter.named_children if c.type == "type_identifier")
