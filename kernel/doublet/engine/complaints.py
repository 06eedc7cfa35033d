"""What the engine adds to the compiler's messages, or takes from them: what concerns other cells than this one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from doublet.cells import Unclosed
from doublet.cells.scanner import WORD
from doublet.cells.syntax import classify, descendants
from doublet.cells.unfinished import unfinished_class
from doublet.engine.diagnostics import NOT_DEFINED
from doublet.engine.entities import is_member_function
from doublet.engine.planning import Amends, is_of_library
from doublet.engine.reasons import left_by_python, rebound
from doublet.errors import Diagnostic

if TYPE_CHECKING:
    from doublet.cells import Cell, Item
    from doublet.engine.definitions import Definitions
    from doublet.engine.entities import Entity
    from doublet.engine.planning import Plan
    from doublet.engine.transaction import Piece

__all__ = ["amended", "defined_twice", "explained", "kept_by_the_library", "late_definition", "left_behind", "located", "misplaced", "only_announced", "reserved", "stale_objects", "thread_locals", "turned", "under_old_conditions", "unfinished", "without_echoes", "without_followers"]

_FUNCTIONS = ("lambda_expression", "function_definition", "field_declaration_list")

_STREAMING = frozenset(("ostream_iterator", "istream_iterator", "istream_view", "ostream_joiner"))
"""What of the standard library calls a class's ``<<`` or ``>>`` in a function that is compiled once."""

_LATE = re.compile(r"explicit specialization of '(.+)' after instantiation")
_MIXED = re.compile(r"from '(const )?([^']+?)[ &]*' to '(const )?([^']+?)[ &]*'")
"""Two types, which are not the same although they may be written alike."""

_HIDDEN = re.compile(r"is a (?:private|protected) member of")

_ANNOUNCED = re.compile(r'extern\s+(?!")[^={]*$')

_DEFINE = re.compile(r"#\s*define\s+(\w+)")
_OWN_WORDS = frozenset(
    ["alignas", "alignof", "auto", "bool", "break", "case", "catch", "char", "const", "const_cast", "constexpr", "continue", "decltype", "default", "delete", "do", "double", "dynamic_cast", "else", "enum", "explicit", "extern", "false", "float", "for", "friend", "if", "inline", "int", "long", "mutable", "namespace", "new", "noexcept", "nullptr", "operator", "public", "reinterpret_cast", "return", "short", "signed", "sizeof", "static", "static_cast", "std", "struct", "switch", "template", "this", "throw", "true", "try", "typedef", "typename", "union", "unsigned", "using", "virtual", "void", "while"]
)
"""Of the words of C++ those that a program may not make macros; with ``private`` and ``class``, some do."""

_UNDEFINED = re.compile(r"'(?P<name>[^'(<]+).*' is declared but not defined")

_THREAD_LOCAL = re.compile(r"(?:(?:static|inline)\s+)*thread_local\b")
_THREAD_LOCAL_MEMBER = re.compile(r"\binline\s+(?:static\s+)?thread_local\b|\bthread_local\s+(?:static\s+)?inline\b")


def amended(found: list[Diagnostic], plan: Plan, cell: int, definitions: Definitions) -> Amends | None:
    """What another plan for the cell has to mind, if nothing is wrong with the cell itself; else None."""
    amends = plan.amends
    for error in (d for d in found if d.is_error):
        more = _remedy(error, plan, cell, definitions)
        if more is None:
            return None
        amends |= more
    return amends if amends != plan.amends else None


def _remedy(error: Diagnostic, plan: Plan, cell: int, definitions: Definitions) -> Amends | None:
    for name in plan.followers:
        if any(_is_in(error.site, piece) for piece in plan.entities[name].parts.values()):
            return Amends(broken={name: error})
    for name, entity in plan.entities.items():
        for key, piece in entity.parts.items():
            is_member = is_member_function(piece) or (piece.item.kind == "variable" and piece.item.path)
            if piece.cell != cell and is_member and _is_in(error.site, piece):
                return Amends(lost={(name, key): error})
    if _HIDDEN.search(error.message):
        here = {name for piece in plan.pieces if piece.item.kind == "function" and _is_in(error.site, piece) for name in piece.item.names}
        friends = {n for n, e in definitions.entities.items() if "type" in e.kinds and "friend" in e.uses and here & e.uses and n not in plan.entities}
        return Amends(renewed=frozenset(friends)) if friends else None
    return None


def _is_in(site: Diagnostic, piece: Piece) -> bool:
    first = piece.item.line + 1
    return site.cell == piece.cell and site.line is not None and first <= site.line <= first + piece.item.text.count("\n")


