"""Doublet's errors, the compiler messages they carry, and how those look to a person.

Every error derives from `DoubletError`, keeps what it knows in fields (messages are for people), and can
be pickled. C++ exceptions thrown by user code are not here: they keep their own C++ type.
"""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

Severity = Literal["note", "warning", "error", "fatal error"]

_TAB = 4
_WIDTH = 110
_MOST_SHOWN = 10
_FOLD_BEYOND = 3
_STYLES = {
    "error": "1;31",
    "fatal error": "1;31",
    "warning": "1;35",
    "note": "36",
    "message": "1",
    "caret": "1;32",
    "hint": "33",
    "faint": "2",
}


@dataclass(frozen=True)
class Diagnostic:
    """One message of the compiler, located in a cell as typed or in a header.

    `column` and `ranges` count characters from 1; a range is half open. `cell` is None for a header, and
    both `cell` and `path` are None where there is no place a user could look at.
    """

    severity: Severity
    message: str
    cell: int | None = None
    path: str | None = None
    line: int | None = None
    column: int | None = None
    source: str = ""
    ranges: tuple[tuple[int, int], ...] = ()
    fixits: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()
    notes: tuple[Diagnostic, ...] = ()
    option: str | None = None

    @property
    def is_error(self) -> bool:
        """Whether the cell cannot run because of this message."""
        return self.severity in ("error", "fatal error")

    @property
    def site(self) -> Diagnostic:
        """Where the user has to look: this message, or the note in a cell that led into a library's header."""
        if self.cell is not None or (self.path and not self.path.startswith("<")):
            return self
        return next((note for note in self.notes if note.cell is not None), self)

    def place(self, *, column: bool = True) -> str:
        """The location in words: ``cell 7, line 3, column 14``, or an empty text."""
        parts = [f"cell {self.cell}" if self.cell is not None else self.path or ""]
        if parts[0] and self.line is not None:
            parts.append(f"line {self.line}")
            if column and self.column is not None:
                parts.append(f"column {self.column}")
        return ", ".join(filter(None, parts))

    def __str__(self) -> str:
        place = self.site.place(column=False)
        return f"{place}: {self.message}" if place else self.message


class DoubletError(Exception):
    """The root of every error that Doublet itself raises."""

    def _render_traceback_(self) -> list[str]:
        """What IPython shows: one sentence, for Doublet's own frames tell a user nothing."""
        return [f"{_Paint(_in_colour())(type(self).__name__, 'error')}: {self}"]


class CppCompileError(DoubletError):
    """A cell does not compile; nothing of it ran and nothing of it is defined."""

    def __init__(self, diagnostics: Iterable[Diagnostic], cell: int | None = None) -> None:
        self.diagnostics = list(diagnostics)
        self.cell = cell
        super().__init__(self.diagnostics, cell)

    @property
    def first(self) -> Diagnostic | None:
        """The first error among the diagnostics."""
        return next((d for d in self.diagnostics if d.is_error), None)

    @property
    def line(self) -> int | None:
        """The line of the first error, in the cell or header where the user has to look."""
        return self.first.site.line if self.first else None

    def __str__(self) -> str:
        where = f"cell {self.cell}" if self.cell is not None else ""
        if self.first is None:
            return f"{where or 'the cell'} does not compile, and the compiler gave no reason"
        if where and not self.first.site.place():
            return f"{where}: {self.first.message}"
        return str(self.first)

    def render(self, color: bool = True) -> list[str]:
        """The lines to show instead of a Python traceback."""
        paint = _Paint(color)
        if self.first is None:
            return [f"{paint(type(self).__name__, 'error')}: {self}"]
        where = f" in cell {self.cell}" if self.cell is not None else ""
        return [
            f"{paint(type(self).__name__, 'error')}{where}: {_count(self.diagnostics)}",
            *render(sorted(self.diagnostics, key=lambda d: not d.is_error), color),
        ]

    def _render_traceback_(self) -> list[str]:
        """What IPython shows; the Python frames that led here say nothing about the cell."""
        return self.render(color=_in_colour())


