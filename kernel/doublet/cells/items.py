"""The items of a cell, in order; those in namespaces one by one."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from doublet.cells.conditions import Conditions, Taken, certain, conditions
from doublet.cells.edits import Edit, Span
from doublet.cells.macros import Macros
from doublet.cells.references import members, references
from doublet.cells.rewriting import Changes, edits, temporaries
from doublet.cells.scanner import (
    LABEL,
    WORD,
    Unclosed,
    cut,
    directives,
    joined,
    mask,
    unbalanced,
    without_digraphs,
)
from doublet.cells.syntax import Kind, Names, class_with_variables, classify, is_expression, pointed_into

if TYPE_CHECKING:
    from tree_sitter import Node

__all__ = ["Cell", "Edit", "Item", "Kind", "Span", "parse"]

_NAMESPACE = re.compile(r"(?:inline\s+)?namespace\b\s*([\w:\s]*)\{")
_C_LINKAGE = re.compile(r'extern\s*"C"\s*(\{)?\s*')
_ARITHMETIC = re.compile(r"[\w\s+\-*/%<>=!&|^~?:()]*;?\s*")
_NO_ARITHMETIC = re.compile(r"\w\s*\(|::|(?<!&)&(?!&)|<=>")
"""A call, a scope, an address, an order."""
_LONG_DOUBLE = re.compile(r"(?:\.\d*|\d[eE][+-]?\d+)[lL]\b")
_LITERAL = re.compile(r"\b\d(?:'?[\w.])*")
_NUMBER = re.compile(r"(?:0[xX][\da-fA-F.']+|0[bB][01']+|[\d.']+(?:[eE]\d*)?)[uUlLzZfF]*")
"""A literal, and one that is a number without what ``using namespace std::literals`` may give it."""
_STATEMENT_WORDS = frozenset(
    ("if", "for", "while", "switch", "try", "do", "throw", "return", "delete", "goto", "static_assert")
)

_GUIDE = re.compile(r"(?:template\s*<.*>\s*)?(?:explicit\s+)?(\w+)\s*\([^{}]*\)\s*->\s*\1\s*(?:<.*>)?\s*;", re.DOTALL)
"""A deduction guide, which the grammar knows only with a template's head."""

_EXTERN_TEMPLATE = re.compile(r"extern\s+template\b")
"""It only keeps a compiler from instantiating what another one has, and Cling is the only one here."""

KindOf = Callable[[str], Kind | None]
"""What a name stands for, as far as it is known."""


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


def parse(
    text: str,
    kind_of: KindOf = lambda _: None,
    macro: Callable[[str], str | None] = lambda _: None,
    taken: Taken = certain,
) -> Cell:
    """Cut a cell into items.

    `kind_of` tells what C++ itself needs to know to read ``a * b;``: whether a name stands for a value. `macro`
    gives the directive of an earlier cell that has made a name a macro, `taken` the groups of conditional directives
    that are compiled.
    """
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    typed = conditions(text)
    if typed.problem:
        return Cell(text, problem=typed.problem)
    groups = taken(typed) if typed.groups else ()
    plain = typed.resolved(groups)
    masked, problem = mask(plain)
    typed = replace(typed, text=without_digraphs(text, masked))
    plain, masked = without_digraphs(plain, masked), without_digraphs(masked, masked)
    problem = problem or unbalanced(masked)
    if problem:
        return Cell(text, problem=problem)
    items = tuple(_Reader(plain, masked, kind_of, Macros(macro), typed, groups).items(0, len(plain), ()))
    return Cell(text, items, words=frozenset(WORD.findall(masked)).union(*(item.uses for item in items)), masked=masked)


