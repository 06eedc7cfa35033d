"""What a cell consists of."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from doublet.cells.edits import Edit
    from doublet.cells.scanner import Unclosed
    from doublet.cells.syntax import Kind

__all__ = ["Cell", "Item"]


@dataclass(frozen=True)
class Item:
    """One item of a cell: its text as typed and where it begins (line and column count from 0)."""

    kind: Kind
    text: str
    line: int
    column: str
    """What stands before the item on its first line, with everything made blank but tabs and what is longer in bytes."""
    scope: tuple[str, ...] = ()
    """The namespaces around it."""
    names: tuple[str, ...] = ()
    """The names it defines in its scope; ``A`` for a member ``A::f`` defined out of line."""
    key: str = ""
    """What tells the definitions of one name apart: parameter types, template arguments, member names."""
    path: str = ""
    """The qualified name of what it defines out of line: ``A::f``, ``std::hash<Q>``."""
    path_at: int = 0
    """Where that name stands in the text."""
    around: tuple[str, ...] = ()
    """The namespaces of headers around it."""
    is_special: bool = False
    """Whether it says for given arguments what a template is."""
    is_template: bool = False
    head: int = 0
    """How much of the text is the head of a template."""
    body: int = 0
    """Where the body of a function begins that could as well be declared before; else 0."""
    uses: frozenset[str] = frozenset()
    """Every identifier in it."""
    refers: frozenset[str] = frozenset()
    """The names in it that mean something outside it, and the operators, as ``operator+``."""
    members: frozenset[str] = frozenset()
    """What the class that it defines declares."""
    declares_only: bool = False
    """A function that has no body here, or a class that is only announced."""
    is_stateless: bool = False
    """A variable without state of its own, such as a lambda that captures nothing: it behaves as a function."""
    number: str = ""
    """The type of the variables that it defines, if they are numbers; for a reference to a constant the type of that."""
    is_arithmetic: bool = False
    """Whether it is an expression of numbers, names and operators only."""
    is_reference: bool = False
    """Whether it declares references, be it for the compiler only."""
    runs: bool = False
    """Whether it runs code when the cell is run."""
    has_classes: bool = False
    """Whether it is a function that has classes of its own, such as those of lambdas."""
    temporaries: tuple[str, ...] = ()
    """The parts of a value's expression that may be temporary objects."""
    edits: tuple[Edit, ...] = ()
    """Where it is written differently for the compiler."""
    assignment: tuple[Edit, ...] = ()
    """What makes an assignment to variables that are there out of their definition, if one comes to the same."""
    source: str = ""
    """What was typed where the text is what macros made of it."""
    under: frozenset[str] = frozenset()
    """Every identifier in the conditions, as of ``#if``, that it is compiled under."""

    @property
    def is_number(self) -> bool:
        """Whether it defines numbers for the compiler, too."""
        return bool(self.number) and not self.is_reference

    @property
    def is_addition(self) -> bool:
        """Whether it belongs to something defined elsewhere: a member out of line, a specialisation."""
        return bool(self.path) or self.is_special

    @property
    def stands_for(self) -> Kind:
        """What its names stand for: one of a variable template is no object."""
        return "type" if self.head and self.kind == "variable" else self.kind


@dataclass(frozen=True)
class Cell:
    """A cell cut into items; `problem` says why it could not be cut."""

    text: str
    items: tuple[Item, ...] = ()
    problem: Unclosed | None = None
    words: frozenset[str] = field(default=frozenset())
    """Every identifier in it, outside comments and literals."""
    masked: str = ""
    """The text with blanks where comments and literals are."""