def without_followers(found: list[Diagnostic], plan: Plan, cell: int) -> list[Diagnostic]:
    """Drop what a cell that does not compile breaks elsewhere: its own errors come first."""
    others = [piece for name in plan.followers for piece in plan.entities[name].parts.values() if piece.cell != cell]
    own = [d for d in found if not (d.is_error and any(_is_in(d.site, piece) for piece in others))]
    return own if any(d.is_error for d in own) else found


def left_behind(plan: Plan, definitions: Definitions) -> Iterator[Diagnostic]:
    """What does not compile any more."""
    known = definitions.entities
    for name, error in plan.amends.broken.items():
        cause = left_by_python(rebound(name, plan, definitions))
        yield _left(name, {str(piece.cell) for piece in known[name].parts.values()}, error, cause)
    for (name, key), error in plan.amends.lost.items():
        piece = known[name].parts[key]
        yield _left(piece.item.path, {str(piece.cell)}, error)


def _left(name: str, cells: set[str], error: Diagnostic, cause: str = "") -> Diagnostic:
    message = f"'{name}' of cell {', '.join(sorted(cells))} does not compile with {cause or 'what this cell redefines'}; it cannot be used until its cell is run again, changed if need be"
    return Diagnostic("warning", message, notes=(error,))


def kept_by_the_library(plan: Plan, definitions: Definitions) -> Iterator[Diagnostic]:
    """Which operators are defined again that the library's templates may have been compiled with."""
    for name, entity in plan.entities.items():
        old = definitions.entities.get(name)
        operator = entity.name.removeprefix("operator")
        if old is None or old.generation == entity.generation or operator == entity.name or operator.startswith('""'):
            continue
        is_of_streams = operator in ("<<", ">>")
        if is_of_streams and not definitions.has_mentioned(_STREAMING):
            continue
        message = (
            f"'{entity.name}' has been defined again; what the standard library has compiled with the old one before, "
            f"such as {'std::ostream_iterator' if is_of_streams else 'std::sort'} of these objects, keeps it until the kernel is restarted"
        )
        yield Diagnostic("warning", message)


def stale_objects(plan: Plan, definitions: Definitions) -> Iterator[Diagnostic]:
    """Which variables hold objects of a class that the cell replaces, and go on with its old code."""
    known = definitions.entities
    classes = [
        known[name]
        for name, entity in plan.entities.items()
        if (old := known.get(name)) and "type" in old.kinds and old.generation != entity.generation
    ]
    for name, entity in known.items() if classes else ():
        is_object = entity.kinds == {"variable"} and not entity.number
        held = [c for c in classes if definitions.uses(entity, c)] if is_object else []
        if held and name not in plan.entities:
            cell = next(iter(entity.parts.values())).cell
            kind = "::".join((*held[0].scope, held[0].name))
            why = ", for a new specialisation renews all of the template" if _is_specialised(kind, plan, definitions) else ""
            yield Diagnostic("warning", f"'{name}' still holds an object of the old '{kind}'{why}: run cell {cell} again to make it anew")
    for at, piece in enumerate(plan.pieces):
        former = [name for name in sorted(piece.item.refers & plan.former.keys()) if at < plan.former[name][0]]
        if former and piece.item.kind == "variable" and piece.item.names and not piece.item.number:
            yield Diagnostic("warning", f"'{piece.item.names[0]}' holds an object of the old '{former[0]}', for it stands above the new one")


def _is_specialised(name: str, plan: Plan, definitions: Definitions) -> bool:
    """Whether the plan changes of a template only what it is for given arguments."""
    old, new = definitions.entities[name].parts, plan.entities[name].parts
    changed = [piece.item for key, piece in new.items() if old.get(key) != piece]
    return bool(changed) and all(item.is_special for item in changed)


def under_old_conditions(plan: Plan, definitions: Definitions) -> Iterator[Diagnostic]:
    """What earlier cells have compiled, or left out, by macros that the cell defines otherwise."""
    known = definitions.entities
    macros = {n for n, e in plan.entities.items() if e.kinds == {"directive"} and (n not in known or known[n].items != e.items)}
    for name, entity in known.items() if macros else ():
        found = sorted(macros & frozenset().union(*(item.under for item in entity.items)))
        if found and name not in plan.entities:
            cell = next(iter(entity.parts.values())).cell
            yield Diagnostic("warning", f"'{name}' stands under a condition with '{found[0]}', which this cell changes: run cell {cell} again to have it decided anew")


def without_echoes(found: list[Diagnostic]) -> list[Diagnostic]:
    """Drop what is said without a place and with one: parts of a cell are compiled twice."""
    placed = {d.message for d in found if d.site.line is not None}
    return [d for d in found if d.site.line is not None or d.message not in placed]


