"""What cells may not say, found before the compiler sees them: it would take it wrongly, or not say what is wrong."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from doublet.cells import Unclosed
from doublet.cells.syntax import classify, descendants
from doublet.cells.unfinished import unfinished_class
from doublet.engine.planning import is_of_library
from doublet.errors import CppUsageError, Diagnostic

if TYPE_CHECKING:
    from doublet.cells import Cell, Item
    from doublet.engine.definitions import Definitions

__all__ = ["located", "refusal", "unfinished"]

_FUNCTIONS = ("lambda_expression", "function_definition", "field_declaration_list")
_ANNOUNCED = re.compile(r'extern\s+(?!")[^={]*$')

_DEFINE = re.compile(r"#\s*define\s+(\w+)")
_OWN_WORDS = frozenset(
    ["alignas", "alignof", "auto", "bool", "break", "case", "catch", "char", "const", "const_cast", "constexpr", "continue", "decltype", "default", "delete", "do", "double", "dynamic_cast", "else", "enum", "explicit", "extern", "false", "float", "for", "friend", "if", "inline", "int", "long", "mutable", "namespace", "new", "noexcept", "nullptr", "operator", "public", "reinterpret_cast", "return", "short", "signed", "sizeof", "static", "static_cast", "std", "struct", "switch", "template", "this", "throw", "true", "try", "typedef", "typename", "union", "unsigned", "using", "virtual", "void", "while"]
)
"""Of the words of C++ those that a program may not make macros; with ``private`` and ``class``, some do."""
_THREAD_LOCAL = re.compile(r"(?:(?:static|inline)\s+)*thread_local\b")
_THREAD_LOCAL_MEMBER = re.compile(r"\binline\s+(?:static\s+)?thread_local\b|\bthread_local\s+(?:static\s+)?inline\b")


def refusal(parsed: Cell, cell: int, known: Definitions, *, background: bool = False) -> Diagnostic | None:
    """The first thing that is wrong with a cell; raises `CppUsageError` for what is no text of C++ at all."""
    if parsed.problem:
        return located(parsed.problem, parsed.text, cell)
    if any(item.scope[:1] == ("doublet",) for item in parsed.items):
        raise CppUsageError("the namespace 'doublet' is Doublet's own", "give yours another name")
    found = (
        _misplaced(parsed, cell)
        or _defined_twice(parsed, cell)
        or _thread_locals(parsed, cell)
        or _only_announced(parsed, cell, known)
        or _reserved(parsed, cell)
        or _turned(parsed, cell, known)
        or (_late_definition(parsed, cell) if background else None)
    )
    return found and (unfinished(parsed, cell) or found)


def _misplaced(parsed: Cell, cell: int) -> Diagnostic | None:
    """Find what would not mean in a cell what it means in a file: a ``return``."""
    for item in parsed.items:
        node = classify(item.text + ";")[1] if item.kind == "statement" and "return" in item.uses else None
        for inner in (node, *descendants(node, _FUNCTIONS)) if node is not None else ():
            if inner.type == "return_statement":
                row, byte = inner.start_point
                line = item.text.split("\n")[row]
                column = len(line.encode()[:byte].decode()) + (0 if row else len(item.column))
                message = "a cell cannot 'return': end it with an expression without ';' to give it a value, or put this into a function"
                return located(Unclosed("return", item.line + row + 1, column + 1, message), parsed.text, cell)
    return None


def _late_definition(parsed: Cell, cell: int) -> Diagnostic | None:
    """Find a variable that would be there before what is to run in the background before it."""
    begun = False
    for item in parsed.items:
        if begun and item.runs and item.kind == "variable":
            message = "in a cell for the background, variables come before the first statement: what follows runs later"
            return _at(item, message, parsed, cell)
        begun = begun or item.kind == "statement"
    return None


def _defined_twice(parsed: Cell, cell: int) -> Diagnostic | None:
    """Find what a cell defines twice, which Cling would take as a redefinition of an earlier cell's."""
    seen: set[tuple[tuple[str, ...], str, str]] = set()
    for item in parsed.items:
        if item.declares_only or item.kind not in ("function", "type", "variable"):
            continue
        for name in item.names if not item.text.startswith(("typedef", "using")) else ():
            if (item.scope, name, item.key) in seen:
                return _at(item, f"redefinition of '{name}'", parsed, cell)
            seen.add((item.scope, name, item.key))
    return None