class _Reader:
    """Reads items one after the other, and knows what the cell has defined so far."""

    def __init__(
        self, text: str, masked: str, kind_of: KindOf, macros: Macros, typed: Conditions, taken: Collection[int] = ()
    ) -> None:
        self._text = text
        self._typed = typed
        self._taken = taken
        self._masked = masked
        self._outside = kind_of
        self._known: dict[str, Kind] = {}
        self._macros = macros

    def items(self, start: int, end: int, scope: tuple[str, ...]) -> Iterator[Item]:
        for at, stop in joined(cut(self._masked[:end], start, self._whole_call, self._macros.expand), self._masked):
            opening = _NAMESPACE.match(self._masked, at)
            words = opening[0][:-1].replace("::", " ").split() if opening else []
            inner = tuple(word for word in words if word not in ("inline", "namespace"))
            if opening is not None and inner[:1] == ("std",) and not scope:
                for item in self.items(opening.end(), stop - 1, ()):
                    yield replace(item, around=(*inner, *item.scope), scope=())
            elif (linkage := _C_LINKAGE.match(self._text, at)) and self._masked[stop - 1] == "}":
                yield from self._without_linkage(linkage, stop, scope)
            elif opening is None:
                under = frozenset(WORD.findall(self._typed.around(at, stop)))
                for meant in self._meant(at, stop, scope):
                    item = replace(meant, under=under) if under else meant
                    if not item.is_addition:
                        self._known.update(dict.fromkeys(item.names, item.stands_for))
                    yield item
            else:
                empty = Item("other", "", *self._place(at), scope + inner)
                yield from tuple(self.items(opening.end(), stop - 1, scope + inner)) or (empty,)
                yield from self._inlined(at, words, scope)

    def _inlined(self, at: int, words: Iterable[str], scope: tuple[str, ...]) -> Iterator[Item]:
        """What makes the names of ``inline`` namespaces those of the namespaces around them."""
        is_inline = False
        for word in words:
            if word in ("inline", "namespace"):
                is_inline = is_inline or word == "inline"
                continue
            if is_inline:
                refers = frozenset((word,))
                yield Item("using", f"using namespace {word};", *self._place(at), scope, uses=refers, refers=refers)
            scope, is_inline = (*scope, word), False

    def _without_linkage(self, linkage: re.Match[str], stop: int, scope: tuple[str, ...]) -> Iterator[Item]:
        """The definitions in ``extern "C"`` as any others, for in C a function cannot be defined again."""
        if not linkage[1]:
            yield from self._meant(linkage.end(), stop, scope)
        elif any(masked.lstrip().startswith("#") for masked in self._masked[linkage.end() : stop].splitlines()):
            yield from self._meant(linkage.start(), stop, scope)  # headers are C all through
        else:
            for at, end in cut(self._masked[: stop - 1], linkage.end()):
                is_defined = classify(self._text[at:end])[0] in ("function", "type")
                yield from self._meant(at, end, scope) if is_defined else self._read(at, end, scope, 'extern "C" ')

    def _whole_call(self, at: int) -> int | None:
        """Where a macro call ends that begins here and stands for whole items."""
        call = self._macros.call(self._text, at)
        if call is None or re.compile(r"\s*(?:;|else\b|catch\b)").match(self._masked, call[0]):
            return None
        masked, problem = mask(call[1])
        if problem or unbalanced(masked):
            return None
        *whole, (last, _) = cut(f"{masked} next")
        return call[0] if whole and last > len(masked) else None

    def _meant(self, start: int, end: int, scope: tuple[str, ...]) -> Iterator[Item]:
        """What is there, as typed if the macros in it change nothing of how it is read; else what they stand for."""
        typed = (*self._read(start, end, scope),)
        source = self._text[start:end]
        text = source if typed[0].kind == "directive" else self._macros.expand(source)
        if text == source:
            yield from typed
            return
        meant = (*_Reader(text, mask(text)[0], self._kind_of, Macros(lambda _: None), Conditions(text)).items(0, len(text), scope),)
        written = frozenset(WORD.findall(self._masked[start:end]))
        line, column = self._place(start)
        is_same = [*map(_shape, typed)] == [*map(_shape, meant)]
        for item, own in zip(meant, typed if is_same else meant, strict=True):
            if is_same:
                refers = item.refers | (written if own.refers else frozenset())
                yield replace(own, uses=item.uses | written, refers=refers)
            elif len(meant) == 1 and not (item.names or item.edits or item.temporaries):
                yield replace(item, text=source, line=line, column=column, uses=item.uses | written)
            else:  # Cling shadows nothing that a macro has named
                yield replace(item, line=line, column=column, source=source, uses=item.uses | written)

    def _kind_of(self, name: str) -> Kind | None:
        return self._known.get(name) or self._outside(name)

    def _place(self, start: int) -> tuple[int, str]:
        line_start = self._text.rfind("\n", 0, start) + 1
        return self._text.count("\n", 0, start), re.sub(r"[\x00-\x08\x0b-\x7f]", " ", self._text[line_start:start])

    def _read(self, start: int, end: int, scope: tuple[str, ...], prefix: str = "", suffix: str = "") -> Iterator[Item]:
        """Read an item; `prefix` and `suffix` are to be compiled with it, although they are not typed there."""
        plain, source, masked = self._text[start:end], self._typed.part(self._taken, start, end), self._masked[start:end]
        place = self._place(start)
        conditional = "".join(match[0] for match in directives(source)) if source != plain else ""
        uses = frozenset(WORD.findall(prefix + masked + conditional))
        if masked[0] == "#":
            self._macros.learn(source)
            define = re.match(r"#\s*(?:define|undef)\s+(\w+)", source)
            names = (define[1],) if define else ()
            yield Item("directive", source, *place, scope, names, uses=(words := frozenset(WORD.findall(source))), refers=words)
            return
        if guide := _GUIDE.fullmatch(masked.rstrip()):
            key = " ".join(source.split())
            yield Item("type", source, *place, scope, (guide[1],), key, is_special=True, uses=uses, refers=uses)
            return
        if _EXTERN_TEMPLATE.match(masked):
            yield Item("other", "", *place, scope)
            return
        terminated = (masked.rstrip()[-1:] in (";", "}")) or bool(suffix)
        whole = prefix + plain + (suffix if terminated else ";")
        kind, node = classify(whole)
        if kind == "variable" and is_expression(node, self._is_value):
            kind = "statement"
        if kind == "statement" and not scope and not masked.rstrip().endswith(";") and _is_value(masked):
            kind = "value"
        found = None
        if node is not None and terminated and kind not in ("statement", "value"):
            found = Names(node, self._is_value)
        if found is not None and node is not None and (split := class_with_variables(node)):
            begin, stop = (start + len(whole.encode()[:at].decode()) for at in split[:2])
            yield from self._read(begin, stop, scope, suffix=";")
            yield from self._read(stop, end, scope, prefix=split[2])
            return
        kind = found.kind or kind if found else kind
        if kind == "variable" and node is not None and node.type == "template_declaration" and "constexpr" in uses:
            kind = "type"  # like one, it holds no state and has specialisations
        classes = pointed_into(masked) if kind == "variable" else frozenset()
        changes = Changes(runs=True) if classes else edits(node, kind, self._kind_of, self._macros.expand, is_scoped=bool(scope))
        written = tuple(_with_untyped(changes.edits, prefix, len(source), suffix))
        is_arithmetic = bool(_ARITHMETIC.fullmatch(masked)) and not (_NO_ARITHMETIC.search(masked) or _LONG_DOUBLE.search(source))
        is_arithmetic = is_arithmetic and all(_NUMBER.fullmatch(literal) for literal in _LITERAL.findall(source))
        if found is None:
            yield Item(
                kind,
                source,
                *place,
                scope,
                uses=uses,
                refers=_references(node, uses),
                is_arithmetic=is_arithmetic,
                runs=changes.runs,
                temporaries=temporaries(node) if node is not None and kind == "value" else (),
                edits=written,
            )
            return
        yield Item(
            "constant" if changes.is_constant else kind,
            source,
            *place,
            scope,
            tuple(dict.fromkeys(found.names)),
            found.key,
            found.path,
            len(whole.encode()[: found.path_at].decode()),
            (),
            found.is_special,
            found.is_template,
            len(whole.encode()[: found.start].decode()),
            len(whole.encode()[: found.body].decode()),
            uses,
            _references(node, uses) | classes,
            members(node) if kind == "type" and node is not None else frozenset(),
            found.declares_only,
            changes.is_stateless,
            changes.number,
            is_arithmetic,
            changes.is_reference,
            changes.runs,
            changes.has_classes,
            edits=written,
            assignment=() if prefix or suffix else changes.assignment,
        )

    def _is_value(self, name: str) -> bool:
        return self._kind_of(name) in ("variable", "constant", "function")


