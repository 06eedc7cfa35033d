"""Measuring a C++ cell: its text rewritten as the body of a function that C++ runs many times.

What has no place inside a function (includes, macros, functions, classes, namespaces, ``using``) is defined
before it, as in any cell; variables and statements are the body, so its variables are local to it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from IPython.core.magics.execution import TimeitResult

from doublet.engine.transaction import OWN, label
from doublet.errors import CppUsageError

if TYPE_CHECKING:
    from doublet.cells import Cell, Item

__all__ = ["result", "timed"]


def timed(parsed: Cell, cell: int, loops: int, runs: int) -> str:
    """A text whose value is a ``doublet::timing::Timings``; its first lines are the cell's."""
    lines = parsed.text.split("\n")
    body: list[str] = []
    for item in parsed.items:
        if not _stands_outside(item):
            body += _inside(item, cell)
            for offset, text in enumerate(item.text.split("\n")):
                line, start = lines[item.line + offset], 0 if offset else len(item.column)
                lines[item.line + offset] = line[:start] + " " * len(text) + line[start + len(text) :]
    if not body:
        raise CppUsageError(
            "there is no statement to measure", "put the code to measure after the definitions"
        )
    return "\n".join(
        [
            *lines,
            "",
            '#include "doublet/timing.hpp"',
            f"::doublet::timing::measure({loops}, {runs}, [] {{",
            *body,
            "})",
        ]
    )


def result(timings: Any) -> TimeitResult:
    """What C++ has measured, as IPython's ``%%timeit`` shows it."""
    loops, runs = int(timings.loops), [float(run) for run in timings.runs]
    return TimeitResult(loops, len(runs), min(runs) / loops, max(runs) / loops, runs, 0, 3)


def _stands_outside(item: Item) -> bool:
    if item.scope:
        return True
    if item.kind == "function":
        return not item.declares_only
    return item.kind not in ("variable", "constant", "statement", "value")


def _inside(item: Item, cell: int) -> Iterator[str]:
    # The empty line ends a comment whose last character is a backslash.
    here = (f'#line {item.line + 1} "{label(cell)}"', item.column + item.text, "", OWN)
    yield from ("::doublet::timing::sink, (", *here, ");") if item.kind == "value" else here
