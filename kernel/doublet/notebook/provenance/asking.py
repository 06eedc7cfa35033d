"""Asking a kernel for its record, from a cell and from outside."""

from __future__ import annotations

import ast
import json
from typing import Any

from doublet.errors import CppUsageError
from doublet.notebook.provenance.record import Session
from doublet.notebook.provenance.recorder import own_recorder

__all__ = ["EXPRESSION", "START", "answered", "provenance", "text"]

START = "__import__('doublet.notebook.provenance.asking', fromlist=['start']).start(get_ipython())"
"""What to evaluate in another Python kernel to have its cells recorded."""
EXPRESSION = "__import__('doublet.notebook.provenance.asking', fromlist=['text']).text()"
"""What to evaluate in a kernel for its record."""


def provenance() -> dict[str, Any]:
    """What has been executed in this kernel, with which versions and files, as ``metadata.doublet`` of the saved notebook has it."""
    recorder = own_recorder()
    if recorder is None:
        raise CppUsageError("nothing is recorded in this Python", "run '%load_ext doublet' in IPython first")
    return recorder.read().to_dict()


def text() -> str:
    """The record as JSON; empty if there is none."""
    return "" if own_recorder() is None else json.dumps(provenance())


def start(shell: Any) -> None:
    """Record the cells of a shell that has no C++."""
    from doublet.notebook.provenance.shell import record_cells

    record_cells(shell)


def answered(reply: dict[str, Any]) -> Session | None:
    """The record in a kernel's reply to a request that has `EXPRESSION` as its user expression "doublet"; None without one."""
    told = reply.get("content", {}).get("user_expressions", {}).get("doublet", {})
    if told.get("status") != "ok":
        return None
    whole = ast.literal_eval(told["data"]["text/plain"])
    return Session.from_dict(json.loads(whole)) if whole else None
