"""Where an item has to be written differently so that it means outside functions what it means in a cell.

A cell's variables are global, so that later cells see them; but a cell reads like the body of a function:

- Cling initialises ``const`` and ``inline`` variables before all others of a cell. One whose initialiser is not
  a constant becomes a hidden variable, which keeps its place in the order, and a const reference to it; an
  ``inline static`` member is initialised after its class.
- A structured binding cannot be defined again, references to its parts can.
- Cling makes a ``static`` variable anew, and initialises it again, for each cell that uses it; and it loses what an
  ``inline`` or ``static`` function instantiates with a lambda. Between cells neither word means anything.
- A function that returns an object of a class of its own, such as a lambda, is ``inline`` all the same, or variables
  of that class would be made anew for each cell, too (see `lambdas`); `overloads` puts it where nothing is lost.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from doublet.cells.edits import Edit, Span, blank, declarators, in_characters, specifiers
from doublet.cells.lambdas import has_classes, is_stateless, lambdas, returns_deduced
from doublet.cells.syntax import Kind, declared, descendants, find, text_of

if TYPE_CHECKING:
    from tree_sitter import Node

__all__ = ["edits", "temporaries"]

_LITERALS = frozenset(("number_literal", "char_literal", "true", "false", "sizeof_expression", "string_literal"))
_OPERATIONS = frozenset(
    (
        "binary_expression",
        "unary_expression",
        "parenthesized_expression",
        "conditional_expression",
        "initializer_list",
        "argument_list",
        "concatenated_string",
    )
)
_NUMBERS = ("primitive_type", "sized_type_specifier", "placeholder_type_specifier", "auto")
_NUMBER_NAMES = frozenset(
    prefix + name
    for prefix in ("", "std::")
    for name in ("size_t", "ptrdiff_t", *(f"{u}int{bits}_t" for u in ("", "u") for bits in (8, 16, 32, 64)))
)
_TEMPORARIES = frozenset(
    ("call_expression", "compound_literal_expression", "parenthesized_expression", "conditional_expression")
)
_UNEVALUATED = ("lambda_expression", "sizeof_expression", "alignof_expression", "decltype", "template_argument_list")
_MEMBER_OF = re.compile(r"(?:\.|->)\*")
_LINKAGE = ("inline", "static")


@dataclass(frozen=True)
class Changes:
    """How an item is written for the compiler, and what was learned on the way."""

    edits: tuple[Edit, ...] = ()
    is_constant: bool = False
    is_stateless: bool = False
    is_reference: bool = False
    number: str = ""
    runs: bool = False
    has_classes: bool = False
    assignment: tuple[Edit, ...] = ()


def edits(
    node: Node | None, kind: Kind, kind_of: Callable[[str], Kind | None], expand: Callable[[str], str], *, is_scoped: bool = False
) -> Changes:
    """Decide what to change in an item of this kind, which may be in a namespace.

    `kind_of` tells what names stand for, `expand` replaces macros.
    """
    if node is not None and kind == "function" and node.type != "template_declaration":
        has_own = node.type == "function_definition" and has_classes(node)
        changes = [blank(c) for c in node.children if text_of(c) in _LINKAGE]
        if has_own and returns_deduced(node):
            changes.insert(0, Edit(node.start_byte, node.start_byte, ("inline ",)))
        return Changes(tuple(in_characters(node, changes)), has_classes=has_own)
    if node is None or node.type == "template_declaration" or kind not in ("variable", "statement", "value", "type"):
        return Changes(runs=kind in ("variable", "statement", "value"))
    found: list[Edit] = []
    constant = reference = False
    number = ""
    runs = kind in ("statement", "value")
    if node.type == "declaration" and kind == "variable":
        runs = not all(_is_known(node, d, kind_of) for d in declarators(node))
        constant = _is_const(node) and not runs
        reference = any(find(d, "reference_declarator") for d in declarators(node))
        number = _number(node)
        binding = next((b for d in declarators(node) if (b := find(d, "structured_binding_declarator"))), None)
        if binding is not None:
            found += _binding(node, binding)
        elif _is_member(node):
            owner, _, member = text_of(_innermost(declarators(node)[0])).partition("::")
            found += _not_const(node) if kind_of(owner) == "type" and "::" not in member and not is_scoped else ()
        elif (_is_const(node) and not constant) or _refers_to_itself(node):
            found += _one_by_one(node)
        else:
            found += [blank(c) for c in node.children if text_of(c) in _LINKAGE and not constant]
            found += _recursive(node, kind_of)
    if node.type == "type_definition":
        found += _named(node)
    if node.type in ("class_specifier", "struct_specifier"):
        members = [*_static_members(node, kind_of, is_scoped)]
        found += members
        runs = any(isinstance(part, Span) for edit in members for part in edit.parts)
    else:
        found += lambdas(node, kind in ("variable", "type"), kind_of, expand)
    in_order = tuple(in_characters(node, sorted(found, key=lambda edit: (edit.start, edit.end))))
    stateless = kind == "variable" and is_stateless(node)
    reference |= any(edit.declares_reference for edit in found)
    assignment = tuple(in_characters(node, _assignment(node, number))) if kind == "variable" and not constant else ()
    return Changes(in_order, constant, stateless, reference, number, runs, assignment=assignment)


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


def _is_const(node: Node) -> bool:
    """Whether it defines a constant object (not a reference to one, and not ``constexpr``, which is known anyway)."""
    words = specifiers(node)
    if "constexpr" in words:
        return True
    return "extern" not in words and any(_is_const_declarator(d, words) for d in declarators(node))


def _is_const_declarator(declarator: Node, specifiers: list[str]) -> bool:
    inner: Node | None = declarator
    const = "const" in specifiers
    while inner is not None:
        if inner.type in ("reference_declarator", "function_declarator"):
            return False
        if inner.type == "pointer_declarator":
            const = any(text_of(c) == "const" for c in inner.children if c.type == "type_qualifier")
        inner = inner.child_by_field_name("declarator")
    return const


def _named(node: Node) -> Iterator[Edit]:
    """``typedef struct { ... } P;`` as ``typedef struct P { ... } P;``: cppyy does not find a class that has no name of its own."""
    of = node.child_by_field_name("type")
    body = of.child_by_field_name("body") if of is not None else None
    first = next(iter(declarators(node)), None)
    if of is not None and body is not None and of.child_by_field_name("name") is None and first is not None and first.type == "type_identifier":
        yield Edit(body.start_byte, body.start_byte, (f"{text_of(first)} ",))


def _number(node: Node) -> str:
    """The type of the numbers that are declared, if that is what they are: ``const double``, ``int``."""
    of = node.child_by_field_name("type")
    found = declarators(node)
    if of is None or any(_plain_name(d).type != "identifier" for d in found):
        return ""
    words = [*(w for w in specifiers(node) if w not in _LINKAGE), " ".join(text_of(of).split())]
    if of.type == "placeholder_type_specifier" and words[-1] == "auto":
        types = {_literal_type(d.child_by_field_name("value")) for d in found}
        words[-1] = types.pop() if len(types) == 1 else ""
    elif of.type not in ("primitive_type", "sized_type_specifier") and words[-1] not in _NUMBER_NAMES:
        return ""
    return " ".join(words) if words[-1] else ""


def _plain_name(declarator: Node) -> Node:
    """What stands before the value: the name alone, but of a pointer, an array or a reference the whole."""
    return (declarator.child_by_field_name("declarator") or declarator) if declarator.type == "init_declarator" else declarator


def _literal_type(value: Node | None) -> str:
    """The type of a literal, where it is plain to see."""
    text = text_of(value)
    if text in ("true", "false"):
        return "bool"
    literal = re.fullmatch(r"[-+]?\s*(?:(\d{1,9})|(?:\d+\.\d*|\.\d+|\d+(?=[eE]))(?:[eE][-+]?\d+)?([fF])?)", text)
    if literal is None or re.match(r"[-+]?\s*0\d", text):
        return ""
    return "int" if literal[1] else "float" if literal[2] else "double"


def _assignment(node: Node, number: str) -> list[Edit]:
    """``double a = 1, b{2}, c;`` as ``a = 1, b = {2}, c = {};``, and ``int A::n = 3;`` as ``A::n = 3;``."""
    found = declarators(node)
    words = {*specifiers(node)}
    is_const = "const" in words
    if not found or {"constexpr", "extern", "thread_local"} & words or (is_const and not number):
        return []
    changes = [Edit(node.start_byte, found[0].start_byte)]
    for declarator in found:
        name = _plain_name(declarator)
        if name.type not in ("identifier", "qualified_identifier"):
            return []
        is_assigned = any(c.type == "=" for c in declarator.children)
        if not is_assigned and not number:
            return []  # what is in brackets are the arguments of a constructor
        if is_const:
            changes += (Edit(name.start_byte, name.start_byte, ("::doublet::detail::writable(",)), Edit(name.end_byte, name.end_byte, (")",)))
        if declarator.type != "init_declarator":
            changes.append(Edit(declarator.end_byte, declarator.end_byte, (" = {}",)))
        elif not is_assigned:
            changes.append(Edit(name.end_byte, name.end_byte, (" =",)))
    return changes


def _is_known(node: Node, declarator: Node, kind_of: Callable[[str], Kind | None]) -> bool:
    """Whether a variable's first value is known to the compiler, so that no code runs for it."""
    if {"constexpr", "extern"} & {*specifiers(node)}:
        return True
    of = node.child_by_field_name("type")
    value = declarator.child_by_field_name("value")
    if "const" in specifiers(node) and text_of(of).split()[-1:] in (["double"], ["float"]):
        return False  # a constant expression it is not, so that it can be given another value later
    if of is None or (of.type not in _NUMBERS and text_of(of) not in _NUMBER_NAMES):
        return False
    return value is None or _is_constant_expression(value, kind_of)


