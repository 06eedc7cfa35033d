"""A cell's items written as the one text that Cling compiles and runs as a whole.

Cling takes a text that begins with a namespace as declarations only, and then lets new definitions shadow old
ones. So declarations stay as they are, each statement becomes a function, and one function calls them; where
variables are initialised in between, the calls are initialisers of hidden variables. Nothing runs unless all of it
compiles, and the order is kept. ``#line`` and padding leave every line and column as the
user typed it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from doublet.cells import Edit, Item, Span
from doublet.cells.scanner import mask, without_separators

__all__ = ["NO_CELL", "Piece", "Transaction", "announced", "apart_name", "label", "render", "tag_name", "value_name"]

OWN = '#line 1 "doublet"'
"""Begins what is not the user's."""

_NO_LINES = "__attribute__((nodebug))"
"""For functions that no place has to be told in: it costs time to write down where each line is."""

NO_CELL = 0
"""The number of what is compiled for Doublet's own purposes, and says the real names of things."""


@dataclass(frozen=True)
class Piece:
    """An item to be compiled, and the cell that it was typed in."""

    item: Item
    cell: int
    origin: str = ""
    """What tells that cell from others, however often it is run."""
    attributes: str = ""
    """What to write before its declaration, after a template's head."""
    defines: tuple[str, ...] = ()
    """The qualified names that it defines, whatever version of a namespace it is put into."""
    level: int | None = None
    """The optimisation level that its cell asked for."""
    apart: str = ""
    """Which inline namespace of the transaction it is put into, for there it hides nothing of its name; empty for none."""
    hides: str = ""
    """The function whose older definitions it is there to hide."""

    @property
    def key(self) -> str:
        """What tells it from the other parts of its name."""
        return announced(self.item.key) if self.item.declares_only else self.item.key


def announced(key: str) -> str:
    """The key of the prototype of a function with this key."""
    return f"extern {key}"


def label(cell: int) -> str:
    return f"cell[{cell}]" if cell != NO_CELL else "doublet"


def tag_name(serial: int) -> str:
    """The class that a tagged transaction defines."""
    return f"doublet_tag_{serial}"


def apart_name(serial: int | str, label: str) -> str:
    """The namespace of a transaction that holds pieces which have to hide nothing."""
    return f"__doublet_using_{serial}_{label}"


def value_name(serial: int, pieces: Sequence[Piece]) -> str:
    """The function that evaluates the value of a transaction."""
    return _value_name(f"{serial}_{max((number for number, piece in enumerate(pieces) if piece.item.kind == 'value'), default=0)}")


def _value_name(own: str) -> str:
    return f"doublet_value_{own}"


@dataclass(frozen=True)
class Transaction:
    """A text to compile, and how it runs."""

    text: str
    entry: str = ""
    """The function to call; if there is none, the text runs as the initialisers of its variables."""
    is_running: bool = True
    background: str = ""
    """The function that calls the statements, if they are left to be run by somebody else."""


