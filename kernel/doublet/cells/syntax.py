"""What an item is and which names it defines, read from tree-sitter's syntax tree of it alone."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Literal

import tree_sitter_cpp
from tree_sitter import Language, Node, Parser

from doublet.cells.scanner import WORD
from doublet.cells.signatures import head, signature, written
from doublet.cells.tree import descendants, text_of

__all__ = ["Kind", "Names", "class_with_variables", "classify", "declared", "descendants", "find", "is_expression", "pointed_into", "templated", "text_of"]

Kind = Literal["directive", "function", "type", "variable", "constant", "using", "other", "statement", "value"]
"""A constant's value is known to the compiler; a variable, also a const one, gets its value when the cell runs."""

_DECLARATIONS: dict[str, Kind] = {
    "function_definition": "function",
    "declaration": "variable",
    "class_specifier": "type",
    "struct_specifier": "type",
    "union_specifier": "type",
    "enum_specifier": "type",
    "type_definition": "type",
    "alias_declaration": "type",
    "concept_definition": "type",
    "using_declaration": "using",
    "namespace_definition": "other",
    "namespace_alias_definition": "other",
    "linkage_specification": "other",
    "static_assert_declaration": "other",
    "template_instantiation": "other",
    "attribute_declaration": "other",
}


_TO_COMPOUND = re.compile(
    r"(?:(?:const|static|inline|extern|unsigned|signed|long)\s+)*(?:auto|bool|char|short|int|long|float|double|std::[\w:<>, ]+)"
    r"(?:\s+const)?\s*(\()\s*[&*]+\s*\w+\s*(\)\s*(?:\[[^]]*\]|\([^()]*\)(?=\s*[={])))"
)

_TO_PROCEDURE = re.compile(r"\s*(?:(?:static|inline|const|extern)\s+)*(void)\s*\(\s*\*+\s*(?:const\s+)?\w+\s*\)\s*\(\s*\)")
_TO_MEMBER = re.compile(r"[\w:<>,\s*&]*?\(?\s*((?:\w+(?:<[^()]*>)?\s*::\s*)+)\*")
"""A variable that is a pointer to a member, which the grammar does not know."""


@cache
def _parser() -> Parser:
    return Parser(Language(tree_sitter_cpp.language()))


def classify(source: str) -> tuple[Kind, Node | None]:
    """What an item is that ends with its ``;`` or ``}``, and its syntax tree."""
    root = _parser().parse(_plain(source).encode()).root_node
    node = next((child for child in root.children if child.type != "comment"), None)
    whole = node
    while node is not None and node.type == "template_declaration":
        node = templated(node)
    if node is None or whole is None:
        return "statement", None
    other: Kind = "other" if whole.type == "template_declaration" else "statement"
    return _DECLARATIONS.get(node.type, other), whole


def pointed_into(source: str) -> frozenset[str]:
    """The names of the class into which a variable points, if it is a pointer to a member."""
    match = _TO_MEMBER.match(source)
    return frozenset(WORD.findall(match[1])) if match else frozenset()


def _plain(source: str) -> str:
    """``int (&r)[3] = a;`` and ``int A::*p;``, which the grammar takes for something else, as ``int  &r     = a;`` and ``int *p;``.

    Also ``void (*f)() = g;``, which it takes for an assignment to the result of a call, as ``bool (*f)() = g;``.
    """
    if match := _TO_PROCEDURE.match(source):
        source = source[: match.start(1)] + "bool" + source[match.end(1) :]
    if match := _TO_MEMBER.match(source):
        source = _blanked(source, *match.span(1))
    match = _TO_COMPOUND.match(source)
    for number in (1, 2) if match else ():
        source = _blanked(source, *match.span(number))  # type: ignore[union-attr]  # there is one
    return source


def _blanked(source: str, start: int, end: int) -> str:
    return source[:start] + " " * (end - start) + source[end:]


def is_expression(node: Node | None, is_variable: Callable[[str], bool]) -> bool:
    """Whether ``a * b;``, ``a < b > c;`` or ``std::move(x);`` is a statement, for `a` is a value."""
    if node is None or node.type != "declaration":
        return False
    of = node.child_by_field_name("type")
    if of is None:
        return False
    text = (of.text or b"").decode()
    if text == "typeid":
        return True
    name = WORD.match(text)
    if of.type in ("type_identifier", "template_type") and name and is_variable(name[0]):
        return True
    declarator = node.child_by_field_name("declarator")
    return of.type == "qualified_identifier" and declarator is not None and declarator.type == "parenthesized_declarator"


def class_with_variables(node: Node) -> tuple[int, int, str] | None:
    """Where the class of ``static struct P { ... } p;`` begins and ends, and how `p` is declared without: ``static P``."""
    of = node.child_by_field_name("type") if node.type == "declaration" else None
    if of is None or of.child_by_field_name("body") is None or of.child_by_field_name("name") is None:
        return None
    head = [text_of(c) for c in node.children if c.end_byte <= of.start_byte]
    declaration = " ".join((*head, text_of(of.child_by_field_name("name")), ""))
    return of.start_byte, of.end_byte, declaration


