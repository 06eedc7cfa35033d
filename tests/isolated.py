"""Cells run in a process of their own: import it in a fork server, and each process begins with a fresh engine."""

from __future__ import annotations

import os
from itertools import count
from multiprocessing.connection import Connection

from doublet.engine.interpreter import interpreter

_engine = interpreter()
_engine.run("std::ostringstream said; std::cout.rdbuf(said.rdbuf()); said.str()", 1)


def tell(to: Connection, cells: list[str]) -> None:
    """Run them and send what each says; Cling is not taken down."""
    to.send(_said_by(cells))
    os._exit(0)


def _said_by(cells: list[str]) -> list[str]:
    """What each cell has written to ``std::cout``, until one fails."""
    heard: list[str] = []
    for number, cell in zip(count(2), cells, strict=False):
        try:
            _engine.run(cell, number)
        except Exception as error:
            return [*heard, f"{error} in\n{cell}"]
        heard.append(str(_engine.evaluate("said.str()")))
        _engine.run('said.str("");', 1)
    return heard
