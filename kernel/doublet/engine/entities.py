"""What stands behind a name, and which names a piece defines or declares."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from doublet.engine.namespaces import Scoped, versioned

if TYPE_CHECKING:
    from doublet.cells import Item, Kind
    from doublet.engine.transaction import Piece

__all__ = ["FOLLOWING", "Entity", "declared", "defined", "is_member_function", "kinds_of", "number_of", "only_announced", "qualified_names"]

FOLLOWING = ("function", "type", "directive")
"""Kinds that hold no state, so that they can be compiled again without a change in meaning."""

_UNNAMED = ("using", "other", "statement", "value")
"""Kinds of items that define nothing that could be redefined."""


@dataclass(frozen=True)
class Entity(Scoped):
    """Everything that stands behind one name of one scope."""

    parts: dict[str, Piece] = field(default_factory=dict)
    was_type: bool = False
    """Whether the name has stood for a type before: Cling does not shadow those."""
    is_hiding: bool = False
    """Whether it is a variable that is called like a function of C's library, which Cling does not shadow either."""
    transaction: int = 0
    """The number of the transaction with the newest definition."""
    places: Mapping[str, int | str] = field(default_factory=dict)
    """For every part of a function the number of its transaction, or the namespace that it has for itself."""
    is_among_others: bool = False
    """Whether functions stand beside it that hide its older definitions, which Python must not see."""

    @property
    def kinds(self) -> set[Kind]:
        return kinds_of(self.parts.values())

    @property
    def items(self) -> tuple[Item, ...]:
        return tuple(piece.item for piece in self.parts.values())

    @property
    def cells(self) -> str:
        """The numbers of the cells that define it, for people."""
        return ", ".join(map(str, sorted({piece.cell for piece in self.parts.values()})))

    @property
    def real_name(self) -> str:
        """The name that the compiler and cppyy know.

        cppyy keeps what it has learned about a class under the class's name for good, so a class that is defined
        again gets a name of its own.
        """
        again = self.generation and (self.is_type or self.was_type) and self.kinds != {"directive"}
        return versioned(self.name, self.generation + 1) if again or self.is_hiding else self.name

    @property
    def is_type(self) -> bool:
        """Whether it is a type at the top level."""
        return not self.scope and "type" in self.kinds

    @property
    def is_number(self) -> bool:
        return all(piece.item.is_number for piece in self.parts.values())

    @property
    def number(self) -> str:
        return number_of(self.parts.values())

    @property
    def is_reference(self) -> bool:
        return any(piece.item.is_reference for piece in self.parts.values())

    @property
    def is_written_reference(self) -> bool:
        """Whether it is a reference in the cell, too: others are such for the compiler only."""
        return self.is_reference and any("&" in item.text for item in self.items)

    @property
    def is_array(self) -> bool:
        """Whether it is a variable that is written with square brackets behind its name."""
        return self.kinds <= {"variable", "constant"} and any(re.search(rf"\b{self.name}\s*\[", item.text) for item in self.items)

    @property
    def follows(self) -> bool:
        """Whether it is compiled again when something that it uses is redefined."""
        return all(item.kind in FOLLOWING or item.is_stateless or item.is_addition for item in self.items)

    @property
    def uses(self) -> frozenset[str]:
        return frozenset().union(*(piece.item.uses for piece in self.parts.values())) - {self.name}

    @property
    def refers(self) -> frozenset[str]:
        """The names of elsewhere that it refers to."""
        members = frozenset().union(*(item.members for item in self.items))
        return frozenset().union(*(i.refers - members if i.is_addition else i.refers for i in self.items)) - {self.name}


def kinds_of(pieces: Iterable[Piece]) -> set[Kind]:
    """What pieces define; a member out of line tells nothing about that, unless it is all there is."""
    items = [piece.item for piece in pieces]
    return {i.kind for i in items if not i.is_addition} or {i.kind for i in items}


def number_of(parts: Iterable[Piece]) -> str:
    """The type of a number that keeps its place when it is defined again; else nothing.

    What refers to it sees its new value, and nothing that uses it has to be compiled again.
    """
    types = {piece.item.number if piece.item.assignment else "" for piece in parts}
    return types.pop() if len(types) == 1 else ""


def is_member_function(piece: Piece) -> bool:
    """Whether it is a member function defined out of line, of a class that is no template."""
    item = piece.item
    return item.kind == "function" and bool(item.path) and not (item.is_template or item.is_special)


def defined(item: Item) -> tuple[str, ...]:
    """The qualified names that an item defines."""
    return () if item.declares_only or item.kind in _UNNAMED else qualified_names(item)


def only_announced(item: Item) -> tuple[str, ...]:
    """The class, or the variable of another place, that an item only announces."""
    return item.names if item.kind in ("type", "variable") and item.declares_only and not item.scope and not item.is_addition else ()


def qualified_names(item: Item) -> tuple[str, ...]:
    return tuple("::".join((*item.scope, name)) for name in item.names)


def declared(piece: Piece) -> set[tuple[str, str]]:
    """The functions that a piece declares, with what tells them from others of their name."""
    names = piece.defines or qualified_names(piece.item)
    return {(name, piece.item.key) for name in names} if piece.item.kind == "function" else set()
