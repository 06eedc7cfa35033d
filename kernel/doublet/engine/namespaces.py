"""Namespaces of cells, in which Cling itself shadows nothing.

The user's name of a namespace is an alias, which Cling can shadow; the real one carries a version. When a cell
redefines something in it, a new version is begun, and what stays as it is is named there by using-declarations:
objects keep their class and variables their state. A call that finds a function through the class of an
argument looks into the version in which that class was defined, so new functions are named in the old versions,
too, where Clang prefers the one that has more ``enable_if`` attributes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from doublet.cells import Item
from doublet.engine.exposures import Exposure, Named, exposure
from doublet.engine.transaction import NO_CELL, Piece

__all__ = ["Namespaces", "Scoped", "versioned"]

_PREFERRED = '__attribute__((enable_if(true, ""))) '


@dataclass(frozen=True)
class Scoped:
    """A name of one scope."""

    name: str
    scope: tuple[str, ...] = ()
    version: int = 0
    """The version of the outermost namespace in which it is defined."""
    generation: int = 0
    """How many times it has been redefined."""


class _Entity(Named, Protocol):
    @property
    def version(self) -> int: ...
    @property
    def generation(self) -> int: ...


@dataclass(frozen=True)
class Namespaces:
    """The newest version of each namespace, and the using-declarations inside them."""

    versions: Mapping[str, int] = field(default_factory=dict)
    latest: Mapping[str, int] = field(default_factory=dict)
    """The highest version that has been compiled, also where it was taken back."""
    usings: tuple[Piece, ...] = ()
    exposures: tuple[Exposure, ...] = ()
    """What the top level names of them."""

    def __contains__(self, name: str) -> bool:
        return name in self.versions

    def real(self, name: str) -> str:
        """The real name of a namespace's newest version."""
        return versioned(name, self.versions[name])

    def aliased(self, name: str) -> tuple[str, ...]:
        """The real names that lead to the namespace of which this is an alias; nothing if it is none."""
        scope = next((e.scope for e in reversed(self.exposures) if e.alias == name), ())
        return (self.real(scope[0]), *scope[1:]) if scope and scope[0] in self.versions else ()

    def version(self, scope: Sequence[str]) -> int:
        return self.versions.get(scope[0], 0) if scope else 0

    def dependent(self, redefined: Collection[str]) -> Iterator[Piece]:
        """What begins new versions of those in which using-declarations name what is `redefined` in others."""
        renewed = {name.split("::")[0] for name in redefined if "::" in name}
        tops = {u.item.scope[0] for u in self.usings if renewed & u.item.refers} if renewed else set()
        yield from (Piece(Item("other", "", 0, "", (top,)), NO_CELL) for top in sorted(tops - renewed))

    def next(self, pieces: Iterable[Piece], redefined: Collection[str]) -> Namespaces:
        """The state after a cell with these pieces; names that are `redefined` need a new version."""
        pieces = [*pieces]
        scoped = [piece for piece in pieces if piece.item.scope]
        renewed = {name.split("::")[0] for name in redefined if "::" in name}
        tops = {piece.item.scope[0] for piece in scoped}
        renewed |= {piece.item.scope[0] for piece in self.dependent(redefined)}
        begun = {t: self.latest.get(t, 0) + 1 for t in tops if t in renewed or t not in self.versions}
        usings = [piece for piece in scoped if piece.item.kind == "using" and piece not in self.usings]
        versions = {**self.versions, **begun}
        found = (exposure(piece.item, versions) for piece in pieces if piece.item.kind in ("using", "other"))
        exposures = dict.fromkeys((*self.exposures, *(e for e in found if e is not None)))
        return Namespaces(versions, {**self.latest, **begun}, (*self.usings, *usings), tuple(exposures))

    def without(self, tops: Iterable[str]) -> Namespaces:
        """A state in which the next that is put into these namespaces begins a new version of them."""
        return replace(self, versions={t: v for t, v in self.versions.items() if t not in tops})

    def place(
        self, pieces: Sequence[Piece], kept: Sequence[_Entity], placed: Mapping[str, _Entity], before: Namespaces
    ) -> Iterator[Piece]:
        """Put each piece into the version of its namespace that is the newest after this cell.

        `kept` stays as it was, `placed` is what the pieces define, by qualified name.
        """
        opened: set[str] = set()
        run: list[Piece] = []
        awaiting: list[Piece] = []
        known = {"::".join((*entity.scope, entity.name)): entity for entity in kept if entity.scope}
        active = set(before.exposures)
        inside = [using.item for using in self.usings]
        for index, piece in enumerate(pieces):
            if not piece.item.scope:
                if exposed := exposure(piece.item, self.versions):
                    active.add(exposed)
                    yield from exposed.pieces(known.values(), inside, known)
                else:
                    yield piece
                continue
            top = piece.item.scope[0]
            if top not in opened and self.versions[top] > before.versions.get(top, -1):
                again = {(p.item.scope, p.item.text) for p in pieces}
                new = {name.rsplit("::", 1)[-1] for name, entity in placed.items() if entity.scope[:1] == (top,)}
                usings = [u for u in before.usings if u.item.scope[0] == top and (u.item.scope, u.item.text) not in again]
                awaiting = [using for using in usings if new.intersection(using.item.names)]
                yield from self._prelude(top, piece.cell, kept, [using for using in usings if using not in awaiting])
            opened.add(top)
            yield self._in_version(piece, placed)
            run.append(piece)
            following = pieces[index + 1].item.scope[:1] if index + 1 < len(pieces) else ()
            if following != (top,):
                yield from (self._in_version(using, {}) for using in awaiting)
                awaiting = []
                yield Piece(Item("other", f"namespace {top} = {self.real(top)};", 0, ""), piece.cell)
                yield from self._bridges(top, run, kept)
                fresh = {name: placed[name] for p in run for name in p.defines if name in placed}
                known |= fresh
                for exposed in self.exposures:
                    if exposed in active and exposed.scope[0] == top:
                        yield from exposed.pieces(fresh.values(), inside, known)
                run = []

    def _prelude(self, top: str, cell: int, kept: Iterable[_Entity], usings: Iterable[Piece]) -> Iterator[Piece]:
        """Begin a new version: name what stays as it was."""
        for entity in kept:
            if entity.scope[:1] == (top,):
                scope = "::".join((versioned(top, entity.version), *entity.scope[1:]))
                text = f"using ::{scope}::{entity.name};"
                yield Piece(Item("other", text, 0, "", (self.real(top), *entity.scope[1:])), cell)
        yield from (self._in_version(piece, {}) for piece in usings)  # which may name what is kept

    def _in_version(self, piece: Piece, placed: Mapping[str, _Entity]) -> Piece:
        item = piece.item
        moved = replace(item, scope=(self.real(item.scope[0]), *item.scope[1:]))
        attributes = ""
        if item.kind == "function" and not item.path and item.names:
            entity = placed.get("::".join((*item.scope, item.names[0])))
            attributes = _PREFERRED * entity.generation if entity else ""
        return replace(piece, item=moved, attributes=attributes)

    def _bridges(self, top: str, run: Iterable[Piece], kept: Iterable[_Entity]) -> Iterator[Piece]:
        """Name new functions in the older versions whose classes are still in use."""
        current = self.versions[top]
        older = {e.version for e in kept if e.scope[:1] == (top,) and "type" in e.kinds} - {current}
        functions = {
            (p.item.scope[1:], p.item.names[0]): p
            for p in run
            if p.item.kind == "function" and p.item.names and not p.item.is_addition and not p.item.declares_only
        }
        for version in sorted(older):
            for (inner, name), piece in functions.items():
                text = f"using ::{'::'.join((self.real(top), *inner, name))};"
                yield Piece(Item("other", text, 0, "", (versioned(top, version), *inner)), piece.cell)


def versioned(name: str, version: int) -> str:
    """The real name of a later version of something."""
    return f"doublet_v{version}_{name}"
