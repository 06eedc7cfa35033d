"""Conditional directives: which lines of a cell the compiler reads, and which it leaves out.

What it leaves out need not be C++, so it is made blank before the cell is cut into items. Which groups of lines these
are, only the compiler knows: it is asked about a text that holds the cell's directives alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from doublet.cells.scanner import Unclosed, directives, mask, unbalanced

__all__ = ["Conditions", "Taken", "certain", "conditions"]

_CONDITION = re.compile(r"\s*#\s*(if|ifdef|ifndef|elif|elifdef|elifndef|else|endif)\b(.*)", re.DOTALL)
_ANY = re.compile(r"#\s*if|#\s*endif")
_ASKED = re.compile(r"\s*#\s*(?:include|define|undef|import)\b")
_NEVER, _ALWAYS = ("0", "false"), ("1", "true")


@dataclass(frozen=True)
class Group:
    """The lines between one conditional directive and the next one of its block."""

    directive: slice
    condition: str
    text: slice


@dataclass
class Block:
    """From an ``#if`` to its ``#endif``."""

    groups: list[int]
    start: int
    stop: int = 0
    end: int = 0
    """Where the ``#endif`` begins."""


@dataclass(frozen=True)
class Conditions:
    """The conditional directives of a cell; `problem` says which of them stands alone."""

    text: str
    groups: tuple[Group, ...] = ()
    blocks: tuple[Block, ...] = ()
    problem: Unclosed | None = None

    @property
    def is_certain(self) -> bool:
        """Whether the compiler need not be asked."""
        known = ([self.groups[number].condition for number in block.groups] for block in self.blocks)
        return all(first in (*_NEVER, *_ALWAYS) and rest in ([], ["else"]) for first, *rest in known)

    def probe(self) -> Iterator[tuple[int, str, int | None]]:
        """The directives that decide: their lines, counted from 0, and for those of a condition the number of its group."""
        numbers = {group.directive.start: number for number, group in enumerate(self.groups)}
        for match in directives(self.text):
            if _CONDITION.match(match[0]) or _ASKED.match(match[0]):
                yield self.text.count("\n", 0, match.start()), match[0], numbers.get(match.start())

    def resolved(self, taken: Collection[int]) -> str:
        """The text with blanks for the directives and for what they leave out."""
        return self._resolved(taken, slice(0, len(self.text)), self.blocks)

    def part(self, taken: Collection[int], start: int, stop: int) -> str:
        """An item of the text, as typed where a block is whole in it: a macro that is defined again may change that."""
        inside = [block for block in self.blocks if start <= block.start and block.stop <= stop]
        text = self._resolved(taken, slice(start, stop), [block for block in self.blocks if block not in inside])
        for block in inside:
            for group in (self.groups[number] for number in block.groups if number not in taken):
                text = text if _is_code(self.text[group.text]) else _blanked(text, start, group.text)
        return text

    def around(self, start: int, stop: int) -> str:
        """The conditions that decide whether a part of the text is compiled."""
        groups = (self.groups[n] for b in self.blocks if b.start < start and stop <= b.end for n in b.groups)
        return " ".join(self.text[group.directive] for group in groups)

    def _resolved(self, taken: Collection[int], span: slice, blocks: Collection[Block]) -> str:
        text = self.text[span]
        for block in blocks:
            left_out = [slice(block.end, block.stop)]
            for number in block.groups:
                group = self.groups[number]
                left_out += [group.directive] if number in taken else [group.directive, group.text]
            for lines in left_out:
                text = _blanked(text, span.start, lines)
        return text


Taken = Callable[[Conditions], Collection[int]]
"""Which groups the compiler reads."""


def conditions(text: str) -> Conditions:
    """Find them; only whole blocks count."""
    if not _ANY.search(text):
        return Conditions(text)
    groups: list[Group] = []
    blocks: list[Block] = []
    opened: list[Block] = []
    for match in directives(text):
        found = _CONDITION.match(match[0])
        if found is None:
            continue
        word = found[1]
        if word.startswith("if"):
            opened.append(Block([], match.start()))
        elif not opened:
            continue  # the compiler says so
        else:
            last = opened[-1].groups[-1]
            groups[last] = Group(groups[last].directive, groups[last].condition, slice(groups[last].text.start, match.start()))
        if word == "endif":
            block = opened.pop()
            block.end, block.stop = match.start(), match.end()
            blocks.append(block)
        else:
            opened[-1].groups.append(len(groups))
            groups.append(Group(slice(match.start(), match.end()), found[2].strip() if word == "if" else word, slice(match.end(), match.end())))
    problem = None
    if opened:
        before = text[: opened[-1].start]
        indent = re.match(r"\s*", text[opened[-1].start :])
        column = len(before) - before.rfind("\n") + (indent.end() if indent else 0)
        problem = Unclosed("#if", before.count("\n") + 1, column, "unterminated #if")
    return Conditions(text, tuple(groups), tuple(blocks), problem)


def certain(found: Conditions) -> Collection[int]:
    """The groups that may be read, as far as that can be told without the compiler."""
    taken: set[int] = set()
    for block in found.blocks:
        for number in block.groups:
            condition = found.groups[number].condition
            if condition not in _NEVER:
                taken.add(number)
            if condition in _ALWAYS:
                break
    return taken


def _is_code(text: str) -> bool:
    """Whether it might be compiled one day; else Cling would look for the end of what is open in it."""
    masked, problem = mask(text)
    return not (problem or unbalanced(masked))


def _blanked(text: str, start: int, span: slice) -> str:
    """A text that begins at `start` with blanks for a part of it."""
    begin, end = max(span.start - start, 0), max(span.stop - start, 0)
    return text[:begin] + re.sub(r"[^\n]", " ", text[begin:end]) + text[end:]
