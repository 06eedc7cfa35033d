"""Lines in a C++ cell that belong to another prompt: ROOT's commands, IPython's magics, the shell's.

Pure text. A line counts only where a new item of the cell begins and only if it cannot be C++ there, so the
second line of an expression, a raw string or a comment is never taken for a command.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from doublet.cells import Cell, parse

__all__ = ["Command", "Habit", "commands", "habits"]

Action = Literal["load", "add_include_path", "add_library_path"]

_ALTERNATIVE = r"(?:and|or|xor|bitand|bitor|not|not_eq|and_eq|or_eq|xor_eq)\b"
_DOT = re.compile(r"\.(?P<name>[A-Za-z]\w*(?!\S)|[?!])(?P<rest>[^\n]*)")
_TWO_WORDS = re.compile(rf"[.%!]\w+[ \t]+(?!{_ALTERNATIVE})[\w~$\"/.]+")
_PERCENT = re.compile(r"%%?(?P<name>[A-Za-z]\w*)[ \t]*(?P<rest>[^\n]*)")
_SHELL = re.compile(r"!!?[ \t]*(?P<name>[\w.~/$-]+)(?P<rest>[^\n]*)")
_HELP = re.compile(r"\?{1,2}[ \t]*(?P<name>[A-Za-z_][\w:.]*)")
_SHELL_COMMANDS = re.compile(
    r"(?:apt|apt-get|awk|bash|cat|cd|chmod|conda|cp|curl|cut|df|du|echo|env|export|find|g\+\+|gcc|git|grep|gunzip|gzip|"
    r"head|hostname|jupyter|kill|ls|make|mamba|mkdir|mv|nproc|pip|ps|pwd|python3?|rm|root|sed|sh|sort|tail|tar|top|"
    r"touch|tree|uname|unzip|wc|wget|which|whoami|xrdcp)(?![\w+])"
)
_ACTIONS = r"load|add_include_path|add_library_path"
_PRAGMA = re.compile(
    rf"[ \t]*#[ \t]*pragma[ \t]+cling[ \t]+(?P<action>{_ACTIONS})[ \t]*"
    r'\([ \t]*"(?P<value>[^"\n]*)"[ \t]*\)[^\n]*'
)
_ROOT_MACRO = re.compile(
    r"[ \t]*R__(?P<action>LOAD_LIBRARY|ADD_INCLUDE_PATH|ADD_LIBRARY_PATH)[ \t]*"
    r"\([ \t]*(?P<value>[^)\n]*?)[ \t]*\)[^\n]*"
)

_ROOT: dict[str, str] = {
    "L": 'use #include "{file}"',
    "x": 'use #include "{file}" and call its function',
    "X": 'use #include "{file}" and call its function',
    "q": "to end, shut the kernel down (Kernel menu)",
    "quit": "to end, shut the kernel down (Kernel menu)",
    "exit": "to end, shut the kernel down (Kernel menu)",
    "I": "use %cpp_include PATH in a Python cell",
    "include": "use %cpp_include PATH in a Python cell",
    "O": "use %%cpp --optimize N on the first line",
    "?": "the help is %%cpp? in a Python cell",
    "help": "the help is %%cpp? in a Python cell",
    "!": "use !{rest} in a Python cell",
    "ls": "use !ls in a Python cell",
    "cd": "use %cd{rest} in a Python cell",
    "pwd": "use %pwd in a Python cell",
    "U": "what is loaded stays until the kernel is restarted, but anything can be defined again",
    "undo": "nothing can be taken back, but anything can be defined again",
    "files": "there is no list of loaded files here",
}


@dataclass(frozen=True)
class Habit:
    """A line that is not C++: where it is (from 1), and what to do."""

    line: int
    column: int
    message: str


@dataclass(frozen=True)
class Command:
    """A line by which C++ code asks the interpreter for a library or a folder."""

    action: Action
    value: str
    line: int
    column: int


def habits(text: str, known: Callable[[str], bool] = lambda _: False) -> list[Habit]:
    """Find the lines that are not C++; `known` tells whether a name stands for something in C++."""
    found: list[Habit] = []
    lines = _lines(text)
    for number, raw in enumerate(lines):
        line = raw.rstrip("\r\n")
        code = line.lstrip()
        if code[:1] not in (".", "%", "!", "?") or code.startswith(("%:", "%>", "!=", "...", "%=")):
            continue
        if not _message(code, begins=True, known=known):
            continue
        before = parse(without("".join(lines[:number]), {habit.line for habit in found}))
        if _at_top(before) and (message := _message(code, begins=_begins(before), known=known)):
            found.append(Habit(number + 1, len(line) - len(code) + 1, message))
    return found


def commands(text: str) -> Iterator[Command]:
    """Find ``#pragma cling load("...")`` and its like, and ROOT's macros for them, outside ``#if``."""
    lines = _lines(text)
    for number, line in enumerate(lines):
        match = _PRAGMA.match(line) or _ROOT_MACRO.match(line)
        if match and _at_top(parse("".join(lines[:number]))):
            action = {"load_library": "load"}.get(match["action"].lower(), match["action"].lower())
            column = len(line) - len(line.lstrip()) + 1
            yield Command(action, match["value"].strip('"'), number + 1, column)  # type: ignore[arg-type] # from _ACTIONS