def unfinished(parsed: Cell, cell: int) -> Diagnostic | None:
    """Find a class without a ``;`` behind it: what a cell that does not compile says of what follows is beside the point."""
    found = unfinished_class(parsed.masked)
    if found is None:
        return None
    at, kind = found
    line, column = parsed.masked.count("\n", 0, at) + 1, at - parsed.masked.rfind("\n", 0, at)
    return replace(located(Unclosed("", line, column, f"expected ';' after {kind}"), parsed.text, cell), fixits=(";",))


def _only_announced(parsed: Cell, cell: int, definitions: Definitions) -> Diagnostic | None:
    """Find a variable that is announced and nowhere defined: Cling cannot compile what uses it, and may crash."""
    defined = {name for item in parsed.items if not item.declares_only for name in item.names}
    for item in parsed.items:
        if item.kind == "variable" and item.names and not item.scope and not item.runs and _ANNOUNCED.match(item.text):
            name = item.names[0]
            if name in defined or name in definitions.entities or is_of_library(name):
                continue
            message = f"'{name}' is announced but not defined: leave out 'extern', or write 'extern \"C\"' if a library defines it"
            return _at(item, message, parsed, cell)
    return None


def _reserved(parsed: Cell, cell: int) -> Diagnostic | None:
    """Find a macro that would change the code that Doublet compiles around every cell."""
    for item in parsed.items:
        found = _DEFINE.match(item.text) if item.kind == "directive" else None
        if found and (found[1] in _OWN_WORDS or found[1].startswith("doublet")):
            return _at(item, f"'{found[1]}' cannot be a macro, for Doublet's own code needs the word; take another", parsed, cell)
    return None


def _turned(parsed: Cell, cell: int, definitions: Definitions) -> Diagnostic | None:
    """Find a type that becomes a namespace, or was one: the compiler cannot hide either by the other."""
    for item in parsed.items:
        top = item.scope[0] if item.scope else ""
        if top in definitions.entities and definitions.entities[top].is_type:
            return _at(item, f"'{top}' is a type of cell {definitions.entities[top].cells} and cannot become a namespace; take another name", parsed, cell)
        again = [n for n in item.names if n in definitions.namespaces] if item.kind == "type" and not (item.scope or item.path) else []
        if again:
            return _at(item, f"'{again[0]}' is a namespace of another cell and cannot become a type; take another name", parsed, cell)
    return None


def _thread_locals(parsed: Cell, cell: int) -> Diagnostic | None:
    """Find a variable that Cling would initialise for the main thread only, and not in every cell."""
    for item in parsed.items:
        is_variable = item.kind == "variable" and item.names and item.runs and _THREAD_LOCAL.match(item.text)
        if is_variable or (item.kind == "type" and _THREAD_LOCAL_MEMBER.search(item.text)):
            message = (
                f"'{item.names[0]}' would have its first value in one thread only: a thread_local variable that is not "
                "a number with a constant value has to be a function's, as in "
                "'T& values() { thread_local T values = ...; return values; }'"
            )
            return _at(item, message, parsed, cell)
    return None


def _at(item: Item, message: str, parsed: Cell, cell: int) -> Diagnostic:
    """An error at the beginning of an item."""
    return located(Unclosed("", item.line + 1, len(item.column) + 1, message), parsed.text, cell)


def located(problem: Unclosed, text: str, cell: int) -> Diagnostic:
    line = text.splitlines()[problem.line - 1] if text else ""
    return Diagnostic("error", problem.message, cell, None, problem.line, problem.column, line)
