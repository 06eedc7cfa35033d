"""A cell's text, cut into the items that a C++ program consists of. Pure text: no interpreter is needed.

A cell is a sequence of directives, declarations and statements in any order, perhaps ending with an
expression that has no ``;``, its value. Where an item begins and ends is decided here by brackets and
keywords, which works for text with errors in it, too; what kind of item it is and which names it defines is
read from tree-sitter's syntax tree of that item alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Literal

import tree_sitter_cpp
from tree_sitter import Language, Node, Parser

Kind = Literal["directive", "function", "type", "variable", "namespace", "using", "other", "statement", "value"]
Completeness = Literal["complete", "incomplete", "invalid"]

_TOKENS = re.compile(
    r"""(?P<comment>//(?:[^\n\\]|\\.|\\\n)*|/\*.*?\*/)
      | (?P<raw>(?:u8|[uUL])?R"(?P<mark>[^()\\\s]{0,16})\(.*?\)(?P=mark)")
      | (?P<string>(?:u8|[uUL])?"(?:[^"\\\n]|\\.)*")
      | (?P<number>\b\d(?:'?[\w.])*)
      | (?P<char>(?:u8|[uUL])?'(?:[^'\\\n]|\\.)+')
      | (?P<open>/\*|(?:u8|[uUL])?R"[^()\\\s]{0,16}\(|"|')
      | (?P<directive>(?:(?<=\n)|\A)[ \t]*\#(?:[^\n\\]|\\.|\\\n)*)
    """,
    re.VERBOSE | re.DOTALL,
)
_PAIRS = {")": "(", "]": "[", "}": "{"}
_CLASS_HEAD = re.compile(r"(?:typedef|static|inline|const|constexpr|extern|thread_local|\s)*\b(class|struct|union|enum)\b")
_FUNCTION_END = re.compile(
    r"\)\s*(?:(?:const|volatile|noexcept|override|final|mutable|try|&&?)\s*|noexcept\s*\(.*\)\s*)*"
    r"(?:->[^;{}]*|\brequires\b[^;{}]*)?$",
    re.DOTALL,
)
_INITIALISER_LIST = re.compile(r"\)\s*(?:noexcept\s*)?:[^:]", re.DOTALL)
_ASSIGNED = re.compile(r"(?<![=!<>+\-*/%&|^])=(?!=)")
_WORD = re.compile(r"[A-Za-z_]\w*")

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
    "namespace_definition": "namespace",
    "namespace_alias_definition": "other",
    "linkage_specification": "other",
    "static_assert_declaration": "other",
    "template_instantiation": "other",
    "attribute_declaration": "other",
}


@dataclass(frozen=True)
class Item:
    """One item of a cell: its text as typed and where it begins (line and column count from 0)."""

    kind: Kind
    text: str
    line: int
    column: str
    """What stands before the item on its first line, with everything but tabs made blank."""
    names: tuple[str, ...] = ()
    """The names it defines at the top level; ``A`` for a member ``A::f`` defined out of line."""
    key: str = ""
    """What tells the definitions of one name apart: parameter types, template arguments, member names."""
    uses: frozenset[str] = frozenset()
    """Every identifier in it."""
    declares_only: bool = False
    """A function that has no body here, or a class that is only announced."""
    bindings: tuple[str, ...] = ()
    """The names of a structured binding."""
    runs_const: str = ""
    """The name of a const or inline variable whose initialiser is not a constant."""
    lambda_only: bool = False
    """A variable that is a lambda without captured state: it behaves as a function."""


@dataclass(frozen=True)
class Unclosed:
    """A bracket, string or comment that is opened but not closed, or closed but not opened."""

    text: str
    line: int
    column: int
    message: str


@dataclass(frozen=True)
class Cell:
    """A cell cut into items; `problem` says why it could not be cut."""

    text: str
    items: tuple[Item, ...] = ()
    problem: Unclosed | None = None
    words: frozenset[str] = field(default=frozenset())


def parse(text: str, is_variable: Callable[[str], bool] = lambda _: False) -> Cell:
    """Cut a cell into items.

    `is_variable` tells what C++ itself needs to know to read ``a * b;``: whether a name stands for a value.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    masked, problem = _mask(text)
    problem = problem or _unbalanced(masked)
    if problem:
        return Cell(text, problem=problem)
    known: set[str] = set()

    def variable(name: str) -> bool:
        return name in known or is_variable(name)

    items = []
    for start, end in _cut(masked):
        item = _item(text, masked, start, end, variable)
        constant = re.match(r"\s*(static\s+|inline\s+)*const", item.text) and not item.runs_const
        known.update(item.names if item.kind in ("variable", "function") and not constant else ())
        items.append(item)
    return Cell(text, tuple(items), words=frozenset(_WORD.findall(masked)))


def is_complete(text: str) -> tuple[Completeness, str]:
    """Whether a console should run the text, and how far the next line is to be indented if not."""
    text = text.replace("\r\n", "\n")
    masked, problem = _mask(text)
    problem = problem or _unbalanced(masked)
    if problem and problem.message.startswith("unmatched"):
        return "invalid", ""
    depth = sum(masked.count(c) for c in "([{") - sum(masked.count(c) for c in ")]}")
    if problem:
        return ("invalid", "") if problem.text in "\"'" else ("incomplete", "    " * max(depth, 0))
    if text.rstrip(" \t").endswith("\\"):
        return "incomplete", ""
    opened = len(re.findall(r"^[ \t]*#[ \t]*if", text, re.MULTILINE))
    if opened > len(re.findall(r"^[ \t]*#[ \t]*endif", text, re.MULTILINE)):
        return "incomplete", ""
    return "complete", ""


def _mask(text: str) -> tuple[str, Unclosed | None]:
    """Blank out comments, literals and directives, so that brackets and names can be counted."""
    problem: Unclosed | None = None

    def blank(match: re.Match[str]) -> str:
        nonlocal problem
        found = match[0]
        if match.lastgroup == "open" and problem is None:
            what = {"/": "comment", '"': "string", "'": "character"}.get(found[0], "raw string")
            problem = _unclosed(text, match.start(), found, f"unterminated {what}")
        if match.lastgroup in ("string", "raw", "char"):
            return '"' + re.sub(r"[^\n]", " ", found[1:-1]) + '"'
        if match.lastgroup == "number":
            return re.sub(r"\D", "0", found)
        if match.lastgroup == "directive":
            return "#" + re.sub(r"[^\n]", " ", found[1:])
        return re.sub(r"[^\n]", " ", found)

    return _TOKENS.sub(blank, text), problem


def _unclosed(text: str, at: int, what: str, message: str) -> Unclosed:
    return Unclosed(what, text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at), message)


def _unbalanced(masked: str) -> Unclosed | None:
    stack: list[tuple[str, int]] = []
    for match in re.finditer(r"[()\[\]{}]", masked):
        bracket = match[0]
        if bracket in "([{":
            stack.append((bracket, match.start()))
        elif not stack or stack[-1][0] != _PAIRS[bracket]:
            return _unclosed(masked, match.start(), bracket, f"unmatched '{bracket}'")
        else:
            stack.pop()
    if stack:
        bracket, at = stack[-1]
        return _unclosed(masked, at, bracket, f"'{bracket}' is not closed")
    return None


def _cut(masked: str) -> Iterator[tuple[int, int]]:
    """Yield where items begin and end."""
    at, end = 0, len(masked)
    while True:
        while at < end and masked[at].isspace():
            at += 1
        if at >= end:
            return
        stop = _end_of_item(masked, at)
        yield at, stop
        at = stop


def _end_of_item(masked: str, start: int) -> int:
    if masked[start] == "#":
        match = re.compile(r"#[ ]*(?:\n[ ]+(?=\n|\Z))*").match(masked, start)
        newline = masked.find("\n", start)
        return (match.end() if match else newline) if newline >= 0 else len(masked)
    depth = opened = 0
    for match in re.compile(r"[()\[\]{};#]").finditer(masked, start):
        char, at = match[0], match.start()
        if char in "([{":
            opened = at if depth == 0 and char == "{" else opened
            depth += 1
        elif char in ")]}":
            depth -= 1
            if depth == 0 and char == "}" and _ends_with_brace(masked, start, opened, at + 1):
                return at + 1
        elif char == ";" and depth == 0 and not _continues(masked, start, at + 1):
            return at + 1
        elif char == "#" and depth == 0:
            return at
    return len(masked)


def _continues(masked: str, start: int, after: int) -> bool:
    """Whether ``if (a) b;`` goes on with ``else``."""
    first = _WORD.match(masked, start)
    return bool(first and first[0] == "if" and re.compile(r"\s*else\b").match(masked, after))


def _ends_with_brace(masked: str, start: int, opened: int, after: int) -> bool:
    """Whether the item is over when the brace that was opened at depth 0 closes."""
    head = masked[start:opened].strip()
    first = _WORD.match(head)
    word = first[0] if first else ""
    if not head or (word in ("namespace", "inline") and re.match(r"(inline\s+)?namespace\b", head)):
        return True
    if word == "extern" and head.endswith('"'):
        return True
    if word in ("if", "for", "while", "switch", "try", "do"):
        following = _WORD.match(masked[after:].lstrip())
        if word == "do":
            return False
        return not (following and following[0] in ("else", "catch"))
    plain = _without_template_head(head)
    if _CLASS_HEAD.match(plain) and not _FUNCTION_END.search(plain):
        return False
    if re.search(r"\brequires\s*(\([^()]*\))?$", plain):
        return False
    named = re.sub(r"\boperator\s*[^\s\w(]+|\boperator\s*\(\s*\)", "operator_", plain)
    outside = _outside_brackets(named)
    if _ASSIGNED.search(outside) or re.match(r"\[(?!\[)", plain) or re.search(r"[(=,<]\s*\[[^\]]*\]\s*$", outside):
        return False
    return bool(_FUNCTION_END.search(plain) or (_INITIALISER_LIST.search(plain) and plain.endswith("}")))


def _outside_brackets(text: str) -> str:
    """Drop what stands in round or curly brackets."""
    kept, depth = [], 0
    for char in text:
        if char in "({":
            depth += 1
        elif char in ")}":
            depth -= 1
        elif depth == 0:
            kept.append(char)
    return "".join(kept)


def _without_template_head(head: str) -> str:
    while match := re.match(r"template\s*<", head):
        depth, at = 1, match.end()
        while at < len(head) and depth:
            depth += {"<": 1, ">": -1}.get(head[at], 0)
            at += 1
        head = head[at:].lstrip()
    return head


@cache
def _parser() -> Parser:
    return Parser(Language(tree_sitter_cpp.language()))


def _item(text: str, masked: str, start: int, end: int, is_variable: Callable[[str], bool]) -> Item:
    source = text[start:end]
    line_start = text.rfind("\n", 0, start) + 1
    column = re.sub(r"[^\t]", " ", text[line_start:start])
    line = text.count("\n", 0, start)
    uses = frozenset(_WORD.findall(masked[start:end]))
    if masked[start] == "#":
        define = re.match(r"#\s*(?:define|undef)\s+(\w+)", source)
        names = (define[1],) if define else ()
        return Item("directive", source, line, column, names, uses=frozenset(_WORD.findall(source)))
    terminated = masked[start:end].rstrip()[-1:] in (";", "}")
    kind, node = _classify(source if masked[start:end].rstrip().endswith(("}", ";")) else source + ";")
    if kind == "variable" and _is_expression(node, is_variable):
        kind = "statement"
    if not masked[start:end].rstrip().endswith(";") and kind == "statement" and _is_value(masked[start:end]):
        return Item("value", source, line, column, uses=uses)
    if kind == "statement" or node is None or not terminated:
        return Item("statement" if kind == "statement" else kind, source, line, column, uses=uses)
    found = _Names(node)

    def is_dynamic(initialiser: str) -> bool:
        return bool(re.search(r"[(.\[]|->", initialiser)) or any(map(is_variable, _WORD.findall(initialiser)))

    return Item(
        found.kind or kind,
        source,
        line,
        column,
        tuple(dict.fromkeys(found.names)),
        found.key,
        uses,
        found.declares_only,
        tuple(found.bindings),
        found.constant if is_dynamic(found.initialiser) else "",
        found.lambda_only,
    )


def _is_value(masked: str) -> bool:
    first = _WORD.match(masked)
    controls = ("if", "for", "while", "switch", "try", "do", "throw", "return", "delete", "goto", "static_assert")
    return not (first and first[0] in controls) and not masked.startswith("{")


def _classify(source: str) -> tuple[Kind, Node | None]:
    root = _parser().parse(source.encode()).root_node
    node = next((child for child in root.children if child.type != "comment"), None)
    whole = node
    while node is not None and node.type == "template_declaration":
        node = next((c for c in reversed(node.children) if c.type not in (";", "comment")), None)
    if node is None or whole is None:
        return "statement", None
    kind = _DECLARATIONS.get(node.type)
    if kind is None:
        return ("other", None) if whole.type == "template_declaration" else ("statement", None)
    return kind, whole


def _is_expression(node: Node | None, is_variable: Callable[[str], bool]) -> bool:
    """Whether ``a * b;``, ``a < b > c;`` or ``std::move(x);`` is a statement, for `a` is a value."""
    if node is None or node.type != "declaration":
        return False
    of = node.child_by_field_name("type")
    if of is None:
        return False
    text = (of.text or b"").decode()
    name = _WORD.match(text)
    if of.type in ("type_identifier", "template_type") and name and is_variable(name[0]):
        return True
    declarator = node.child_by_field_name("declarator")
    return of.type == "qualified_identifier" and declarator is not None and declarator.type == "parenthesized_declarator"


class _Names:
    """What a declaration defines, read from its syntax tree."""

    def __init__(self, node: Node) -> None:
        self.names: list[str] = []
        self.bindings: list[str] = []
        self.key = ""
        self.kind: Kind | None = None
        self.declares_only = False
        self.lambda_only = False
        self.constant = ""
        self.initialiser = ""
        while node.type == "template_declaration":
            parameters = node.child_by_field_name("parameters")
            self.key += _squeeze(parameters)
            node = next(c for c in reversed(node.children) if c.type not in (";", "comment"))
        self._read(node)

    def _read(self, node: Node) -> None:
        name = node.child_by_field_name("name")
        if node.type in ("class_specifier", "struct_specifier", "union_specifier", "enum_specifier"):
            self._read_type(node)
        elif node.type in ("alias_declaration", "concept_definition", "namespace_definition"):
            self.names += _WORD.findall(_text(name))[:1]
        elif node.type == "type_definition":
            self.names += [n for d in node.children_by_field_name("declarator") for n in _declared(d)]
        elif node.type == "using_declaration":
            self.names += _WORD.findall(_text(node))[-1:]
        elif node.type in ("function_definition", "declaration"):
            self._read_declaration(node)

    def _read_type(self, node: Node) -> None:
        name = node.child_by_field_name("name")
        body = node.child_by_field_name("body")
        self.declares_only = body is None
        self.names += _WORD.findall(_text(name))[:1]
        if name is not None and name.type == "template_type":
            self.key += _squeeze(name.child_by_field_name("arguments"))
        if node.type == "enum_specifier" and body is not None and "class" not in _text(node).split("{")[0]:
            self.names += [_text(e.child_by_field_name("name")) for e in body.children if e.type == "enumerator"]

    def _read_declaration(self, node: Node) -> None:
        of = node.child_by_field_name("type")
        if of is not None and of.child_by_field_name("body") is not None:
            self._read_type(of)
        declarators = node.children_by_field_name("declarator")
        for declarator in declarators:
            function = _function_declarator(declarator)
            if function is not None:
                self.kind = "function"
                self.key += _signature(function)
                self.declares_only = node.type == "declaration" and "delete" not in _text(node)
            binding = _find(declarator, "structured_binding_declarator")
            if binding is not None:
                self.bindings += [_text(c) for c in binding.children if c.type == "identifier"]
                self.names += self.bindings
                continue
            value = declarator.child_by_field_name("value")
            words = [_text(c) for c in node.children if c.type in ("type_qualifier", "storage_class_specifier")]
            inner = declarator.child_by_field_name("declarator") if value is not None else declarator
            if len(declarators) == 1 and "const" in words and inner is not None and inner.type == "identifier":
                self.constant, self.initialiser = _text(inner), _text(value)
            if value is not None and value.type == "lambda_expression" and len(declarators) == 1:
                captures = _text(value.child_by_field_name("captures"))
                self.lambda_only = captures in ("[]", "[&]", "[=]")
            self.names += _declared(declarator)
            qualified = _find(declarator, "qualified_identifier")
            if qualified is not None:
                self.key = _text(qualified) + self.key


def _text(node: Node | None) -> str:
    return (node.text or b"").decode() if node is not None else ""


def _squeeze(node: Node | None) -> str:
    return " ".join(_text(node).split())


def _find(node: Node, kind: str) -> Node | None:
    """Follow declarators inwards to a node of this kind."""
    inner: Node | None = node
    while inner is not None and inner.type != kind:
        named = [c for c in inner.named_children if "declarator" in c.type or c.type == kind]
        inner = inner.child_by_field_name("declarator") or (named[0] if named else None)
    return inner


def _function_declarator(node: Node) -> Node | None:
    """The function declarator, unless it declares a pointer to a function."""
    function = _find(node, "function_declarator")
    if function is None or function.child_by_field_name("declarator") is None:
        return None
    inner = function.child_by_field_name("declarator")
    return None if inner is not None and inner.type == "parenthesized_declarator" else function


def _declared(node: Node) -> list[str]:
    """The name that a declarator declares; the outermost scope if it is qualified."""
    inner: Node | None = node
    while inner is not None and inner.type not in ("identifier", "qualified_identifier", "type_identifier", "operator_name", "destructor_name", "operator_cast", "template_function"):
        inner = inner.child_by_field_name("declarator") or next(
            (c for c in inner.named_children if "declarator" in c.type or c.type.endswith(("identifier", "name"))),
            None,
        )
    text = _text(inner)
    if inner is not None and inner.type == "operator_name":
        return ["".join(text.split())]
    return _WORD.findall(text)[:1]


def _signature(function: Node) -> str:
    """The parameter types, without names and defaults, and what follows them."""
    parts = []
    parameters = function.child_by_field_name("parameters")
    for parameter in parameters.named_children if parameters is not None else ():
        declarator = parameter.child_by_field_name("declarator")
        default = parameter.child_by_field_name("default_value")
        text = _text(parameter)
        if default is not None:
            text = text[: text.rfind("=")]
        if declarator is not None:
            for name in _declared(declarator):
                text = re.sub(rf"\b{re.escape(name)}\b(?!.*\b{re.escape(name)}\b)", "", text)
        parts.append(" ".join(text.split()))
    after = [_squeeze(c) for c in function.children if c.type in ("type_qualifier", "ref_qualifier")]
    return f"({', '.join(parts)}){' '.join(after)}"
