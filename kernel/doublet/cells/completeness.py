"""Whether a console should run what has been typed so far."""

from __future__ import annotations

import re
from typing import Literal

from doublet.cells.conditions import certain, conditions
from doublet.cells.scanner import WORD, cut, mask, unbalanced

__all__ = ["is_complete"]

Completeness = Literal["complete", "incomplete", "invalid"]

_INDENT = "    "

_OPERATOR = re.compile(r"(?:[-+*/%&|^=!~,?:.<]|->|>>)$")
"""What something has to follow; ``>`` may end a template's name."""
_PREFIX = re.compile(r"\b(?:else|do|try|return|new|delete|throw|co_return|co_yield|co_await|case|goto|using|namespace|typedef|typename|const|auto|operator)$")
_HEAD = re.compile(r"\b(?:if|if\s+constexpr|for|while|switch|catch)\s*$")


def is_complete(text: str) -> tuple[Completeness, str]:
    """Whether a console should run the text, and how far the next line is to be indented if not."""
    text = text.replace("\r\n", "\n")
    found = conditions(text)
    masked, problem = mask(found.resolved(certain(found)))
    problem = problem or unbalanced(masked)
    if problem and problem.message.startswith("unmatched"):
        return "invalid", ""
    if problem and problem.text in "\"'":
        return "invalid", ""
    if problem:
        depth = sum(masked.count(c) for c in "([{") - sum(masked.count(c) for c in ")]}")
        return "incomplete", _INDENT * max(depth + _is_head(masked), 0)
    if text.rstrip(" \t").endswith("\\"):
        return "incomplete", ""
    if found.problem:
        return "incomplete", ""
    *_, last = ("", *(masked[start:stop].strip() for start, stop in cut(masked)))
    if last.startswith("#"):
        return "complete", ""
    if _is_head(last) or (_OPERATOR.search(last) and not re.search(r"\+\+$|--$", last)) or _PREFIX.search(last):
        return "incomplete", _INDENT
    return ("incomplete", "") if _lacks_its_end(last) else ("complete", "")


def _is_head(masked: str) -> bool:
    """Whether it ends with ``if (a)`` or the like, and not with that of ``do ... while (a)``."""
    text = masked.rstrip()
    if not text.endswith(")"):
        return False
    depth = 0
    for at in range(len(text) - 1, -1, -1):
        depth += {")": 1, "(": -1}.get(text[at], 0)
        if not depth:
            before = text[:at]
            return _HEAD.search(before) is not None and not re.match(r"do\b.*[};]\s*while\s*$", before, re.DOTALL)
    return False


def _lacks_its_end(item: str) -> bool:
    """Whether it is the head of a template, or ``do`` or ``try`` without what belongs to it."""
    first = WORD.match(item)
    word = first[0] if first else ""
    if word == "do":
        return not re.search(r"\bwhile\s*\([^{}]*\)\s*;?$", item)
    if word == "try":
        return "catch" not in item
    return word == "template" and item[-1:] not in ("}", ";")
