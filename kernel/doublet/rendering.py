"""How the compiler's messages look to a person."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from doublet.diagnostic import Diagnostic

__all__ = ["Paint", "count", "render", "warn", "width"]

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


def warn(diagnostics: Sequence[Diagnostic]) -> None:
    """Print messages below the cell that runs, if there are any."""
    if diagnostics:
        print("\n".join(render(diagnostics, color=True)), file=sys.stderr)  # noqa: T201 - for the user


def render(diagnostics: Iterable[Diagnostic], color: bool = False) -> list[str]:
    """Show messages with their source lines; the same message at the same place only once."""
    paint = Paint(color)
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
        lines.append(paint(f"... {count(rest)} not shown (see error.diagnostics)", "faint"))
    return lines


def width(char: str) -> int:
    """How many columns a character takes on the screen (a tab depends on its place and is not known here)."""
    if unicodedata.combining(char) or unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


class Paint:
    """Wraps text in ANSI colours, or leaves it alone."""

    def __init__(self, color: bool) -> None:
        self._color = color

    def __call__(self, text: str, style: str) -> str:
        return f"\x1b[{_STYLES[style]}m{text}\x1b[0m" if self._color and text else text


def _block(diagnostic: Diagnostic, paint: Paint, indent: str = "") -> list[str]:
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


def _notes(notes: Sequence[Diagnostic], paint: Paint, indent: str) -> list[str]:
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


def _snippet(diagnostic: Diagnostic, paint: Paint, indent: str) -> list[str]:
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


def count(diagnostics: Iterable[Diagnostic]) -> str:
    listed = list(diagnostics)
    errors = sum(d.is_error for d in listed)
    warnings = sum(d.severity == "warning" for d in listed)
    parts = [_plural(n, word) for n, word in ((errors, "error"), (warnings, "warning")) if n]
    return ", ".join(parts) or _plural(len(listed), "note")


def _plural(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
