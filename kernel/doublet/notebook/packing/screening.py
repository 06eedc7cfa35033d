"""What keeps a pack from being made: passwords and tokens, in the notebook and in any text that would be packed; own folders are told."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import closing
from typing import TYPE_CHECKING

from doublet.notebook.notes import Finding
from doublet.notebook.publish.checks import findings
from doublet.notebook.secrets import secrets_in

if TYPE_CHECKING:
    from doublet.notebook.packing.contents import Item
    from doublet.notebook.reading import Notebook

__all__ = ["screened", "screened_notebook"]

_TOLD = ("secrets", "homes", "hosts", "edited", "record")
_WORDS = re.compile(r"[A-Za-z]{2}")
"""What any secret has and a table's rows of numbers have not, which are many."""
_LINES = 2_000
"""How many lines are looked at in one go."""


def screened_notebook(notebook: Notebook) -> Iterator[Finding]:
    """What is to be told of it; only secrets stop."""
    for finding in findings(notebook):
        if finding.rule in _TOLD:
            yield Finding(finding.rule, finding.cell, finding.text, stops=finding.rule == "secrets")
    told = {name: value for name, value in notebook.metadata.items() if name != "widgets"}
    for kind in secrets_in(json.dumps(told)):
        yield Finding("secrets", 0, f"the notebook's metadata holds what looks like a secret ({kind}): take it out, and make a new one", stops=True)


def screened(item: Item) -> Iterator[Finding]:
    """The secrets in a file that is text, each with its line; raises `OSError`."""
    cell = item.cells[0] if item.cells else 0
    with closing(item.open()) as file:
        if b"\0" in file.read(8192):
            return
        file.seek(0)
        lines: list[tuple[int, str]] = []
        for number, line in enumerate(file, 1):
            text = line.decode("utf-8", "replace")
            if _WORDS.search(text):
                lines.append((number, text))
            if len(lines) == _LINES:
                yield from _secrets(item.place, cell, lines)
                lines = []
        yield from _secrets(item.place, cell, lines)


def _secrets(place: str, cell: int, lines: list[tuple[int, str]]) -> Iterator[Finding]:
    if not secrets_in("".join(text for _, text in lines)):
        return
    for number, text in lines:
        for kind in secrets_in(text):
            yield Finding("secrets", cell, f"{place}, line {number}, holds what looks like a secret ({kind}): take it out, and make a new one", stops=True)


