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

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from doublet.cells.declarators import (
    const_qualifiers,
    declarators,
    innermost,
    is_const,
    is_const_declarator,
    specifiers,
)
from doublet.cells.edits import Edit, Span, blank, in_characters
from doublet.cells.initialisers import LINKAGE, assignment, is_constant_number, is_known, number_type
from doublet.cells.lambdas import has_classes, is_stateless, lambdas, returns_deduced
from doublet.cells.syntax import Kind, declared, find
from doublet.cells.tree import descendants, text_of

if TYPE_CHECKING:
    from tree_sitter import Node

__all__ = ["Changes", "edits"]


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
        changes = [blank(c) for c in node.children if text_of(c) in LINKAGE]
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
        runs = not all(is_known(node, d, kind_of) for d in declarators(node))
        constant = is_const(node) and not runs
        reference = any(find(d, "reference_declarator") for d in declarators(node))
        number = number_type(node)
        binding = next((b for d in declarators(node) if (b := find(d, "structured_binding_declarator"))), None)
        if binding is not None:
            found += _binding(node, binding)
        elif _is_member(node):
            owner, _, member = text_of(innermost(declarators(node)[0])).partition("::")
            found += _not_const(node) if kind_of(owner) == "type" and "::" not in member and not is_scoped else ()
        elif (is_const(node) and not constant) or _refers_to_itself(node):
            found += _one_by_one(node)
        else:
            found += [blank(c) for c in node.children if text_of(c) in LINKAGE and not constant]
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
    assigned = tuple(in_characters(node, assignment(node, number))) if kind == "variable" and not constant else ()
    return Changes(in_order, constant, stateless, reference, number, runs, assignment=assigned)


def _named(node: Node) -> Iterator[Edit]:
    """``typedef struct { ... } P;`` as ``typedef struct P { ... } P;``: cppyy does not find a class that has no name of its own."""
    of = node.child_by_field_name("type")
    body = of.child_by_field_name("body") if of is not None else None
    first = next(iter(declarators(node)), None)
    if of is not None and body is not None and of.child_by_field_name("name") is None and first is not None and first.type == "type_identifier":
        yield Edit(body.start_byte, body.start_byte, (f"{text_of(first)} ",))


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
    first = text_of(innermost(declarators(node)[0]))
    for declarator in declarators(node):
        const = is_const_declarator(declarator, written) and "constexpr" not in written
        kept = " ".join(text_of(c) for c in head if text_of(c) not in (words if const else words[1:]))
        if begin != node.start_byte and defines_class:
            kept = f"decltype({first})"  # the class has no name to say again
        yield Edit(begin, declarator.start_byte, (f"{references}{kept} ",))
        references = "; "
        if const:
            name = text_of(innermost(declarator))
            yield from _hidden(declarator)
            references = f"; const auto& {name} = doublet_hidden_@_{name}; "
            yield from (blank(q) for q in const_qualifiers(declarator))
        begin = declarator.end_byte
    yield Edit(begin, node.end_byte, (references,))


def _is_member(node: Node) -> bool:
    """Whether it defines ``A::n``, which has a place and a name already."""
    return any(innermost(d).type == "qualified_identifier" for d in declarators(node))


def _not_const(node: Node) -> Iterator[Edit]:
    """A static member, or its definition, without what makes the object const."""
    for declarator in declarators(node):
        if is_const_declarator(declarator, specifiers(node)):
            pointer = find(declarator, "pointer_declarator")
            words = const_qualifiers(declarator) if pointer else (c for c in node.children if text_of(c) == "const")
            yield from map(blank, words)


def _hidden(declarator: Node) -> Iterator[Edit]:
    """Another name for what is declared, also where its own value names it."""
    name = innermost(declarator)
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
        name = text_of(innermost(declarator))
        if len(changes) > 1 and kind_of(name) is not None:
            yield from changes
            yield Edit(node.end_byte, node.end_byte, (f" auto& {name} = doublet_hidden_@_{name};",))


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
        if is_constant_number(of, value, kind_of):
            continue
        yield from _not_const(member)
        name = text_of(innermost(declarator))
        yield from (blank(c) for c in member.children if text_of(c) == "inline")
        yield Edit(declarator.end_byte, value.end_byte)
        own = Span(declarator.end_byte, value.end_byte)
        end = (node.parent or node).end_byte
        yield Edit(end, end, (f" decltype({owner}::{name}) {owner}::{name} ", own, ";"))