def _is_constant_expression(node: Node, kind_of: Callable[[str], Kind | None]) -> bool:
    stack = [node]
    while stack:
        inner = stack.pop()
        if inner.type in ("identifier", "qualified_identifier"):
            if kind_of(text_of(inner)) in ("variable", "function"):
                return False
        elif inner.type == "call_expression":
            function = inner.child_by_field_name("function")
            if function is None or not (function.type in _NUMBERS or text_of(function).startswith("static_cast<")):
                return False
            stack += inner.children[1:]
        elif inner.type in _OPERATIONS:
            stack += inner.children
        elif inner.is_named and inner.type not in _LITERALS:
            return False
    return True


def _refers_to_itself(node: Node) -> bool:
    """Whether a declarator names one before it (see `_recursive`)."""
    before: set[str] = set()
    for declarator in declarators(node):
        if before & {text_of(n) for n in descendants(declarator) if n.type == "identifier"}:
            return True
        before |= {*declared(declarator)}
    return False


def _one_by_one(node: Node) -> Iterator[Edit]:
    """``const T a = f(), b = g();`` as ``T hidden_a = f(); const auto& a = hidden_a; T hidden_b = ...``."""
    words = ("const", "static", "inline")
    head = [c for c in node.children if c.end_byte <= declarators(node)[0].start_byte]
    written = specifiers(node)
    references = ""
    begin = node.start_byte
    of = node.child_by_field_name("type")
    defines_class = of is not None and of.child_by_field_name("body") is not None
    first = text_of(_innermost(declarators(node)[0]))
    for declarator in declarators(node):
        const = _is_const_declarator(declarator, written) and "constexpr" not in written
        kept = " ".join(text_of(c) for c in head if text_of(c) not in (words if const else words[1:]))
        if begin != node.start_byte and defines_class:
            kept = f"decltype({first})"  # the class has no name to say again
        yield Edit(begin, declarator.start_byte, (f"{references}{kept} ",))
        references = "; "
        if const:
            name = text_of(_innermost(declarator))
            yield from _hidden(declarator)
            references = f"; const auto& {name} = doublet_hidden_@_{name}; "
            yield from (blank(q) for q in _qualifiers(declarator))
        begin = declarator.end_byte
    yield Edit(begin, node.end_byte, (references,))