def without(text: str, lines: set[int]) -> str:
    """The text with these lines (from 1) left empty."""
    return "".join("\n" if number in lines else line for number, line in enumerate(_lines(text), 1))


def _lines(text: str) -> list[str]:
    """Lines as the compiler counts them: `str.splitlines` also ends one at a form feed."""
    return re.split(r"(?<=\n)", text)


def _at_top(before: Cell) -> bool:
    """Whether what stands before is whole: no open bracket, comment, literal or conditional directive."""
    return not (before.problem or before.text.endswith("\\\n"))


def _begins(before: Cell) -> bool:
    """Whether the next line begins an item, rather than going on with an expression."""
    if not before.items:
        return True
    last = before.items[-1]
    text = last.text.rstrip()
    if last.kind in ("value", "variable"):
        return text.endswith(";")
    return last.kind == "directive" or text.endswith((";", "}"))


def _message(code: str, *, begins: bool, known: Callable[[str], bool]) -> str:
    two_words = _TWO_WORDS.match(code)
    if code[0] == "." and (match := _DOT.match(code)) and (begins or two_words):
        return _root(match)
    if code[0] == "%" and (match := _PERCENT.match(code)) and (begins or two_words or code.startswith("%%")):
        return _magic(code, match["name"])
    if code[0] == "?" and begins and (match := _HELP.match(code)):
        return f"'{code.strip()}' asks IPython for help; use it in a Python cell"
    if code[0] == "!" and (match := _SHELL.match(code)):
        name = match["name"]
        path = name.startswith(("/", "./", "../", "~/"))
        plain = begins and _SHELL_COMMANDS.match(code.lstrip("! \t")) and not known(name)
        if path or plain or (begins and two_words):
            return f"'{code.strip()}' is a shell command, not C++; use it in a Python cell"
    return ""


def _root(match: re.Match[str]) -> str:
    rest = match["rest"].strip()
    file = re.sub(r"(\.\w+)(?:\+.*|\(.*)$", r"\1", rest)
    advice = _ROOT.get(match["name"], "")
    if match["name"] in ("L", "x", "X") and re.search(r"\.(so|dylib)\b", file):
        advice = "use %cpp_load {file} in a Python cell"
    advice = advice.format(file=file or "FILE", rest=match["rest"].rstrip())
    return f"'{match[0].strip()}' is a command of the ROOT prompt, not C++" + (
        f"; {advice}" if advice else ""
    )


def _magic(code: str, name: str) -> str:
    shown = code.strip()
    if name == "cpp":
        return f"'{shown}' has to stand on the cell's first line, and once"
    if code.startswith("%%"):
        return f"'{shown}' has to stand on the cell's first line; begin a new cell with it"
    return f"'{shown}' is an IPython magic, not C++; use it in a Python cell or before the C++ begins"
