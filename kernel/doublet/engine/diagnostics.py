"""Clang's and Cling's messages, as text, to `Diagnostic`s that point into the cells as typed.

The engine compiles a cell with ``#line N "cell[7]"`` before every item, so that lines and byte columns are
those of the cell; what it adds itself is located in the label ``doublet``. Nothing of that, and no place of
the installation, reaches the user.
"""

from __future__ import annotations

import ctypes
import os
import posixpath
import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import cast

from doublet.engine.std_headers import hints_for, hints_of_notes, unknown_name
from doublet.errors import Diagnostic, Severity, render, width

__all__ = ["NOT_DEFINED", "Diagnostic", "parse", "render", "shorten"]

_HEADER = re.compile(
    r"(?P<path>[^\n]*?):(?P<line>\d{1,9}):(?:(?P<column>\d{1,9}):)?(?:\{[^}]*\}:)? "
    r"(?P<severity>fatal error|error|warning|note|remark): (?P<message>.*)"
)
_BARE = re.compile(
    r"(?:(?P<path>[^\s:]+|<<<.*>>>): )?(?P<severity>fatal error|error|warning|note): (?P<message>.*)"
)
_CLING = re.compile(r"(?P<severity>Error|Warning) in <[^>]*>: (?P<message>.*)")
_INCLUDED = re.compile(r"In (?:file included|module '.*' imported) from (?P<path>.*):(?P<line>\d{1,9}):")
_CARET = re.compile(r"(?=.*[\^~])[ ~^]+")
_OPTION = re.compile(r" \[(?:-Werror,)?(?P<option>-W[\w+=-]+)(?:,-W[\w+=-]+)*\]$")
_CELL = re.compile(r"cell\[(\d+)\]")
_OURS = re.compile(r"\bdoublet::detail\b|__doublet|/doublet/include/doublet/")
_SYSTEM = re.compile(
    r"/.*/include/(?:[\w.-]+-linux-[\w-]+/)?c\+\+/[\w.]+/(?:[\w.-]+-linux-[\w-]+/)?(?P<cpp>.+)"
    r"|/.*/(?:site|dist)-packages/(?:.*/include/)?(?P<package>.+)"
    r"|/usr/(?:.*/)?include/(?:[\w.-]+-linux-[\w-]+/)?(?P<usr>.+)"
    r"|/.*/lib/clang/[\w.]+/include/(?P<clang>.+)"
)
_HIDDEN_SCOPE = re.compile(
    r"(?<!\w)(?:::)?(?:(?:__cling_N5\d+|__doublet\w*|doublet_v\d+|doublet::detail)::|doublet_v\d+_(?=[^\W\d]))+"
)
_NOT_FOUND = re.compile(r"Symbols not found: \[ *([^\]\s][^\]\n]*)\]")
_FAILED = re.compile(r"Failed to materialize symbols: \{ \(\w+, \{([^{}\n]*)\}")
_CLANG_TAB = 8
NOT_DEFINED = "something this cell uses is declared but not defined"
_LOAD = "define it, or load its library with %cpp_load LIBRARY"


@dataclass
class _Raw:
    """One message as read, with the lines Clang printed below it."""

    path: str
    line: int | None
    column: int | None
    severity: str
    message: str
    echo: str | None = None
    marks: str = ""
    fixits: tuple[str, ...] = ()
    notes: list[_Raw] = field(default_factory=list)


def parse(text: str, sources: Mapping[str, str] | None = None) -> list[Diagnostic]:
    """Read a compiler's text; `sources` maps labels (``cell[7]``) to the cells as typed.

    Notes are inside the message they belong to. Lines that are no message are skipped, but never one that
    says ``error:``. Any text is accepted.
    """
    if not text.strip():
        return []
    known = dict(sources or {})
    raws = list(_read(text))
    words = {word for typed in known.values() for word in re.findall(r"[^\W\d]\w{2,}", typed)}
    words -= {unknown_name(raw.message) for raw in raws}
    return [*(_finish(raw, known, words) for raw in raws), *_unlinked(text)]


def shorten(path: str) -> str:
    """A file's name as the user would write it: ``<bits/stl_vector.h>``, or relative to the working directory."""
    plain = posixpath.normpath(path)
    if system := _SYSTEM.fullmatch(plain):
        return f"<{next(filter(None, system.groups()))}>"
    if not plain.startswith("/"):
        return plain
    relative = os.path.relpath(plain)
    if not relative.startswith(".."):
        return relative
    if "/include/" in plain:
        return f"<{plain.rpartition('/include/')[2]}>"
    return (
        relative
        if relative.count("../") <= 2 and not relative.startswith("../../..")
        else posixpath.basename(plain)
    )