class CppException(DoubletError):  # noqa: N818 - each carries the name of its C++ type
    """An exception thrown by C++; the class of each is a subclass named as its C++ type.

    Where the C++ class derives from ``std::exception``, it is the class that ``cpp`` gives by its name.
    `chain` holds type and ``what()`` of the exception itself and of those nested in it.
    """

    def __init__(self, chain: Sequence[tuple[str, str]]) -> None:
        self.chain = tuple(chain)
        super().__init__(self.chain)

    @classmethod
    def of(cls, chain: Sequence[tuple[str, str]]) -> CppException:
        """Make the error for a chain, of a class named as the C++ type."""
        named: type[CppException] = type(chain[0][0], (cls,), {"__module__": "cpp"})
        return named(chain)

    def __reduce__(self) -> tuple[Callable[..., CppException], tuple[object, ...]]:
        return CppException.of, (self.chain,)

    @property
    def cpp_type(self) -> str:
        """The C++ type, such as ``std::runtime_error``."""
        return self.chain[0][0]

    def __str__(self) -> str:
        return self.chain[0][1]

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self)!r})"

    def _render_traceback_(self) -> list[str]:
        """What IPython shows: the Python code that called C++, if there is any, and what is nested."""
        paint = _Paint(_in_colour())
        lines = [paint(self.cpp_type, "error") + (f": {self}" if str(self) else "")]
        traceback, shell = self.__traceback__, _shell()
        if shell is not None and traceback is not None and traceback.tb_next is not None:
            lines = shell.InteractiveTB.structured_traceback(type(self), self, traceback)
        return lines + [f"  nested: {paint(kind, 'error')}: {what}" for kind, what in self.chain[1:]]


class CppUsageError(DoubletError):
    """Doublet was asked for something it cannot do: a bad option, library, path or text."""

    def __init__(self, reason: str, advice: str = "") -> None:
        self.reason = reason
        self.advice = advice
        super().__init__(reason, advice)

    def __str__(self) -> str:
        return _sentence(self.reason, self.advice)


class BridgeError(DoubletError):
    """An object cannot cross between Python and C++."""

    def __init__(self, name: str, python_type: str, reason: str, advice: str = "") -> None:
        self.name = name
        self.python_type = python_type
        self.reason = reason
        self.advice = advice
        super().__init__(name, python_type, reason, advice)

    def __str__(self) -> str:
        return _sentence(
            f"'{self.name}' ({self.python_type}) cannot cross to C++: {self.reason}", self.advice
        )


class ToolchainError(DoubletError):
    """The C++ side cannot be set up: headers, a precompiled header or the interpreter is missing or unfit."""

    def __init__(self, reason: str, advice: str = "", output: str = "") -> None:
        self.reason = reason
        self.advice = advice
        self.output = output
        super().__init__(reason, advice, output)

    def __str__(self) -> str:
        return _sentence(self.reason, self.advice)


def render(diagnostics: Iterable[Diagnostic], color: bool = False) -> list[str]:
    """Show messages with their source lines; the same message at the same place only once."""
    paint = _Paint(color)
    groups: dict[tuple[str, str, str], list[Diagnostic]] = {}
    for diagnostic in diagnostics:
        key = (diagnostic.severity, diagnostic.message, diagnostic.site.place())
        groups.setdefault(key, []).append(diagnostic)
    lines: list[str] = []
    shown = list(groups.values())
    for first, *again in shown[:_MOST_SHOWN]:
        lines += _block(first, paint)
        if again:
            lines.append(
                paint(
                    f"  ... {_plural(len(again), 'more time')} at the same place (see error.diagnostics)",
                    "faint",
                )
            )
    if rest := [d for group in shown[_MOST_SHOWN:] for d in group]:
        lines.append(paint(f"... {_count(rest)} not shown (see error.diagnostics)", "faint"))
    return lines


def _shell() -> Any:
    """The running IPython, if there is one."""
    ipython = sys.modules.get("IPython")
    return ipython.get_ipython() if ipython else None


def _in_colour() -> bool:
    return str(getattr(_shell(), "colors", "")).lower() != "nocolor"


def width(char: str) -> int:
    """How many columns a character takes on the screen (a tab depends on its place and is not known here)."""
    if unicodedata.combining(char) or unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


class _Paint:
    """Wraps text in ANSI colours, or leaves it alone."""

    def __init__(self, color: bool) -> None:
        self._color = color

    def __call__(self, text: str, style: str) -> str:
        return f"\x1b[{_STYLES[style]}m{text}\x1b[0m" if self._color and text else text