def render(
    serial: int,
    pieces: Sequence[Piece],
    renamed: Mapping[str, str],
    former: Mapping[str, tuple[int, str]] = MappingProxyType({}),
    own: Sequence[Collection[str]] = (),
    hiding: Mapping[str, bool] = MappingProxyType({}),
    *,
    tagged: bool = True,
    plain: bool = False,
    background: bool = False,
) -> Transaction:
    """Write the transaction; `serial` makes its hidden names its own. The value of a `plain` one is a number.

    What the user calls by a name in `renamed` has another one in truth, or the same; a `former` one until the piece
    with the number that stands there, and none where it is a piece's `own`. It is a macro in any case:
    Cling moves what it may have to shadow into a namespace after it has been read, but not what a macro has named.
    A class that is moved is broken, for instantiations such as ``std::vector<Event::Hit>``, made while it was read,
    are then looked for under another mangled name. Where members may have the names of variables, which are `hiding`
    functions of C's library, those are not renamed. A tagged transaction defines a class by which the namespace can
    be found that Cling has put it in. While it runs, ``doublet::detail::outcome`` tells how many pieces are done.
    Of one for the `background`, the statements do not run, but are put into a function.
    """
    later = [number for number, piece in enumerate(pieces) if background and piece.item.kind == "statement"]
    running = [number for number, piece in enumerate(pieces) if piece.item.runs and number not in later]
    called = bool(running) and not any(_needs_initialiser(piece.item) for piece in pieces)
    begin = called or not running
    lines = [f"namespace doublet_cell_{serial} {{}}", OWN, *([f"struct {tag_name(serial)} {{}};"] if tagged else [])]
    done = dict(zip(running, [*running[1:], len(pieces)], strict=False))
    calls = [f"::doublet::detail::reached({running[0]})"] if running and running[0] else []
    for number, piece in enumerate(pieces):
        if number in done and not begin:
            lines.append(f"int doublet_begin_{serial} = ({', '.join(['::doublet::detail::begin()', *calls])});")
            begin = True
        as_is = (piece.cell == NO_CELL and piece.item.kind != "type") or piece.item.kind == "directive"
        is_class = piece.item.kind == "type" or piece.item.is_addition
        kept = {name for name, in_namespaces in hiding.items() if is_class or (in_namespaces and piece.item.scope)}
        real = {**renamed, **{name: old for name, (begin, old) in former.items() if number < begin}} if former else renamed
        kept.update(own[number] if own else ())
        names = {} if as_is else {name: real[name] for name in piece.item.uses & real.keys() if name not in kept}
        named = replace(piece, item=_with_own_qualified(piece.item, names, hiding)) if names else piece
        lines += [f"#define {name} {real}" for name, real in names.items()]
        lines += _number(named, f"{serial}_{number}") if plain and piece.item.kind == "value" else _piece(named, f"{serial}_{number}")
        lines += [f"#undef {name}" for name in names]
        if number in done:
            calls.append(_call(piece.item, f"{serial}_{number}", plain) + f"::doublet::detail::reached({done[number]})")
            lines += [] if called else [OWN, f"int doublet_reached_{serial}_{number} = ({calls[-1]});"]
    entry = f"doublet_run_{serial}"
    if called:
        lines += [OWN, f'extern "C" {_NO_LINES if plain else ""} void {entry}() {{', *(f"{call};" for call in calls), "}"]
    background_entry = f"doublet_background_{serial}" if later else ""
    if later:
        statements = (f"{_call(pieces[number].item, f'{serial}_{number}', plain)}0;" for number in later)
        lines += [OWN, f'extern "C" void {background_entry}() {{', *statements, "}"]
    return Transaction("\n".join([*lines, ""]), entry if called else "", bool(running), background_entry)


def _number(piece: Piece, own: str) -> Iterator[str]:
    """Write a value that is a number, without the templates that others need."""
    yield from (OWN, f"{_NO_LINES} int {_value_name(own)}() {{ return ::doublet::detail::keep(", *_as_typed(piece, own), _behind(piece) + "); }")


def _needs_initialiser(item: Item) -> bool:
    """Whether a cell with it runs as the initialisers of variables, and not as one function, which is faster."""
    return item.kind in ("variable", "type") and item.runs


def _call(item: Item, own: str, plain: bool) -> str:
    """What runs an item that is a function for the compiler, with a comma behind it."""
    if item.kind == "statement":
        return f"{'::'.join((*item.scope, f'doublet_statement_{own}'))}(), "
    if item.kind != "value":
        return ""
    return f"{_value_name(own)}(), " if plain else f"::doublet::detail::finish({_value_name(own)}), "


def _with_own_qualified(item: Item, renamed: Mapping[str, str], hiding: Collection[str]) -> Item:
    """Leave alone what belongs to something else and only has the same name, such as the ``vector`` of ``std``."""
    spans = [*_qualified(item.text, renamed, hiding)]
    marks: dict[Span, tuple[str | Span, ...]] = {}
    for own in spans:
        name = item.text[own.start : own.stop]
        marks[own] = (f"\n#undef {name}\n", own, f"\n#define {name} {renamed[name]}\n")
    changes = [replace(edit, parts=tuple(p for part in edit.parts for p in _marked(part, marks))) for edit in item.edits]
    outside = (own for own in spans if not any(e.start <= own.start < max(e.end, e.start + 1) for e in item.edits))
    changes += (Edit(own.start, own.stop, marks[own]) for own in outside)
    temporaries = tuple(_without_macros(text, renamed, [*_qualified(text, renamed, hiding)]) for text in item.temporaries)
    return replace(item, edits=tuple(sorted(changes, key=lambda edit: edit.start)), temporaries=temporaries)


def _qualified(text: str, renamed: Mapping[str, str], hiding: Collection[str]) -> Iterator[Span]:
    """Where names that are renamed stand behind those of other scopes, or of objects but for the name of a base."""
    for match in re.finditer(r"(?:(\w*)\s*::|(?:\.|->)(?!\s*\w+\s*::))\s*(\w+)", mask(text)[0]):
        name = match[2]
        if (match[1] != "" or name in hiding) and renamed.get(name, name) != name and renamed.get(match[1], match[1]) == match[1]:
            yield Span(*match.span(2))