def _read(text: str) -> Iterator[_Raw]:
    """The messages with their notes, in the order of the text."""
    lines = text.replace("\r\n", "\n").split("\n")
    current: _Raw | None = None
    included: list[_Raw] = []
    at = 0
    while at < len(lines):
        raw = _message(lines[at])
        at += 1
        if raw is None:
            if match := _INCLUDED.match(lines[at - 1]):
                included.append(_Raw(match["path"], int(match["line"]), None, "note", "included from here"))
            continue
        at = _below(raw, lines, at)
        if raw.severity == "note" and current is not None:
            current.notes.append(raw)
            continue
        if current is not None:
            yield current
        raw.notes += [note for note in included if _CELL.fullmatch(note.path)]
        current, included = raw, []
    if current is not None:
        yield current


def _message(line: str) -> _Raw | None:
    if match := _HEADER.fullmatch(line):
        column = int(match["column"]) if match["column"] else None
        severity = match["severity"].replace("remark", "note")
        return _Raw(match["path"], int(match["line"]), column, severity, match["message"])
    if match := _BARE.fullmatch(line):
        return _Raw(match["path"] or "", None, None, match["severity"], match["message"])
    if match := _CLING.fullmatch(line):
        return _Raw("", None, None, match["severity"].lower(), match["message"])
    if "error:" in line and not _NOT_FOUND.search(line):
        return _Raw("", None, None, "error", line.strip())
    return None


def _below(raw: _Raw, lines: list[str], at: int) -> int:
    """Take the echoed source line, the carets and the fix-its that follow a message; return the next line."""
    if at < len(lines) and _CARET.fullmatch(lines[at]):
        return at + 1
    if at + 1 >= len(lines) or not _CARET.fullmatch(lines[at + 1]):
        return at
    if _HEADER.fullmatch(lines[at]) or _BARE.fullmatch(lines[at]):
        return at
    raw.echo, raw.marks = lines[at], lines[at + 1]
    at += 2
    # A message never starts with a blank, so an indented line here is Clang's row of insertions.
    if (
        at < len(lines)
        and lines[at].startswith(" ")
        and lines[at].strip()
        and _message(lines[at].strip()) is None
    ):
        raw.fixits = tuple(re.split(r" {2,}", lines[at].strip()))
        at += 1
    return at


def _finish(raw: _Raw, sources: Mapping[str, str], words: set[str]) -> Diagnostic:
    """The message located for the user, with its visible notes and hints."""
    located = _locate(raw, sources)
    notes = [note for note in map(partial(_locate, sources=sources), raw.notes) if note.place()]
    near = next((note for note in notes if note.cell is not None), None)
    if near and not located.place():
        moved = {name: getattr(near, name) for name in ("cell", "line", "column", "source", "ranges")}
        located = replace(located, **moved)
    notes = [note for note in notes if not _OURS.search(note.message)]
    return replace(
        located,
        message=_readable(located.message),
        notes=tuple(replace(note, message=_readable(note.message)) for note in notes),
        hints=(hints_for(located.message, words) or hints_of_notes(note.message for note in notes)) if located.is_error else (),
    )


def _locate(raw: _Raw, sources: Mapping[str, str]) -> Diagnostic:
    message, option = raw.message, None
    if match := _OPTION.search(raw.message):
        message, option = message[: match.start()], match["option"]
    # Cling makes an error of it in order to leave it out, and compiles on.
    severity = "warning" if option == "-Wreturn-type" else raw.severity
    base = Diagnostic(cast("Severity", severity), message, fixits=raw.fixits, option=option)
    if cell := _CELL.fullmatch(raw.path):
        typed = sources.get(raw.path)
        lines = re.split("\r\n|\r|\n", typed if typed is not None else "")
        base = replace(base, cell=int(cell[1]), line=raw.line)
        if typed is None or raw.line is None:
            return replace(base, column=raw.column, source=raw.echo or "")
        if raw.line > len(lines) or (raw.line == len(lines) and not lines[-1]):
            # Clang reports an unfinished text one line below it; the user can only look at its end.
            last = max(i for i, line in enumerate(lines, 1) if line.strip() or i == 1)
            return replace(base, line=last, column=len(lines[last - 1]) + 1, source=lines[last - 1])
        source = lines[max(raw.line, 1) - 1]
    elif _hidden(raw.path):
        return base
    else:
        base = replace(base, path=shorten(raw.path), line=raw.line)
        source = raw.echo or ""
    if base.cell is None and "^" in raw.marks:
        # Clang echoes a header's line with its tabs expanded, so that only the caret tells the place in it.
        caret = bisect_left(_screen(source), raw.marks.index("^"))
    else:
        caret = _character(source, (raw.column or 1) - 1)
    column = caret + 1 if raw.column else None
    return replace(base, column=column, source=source, ranges=_ranges(raw, source, caret))


