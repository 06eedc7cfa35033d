"""The comment above a definition, as a text without the signs that make it one."""

from __future__ import annotations

import re

__all__ = ["comment_above"]

_LINE = re.compile(r"\s*//[/!]?<?\s?(.*)")
_BLOCK = re.compile(r"/\*[*!]?(.*?)\*/\s*$", re.DOTALL)


def comment_above(text: str, line: int) -> str:
    """What is written above a line, counted from 0, of a cell: lines of ``//``, or a block, with no empty line between.

    Empty if there is none. A comment behind code belongs to that.
    """
    above = text.splitlines()[:line]
    lines: list[str] = []
    while above and (found := _LINE.fullmatch(above[-1])):
        lines.insert(0, found[1].rstrip())
        above.pop()
    if lines or not above or not above[-1].rstrip().endswith("*/"):
        return "\n".join(lines).strip()
    block = _BLOCK.search("\n".join(above), max(0, "\n".join(above).rfind("/*")))
    if block is None or "\n".join(above)[: block.start()].rpartition("\n")[2].strip():
        return ""
    return "\n".join(re.sub(r"^\s*\*? ?", "", part).rstrip() for part in block[1].strip().splitlines())
