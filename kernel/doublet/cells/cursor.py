"""What stands before the cursor in a cell of C++: part of a name, and what it is a name of.

Read backwards from the cursor, in text that need not be whole yet.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from doublet.cells.scanner import mask

__all__ = ["Cursor", "at_cursor"]

_OPENING = {")": "(", "]": "[", "}": "{", ">": "<"}
_CLOSING = {"(": ")", "[": "]", "{": ";}"}
_END = re.compile(r"(?P<name>[^\W\d]\w*)\s*$|(?P<call>[)\]}])\s*$|(?P<literal>\")\s*$|(?P<arguments>>)\s*$")
_JOINT = re.compile(r"(?P<joint>\.|->|::)\s*$")
_NO_OPERAND = frozenset(("return", "case", "throw", "delete", "else", "do", "co_return", "co_yield", "co_await", "in", "and", "or", "not"))
"""Words that may stand before an expression, and are no part of it."""


@dataclass(frozen=True)
class Cursor:
    """`prefix` is the part of the name that has been typed."""

    prefix: str
    joint: Literal["", ".", "->", "::"] = ""
    """What stands before the name: nothing, or what makes it a member or part of the expression."""
    owner: str = ""
    """What stands before that: an expression, or with ``::`` a namespace or class."""
    before: str = ""
    """The cell up to the owner, or to the prefix if there is none."""
    closing: str = ""
    """What would end what is open there."""


def at_cursor(text: str, position: int) -> Cursor | None:
    """Where a name could go on at this place; None in a comment, a literal, a number or a directive."""
    typed = text[:position]
    masked, _ = mask(typed + "x")
    if masked[-1:] != "x" or _is_in_literal(typed):
        return None
    masked = masked[:-1]
    prefix = re.search(r"\w*$", masked)[0]  # type: ignore[index] # it always matches
    head = masked[: len(masked) - len(prefix)]
    joint = _JOINT.search(head)
    if joint is None:
        return Cursor(prefix, before=typed[: len(head)], closing=_closing(head))
    begin = _begin_of_expression(head, joint.start())
    owner = typed[begin : joint.start()].strip()
    if not owner and joint["joint"] != "::":
        return None
    return Cursor(prefix, joint["joint"], owner, typed[:begin], _closing(masked[:begin]))  # type: ignore[arg-type] # one of three


def _is_in_literal(typed: str) -> bool:
    """Whether a string, character or comment is open at the end."""
    _, problem = mask(typed)
    return problem is not None and problem.message.startswith("unterminated")


def _begin_of_expression(masked: str, end: int) -> int:
    """Where the expression begins that ends there: names, calls, indices and what joins them."""
    begin = end
    while part := _END.search(masked, 0, begin):
        if part["name"]:
            if part["name"] in _NO_OPERAND:
                break
            begin = part.start()
        elif part["literal"]:
            opening = masked.rfind('"', 0, part.start())
            return begin if opening < 0 else opening
        else:
            opening = _opening(masked, part.start())
            if opening < 0 or (part["arguments"] and not re.search(r"\w\s*$", masked[:opening])):
                break
            begin = opening
            if (before := _END.search(masked, 0, begin)) and (before["literal"] is None) and before["name"] not in _NO_OPERAND:
                continue  # what is called, indexed or made
        if (joint := _JOINT.search(masked, 0, begin)) is None:
            break
        begin = joint.start()
        if joint["joint"] == "::" and not re.search(r"[\w>]\s*$", masked[:begin]):
            break  # of the global namespace
    return begin


def _opening(masked: str, closing: int) -> int:
    """Where the bracket is opened that is closed there, -1 if nowhere."""
    wanted, depth = masked[closing], 0
    opening = _OPENING[wanted]
    for at in range(closing, -1, -1):
        if masked[at] == wanted and not (wanted == ">" and masked[at - 1 : at] == "-"):
            depth += 1
        elif masked[at] == opening:
            depth -= 1
            if not depth:
                return at
        elif wanted == ">" and masked[at] in ";{}":
            return -1
    return -1


def _closing(masked: str) -> str:
    """What closes the brackets that are open, and ends the statement."""
    open_ones: list[str] = []
    for bracket in re.findall(r"[()\[\]{}]", masked):
        if bracket in "([{":
            open_ones.append(bracket)
        elif open_ones:
            open_ones.pop()
    return "".join(_CLOSING[bracket] for bracket in reversed(open_ones)) + ";"
