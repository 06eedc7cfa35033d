"""What the engine adds to the compiler's messages, or takes from them: what concerns other cells than this one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from doublet.cells.scanner import WORD
from doublet.engine.diagnostics import NOT_DEFINED
from doublet.engine.entities import is_member_function
from doublet.engine.planning import Amends
from doublet.engine.reasons import left_by_python, rebound
from doublet.errors import Diagnostic

if TYPE_CHECKING:
    from doublet.engine.definitions import Definitions
    from doublet.engine.planning import Plan
    from doublet.engine.transaction import Piece

__all__ = ["amended", "explained", "kept_by_the_library", "left_behind", "stale_objects", "under_old_conditions", "without_echoes", "without_followers"]


_STREAMING = frozenset(("ostream_iterator", "istream_iterator", "istream_view", "ostream_joiner"))
"""What of the standard library calls a class's ``<<`` or ``>>`` in a function that is compiled once."""

_LATE = re.compile(r"explicit specialization of '(.+)' after instantiation")
_MIXED = re.compile(r"from '(const )?([^']+?)[ &]*' to '(const )?([^']+?)[ &]*'")
"""Two types, which are not the same although they may be written alike."""

_HIDDEN = re.compile(r"is a (?:private|protected) member of")


_UNDEFINED = re.compile(r"'(?P<name>[^'(<]+).*' is declared but not defined")


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
        yield _left(name, known[name].cells, error, cause)
    for (name, key), error in plan.amends.lost.items():
        piece = known[name].parts[key]
        yield _left(piece.item.path, str(piece.cell), error)


def _left(name: str, cells: str, error: Diagnostic, cause: str = "") -> Diagnostic:
    message = f"'{name}' of cell {cells} does not compile with {cause or 'what this cell redefines'}; it cannot be used until its cell is run again, changed if need be"
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
            kind = "::".join((*held[0].scope, held[0].name))
            why = ", for a new specialisation renews all of the template" if _is_specialised(kind, plan, definitions) else ""
            yield Diagnostic("warning", f"'{name}' still holds an object of the old '{kind}'{why}: run cell {entity.cells} again to make it anew")
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
            yield Diagnostic("warning", f"'{name}' stands under a condition with '{found[0]}', which this cell changes: run cell {entity.cells} again to have it decided anew")


def without_echoes(found: list[Diagnostic]) -> list[Diagnostic]:
    """Drop what is said without a place and with one: parts of a cell are compiled twice."""
    placed = {d.message for d in found if d.site.line is not None}
    return [d for d in found if d.site.line is not None or d.message not in placed]


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
        yield Diagnostic("note", f"'{name}' is declared in cell {definitions.entities[name].cells}")
    for name, reason in definitions.unusable.items():
        if any(f"'{name.rsplit('::', 1)[-1]}'" in d.message and reason not in d.message for d in found if d.is_error):
            yield Diagnostic("note", f"'{name}' cannot be used: {reason}")


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