def _is_member(node: Node) -> bool:
    """Whether it defines ``A::n``, which has a place and a name already."""
    return any(_innermost(d).type == "qualified_identifier" for d in declarators(node))


def _not_const(node: Node) -> Iterator[Edit]:
    """A static member, or its definition, without what makes the object const."""
    for declarator in declarators(node):
        if _is_const_declarator(declarator, specifiers(node)):
            pointer = find(declarator, "pointer_declarator")
            words = _qualifiers(declarator) if pointer else (c for c in node.children if text_of(c) == "const")
            yield from map(blank, words)


def _hidden(declarator: Node) -> Iterator[Edit]:
    """Another name for what is declared, also where its own value names it."""
    name = _innermost(declarator)
    for inner in (declarator, *descendants(declarator, ("lambda_capture_specifier",))):
        of = inner.parent.type if inner.parent is not None else ""
        if inner == name or (inner.type == "identifier" and text_of(inner) == text_of(name) and of != "qualified_identifier"):
            yield Edit(inner.start_byte, inner.end_byte, (f"doublet_hidden_@_{text_of(name)}",), declares_reference=True)


def _recursive(node: Node, kind_of: Callable[[str], Kind | None]) -> Iterator[Edit]:
    """``T f = [] { f(); };`` as ``T hidden_f = [] { hidden_f(); }; auto& f = hidden_f;`` where `f` stands for something.

    Until the declaration ends, Cling does not shadow an old one.
    """
    for declarator in declarators(node):
        changes = [*_hidden(declarator)]
        name = text_of(_innermost(declarator))
        if len(changes) > 1 and kind_of(name) is not None:
            yield from changes
            yield Edit(node.end_byte, node.end_byte, (f" auto& {name} = doublet_hidden_@_{name};",))


