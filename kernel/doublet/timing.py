"""Measuring a C++ cell: its text rewritten as the body of a function that C++ runs many times.

What has no place inside a function (includes, macros, functions, classes, templates, namespaces, ``using``) is
defined before it, as in any cell; variables and statements are the body, so its variables are local to it.
"""

from __future__ import annotations

import re
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
    lines = [""] * (parsed.text.count("\n") + 1)
    body: list[str] = []
    for item in parsed.items:
        if _stands_outside(item):
            for offset, line in enumerate(item.text.split("\n")):
                at = item.line + offset
                lines[at] += ("" if offset else item.column[len(lines[at]) :]) + line
        else:
            body += _inside(item, cell)
    if not body:
        raise CppUsageError(
            "there is no statement to measure", "put the code to measure after the definitions"
        )
    return "\n".join(
        [
            *lines,
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
    if item.kind == "directive" and re.match(r"#\s*(?:if|el|endif)", item.text):
        raise CppUsageError("a measured cell cannot hold #if", "put it into a cell before")
    return item.kind not in ("variable", "statement", "value") and not (
        item.kind == "function" and item.declares_only
    )


def _inside(item: Item, cell: int) -> Iterator[str]:
    here = (f'#line {item.line + 1} "{label(cell)}"', item.column + item.text)
    own = f'#line 1 "{OWN}"'
    yield from ("::doublet::timing::sink, (", *here, own, ");") if item.kind == "value" else (*here, own)
