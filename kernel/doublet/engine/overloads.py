"""Functions of one name at the top level, where Cling's own shadowing is not C++'s overloading.

Cling hides an old function only when its new definition is over, so a recursive one would see both. A template
hides all functions of its name that are none, and the other way round. And what is compiled again may call what
follows only later, by a prototype that stood in another cell.

Cling moves a function into another namespace after it has been read, and then looks for what was instantiated with a
class inside it under a name that has nothing of either: the same for a lambda and for the one that replaces it. So a
function that has classes, those of lambdas for instance, is put apart, unless it is the friend of a class, which has to
find it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from doublet.cells import Item, Kind
from doublet.engine.transaction import NO_CELL, Piece

__all__ = ["arranged"]

_HIDDEN = "::doublet::detail::Hidden"
_NEVER = '__attribute__((enable_if(false, "")))'
_UNARY = ("operator!", "operator~", "operator++", "operator--")


class _Entity(Protocol):
    @property
    def parts(self) -> Mapping[str, Piece]: ...
    @property
    def kinds(self) -> set[Kind]: ...


def arranged(
    pieces: Sequence[Piece], old: Mapping[str, _Entity], new: Mapping[str, _Entity], redefined: set[str]
) -> Iterator[Piece]:
    """The pieces of a cell, and between them what makes functions and templates of one name see each other.

    `old` is what there was, `new` what the cell defines or compiles again, `redefined` what it replaces of the old.
    """
    functions = {n: e for n, e in new.items() if e.kinds == {"function"} and "::" not in n}
    mixed = {n for n, e in functions.items() if len({_is_template(p) for p in e.parts.values()}) > 1}
    replaced = {n for n in redefined if n in functions and n in old and old[n].kinds == {"function"}}
    # Cling would compile a specialisation under the same symbol as the old one's.
    apart = mixed | {n for n in functions if any(p.item.is_special for p in functions[n].parts.values())}
    # A definition that is put apart hides nothing by itself, and is not hidden.
    covered = {n for n in redefined if "::" not in n and n in old and any(map(_has_classes, (old[n], new[n])))}
    friends = frozenset().union(*(p.item.uses for p in pieces if p.item.kind == "type" and "friend" in p.item.uses))
    local = {n for n, e in functions.items() if _has_classes(e) and n not in friends}
    templates = {n: [p for p in old[n].parts.values() if _is_template(p)] for n in mixed - replaced if n in old}
    awaited = {n: at for at, p in enumerate(pieces) for n in p.defines if n in replaced}
    classes = {n for n in redefined if "::" not in n and n in new and "type" in new[n].kinds}
    hidden: set[str] = set()
    announced: set[str] = set()
    homes: dict[str, str] = {}  # a specialisation belongs where its template is, a definition where its prototype is

    def hide(name: str) -> Iterator[Piece]:
        if name in (replaced | covered) - hidden:
            hidden.add(name)
            yield from _hiding(name)

    for at, piece in enumerate(pieces):
        name = _function(piece, functions)
        if piece.item.kind == "function":
            for callee in sorted(n for n in (piece.item.refers & awaited.keys()) - announced - {name} if awaited[n] > at):
                announced.add(callee)
                prototypes = [q for p in functions[callee].parts.values() if (q := _prototype(p)) is not None]
                if prototypes:
                    home = homes.setdefault(callee, f"f{at}") if callee in local else ""
                    yield from (*hide(callee), *(replace(prototype, apart=home) for prototype in prototypes))
        for covering in sorted(covered.intersection(piece.defines)):
            yield from hide(covering)
        if name in replaced and (
            name in mixed
            or piece.item.declares_only
            or _is_template(piece)
            or _is_dropped(name, old, new)
            or _calls(piece, name)
            or piece.item.refers & classes  # with another class in its signature it does not hide the old one
        ):
            yield from hide(name)
        if name in local:
            yield replace(piece, apart=homes.setdefault(name, f"f{at}"))
        elif name in apart and _is_template(piece):
            templates.setdefault(name, []).append(piece)
            yield replace(piece, apart=homes.setdefault(name, f"f{at}"))
        else:
            yield piece
            if name in mixed and not piece.item.declares_only:
                homes[name] = f"f{at}"
                yield from (replace(template, apart=homes[name]) for template in templates.get(name, ()))


def _function(piece: Piece, functions: Mapping[str, _Entity]) -> str:
    """The function that a piece is a part of, empty if it is none of these."""
    item = piece.item
    is_one = item.kind == "function" and not item.scope and not item.path
    return item.names[0] if is_one and item.names and item.names[0] in functions else ""


def _has_classes(entity: _Entity) -> bool:
    return any(piece.item.has_classes for piece in entity.parts.values())


def _is_template(piece: Piece) -> bool:
    return piece.item.is_template or piece.item.is_special


def _is_dropped(name: str, old: Mapping[str, _Entity], new: Mapping[str, _Entity]) -> bool:
    """Whether an overload goes away."""
    return not old[name].parts.keys() <= new[name].parts.keys()


def _calls(piece: Piece, name: str) -> bool:
    return name.isidentifier() and len(re.findall(rf"\b{name}\b", piece.item.text)) > 1


def _hiding(name: str) -> Iterator[Piece]:
    """A template hides all that is none, then a function hides the templates; nothing can call either.

    The function is never meant where the name stands alone, as in ``std::count_if(begin, end, name)``.
    """
    if name.startswith('operator""'):
        return
    second, third = ("", "") if name in _UNARY else (", T*", f", {_HIDDEN}")
    for text in (
        f"template <class T> void {name}({_HIDDEN}{second}) {{}}",
        f"inline {_NEVER} void {name}({_HIDDEN}{third}) {{}}",
    ):
        yield Piece(Item("other", text, 0, ""), NO_CELL, hides=name)


def _prototype(piece: Piece) -> Piece | None:
    item = piece.item
    if not item.body or item.is_addition or _is_template(piece):
        return None
    edits = tuple(edit for edit in item.edits if edit.end <= item.body)
    text = item.text[: item.body].rstrip() + ";"
    return replace(piece, item=replace(item, text=text, edits=edits, declares_only=True), defines=())
