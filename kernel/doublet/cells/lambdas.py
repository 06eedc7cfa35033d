"""Lambdas at the top level of a cell: their captures, and the names that their classes get.

A lambda's captures name variables as if they were local: ``[=]`` and ``[x]`` copy them, ``[&]`` refers to them.

For C++ the class of a lambda that stands outside of functions has no name that another translation unit could know,
and neither has a variable whose type depends on it. Cling would make such a variable anew in each cell that uses it.
In an ``inline`` function the class has such a name, so lambdas of variables are put into functions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from doublet.cells.declarators import declarators, specifiers
from doublet.cells.edits import Edit, Span
from doublet.cells.references import local_names
from doublet.cells.scanner import WORD
from doublet.cells.syntax import Kind, declared, descendants, text_of

if TYPE_CHECKING:
    from tree_sitter import Node

__all__ = ["has_classes", "is_stateless", "lambdas", "returns_deduced"]

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


def has_classes(node: Node) -> bool:
    """Whether a function defines classes of its own: those of lambdas, or local ones."""
    body = node.child_by_field_name("body")
    return body is not None and any(n.type in ("lambda_expression", *_CLASSES) for n in descendants(body))


def returns_deduced(node: Node) -> bool:
    """Whether what a function returns may be of a class that it defines itself."""
    of = node.child_by_field_name("type")
    return of is not None and "auto" in text_of(of)


def lambdas(node: Node, outside: bool, kind_of: Callable[[str], Kind | None], expand: Callable[[str], str]) -> Iterator[Edit]:
    """What to change for the lambdas in an item that is `outside` functions for the compiler, or that is not."""
    captures = _Captures(node, outside, kind_of, expand)
    functions: list[str | Span] = []
    for number, found in enumerate(_nearest(node)):
        parameters, changes = captures.of(found, outside)
        if not (outside and _has_to_be_named(node, found)):
            yield from _called(found, parameters, changes, "" if outside else "&")
            continue
        if not functions:
            functions.append("namespace __doublet_lambdas_@ { ")
        constant = "constexpr " if "constexpr" in specifiers(node) else ""
        functions.append(f"inline {constant}auto lambda_{number}({_references(parameters)}) {{ return ")
        functions += _changed(Span(found.start_byte, found.end_byte), changes)
        functions.append("; } ")
        call = f"__doublet_lambdas_@::lambda_{number}({', '.join(parameters)})"
        yield Edit(found.start_byte, found.end_byte, (call,))
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


def _changed(span: Span, changes: list[Edit]) -> Iterator[str | Span]:
    """A part of the text with changes in it."""
    at = span.start
    for change in sorted(changes, key=lambda edit: edit.start):
        yield from (Span(at, change.start), *change.parts)
        at = change.end
    yield Span(at, span.stop)


def _called(found: Node, parameters: list[str], changes: list[Edit], default: str) -> Iterator[Edit]:
    """The lambda as what another one returns that is called at once with what it copies."""
    if parameters:
        yield Edit(found.start_byte, found.start_byte, (f"[{default}]({_references(parameters)}) {{ return ",))
    yield from changes
    if parameters:
        yield Edit(found.end_byte, found.end_byte, (f"; }}({', '.join(parameters)})",))


def _references(names: list[str]) -> str:
    """Parameters that refer to the variables: a copy of a reference is a copy of the object, also of an array."""
    return ", ".join(f"decltype(({name})) {name}" for name in names)


class _Captures:
    """What the lambdas in an item capture; a variable has to be local before it can be copied."""

    def __init__(self, node: Node, outside: bool, kind_of: Callable[[str], Kind | None], expand: Callable[[str], str]) -> None:
        self._kind_of = kind_of
        self._expand = expand
        self._local = [*local_names(node)]
        defines = outside and node.type == "declaration"
        self._own = {name: d.end_byte for d in (declarators(node) if defines else ()) for name in declared(d)}

    def of(self, found: Node, outside: bool, known: frozenset[str] = frozenset()) -> tuple[list[str], list[Edit]]:
        """The variables that it copies, and the changes in it; those `known` are local already."""
        captures = found.child_by_field_name("captures")
        parameters: list[str] = []
        changes: list[Edit] = []
        if captures is not None:
            parameters, kept, listed = self._captured(found, captures, outside, known)
            if kept != listed:
                size = captures.end_byte - captures.start_byte - 2
                changes.append(Edit(captures.start_byte + 1, captures.end_byte - 1, (", ".join(kept).ljust(size),)))
        for inner in _nearest(found):
            changes += _called(inner, *self.of(inner, False, known | {*parameters}), "&")
        return parameters, changes

    def _captured(
        self, found: Node, captures: Node, outside: bool, known: frozenset[str]
    ) -> tuple[list[str], list[str], list[str]]:
        """The variables that it copies, its captures, and those that are written."""
        listed = [part.strip() for part in text_of(captures)[1:-1].split(",") if part.strip()]
        default = listed[0] if listed and listed[0] in ("&", "=") else ""
        others = listed[bool(default) :]
        copied = [name for name in others if self._is_variable(name, found, known)]
        if default == "=":
            named = {capture.removeprefix("&").split("=")[0].strip() for capture in others}
            used = dict.fromkeys(WORD.findall(self._expand(text_of(found))))
            copied += [name for name in used if name not in named and self._is_variable(name, found, known)]
        kept = [default] if default and (copied or not outside) else []
        for capture in others:
            name = capture.removeprefix("&").strip()
            if capture != name and name in self._own:
                continue  # by its own name, whatever that becomes
            if capture != name and self._is_variable(name, found, known):
                kept.append(f"{capture} = {name}")
            elif self._kind_of(name) != "constant" or self._is_local(name, found):
                kept.append(capture)
        return copied, kept, listed

    def _is_variable(self, name: str, found: Node, known: frozenset[str]) -> bool:
        end = self._own.get(name)
        is_known = self._kind_of(name) == "variable" if end is None else end <= found.start_byte
        return is_known and name not in known and not self._is_local(name, found)

    def _is_local(self, name: str, found: Node) -> bool:
        return any(n == name and start <= found.start_byte < end for n, start, end in self._local)


def _nearest(node: Node) -> Iterator[Node]:
    """The lambdas in it, without those that are in others or in functions of classes."""
    return (n for n in descendants(node, _FUNCTIONS) if n.type == "lambda_expression")