def _marked(part: str | Span, marks: Mapping[Span, tuple[str | Span, ...]]) -> Iterator[str | Span]:
    """A part of an edit with what stands around such names."""
    if isinstance(part, str):
        yield part
        return
    at = part.start
    for own in marks:
        if part.start <= own.start < part.stop:
            yield from (Span(at, own.start), *marks[own])
            at = own.stop
    yield Span(at, part.stop)


def _without_macros(text: str, renamed: Mapping[str, str], spans: Sequence[Span]) -> str:
    for span in reversed(spans):
        name = text[span.start : span.stop]
        text = f"{text[: span.start]}\n#undef {name}\n{name}\n#define {name} {renamed[name]}\n{text[span.stop :]}"
    return text


def _piece(piece: Piece, own: str) -> Iterator[str]:
    item = piece.item
    here = _as_typed(piece, own)
    if item.kind == "statement":
        opening = [f"namespace {name} {{" for name in item.scope]
        yield from (OWN, *opening, f"void doublet_statement_{own}() {{", *here, OWN, "}" * (1 + len(opening)))
    elif item.kind == "value":
        name = _value_name(own)
        lives = "".join(f" && ::doublet::detail::lives<decltype(({part}))>" for part in item.temporaries)
        # Inline and in a namespace of its own for the sake of lambdas: see `lambdas` and `overloads`.
        head = f"inline namespace {apart_name(*own.split('_'))} {{ inline decltype(auto) {name}() {{ "
        yield from (OWN, f"{head}return (::doublet::detail::Kept<true{lives}>(), (", *here, _behind(piece) + "));}}")
    elif item.kind == "directive":
        # At a directive the text may be inside an #if, so nothing of Doublet's may stand between.
        yield from [f"#undef {item.names[0]}"] if item.names else []
        yield from here
    else:
        # In an inline namespace a later definition can shadow a using-declaration.
        serial, number = own.split("_")
        label = piece.apart or (f"u{number}" if item.kind == "using" and not item.scope else "")
        inline = [f"inline namespace {apart_name(serial, label)} {{"] if label else []
        opening = [*inline, *(f"namespace {name} {{" for name in (*item.around, *item.scope))]
        prefix = []
        if item.kind == "function" and item.declares_only and not item.text.startswith(("extern", "template")):
            # Cling takes a text's prototypes for calls unless they say their linkage.
            prefix.append('extern "C++"')
        yield from (OWN, *opening, *prefix, *here, OWN, "}" * len(opening))


def _as_typed(piece: Piece, own: str) -> Iterable[str]:
    """The item's text as changed by its edits; what follows a change stands in the line and column as typed."""
    item, cell, text, at = piece.item, piece.cell, "", 0
    inserted = (Edit(item.head, item.head, (piece.attributes,)),) if piece.attributes else ()
    for edit in (*inserted, *item.edits):
        text += _at(item, cell, at, edit.start) + "".join(
            part.replace("@", own) if isinstance(part, str) else "\n" + _at(item, cell, part.start, part.stop) for part in edit.parts
        )
        at = edit.end
        text += "\n"
    return (text + _at(item, cell, at, len(item.text))).split("\n")


def _behind(piece: Piece) -> str:
    """The place where the item's code ends: there the compiler says that an expression goes on."""
    item = piece.item
    end = len(mask(item.text)[0].rstrip())
    return _at(item, piece.cell, end, end)


def _at(item: Item, cell: int, start: int, end: int) -> str:
    """A slice of the item's text in its line and column."""
    before = item.text[:start]
    newline = before.rfind("\n")
    column = item.column + before if newline < 0 else before[newline + 1 :]
    line = item.line + before.count("\n") + 1
    padding = re.sub(r"[^\t]", lambda char: " " * len(char[0].encode()), column)  # Clang counts bytes
    return f'#line {line} "{label(cell)}"\n' + padding + without_separators(_with_digraphs(item, start, end))


def _with_digraphs(item: Item, start: int, end: int) -> str:
    """A slice of the item's text with ``%:if`` for ``#if``: Cling waits for more at one that stands between braces."""
    text = item.text[start:end]
    if item.kind == "directive" or "#" not in text:
        return text
    found = [m.end() for m in re.finditer(r"(?m)^[ \t]*(?=#)", mask(item.text)[0])]
    conditions = {at for at in found if re.match(r"#\s*(?:if|el|endif)", item.text[at:])}
    return "".join("%:" if at in conditions else char for at, char in enumerate(text, start))
