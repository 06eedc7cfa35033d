"""A kernel's record in a file beside its connection file, where Jupyter's server finds it when the notebook is saved.

A piece is added after each cell, as a line: to write all of it anew would take milliseconds.
"""

from __future__ import annotations

import atexit
import json
import os
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from doublet.notebook.provenance.deltas import Deltas, joined
from doublet.notebook.provenance.record import Session

if TYPE_CHECKING:
    from doublet.notebook.provenance.recorder import Effort, Recorder

__all__ = ["Journal", "journal_of", "read_journal"]

_SUFFIX = ".provenance"
_OLD = 86_400
"""Seconds after which what a killed kernel has left is removed."""


def journal_of(connection_file: Path) -> Path:
    """Where the record is of the kernel that is reached through a connection file."""
    return connection_file.with_suffix(_SUFFIX)


def read_journal(path: Path) -> list[Session]:
    """The sessions of a kernel: its lives between restarts. Raises `OSError` where there is no file."""
    pieces = []
    for line in path.read_text(encoding="utf-8").splitlines():
        with suppress(ValueError):  # a line that is being written
            pieces.append(json.loads(line))
    return [Session.from_dict(session) for session in joined(pieces)]


class Journal:
    """The file of a kernel, which goes when the kernel does, but not with a restart."""

    def __init__(self, connection_file: Path, recorder: Recorder) -> None:
        self._path = journal_of(connection_file)
        self._file: int | None = None
        self._pid = os.getpid()
        self._deltas = Deltas(recorder)
        self._remove_old()
        atexit.register(self.end)

    def write(self, effort: Effort) -> None:
        """Add what is new; a folder that cannot be written to costs the record, not the cell."""
        before = self._deltas.state
        piece = self._deltas.next(effort)
        if piece is None:
            return
        try:
            if self._file is None:
                self._file = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            os.write(self._file, f"{json.dumps(piece)}\n".encode())
        except OSError:
            self._deltas.state = before

    def end(self, *, is_restarting: bool = False) -> None:
        """The kernel ends; what comes after a restart goes on in its file."""
        atexit.unregister(self.end)
        if not is_restarting and os.getpid() == self._pid:
            self._path.unlink(missing_ok=True)
            if self._file is not None:
                os.close(self._file)
                self._file = None

    def _remove_old(self) -> None:
        for path in self._path.parent.glob(f"*{_SUFFIX}"):
            with suppress(OSError):
                if not path.with_suffix(".json").exists() and time.time() - path.stat().st_mtime > _OLD:
                    path.unlink()
