"""What stands between the brackets of a C++ type."""

from __future__ import annotations

import re

__all__ = ["split_arguments", "without_arguments"]

_BRACKETS = {"<": 1, "(": 1, ">": -1, ")": -1}


def split_arguments(text: str) -> list[str]:
    """The types between commas, of which each may have some of its own."""
    parts, depth = [""], 0
    for char in text:
        depth += _BRACKETS.get(char, 0)
        if char == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += char
    return [part.strip() for part in parts if part.strip()]


def without_arguments(name: str) -> str:
    """A name without what stands between its brackets: ``Outer::Inner`` of ``Outer<int>::Inner<double>``."""
    while (shorter := re.sub(r"<[^<>]*>", "", name)) != name:
        name = shorter
    return name
