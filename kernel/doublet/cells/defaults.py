"""Default arguments that only a function's prototype has, which a definition in a cell hides."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest
from typing import TYPE_CHECKING

from doublet.cells.edits import Edit
from doublet.cells.syntax import classify, find, text_of

if TYPE_CHECKING:
    from tree_sitter import Node

__all__ = ["completed", "default_arguments"]


def default_arguments(text: str, prototype: str) -> tuple[Edit, ...]:
    """What to write into the definition `text` so that its parameters have the defaults of the `prototype`, too."""
    pairs = zip_longest(_parameters(text), _parameters(prototype))
    return tuple(Edit(at, at, (f" {default}",)) for (at, own), (_, default) in pairs if default and not own)


def completed(text: str, prototype: str) -> str:
    """The definition with these default arguments."""
    for edit in reversed(default_arguments(text, prototype)):
        text = text[: edit.start] + "".join(map(str, edit.parts)) + text[edit.end :]
    return text


def _parameters(text: str) -> Iterator[tuple[int, str]]:
    """For each parameter where it ends, and its default with the ``=`` before it."""
    node = classify(text)[1]
    declarator = node.child_by_field_name("declarator") if node is not None else None
    function = find(declarator, "function_declarator") if declarator is not None else None
    parameters = function.child_by_field_name("parameters") if function is not None else None
    data = text.encode()
    for parameter in parameters.named_children if parameters is not None else ():
        if parameter.type != "comment":
            yield len(data[: parameter.end_byte].decode()), _default(parameter)


def _default(parameter: Node) -> str:
    begin = next((c for c in parameter.children if c.type == "="), None)
    return "" if begin is None else text_of(parameter).encode()[begin.start_byte - parameter.start_byte :].decode()