def _shape(item: Item) -> tuple[object, ...]:
    """How an item is treated."""
    return item.kind, item.names, len(item.edits), len(item.temporaries), item.is_number, item.is_reference, item.runs, item.has_classes


def _references(node: Node | None, uses: frozenset[str]) -> frozenset[str]:
    """What an item refers to; everything in it where it is not understood as one thing."""
    after = node.next_sibling if node is not None else None
    while after is not None and after.type in ("comment", ";"):
        after = after.next_sibling
    found = references(node) if node is not None and after is None else None
    return uses if found is None else found


def _is_value(masked: str) -> bool:
    first = WORD.match(masked)
    return not (first and first[0] in _STATEMENT_WORDS) and not masked.startswith("{") and not LABEL.match(masked)


def _with_untyped(changes: tuple[Edit, ...], prefix: str, size: int, suffix: str) -> Iterator[Edit]:
    """Edits of the whole as edits of what is typed, which insert the rest."""
    by = len(prefix)
    before = [edit for edit in changes if edit.start < by]
    if prefix and not any(edit.end >= by for edit in before):
        for edit in reversed(before):
            prefix = prefix[: edit.start] + "".join(map(str, edit.parts)) + prefix[edit.end :]
        yield Edit(0, 0, (prefix,))
    for edit in changes:
        if edit.end >= by:
            parts = tuple(p if isinstance(p, str) else Span(p.start - by, p.stop - by) for p in edit.parts)
            yield replace(edit, start=max(edit.start - by, 0), end=edit.end - by, parts=parts)
    if suffix:
        yield Edit(size, size, (suffix,))
