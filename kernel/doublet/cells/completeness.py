"""Whether a console should run what has been typed so far."""

from __future__ import annotations

import re
from typing import Literal

from doublet.cells.scanner import mask, unbalanced

__all__ = ["is_complete"]

Completeness = Literal["complete", "incomplete", "invalid"]

_INDENT = "    "


def is_complete(text: str) -> tuple[Completeness, str]:
    """Whether a console should run the text, and how far the next line is to be indented if not."""
    text = text.replace("\r\n", "\n")
    masked, problem = mask(text)
    problem = problem or unbalanced(masked)
    if problem and problem.message.startswith("unmatched"):
        return "invalid", ""
    if problem:
        depth = sum(masked.count(c) for c in "([{") - sum(masked.count(c) for c in ")]}")
        return ("invalid", "") if problem.text in "\"'" else ("incomplete", _INDENT * max(depth, 0))
    if text.rstrip(" \t").endswith("\\"):
        return "incomplete", ""
    opened = len(re.findall(r"^[ \t]*#[ \t]*if", text, re.MULTILINE))
    if opened > len(re.findall(r"^[ \t]*#[ \t]*endif", text, re.MULTILINE)):
        return "incomplete", ""
    return "complete", ""
