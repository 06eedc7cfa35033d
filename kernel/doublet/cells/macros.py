"""What a cell's own macros stand for, so that items written with them can be read.

The compiler expands macros itself; here they are expanded to learn what an item is and which names it defines.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from doublet.cells.scanner import mask

__all__ = ["Macros"]

_TOKENS = re.compile(
    r"""(?P<comment>//(?:[^\n\\]|\\.)*|/\*.*?\*/)
      | (?:u8|[uUL])?R"(?P<mark>[^()\\\s]{0,16})\(.*?\)(?P=mark)"
      | (?:u8|[uUL])?"(?:[^"\\\n]|\\.)*" | (?:u8|[uUL])?'(?:[^'\\\n]|\\.)+'
      | \.?\d(?:'?[\w.]|(?<=[eEpP])[+-])* | [^\W\d]\w* | \#\# | \s+ | .""",
    re.VERBOSE | re.DOTALL,
)
_DEFINE = re.compile(r"\s*#\s*define\s+(\w+)(?:\(([^()]*)\))?(.*)", re.DOTALL)
_UNDEF = re.compile(r"\s*#\s*undef\s+(\w+)")
_LIMIT = 20_000
"""No item that somebody reads comes to so many tokens."""


@dataclass(frozen=True)
class _Macro:
    parameters: tuple[str, ...] | None
    body: tuple[str, ...]


@dataclass(frozen=True)
class _End:
    """Where what a macro stands for ends: from here on its name means the macro again."""

    name: str


class Macros:
    """Macros by their names; `outside` gives the directive that has defined a name before."""

    def __init__(self, outside: Callable[[str], str | None]) -> None:
        self._outside = outside
        self._known: dict[str, _Macro | None] = {}

    def learn(self, directive: str) -> None:
        """Take note of a ``#define`` or ``#undef``."""
        if found := _DEFINE.match(directive) or _UNDEF.match(directive):
            self._known[found[1]] = _defined(directive)

    def call(self, text: str, at: int) -> tuple[int, str] | None:
        """Where the macro call ends that begins here, and what it stands for; None if there is none."""
        name = re.compile(r"[^\W\d]\w*").match(text, at)
        macro = self._find(name[0]) if name else None
        if name is None or macro is None:
            return None
        stop = name.end()
        if macro.parameters is not None:
            closed = _closing(text, stop)
            if closed is None:
                return None
            stop = closed
        return stop, self.expand(text[at:stop])

    def expand(self, text: str) -> str:
        """The text with all macros replaced; as it is where there are none."""
        if not any(self._find(word) for word in set(re.findall(r"[^\W\d]\w*", text))):
            return text
        return "".join(self._expanded(_tokens(text)))

    def _find(self, name: str) -> _Macro | None:
        if name not in self._known:
            directive = self._outside(name)
            self._known[name] = _defined(directive) if directive else None
        return self._known[name]

    def _expanded(self, tokens: list[str]) -> Iterator[str]:
        todo: deque[str | _End] = deque(tokens)
        active: list[str] = []
        steps = 0
        while todo and steps < _LIMIT:
            steps += 1
            part = todo.popleft()
            if isinstance(part, _End):
                active.remove(part.name)
                continue
            macro = self._find(part) if part.isidentifier() and part not in active else None
            if macro is None:
                yield part
                continue
            arguments: list[list[str]] = []
            if macro.parameters is not None:
                if not _is_called(todo):
                    yield part
                    continue
                arguments = _arguments(todo, active)
            active.append(part)
            todo.extendleft(reversed((*self._filled(macro, arguments), _End(part))))

    def _filled(self, macro: _Macro, arguments: list[list[str]]) -> list[str]:
        """The body with the arguments in place of the parameters."""
        given = dict(zip(macro.parameters or (), arguments, strict=False))
        if macro.parameters and macro.parameters[-1] == "__VA_ARGS__":
            rest = arguments[len(macro.parameters) - 1 :]
            given["__VA_ARGS__"] = [t for n, argument in enumerate(rest) for t in ([",", *argument] if n else argument)]
        out: list[str] = []
        body = _without_space_at_joints(macro.body)
        for number, part in enumerate(body):
            before = body[number - 1] if number else ""
            after = body[number + 1] if number + 1 < len(body) else ""
            if part == "##" or (part == "#" and after in given):
                continue
            if part not in given:
                new = [part]
            elif before == "#":
                text = "".join(given[part]).replace("\\", "\\\\").replace('"', '\\"')
                new = [f'"{text}"']
            elif "##" in (before, after):
                new = given[part]
            else:
                new = [*self._expanded(given[part])]
            if before == "##" and out and new:
                out[-1] += new[0]
                new = new[1:]
            out += new
        return out


def _defined(directive: str) -> _Macro | None:
    found = _DEFINE.match("".join(_tokens(directive.replace("\\\n", " "))))
    if found is None:
        return None
    parameters = None if found[2] is None else tuple(p.strip() for p in found[2].split(",") if p.strip())
    if parameters and parameters[-1].endswith("..."):
        parameters = (*parameters[:-1], parameters[-1][:-3].strip() or "__VA_ARGS__")
    return _Macro(parameters, tuple(_tokens(found[3].strip())))


def _without_space_at_joints(body: Sequence[str]) -> list[str]:
    """The tokens of a macro, with nothing between ``##`` and what it joins."""
    out: list[str] = []
    for part in body:
        if part == "##":
            while out and out[-1].isspace():
                out.pop()
        elif part.isspace() and out and out[-1] == "##":
            continue
        out.append(part)
    return out


def _tokens(text: str) -> list[str]:
    return [" " if match["comment"] else match[0] for match in _TOKENS.finditer(text)]


def _closing(text: str, at: int) -> int | None:
    """Where the bracket closes that opens here, after blanks."""
    masked = mask(text[at:])[0]
    depth = 0
    for match in re.finditer(r"\S", masked):
        depth += {"(": 1, ")": -1}.get(match[0], 0)
        if not depth:
            return at + match.end() if match[0] == ")" else None
    return None


def _is_called(todo: deque[str | _End]) -> bool:
    return next((t for t in todo if isinstance(t, str) and not t.isspace()), "") == "("


def _arguments(todo: deque[str | _End], active: list[str]) -> list[list[str]]:
    """Take the arguments of a call."""
    found: list[list[str]] = [[]]
    depth = 0
    while todo:
        part = todo.popleft()
        if isinstance(part, _End):
            active.remove(part.name)
            continue
        depth += {"(": 1, ")": -1}.get(part, 0)
        if not depth and part == ")":
            break
        if part == "," and depth == 1:
            found.append([])
        elif depth > 1 or part != "(":
            found[-1].append(part)
    return [_stripped(argument) for argument in found]


def _stripped(tokens: list[str]) -> list[str]:
    while tokens and tokens[0].isspace():
        tokens = tokens[1:]
    while tokens and tokens[-1].isspace():
        tokens = tokens[:-1]
    return tokens