def _block(diagnostic: Diagnostic, paint: _Paint, indent: str = "") -> list[str]:
    site = diagnostic.site
    place = f"{site.place()}: " if site.place() else ""
    option = paint(f" [{diagnostic.option}]", "faint") if diagnostic.option else ""
    severity = paint(f"{diagnostic.severity}:", diagnostic.severity)
    message = diagnostic.message if diagnostic.severity == "note" else paint(diagnostic.message, "message")
    lines = [f"{indent}{place}{severity} {message}{option}", *_snippet(site, paint, indent)]
    if site is not diagnostic and diagnostic.path:
        lines += [f"{indent}  {diagnostic.place()}: {paint('note:', 'note')} this is where it fails"]
        lines += _snippet(diagnostic, paint, indent + "  ")
    lines += [f"{indent}  {paint('fix:', 'caret')} {fixit}" for fixit in diagnostic.fixits]
    lines += [f"{indent}  {paint('hint:', 'hint')} {hint}" for hint in diagnostic.hints]
    return lines + _notes([note for note in diagnostic.notes if note is not site], paint, indent + "  ")


def _notes(notes: Sequence[Diagnostic], paint: _Paint, indent: str) -> list[str]:
    kinds: dict[str, list[Diagnostic]] = {}
    for i, note in enumerate(notes):
        kind = next(
            (k for k in ("in instantiation of", "candidate") if note.message.startswith(k)), f"other {i}"
        )
        kinds.setdefault(kind, []).append(note)
    lines: list[str] = []
    hidden = 0
    for alike in kinds.values():
        telling = next((note for note in alike if note.cell is not None), alike[0])
        shown = alike if len(alike) <= _FOLD_BEYOND else [telling]
        hidden += len(alike) - len(shown)
        for note in shown:
            lines += _block(note, paint, indent)
    if hidden:
        lines.append(indent + paint(f"... {_plural(hidden, 'more note')} (see error.diagnostics)", "faint"))
    return lines


def _snippet(diagnostic: Diagnostic, paint: _Paint, indent: str) -> list[str]:
    """The source line with its number, and below it the caret and the ranges, placed by display width."""
    if not diagnostic.source.strip() or diagnostic.line is None:
        return []
    marks = {column: "~" for start, end in diagnostic.ranges for column in range(start, end)}
    if diagnostic.column is not None:
        marks[diagnostic.column] = "^"
    cells: list[tuple[str, str]] = []
    at = 0
    for column, char in enumerate(diagnostic.source + " ", 1):
        size = _TAB - at % _TAB if char == "\t" else width(char)
        shown = (
            " " * size
            if char == "\t"
            else char
            if char.isprintable() or not size
            else "\N{REPLACEMENT CHARACTER}"
        )
        mark = marks.get(column, " ")
        cells.append((shown, (mark + ("~" if mark == "~" else " ") * (size - 1))[:size]))
        at += size
    cells = _window(cells, diagnostic.column or 1)
    text = "".join(shown for shown, _ in cells).rstrip()
    below = "".join(mark for _, mark in cells).rstrip()
    number = str(diagnostic.line).rjust(5)
    lines = [f"{indent}{paint(f'{number} |', 'faint')} {text}"]
    if below:
        lines.append(f"{indent}{paint('      |', 'faint')} {paint(below, 'caret')}")
    return lines


def _window(cells: list[tuple[str, str]], column: int) -> list[tuple[str, str]]:
    """The part of a long line around the column."""
    if len(cells) <= _WIDTH:
        return cells
    start = min(max(0, column - _WIDTH // 2), len(cells) - _WIDTH)
    part = cells[start : start + _WIDTH]
    before = [("... ", "    ")] if start else []
    after = [(" ...", "")] if start + _WIDTH < len(cells) - 1 else []
    return [*before, *part, *after]


def _count(diagnostics: Iterable[Diagnostic]) -> str:
    listed = list(diagnostics)
    errors = sum(d.is_error for d in listed)
    warnings = sum(d.severity == "warning" for d in listed)
    parts = [_plural(n, word) for n, word in ((errors, "error"), (warnings, "warning")) if n]
    return ", ".join(parts) or _plural(len(listed), "note")


def _plural(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def _sentence(reason: str, advice: str) -> str:
    return f"{reason}; {advice}" if advice else reason