def _innermost(declarator: Node) -> Node:
    inner = declarator
    while (deeper := inner.child_by_field_name("declarator")) is not None:
        inner = deeper
    return inner


def _qualifiers(declarator: Node) -> Iterator[Node]:
    """The ``const`` of ``* const p``."""
    inner: Node | None = declarator
    while inner is not None:
        yield from (c for c in inner.children if c.type == "type_qualifier" and text_of(c) == "const")
        inner = inner.child_by_field_name("declarator")


def _binding(node: Node, binding: Node) -> Iterator[Edit]:
    names = [c for c in binding.children if c.type == "identifier"]
    const = "const auto&" if "const" in specifiers(node) else "auto&&"
    if const == "const auto&" and not (binding.parent is not None and binding.parent.type == "reference_declarator"):
        yield from (blank(c) for c in node.children if text_of(c) == "const")
    for name in names:
        yield Edit(name.start_byte, name.end_byte, (f"doublet_part_@_{text_of(name)}",))
    references = "".join(f" {const} {text_of(n)} = doublet_part_@_{text_of(n)};" for n in names)
    yield Edit(node.end_byte, node.end_byte, (references,), declares_reference=True)


def _static_members(node: Node, kind_of: Callable[[str], Kind | None], is_scoped: bool) -> Iterator[Edit]:
    """``inline static T x = f();`` in a class as ``static T x;``, and its value after the class; none is const."""
    owner = text_of(node.child_by_field_name("name"))
    body = node.child_by_field_name("body")
    for member in body.children if body is not None and owner.isidentifier() else ():
        words = specifiers(member)
        value = member.child_by_field_name("default_value")
        of = member.child_by_field_name("type")
        declarator = member.child_by_field_name("declarator")
        if of is None or declarator is None or "constexpr" in words or "static" not in words or text_of(of) == "auto":
            continue
        if value is None or "inline" not in words:
            if value is None and not is_scoped and find(declarator, "function_declarator") is None:
                yield from _not_const(member)
            continue
        if of.type in _NUMBERS and _is_constant_expression(value, kind_of):
            continue
        yield from _not_const(member)
        name = text_of(_innermost(declarator))
        yield from (blank(c) for c in member.children if text_of(c) == "inline")
        yield Edit(declarator.end_byte, value.end_byte)
        own = Span(declarator.end_byte, value.end_byte)
        end = (node.parent or node).end_byte
        yield Edit(end, end, (f" decltype({owner}::{name}) {owner}::{name} ", own, ";"))