def only_announced(parsed: Cell, cell: int, definitions: Definitions) -> Diagnostic | None:
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


def misplaced(parsed: Cell, cell: int) -> Diagnostic | None:
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


def late_definition(parsed: Cell, cell: int) -> Diagnostic | None:
    """Find a variable that would be there before what is to run in the background before it."""
    begun = False
    for item in parsed.items:
        if begun and item.runs and item.kind == "variable":
            message = "in a cell for the background, variables come before the first statement: what follows runs later"
            return _at(item, message, parsed, cell)
        begun = begun or item.kind == "statement"
    return None


def defined_twice(parsed: Cell, cell: int) -> Diagnostic | None:
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


def reserved(parsed: Cell, cell: int) -> Diagnostic | None:
    """Find a macro that would change the code that Doublet compiles around every cell."""
    for item in parsed.items:
        found = _DEFINE.match(item.text) if item.kind == "directive" else None
        if found and (found[1] in _OWN_WORDS or found[1].startswith("doublet")):
            return _at(item, f"'{found[1]}' cannot be a macro, for Doublet's own code needs the word; take another", parsed, cell)
    return None


def turned(parsed: Cell, cell: int, definitions: Definitions) -> Diagnostic | None:
    """Find a type that becomes a namespace, or was one: the compiler cannot hide either by the other."""
    for item in parsed.items:
        top = item.scope[0] if item.scope else ""
        if top in definitions.entities and definitions.entities[top].is_type:
            return _at(item, f"'{top}' is a type of cell {_cells(definitions.entities[top])} and cannot become a namespace; take another name", parsed, cell)
        again = [n for n in item.names if n in definitions.namespaces] if item.kind == "type" and not (item.scope or item.path) else []
        if again:
            return _at(item, f"'{again[0]}' is a namespace of another cell and cannot become a type; take another name", parsed, cell)
    return None


def thread_locals(parsed: Cell, cell: int) -> Diagnostic | None:
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


def explained(found: Sequence[Diagnostic], plan: Plan, definitions: Definitions) -> Iterator[Diagnostic]:
    """What the compiler cannot know."""
    for name in dict.fromkeys(m[1] for d in found if (m := _LATE.match(d.message))):
        yield Diagnostic("note", f"'{name}' has been used before: change the class it is for and run its cell again, then specialise it")
    told = [note.message for d in found for note in (d, *d.notes)]
    alike = [m[2] for m in map(_MIXED.search, told) if m and _unqualified(m[2]) == _unqualified(m[4]) and (m[3] or not m[1])]
    words = {word for text in alike for word in WORD.findall(text)}
    for name, entity in definitions.entities.items():
        if entity.name in words and "type" in entity.kinds and entity.generation:
            yield Diagnostic("note", f"'{name}' has been defined again since: make the objects of the old class anew")
    for name in sorted({name for text in told for name in _undefined(text, plan, definitions)}):
        yield Diagnostic("note", f"'{name}' is declared in cell {_cells(definitions.entities[name])}")
    for name, reason in definitions.unusable.items():
        if any(f"'{name.rsplit('::', 1)[-1]}'" in d.message and reason not in d.message for d in found if d.is_error):
            yield Diagnostic("note", f"'{name}' cannot be used: {reason}")


def _cells(entity: Entity) -> str:
    return ", ".join(sorted({str(piece.cell) for piece in entity.parts.values()}))


def _unqualified(text: str) -> str:
    return re.sub(r"\w+\s*::\s*", "", text)


def _undefined(message: str, plan: Plan, definitions: Definitions) -> Iterator[str]:
    """What cells have declared of what a message says to be declared but not defined."""
    known = definitions.entities
    if message == NOT_DEFINED:
        for name in {name for piece in plan.pieces for name in piece.item.uses} & known.keys():
            if name not in plan.entities and all(piece.item.declares_only for piece in known[name].parts.values()):
                yield name
    elif found := _UNDEFINED.fullmatch(message):
        name = found["name"]
        while name and name not in known:
            name = name.rpartition("::")[0]
        if name:
            yield name


def _at(item: Item, message: str, parsed: Cell, cell: int) -> Diagnostic:
    """An error at the beginning of an item."""
    return located(Unclosed("", item.line + 1, len(item.column) + 1, message), parsed.text, cell)


def located(problem: Unclosed, text: str, cell: int) -> Diagnostic:
    line = text.splitlines()[problem.line - 1] if text else ""
    return Diagnostic("error", problem.message, cell, None, problem.line, problem.column, line)
