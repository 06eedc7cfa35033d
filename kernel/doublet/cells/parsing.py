"""Cuts a cell into its items, in order; those in namespaces one by one."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from doublet.cells.arithmetic import is_arithmetic
from doublet.cells.conditions import Conditions, Taken, certain, conditions
from doublet.cells.edits import Edit, Span
from doublet.cells.items import Cell, Item
from doublet.cells.macros import Macros
from doublet.cells.references import members, references
from doublet.cells.rewriting import Changes, edits
from doublet.cells.scanner import LABEL, WORD, cut, directives, joined, mask, unbalanced, without_digraphs
from doublet.cells.syntax import Kind, Names, class_with_variables, classify, is_expression, pointed_into
from doublet.cells.temporaries import temporaries

if TYPE_CHECKING:
    from tree_sitter import Node

__all__ = ["parse"]

_NAMESPACE = re.compile(r"(?:inline\s+)?namespace\b\s*([\w:\s]*)\{")
_C_LINKAGE = re.compile(r'extern\s*"C"\s*(\{)?\s*')
_STATEMENT_WORDS = frozenset(("if", "for", "while", "switch", "try", "do", "throw", "return", "delete", "goto", "static_assert"))
_GUIDE = re.compile(r"(?:template\s*<.*>\s*)?(?:explicit\s+)?(\w+)\s*\([^{}]*\)\s*->\s*\1\s*(?:<.*>)?\s*;", re.DOTALL)
"""A deduction guide, which the grammar knows only with a template's head."""
_EXTERN_TEMPLATE = re.compile(r"extern\s+template\b")
"""It only keeps a compiler from instantiating what another one has, and Cling is the only one here."""

KindOf = Callable[[str], Kind | None]
"""What a name stands for, as far as it is known."""


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
            begin, stop = (start + _characters(whole, at) for at in split[:2])
            yield from self._read(begin, stop, scope, suffix=";")
            yield from self._read(stop, end, scope, prefix=split[2])
            return
        kind = found.kind or kind if found else kind
        if kind == "variable" and node is not None and node.type == "template_declaration" and "constexpr" in uses:
            kind = "type"  # like one, it holds no state and has specialisations
        classes = pointed_into(masked) if kind == "variable" else frozenset()
        changes = Changes(runs=True) if classes else edits(node, kind, self._kind_of, self._macros.expand, is_scoped=bool(scope))
        item = Item(
            "constant" if changes.is_constant else kind,
            source,
            *place,
            scope,
            uses=uses,
            refers=_references(node, uses) | classes,
            is_arithmetic=is_arithmetic(source, masked),
            runs=changes.runs,
            temporaries=temporaries(node) if node is not None and kind == "value" else (),
            edits=tuple(_with_untyped(changes.edits, prefix, len(source), suffix)),
        )
        if found is None:
            yield item
            return
        yield replace(
            item,
            names=tuple(dict.fromkeys(found.names)),
            key=found.key,
            path=found.path,
            path_at=_characters(whole, found.path_at),
            is_special=found.is_special,
            is_template=found.is_template,
            head=_characters(whole, found.start),
            body=_characters(whole, found.body),
            members=members(node) if kind == "type" and node is not None else frozenset(),
            declares_only=found.declares_only,
            is_stateless=changes.is_stateless,
            number=changes.number,
            is_reference=changes.is_reference,
            has_classes=changes.has_classes,
            assignment=() if prefix or suffix else changes.assignment,
        )

    def _is_value(self, name: str) -> bool:
        return self._kind_of(name) in ("variable", "constant", "function")


def _characters(text: str, size: int) -> int:
    """How many characters the first bytes are."""
    return len(text.encode()[:size].decode())


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
