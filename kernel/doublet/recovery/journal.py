"""What cells have done, so far as it can be done again: the C++ that succeeded, and which cell was running."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass, field
from typing import Any

__all__ = ["Journal", "Step"]

_USES_CPP = re.compile(r"\bcpp\s*\.")
_HEAD = 60


@dataclass(frozen=True)
class Step:
    """One use of a magic that the C++ side remembers: ``%%cpp``, ``%cpp_load`` and their like."""

    number: int
    """Of the cell."""
    origin: str
    """The same whenever the same cell is run."""
    magic: str
    line: str
    body: str | None
    """None for a line magic."""


@dataclass
class Journal:
    """Kept by `begin`, `add` and `end`, each of which returns a line that `replay` takes where the state was forked."""

    steps: list[Step] = field(default_factory=list)
    kept: int = 0
    """How many of the steps what is kept of C++ variables is of after."""
    failed: list[int] = field(default_factory=list)
    """The C++ cells that have ended in an error, and so count as not run."""
    touching: list[int] = field(default_factory=list)
    """The Python cells that may have changed something of C++."""
    late: list[int] = field(default_factory=list)
    """The Python cells since the last checkpoint."""
    running: int = 0
    """The cell that is running, 0 if there is none."""
    head: str = ""
    """How that begins."""
    last: int = 0
    """The cell that was run last."""
    cause: str = ""
    """Why the kernel has died, if it knew."""
    is_cpp: bool = False
    """Whether the cell that was run last is C++ as a whole."""

    def begin(self, number: int, code: str, is_cpp: bool) -> str:
        return self._note("begin", number, _head(code), is_cpp, not is_cpp and bool(_USES_CPP.search(code)))

    def add(self, step: Step) -> str:
        return self._note("add", *asdict(step).values())

    def end(self, succeeded: bool) -> str:
        return self._note("end", succeeded)

    def replay(self, lines: str) -> None:
        """Take note of what was noted since; a line that is not whole was being written when the kernel died."""
        for line in lines.splitlines():
            if line.startswith("[") and line.endswith("]"):
                self._take(json.loads(line))
            elif line.startswith("died of "):
                self.cause = line.removeprefix("died of ")

    def checked(self) -> None:
        """Begin anew to count the cells that are not part of a checkpoint."""
        self.late.clear()

    def _note(self, *event: object) -> str:
        self._take(list(event))
        return json.dumps(event) + "\n"

    def _take(self, event: list[Any]) -> None:
        match event:
            case ["begin", number, head, is_cpp, uses_cpp]:
                self.running, self.last, self.head = number, number, head
                self.is_cpp = is_cpp
                if uses_cpp:
                    self.touching.append(number)
                if not is_cpp:
                    self.late.append(number)
            case ["add", *parts]:
                self.steps.append(Step(*parts))
            case ["end", succeeded]:
                if self.is_cpp and not succeeded:
                    self.failed.append(self.running)
                self.running, self.head = 0, ""


def _head(code: str) -> str:
    """The first line that says something."""
    lines = (line.strip() for line in code.splitlines())
    return next((line for line in lines if line and not line.startswith("%%")), "")[:_HEAD]
