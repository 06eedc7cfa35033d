"""What somebody should know of a notebook before others see it; some of it stops it from being sent."""

from __future__ import annotations

import ipaddress
import json
import re
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

from doublet.notebook.errors import NotebookError
from doublet.notebook.notes import Finding
from doublet.notebook.provenance.states import states
from doublet.notebook.provenance.stored import provenance_of
from doublet.notebook.reading import Cell, Notebook, code_cells, text_of
from doublet.notebook.secrets import secrets_in

__all__ = ["DATA_LIMIT", "files_in_text", "findings"]

DATA_LIMIT = 5_000_000
"""Characters of the parts of an output that are data, above which it is told."""

_DATA_URI = re.compile(r"data:[\w/+.-]+;base64,[A-Za-z0-9+/=\s]+")
_HOME = re.compile(r"(?<![\w.)\]])(?:/home/|/Users/|/root(?![\w.-])|/afs/cern\.ch/(?:user|work)/|/eos/(?:user|home-\w)/|[A-Za-z]:\\+Users\\+)[\w.\\/~-]*")
_HOST = re.compile(r"\bhttps?://([\w.-]+|\[[\da-fA-F:]+\])(?::\d+)?")
_PRIVATE = re.compile(r"localhost|[^.]+|.*\.(?:local|localdomain|internal|intranet|lan|home|corp)", re.IGNORECASE)
_FILE = re.compile(r"!?\[[^\]\n]*\]\(\s*<?([^)\s>]+)|<(?:img|a|video|audio|iframe|source)\b[^>]*?\b(?:src|href)\s*=\s*[\"']?([^\"'\s>]+)", re.IGNORECASE)


def findings(notebook: Notebook) -> list[Finding]:
    """All that is to be told, in the order of the cells."""
    found = [*_order(notebook), *_edited(notebook)]
    for place, cell in enumerate(notebook.cells, 1):
        for check in (_errors, _secrets, _homes, _hosts, _files, _data):
            found += check(cell, place)
    return sorted(found, key=lambda finding: finding.cell)


def _order(notebook: Notebook) -> Iterator[Finding]:
    last = last_place = 0
    for place, cell in code_cells(notebook):
        if not cell.source.strip():
            continue
        count = cell.execution_count
        if count is None:
            yield Finding("order", place, "has not been executed", stops=True)
            continue
        if count < last:
            yield Finding("order", place, f"was executed before cell {last_place}, which stands above it", stops=True)
        elif count > last + 1:
            what = "cell is" if count == last + 2 else "cells are"
            yield Finding("counts", place, f"{count - last - 1} more {what} executed before it than the notebook shows: run twice, or deleted since")
        last, last_place = count, place


def _edited(notebook: Notebook) -> Iterator[Finding]:
    """Cells whose outputs are of another source than what stands there, where the record tells."""
    try:
        provenance = provenance_of(notebook)
    except NotebookError as error:
        yield Finding("record", 0, error.reason)
        return
    for state in states(notebook, provenance):
        if state.kind == "edited":
            yield Finding("edited", state.place, "was edited since it was executed: its outputs are not of this source", stops=True)


def _errors(cell: Cell, place: int) -> Iterator[Finding]:
    for output in cell.get("outputs", ()):
        if output.output_type == "error":
            yield Finding("errors", place, f"shows an error: {output.ename}", stops=True)


def _secrets(cell: Cell, place: int) -> Iterator[Finding]:
    for where, text in _texts(cell):
        for kind in secrets_in(text):
            yield Finding("secrets", place, f"its {where} holds what looks like a secret ({kind}): take it out, and make a new one", stops=True)


def _homes(cell: Cell, place: int) -> Iterator[Finding]:
    return _named(cell, place, "homes", _HOME, "{where} names a folder of somebody's own: {found}")


def _hosts(cell: Cell, place: int) -> Iterator[Finding]:
    return _named(cell, place, "hosts", _HOST, "{where} names a host that others cannot reach: {found}", _is_private)


def files_in_text(cell: Cell) -> Iterator[str]:
    """The files that a cell of text shows or refers to, as paths."""
    if cell.cell_type != "markdown":
        return
    for match in _FILE.finditer(cell.source):
        target = match[1] or match[2]
        parts = urlsplit(target)
        if not parts.scheme and not parts.netloc and parts.path:
            yield target


def _files(cell: Cell, place: int) -> Iterator[Finding]:
    for target in files_in_text(cell):
        yield Finding("files", place, f"refers to a file that is not sent with it: {target}")


def _data(cell: Cell, place: int) -> Iterator[Finding]:
    for output in cell.get("outputs", ()):
        for kind, value in output.get("data", {}).items():
            size = 0 if isinstance(value, str) else len(json.dumps(value))
            if size > DATA_LIMIT:
                yield Finding("data", place, f"{kind} of {size / 1e6:.1f} MB makes the notebook large")


def _named(cell: Cell, place: int, rule: str, pattern: re.Pattern[str], text: str, is_meant: Callable[[str], bool] = bool) -> Iterator[Finding]:
    seen: set[str] = set()
    for where, content in _texts(cell):
        for match in pattern.finditer(content):
            name = match[match.lastindex or 0]
            if name not in seen and is_meant(name):
                seen.add(name)
                yield Finding(rule, place, text.format(where=f"its {where}", found=name))


def _is_private(host: str) -> bool:
    try:
        return not ipaddress.ip_address(host.strip("[]")).is_global
    except ValueError:
        return bool(_PRIVATE.fullmatch(host))


def _texts(cell: Cell) -> Iterator[tuple[str, str]]:
    """What can be read in a cell, without pictures."""
    yield "source" if cell.cell_type == "code" else "text", _DATA_URI.sub("", cell.source)
    for output in cell.get("outputs", ()):
        if output.output_type == "stream":
            yield "output", text_of(output.text)
        elif output.output_type == "error":
            yield "output", "\n".join((output.evalue, *output.traceback))
        else:
            for kind, value in output.data.items():
                if kind.startswith("text/") or kind in ("application/javascript", "image/svg+xml"):
                    yield "output", _DATA_URI.sub("", text_of(value))