def _hidden(path: str) -> bool:
    name = posixpath.basename(path)
    return (
        not name
        or name == "doublet"
        or path.startswith("<")
        or name.startswith("input_line_")
        or bool(_OURS.search(path))
    )


def _character(source: str, byte: int) -> int:
    """The index of the character at a byte offset of the line, at most one behind its end."""
    return len(source.encode("utf-8", "surrogatepass")[: max(byte, 0)].decode("utf-8", "ignore"))


def _ranges(raw: _Raw, source: str, caret: int) -> tuple[tuple[int, int], ...]:
    """The spans Clang underlined, as columns of `source`.

    They are measured in screen columns from the caret: what stands to the left of an item may differ
    between the cell as typed and the text that was compiled.
    """
    screen = _screen(source)
    shift = screen[min(caret, len(source))] - max(raw.marks.find("^"), 0)
    spans = (m.span() for m in re.finditer(r"~[~^]*|\^~+", raw.marks))
    found = ((bisect_left(screen, a + shift) + 1, bisect_left(screen, b + shift) + 1) for a, b in spans)
    return tuple((a, min(b, len(source) + 1)) for a, b in found if a <= len(source) and a < b)


def _screen(line: str) -> list[int]:
    """The screen column of every character of the line, and of its end, as Clang counts them."""
    columns = [0]
    for char in line:
        columns.append(columns[-1] + (_CLANG_TAB - columns[-1] % _CLANG_TAB if char == "\t" else width(char)))
    return columns


def _readable(message: str) -> str:
    """The message in the words of the cell: no hidden namespaces, mangled names or places of the installation."""
    message = re.sub(r"'(_Z\w+)'", lambda m: f"'{demangled(m[1])}'", message)
    message = _HIDDEN_SCOPE.sub("", message)
    message = re.sub(r"\bdoublet_(?:hidden|part)_\d+_\d+_(\w+)", r"\1", message)
    message = re.sub(r"'doublet_get_\w+' is unavailable: ", "", message)  # a field that does not cross, which says why
    message = re.sub(r"'doublet_\w+'|\bdoublet_v\d+\w*", "this statement", message)
    message = re.sub(r"'([^']*)' \(aka '\1'\)", r"'\1'", message)
    message = re.sub(r" at ([^\s:()]+|<<<[^()]*>>>):(\d+):(\d+)(?=\))", _place_in_message, message)
    return re.sub(
        r"definition with same mangled name ('.*') as another definition", r"redefinition of \1", message
    )


def _place_in_message(match: re.Match[str]) -> str:
    if cell := _CELL.fullmatch(match[1]):
        return f" in cell {cell[1]}, line {match[2]}"
    return "" if _hidden(match[1]) else f" in {shorten(match[1])}, line {match[2]}"


def demangled(symbol: str) -> str:
    """The C++ name of a linker symbol, or the symbol where the C++ runtime cannot tell."""
    try:
        demangle = ctypes.CDLL("libstdc++.so.6").__cxa_demangle
        free = ctypes.CDLL(None).free
    except (OSError, AttributeError):
        return symbol
    demangle.restype, free.argtypes, status = ctypes.c_void_p, [ctypes.c_void_p], ctypes.c_int()
    address = demangle(symbol.encode(), None, None, ctypes.byref(status))
    if not address:
        return symbol
    name = ctypes.string_at(address).decode("utf-8", "replace")
    free(address)
    return name


def _unlinked(text: str) -> Iterator[Diagnostic]:
    """What is declared but not defined, from the messages of the linker inside Cling."""
    symbols = re.findall(r"symbol '([^'\n]+)' unresolved while linking", text)
    symbols += [s for row in _NOT_FOUND.findall(text) for s in row.replace(",", " ").split()]
    names = {_HIDDEN_SCOPE.sub("", demangled(symbol)): None for symbol in symbols}
    for name in names:
        yield Diagnostic("error", f"'{name}' is declared but not defined", hints=(_LOAD,))
    failed = [s for row in _FAILED.findall(text) for s in row.replace(",", " ").split()]
    # Cling repeats an old failure with every later cell, then with nothing but the name of its initialiser.
    if failed and not names and any("__orc_init_func" not in symbol for symbol in failed):
        yield Diagnostic("error", NOT_DEFINED, hints=(_LOAD,))