class Names:
    """What a declaration defines, read from its syntax tree."""

    def __init__(self, node: Node, is_value: Callable[[str], bool]) -> None:
        self._is_value = is_value
        self.names: list[str] = []
        self.key = ""
        self.path, self.path_at = "", 0
        self.kind: Kind | None = None
        self.declares_only = False
        self.body = 0
        self._numbers: dict[str, str] = {}
        heads = []
        while node.type == "template_declaration":
            heads.append(head(node, self._numbers))
            node = templated(node)
        self.is_special = "<>" in heads
        self.is_template = any(found != "<>" for found in heads)
        self._head = "".join(heads)
        self.start = node.start_byte
        self._read(node)

    def _read(self, node: Node) -> None:
        name = node.child_by_field_name("name")
        if node.type in ("class_specifier", "struct_specifier", "union_specifier", "enum_specifier"):
            self._read_type(node)
        elif node.type in ("alias_declaration", "concept_definition"):
            self.names += WORD.findall(text_of(name))[:1]
        elif node.type == "type_definition":
            self.names += [n for d in node.children_by_field_name("declarator") for n in declared(d)]
        elif node.type == "using_declaration":
            self.names += WORD.findall(text_of(node))[-1:]
        elif node.type in ("function_definition", "declaration"):
            self._read_declaration(node)
        elif node.type == "template_instantiation":
            self.kind = "type"  # like one, it is there once, and again for another template
            self.names.append(" ".join(text_of(node).split()).replace("::", ":"))

    def _read_type(self, node: Node) -> None:
        name = node.child_by_field_name("name")
        body = node.child_by_field_name("body")
        self.declares_only = body is None
        self.names += WORD.findall(text_of(name))[:1]
        if name is not None and name.type == "qualified_identifier":
            self.path, self.path_at = written(name, self._numbers), name.start_byte
            self.key = self._head + self.path
        if name is not None and name.type == "template_type":
            self.key = self._head + written(name.child_by_field_name("arguments"), self._numbers)
        if node.type == "enum_specifier" and body is not None and "class" not in text_of(node).split("{")[0]:
            self.names += [text_of(e.child_by_field_name("name")) for e in body.children if e.type == "enumerator"]

    def _read_declaration(self, node: Node) -> None:
        of = node.child_by_field_name("type")
        if of is not None and of.child_by_field_name("body") is not None:
            self._read_type(of)
        declarators = node.children_by_field_name("declarator")
        self.declares_only |= _is_elsewhere(node)
        for declarator in declarators:
            function = _function_declarator(declarator)
            called = ""
            if function is not None and not self._are_arguments(function.child_by_field_name("parameters")):
                self.kind = "function"
                called = self._head + signature(function, of, self._numbers, is_template=self.is_template)
                self.is_template |= any(c.type == "placeholder_type_specifier" for c in descendants(function, ("trailing_return_type", "requires_clause")))
                self.declares_only = node.type == "declaration" and "delete" not in text_of(node)
                self.body = _body(node, function)
            binding = find(declarator, "structured_binding_declarator")
            if binding is not None:
                self.names += [text_of(c) for c in binding.children if c.type == "identifier"]
                continue
            self.names += declared(declarator)
            if (qualified := find(declarator, "qualified_identifier")) is not None:
                self.path, self.path_at = written(qualified, self._numbers), qualified.start_byte
                self.key += self.path
            elif (special := find(declarator, "template_function")) is not None:
                self.key += "" if called else self._head
                self.key += written(special.child_by_field_name("arguments"), self._numbers)
            self.key += called

    def _are_arguments(self, parameters: Node | None) -> bool:
        """Whether ``S s(a, b);`` defines a variable, for `a` is a value."""
        kinds = [p.child_by_field_name("type") for p in parameters.named_children] if parameters is not None else []
        return any(of is not None and of.type == "type_identifier" and self._is_value(text_of(of)) for of in kinds)


def templated(template: Node) -> Node:
    """What a template declares."""
    return next(c for c in reversed(template.children) if c.type not in (";", "comment"))


def _is_elsewhere(node: Node) -> bool:
    """Whether ``extern int n;`` only says that there is a variable."""
    written = [text_of(c) for c in node.children if c.type == "storage_class_specifier"]
    return "extern" in written and not any(d.type == "init_declarator" for d in node.children_by_field_name("declarator"))


def find(node: Node, kind: str) -> Node | None:
    """Follow declarators inwards to a node of this kind."""
    inner: Node | None = node
    while inner is not None and inner.type != kind:
        named = [c for c in inner.named_children if "declarator" in c.type or c.type == kind]
        inner = inner.child_by_field_name("declarator") or (named[0] if named else None)
    return inner


def _function_declarator(node: Node) -> Node | None:
    """The function declarator, unless it declares a pointer to a function."""
    function = find(node, "function_declarator")
    if function is None or function.child_by_field_name("declarator") is None:
        return None
    inner = function.child_by_field_name("declarator")
    return None if inner is not None and inner.type == "parenthesized_declarator" else function


def declared(node: Node) -> list[str]:
    """The name that a declarator declares; the outermost scope if it is qualified."""
    inner: Node | None = node
    while inner is not None and inner.type not in ("identifier", "qualified_identifier", "type_identifier", "operator_name", "destructor_name", "operator_cast", "template_function"):
        inner = inner.child_by_field_name("declarator") or next(
            (c for c in inner.named_children if "declarator" in c.type or c.type.endswith(("identifier", "name"))),
            None,
        )
    text = text_of(inner)
    if inner is not None and inner.type == "operator_name":
        return ["".join(text.split())]
    return WORD.findall(text)[:1]


def _body(node: Node, function: Node) -> int:
    """Where the body begins, 0 if a prototype would say a default argument twice or lack the type."""
    body = node.child_by_field_name("body")
    parameters = function.child_by_field_name("parameters")
    defaults = [p for p in parameters.named_children if p.type == "optional_parameter_declaration"] if parameters else []
    is_known = not defaults and "auto" not in text_of(node.child_by_field_name("type"))
    return body.start_byte if body is not None and is_known else 0
