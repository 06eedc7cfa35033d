"""Why a cell does not compile, where that lies with Python's names or with two of one name: the compiler cannot know."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from doublet.engine.transaction import NO_CELL
from doublet.errors import Diagnostic

if TYPE_CHECKING:
    from doublet.engine.definitions import Definitions
    from doublet.engine.entities import Entity
    from doublet.engine.planning import Plan

__all__ = ["REGISTERED", "left_by_python", "reasons", "rebound", "settled"]

_ASSIGNED = re.compile(r"cannot assign to variable '(\w+)' with const-qualified type")
_UNKNOWN = re.compile(r"(?:undeclared identifier|unknown type name|unknown class name) '(\w+)'")
REGISTERED = "what is registered for "
"""What the compiler takes for the file that a registered expression stands in."""
_AMBIGUOUS = re.compile(r"reference to '(\w+)' is ambiguous")


def settled(found: Sequence[Diagnostic], plan: Plan, definitions: Definitions) -> list[Diagnostic]:
    """What the compiler says, with a way out of ambiguous names and without what only follows from them."""
    found = list(_of_registered(found))
    ambiguous = {(d.cell, d.line, d.column): m[1] for d in found if (m := _AMBIGUOUS.match(d.message))}
    result = []
    for d in found:
        name = ambiguous.get((d.cell, d.line, d.column))
        if name is None:
            result.append(d)
        elif _AMBIGUOUS.match(d.message):
            is_of_cells = name in plan.entities or name in definitions.entities
            others = sorted({m[1] for note in d.notes if (m := re.search(rf"'((?:\w+::)+{name})'", note.message))})
            hints = (f"write {' or '.join((f'::{name}', *others))}",) if is_of_cells and others else ()
            result.append(replace(d, hints=(*d.hints, *hints)))
    return result


def reasons(found: Sequence[Diagnostic], plan: Plan, definitions: Definitions) -> Iterator[Diagnostic]:
    """Notes on what is lost, or constant, for Python has the name."""
    told = [d.message for d in found if d.is_error]
    for name in dict.fromkeys(m[1] for text in told if (m := _ASSIGNED.match(text))):
        entity = plan.entities.get(name) or definitions.entities.get(name)
        if entity is not None and _is_pythons(entity):
            yield Diagnostic("note", f"'{name}' is Python's, and constant in C++: assign to it in Python, or give the C++ variable another name")
    late = {m[1] for d in found if (d.path or "").startswith(REGISTERED) and (m := _UNKNOWN.search(d.message))} & plan.entities.keys()
    for name in sorted(late):
        yield Diagnostic("note", f"'{name}' is defined in this cell, and what is registered is made before it: define '{name}' in a cell above")
    if any("doublet::none" in text for text in told):
        used = definitions.reached(word for piece in plan.pieces for word in piece.item.uses)
        for name in sorted(n for n, e in (definitions.entities | plan.entities).items() if n in used and _is_pythons(e) and _is_none(e)):
            yield Diagnostic("note", f"'{name}' is None in Python: C++ takes it where a std::optional or a pointer is wanted, and nowhere else")
    for name, error in plan.amends.broken.items():
        if any(f"'{name.rsplit('::', 1)[-1]}'" in text for text in told):
            what = left_by_python(rebound(name, plan, definitions)) or "what this cell redefines"
            yield Diagnostic("note", f"'{name}' of cell {definitions.entities[name].cells} cannot be used: it does not compile with {what}", notes=(error,))


def _of_registered(found: Sequence[Diagnostic]) -> Iterator[Diagnostic]:
    """The messages, of which none shows what is made around a registered expression."""
    for d in found:
        if not (d.path or "").startswith(REGISTERED) or "incomplete type 'const void'" not in d.message:
            yield d
        elif sum(other.is_error for other in found) == 1:  # else it follows from the others
            yield Diagnostic(d.severity, "the expression gives no value", path=d.path, line=d.line)


def rebound(name: str, plan: Plan, definitions: Definitions) -> list[str]:
    """The names of Python's that a definition uses, and that stand for other objects now."""
    used = definitions.reached([name])
    return sorted(used & {n for n, e in plan.entities.items() if n != name and _is_pythons(e)})


def left_by_python(names: Sequence[str]) -> str:
    """Say in words that such names have changed; nothing if there are none."""
    return " and ".join(f"Python's new '{name}'" for name in names)


def _is_pythons(entity: Entity) -> bool:
    """Whether Python has given a name what it stands for."""
    return bool(entity.parts) and all(piece.cell == NO_CELL for piece in entity.parts.values()) and entity.kinds <= {"variable", "constant"}


def _is_none(entity: Entity) -> bool:
    return any("doublet::none" in item.text for item in entity.items)
