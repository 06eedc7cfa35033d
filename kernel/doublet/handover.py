"""Which part of a cell is C++, and handing that part to the ``cpp`` magic with the lines of the cell.

IPython's own transform of cell magics drops the lines before the magic, so the magic could not tell on which
line its text begins. Here the C++ keeps as many blank lines before it as the cell has lines there.

Where cells are C++, a first line that begins with ``!`` may be C++, too: it is, if a cell has defined the name behind it
(``!done``), if that is used as no program is (``!f(1)``, ``!std::isnan(x)``, ``!v[0]``, ``!p->x``), or if there is no
name at all (``!(a && b)``, ``!*p``). Everything else is for the shell: ``!ls -l``, ``!./run.sh``, ``!"my program"``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from doublet.errors import CppUsageError

__all__ = ["CppPart", "HandOver", "cpp_part", "cpp_place", "python_part"]

_CPP = re.compile(r"\s*%%cpp(?![\w?])")
_PYTHON = re.compile(r"\s*%%python(?!\w)[ \t]*([^\n]*)")
_WRAPPER = re.compile(r"\s*%%(time|timeit|capture)(?![\w?])")
"""Magics whose body IPython runs as a cell of its own."""
_LINE_MAGIC = re.compile(r"\s*(?:%(?!%)\w|[!?])")
_NEGATION = re.compile(r"\s*!!?\s*(?:([^\W\d]\w*)(\s*(?:\(|::|\[|->))?|[(*~&]|\d)")
_HELP = re.compile(r"\s*[%\w.:]+\?{1,2}\s*\Z")
_CPP_HELP = re.compile(r"\s*((?:[^\W\d]\w*::)*[^\W\d]\w*)(\?{1,2})\s*")
"""Help on a name as C++ writes it."""


@dataclass(frozen=True)
class CppPart:
    """The C++ of a cell, after blank lines in place of what stands before it."""

    head: tuple[str, ...]
    """Lines for IPython that come before: other magics."""
    options: str
    text: str


class HandOver:
    """An input transformer: the C++ of a cell becomes a call of the magic.

    In a kernel whose cells are C++ if they do not say what they are, `is_cpp` tells whether a text is such a
    cell: what magics such as ``%time`` pass on while a cell runs is Python all the same.
    """

    has_side_effects = True
    """Keeps IPython from using it to judge whether more lines are to be typed."""

    def __init__(
        self, is_cpp: Callable[[str], bool] | None = None, is_known: Callable[[str], bool] = lambda _: False
    ) -> None:
        self.is_cpp = is_cpp
        self.is_known = is_known

    def __call__(self, lines: list[str]) -> list[str]:
        code = "".join(lines)
        if self.is_cpp is not None and (asked := _CPP_HELP.fullmatch(code)) and self.is_known(asked[1]):
            return [f"cpp.{asked[1].replace('::', '.')}{asked[2]}\n"]
        if part := cpp_part(code, cpp_first=self.is_cpp is not None and self.is_cpp(code), is_known=self.is_known):
            return [*part.head, f"get_ipython().run_cell_magic('cpp', {part.options!r}, {part.text!r})\n"]
        python = python_part(code) if self.is_cpp else None
        if python is not None and (opening := _PYTHON.match(code)) and opening[1].strip():
            raise CppUsageError(f"'%%python' has no options here, so '{opening[1].strip()}' means nothing", "remove that")
        return lines if python is None else python.splitlines(keepends=True)


def cpp_part(code: str, *, cpp_first: bool, is_known: Callable[[str], bool] = lambda _: False) -> CppPart | None:
    """Find the C++ of a cell; None if IPython is to take the cell as it is. `is_known` tells the names that cells have defined."""
    lines = code.splitlines(keepends=True)
    at = _skip_blank(lines, 0)
    head: list[str] = []
    timed = ""
    while at < len(lines) and (wrapper := _WRAPPER.match(lines[at])):
        arguments = lines[at][wrapper.end() :].strip()
        if wrapper[1] == "timeit":
            timed = f"--timeit {arguments} "
        else:
            head.append(lines[at].lstrip())
        at = _skip_blank(lines, at + 1)
    if not head and not timed and not _HELP.match(code):
        while at < len(lines) and _LINE_MAGIC.match(lines[at]) and not (cpp_first and _is_negation(lines[at], is_known)):
            while lines[at].endswith("\\\n") and at + 1 < len(lines):
                head.append(lines[at])
                at += 1
            head.append(lines[at])
            at = _skip_blank(lines, at + 1)
    if at >= len(lines):
        return None
    if opening := _CPP.match(lines[at]):
        options = timed + lines[at][opening.end() :].strip()
        at += 1
    elif cpp_first and not lines[at].lstrip().startswith("%%") and not _HELP.match(code):
        options = timed.strip()
        at = 0 if not head and not timed else at
    else:
        return None
    return CppPart(tuple(head), options.strip(), "\n" * at + "".join(lines[at:]))


def cpp_place(code: str, position: int, *, cpp_first: bool, is_known: Callable[[str], bool]) -> tuple[str, int] | None:
    """The C++ of a cell that is being typed, and where the cursor is in that; None if it is not in C++."""
    part = cpp_part(code, cpp_first=cpp_first, is_known=is_known)
    if part is None:
        return None
    line, column = code.count("\n", 0, position), position - code.rfind("\n", 0, position) - 1
    lines = part.text.split("\n")
    if line >= len(lines) or column > len(lines[line]):
        return None  # among the magics before it
    return part.text, sum(len(before) + 1 for before in lines[:line]) + column


def python_part(code: str) -> str | None:
    """The Python of a cell that begins with ``%%python``; a comment keeps the number of its lines."""
    opening = _PYTHON.match(code)
    if opening is None:
        return None
    _, _, rest = code[opening.end() :].partition("\n")
    comment = "#\n" * (code.count("\n", 0, opening.end()) + 1)
    return rest if rest.lstrip().startswith("%%") else comment + rest


def _is_negation(line: str, is_known: Callable[[str], bool]) -> bool:
    """Whether a line that begins with ``!`` is C++."""
    found = _NEGATION.match(line)
    return found is not None and (found[1] is None or found[2] is not None or is_known(found[1]))


def _skip_blank(lines: list[str], at: int) -> int:
    while at < len(lines) and not lines[at].strip():
        at += 1
    return at
