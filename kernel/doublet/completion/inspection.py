"""What is told of a name of C++ in a C++ cell: how it is defined, what stands above that, and in which cell."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from doublet.cells.cursor import at_cursor
from doublet.cells.scanner import mask
from doublet.engine.std_names import C_NAMES, STD_NAMES

if TYPE_CHECKING:
    from doublet.completion.completer import Completer
    from doublet.engine.interpreter import Interpreter

__all__ = ["told_of"]


def told_of(completer: Completer, interpreter: Interpreter, text: str, position: int) -> str:
    """The name at a place in a cell, or the function between whose brackets that is; empty if C++ knows nothing of it."""
    end = position + len(re.match(r"\w*", text[position:])[0])  # type: ignore[index] # it always matches
    told = _told(completer, interpreter, text, end)
    masked = mask(text[:position])[0]
    depth = 0
    for at in range(len(masked) - 1, -1, -1):
        if told or masked[at] in ";{}":
            break
        depth += {")": 1, "(": -1}.get(masked[at], 0)
        if depth < 0:
            told, depth = _told(completer, interpreter, text, len(masked[:at].rstrip())), 0
    return told


def _told(completer: Completer, interpreter: Interpreter, text: str, end: int) -> str:
    cursor = at_cursor(text, end)
    if cursor is None or not cursor.prefix:
        return ""
    name = cursor.prefix
    if cursor.joint in (".", "->"):
        found = next((c for c in completer.members(cursor) if c.text == name), None)
        return "" if found is None else f"{name}{found.signature}" if found.kind == "function" else f"{found.kind} {name}"
    qualified = re.sub(r"\s", "", f"{cursor.owner}::{name}").removeprefix("::")
    if documented := interpreter.names.documentation(qualified):
        return documented
    if qualified in completer.python_names and not interpreter.names.knows(qualified):
        return ""  # Python tells it
    header = STD_NAMES.get(qualified.removeprefix("std::")) if qualified.startswith("std::") else C_NAMES.get(qualified)
    return f"{qualified}\n\nDeclared in <{header}>." if header else ""
