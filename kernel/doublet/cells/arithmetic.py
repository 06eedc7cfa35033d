"""Whether an expression is one of numbers, names and operators only."""

from __future__ import annotations

import re

__all__ = ["is_arithmetic"]

_ARITHMETIC = re.compile(r"[\w\s+\-*/%<>=!&|^~?:()]*;?\s*")
_NO_ARITHMETIC = re.compile(r"\w\s*\(|::|(?<!&)&(?!&)|<=>")
"""A call, a scope, an address, an order."""
_LONG_DOUBLE = re.compile(r"(?:\.\d*|\d[eE][+-]?\d+)[lL]\b")
_LITERAL = re.compile(r"\b\d(?:'?[\w.])*")
_NUMBER = re.compile(r"(?:0[xX][\da-fA-F.']+|0[bB][01']+|[\d.']+(?:[eE]\d*)?)[uUlLzZfF]*")
"""A literal, and one that is a number without what ``using namespace std::literals`` may give it."""


def is_arithmetic(source: str, masked: str) -> bool:
    """Whether this is all there is to an item; `masked` has blanks where comments and literals of text are."""
    return (
        bool(_ARITHMETIC.fullmatch(masked))
        and not (_NO_ARITHMETIC.search(masked) or _LONG_DOUBLE.search(source))
        and all(_NUMBER.fullmatch(literal) for literal in _LITERAL.findall(source))
    )
