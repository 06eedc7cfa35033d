"""What is asked of the compiler about a cell's conditional directives: those that decide, each group with a warning in it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

from doublet.engine.transaction import OWN, Transaction, label

if TYPE_CHECKING:
    from doublet.cells import Conditions

__all__ = ["groups_read", "probe"]

_MARK = "doublet reads group"


def probe(found: Conditions, cell: int, forgotten: Iterable[str]) -> Transaction:
    """A text that tells which groups are read, and has forgotten some macros."""
    lines = ["namespace doublet_probe {}", *(f"#undef {name}" for name in forgotten)]
    for line, directive, group in found.probe():
        lines += [f'#line {line + 1} "{label(cell)}"', directive]
        lines += [OWN, f'#warning "{_MARK} {group}"'] if group is not None else []
    return Transaction("\n".join([*lines, ""]), is_running=False)


def groups_read(messages: Iterable[str]) -> Collection[int]:
    """The numbers of the groups, from the compiler's messages."""
    return {int(match[1]) for message in messages if (match := re.search(rf"{_MARK} (\d+)", message))}
