"""Where the items of a cell begin and end: brackets and keywords, with comments and literals masked."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

__all__ = ["LABEL", "WORD", "Unclosed", "cut", "directives", "joined", "mask", "unbalanced", "without_digraphs", "without_separators"]

_TOKENS = re.compile(
    r"""(?P<comment>//(?:[^\n\\]|\\.|\\\n)*|/\*.*?\*/)
      | (?P<raw>(?:u8|[uUL])?R"(?P<mark>[^()\\\s]{0,16})\(.*?\)(?P=mark)")
      | (?P<string>(?:u8|[uUL])?"(?:[^"\\\n]|\\.)*")
      | (?P<number>\b\d(?:'?[\w.])*)
      | (?P<char>(?:u8|[uUL])?'(?:[^'\\\n]|\\.)+')
      | (?P<open>/\*|(?:u8|[uUL])?R"[^()\\\s]{0,16}\(|"|')
      | (?P<directive>(?:(?<=\n)|\A)[ \t]*\#(?:[^\n\\]|\\.|\\\n)*)
    """,
    re.VERBOSE | re.DOTALL,
)
_PAIRS = {")": "(", "]": "[", "}": "{"}
_CLASS_HEAD = re.compile(r"(?:typedef|static|inline|const|constexpr|extern|thread_local|\s)*\b(class|struct|union|enum)\b")
_FUNCTION_END = re.compile(
    r"\)\s*(?:(?:const|volatile|noexcept|override|final|mutable|try|&&?)\s*|noexcept\s*\(.*\)\s*)*"
    r"(?:->[^;{}]*|\brequires\b[^;{}]*)?$",
    re.DOTALL,
)
_INITIALISER_LIST = re.compile(r"\)\s*(?:noexcept\s*)?:[^:]", re.DOTALL)
_LAMBDA = re.compile(r"[(=,<>+\-*/%&|^?:!]\s*\[(?!\[)[^\]]*\][\w\s]*(?:->[^;{}]*)?$")
_ASSIGNED = re.compile(r"(?<![=!<>+\-*/%&|^])=(?!=)")
_DO = re.compile(r"\bdo\b")
LABEL = re.compile(r"([^\W\d]\w*)\s*:(?!:)")
_GOTO = re.compile(r"\bgoto\s+(\w+)")
_DIGRAPH = re.compile(r"<%|%>|:>|<:(?!:[^:>])")
_DIGRAPHS = {"<%": " {", "%>": "} ", "<:": " [", ":>": "] "}
WORD = re.compile(r"[^\W\d]\w*")


@dataclass(frozen=True)
class Unclosed:
    """A bracket, string or comment that is opened but not closed, or closed but not opened."""

    text: str
    line: int
    column: int
    message: str


def mask(text: str) -> tuple[str, Unclosed | None]:
    """Blank out comments, literals and directives, so that brackets and names can be counted."""
    problem: Unclosed | None = None

    def blank(match: re.Match[str]) -> str:
        nonlocal problem
        found = match[0]
        if match.lastgroup == "open" and problem is None:
            what = {"/": "comment", '"': "string", "'": "character"}.get(found[0], "raw string")
            problem = _unclosed(text, match.start(), found, f"unterminated {what}")
        if match.lastgroup in ("string", "raw", "char"):
            return '"' + re.sub(r"[^\n]", " ", found[1:-1]) + '"'
        if match.lastgroup == "number":
            return re.sub(r"\D", "0", found)
        if match.lastgroup == "directive":
            return "#" + re.sub(r"[^\n]", " ", found[1:])
        return re.sub(r"[^\n]", " ", found)

    return _TOKENS.sub(blank, text), problem


def directives(text: str) -> Iterator[re.Match[str]]:
    """The directives of a text, each from the beginning of its line."""
    return (match for match in _TOKENS.finditer(text) if match.lastgroup == "directive")


def without_digraphs(text: str, masked: str) -> str:
    """``<:1:>`` as `` [1] ``: Cling, which looks for brackets, does not know these."""
    for match in _DIGRAPH.finditer(masked):
        text = text[: match.start()] + _DIGRAPHS[match[0]] + text[match.end() :]
    return text


def without_separators(text: str) -> str:
    """``1'000`` as `` 1000``: Cling takes the separator for the beginning of a character."""

    def closed(match: re.Match[str]) -> str:
        return match[0].replace("'", "").rjust(len(match[0])) if match.lastgroup == "number" else match[0]

    return _TOKENS.sub(closed, text)


def _unclosed(text: str, at: int, what: str, message: str) -> Unclosed:
    return Unclosed(what, text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at), message)


def unbalanced(masked: str) -> Unclosed | None:
    stack: list[tuple[str, int]] = []
    for match in re.finditer(r"[()\[\]{}]", masked):
        bracket = match[0]
        if bracket in "([{":
            stack.append((bracket, match.start()))
        elif not stack or stack[-1][0] != _PAIRS[bracket]:
            return _unclosed(masked, match.start(), bracket, f"unmatched '{bracket}'")
        else:
            stack.pop()
    if stack:
        bracket, at = stack[-1]
        return _unclosed(masked, at, bracket, f"'{bracket}' is not closed")
    return None


def cut(
    masked: str,
    start: int = 0,
    whole_call: Callable[[int], int | None] = lambda _: None,
    expand: Callable[[str], str] = lambda text: text,
) -> Iterator[tuple[int, int]]:
    """Yield where items begin and end.

    `whole_call` tells where a macro call ends that is all of an item or more, `expand` replaces macros.
    """
    at, end = start, len(masked)
    while True:
        while at < end and masked[at].isspace():
            at += 1
        if at >= end:
            return
        stop = whole_call(at) or _end_of_item(masked, at, expand)
        yield at, stop
        at = stop


def joined(spans: Iterator[tuple[int, int]], masked: str) -> Iterator[tuple[int, int]]:
    """The items, but one only from a ``goto`` to its label: the compiler reads each as a function of its own."""
    if "goto" not in masked:
        yield from spans
        return
    found = [*spans]
    labels = {m[1]: number for number, (at, _) in enumerate(found) if (m := LABEL.match(masked, at))}
    ranges = [
        sorted((number, labels[target]))
        for number, (at, stop) in enumerate(found)
        for target in _GOTO.findall(masked, at, stop)
        if target in labels
    ]
    number = 0
    while number < len(found):
        last = number
        while (further := max((b for a, b in ranges if number <= a <= last), default=last)) > last:
            last = further
        yield found[number][0], found[last][1]
        number = last + 1


def _end_of_item(masked: str, start: int, expand: Callable[[str], str]) -> int:
    if masked[start] == "#":
        match = re.compile(r"#[ ]*(?:\n[ ]+(?=\n|\Z))*").match(masked, start)
        newline = masked.find("\n", start)
        return (match.end() if match else newline) if newline >= 0 else len(masked)
    depth = opened = 0
    for match in re.compile(r"[()\[\]{};#]").finditer(masked, start):
        char, at = match[0], match.start()
        if char in "([{":
            opened = at if depth == 0 and char == "{" else opened
            depth += 1
        elif char in ")]}":
            depth -= 1
            if depth == 0 and char == "}" and _ends_with_brace(expand(masked[start:opened]).strip(), masked, at + 1):
                return at + 1
        elif char == ";" and depth == 0 and not _continues(masked, start, at + 1):
            return at + 1
        elif char == "#" and depth == 0:
            return at
    return len(masked)


def _continues(masked: str, start: int, after: int) -> bool:
    """Whether ``if (a) b;`` goes on with ``else``, or ``do b;`` with ``while``."""
    if re.compile(r"\s*else\b").match(masked, after):
        return True
    outside = _outside_brackets(masked[start : after - 1]) if _DO.search(masked, start, after) else ""
    return bool(_DO.search(outside)) and not outside.rstrip().endswith("while")


def _ends_with_brace(head: str, masked: str, after: int) -> bool:
    """Whether the item is over when the brace that was opened behind its head, at depth 0, closes."""
    if label := LABEL.match(head):
        head = head[label.end() :].strip()
    first = WORD.match(head)
    word = first[0] if first else ""
    if not head or (word in ("namespace", "inline") and re.match(r"(inline\s+)?namespace\b", head)):
        return True
    if word == "extern" and head.endswith('"'):
        return True
    if re.compile(r"\s*(?:else|catch)\b").match(masked, after) or re.search(r"\bdo$", head):
        return False
    if word in ("if", "for", "while", "switch", "try"):
        return True
    plain = _without_template_head(head)
    if _CLASS_HEAD.match(plain) and not _FUNCTION_END.search(plain):
        return False
    if re.search(r"\brequires\s*(\([^()]*\))?$", plain):
        return False
    named = re.sub(r"\boperator\s*[^\s\w(]+|\boperator\s*\(\s*\)", "operator_", plain)
    outside = _outside_brackets(named)
    if _ASSIGNED.search(outside) or re.match(r"\[(?!\[)", plain) or _LAMBDA.search(outside):
        return False
    return bool(_FUNCTION_END.search(plain) or (_INITIALISER_LIST.search(plain) and plain.endswith("}")))


def _outside_brackets(text: str) -> str:
    """Drop what stands in round or curly brackets."""
    kept, depth = [], 0
    for char in text:
        if char in "({":
            depth += 1
        elif char in ")}":
            depth -= 1
        elif depth == 0:
            kept.append(char)
    return "".join(kept)


def _without_template_head(head: str) -> str:
    while match := re.match(r"template\s*<", head):
        depth, at = 1, match.end()
        while at < len(head) and depth:
            depth += {"<": 1, ">": -1}.get(head[at], 0)
            at += 1
        head = head[at:].lstrip()
    return head
