"""A kernel's record in a file beside its connection file, where Jupyter's server finds it when the notebook is saved."""

from __future__ import annotations

import atexit
import json
import os
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from doublet.notebook.provenance.record import VERSION, Session

__all__ = ["Journal", "journal_of"]

_SUFFIX = ".provenance"
_OLD = 86_400
"""Seconds after which what a killed kernel has left is removed."""


def journal_of(connection_file: Path) -> Path:
    """Where the record is of the kernel that is reached through a connection file."""
    return connection_file.with_suffix(_SUFFIX)


class Journal:
    """The record of a kernel, also of its lives before a restart; it goes when the kernel does."""

    def __init__(self, connection_file: Path) -> None:
        self._path = journal_of(connection_file)
        self._pid = os.getpid()
        self._earlier = _sessions(self._path)
        self._remove_old()
        atexit.register(self.end)

    def write(self, session: Session) -> None:
        """Keep the record as it is now; a folder that cannot be written to costs the record, never the cell."""
        made = {"version": VERSION, "sessions": [*self._earlier, session.to_dict()]}
        part = self._path.with_name(f"{self._path.name}.{self._pid}")
        with suppress(OSError):
            with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
                json.dump(made, file)
            part.replace(self._path)

    def end(self, *, is_restarting: bool = False) -> None:
        """The kernel ends; what comes after a restart needs the record."""
        atexit.unregister(self.end)
        if not is_restarting and os.getpid() == self._pid:
            self._path.unlink(missing_ok=True)

    def _remove_old(self) -> None:
        for path in self._path.parent.glob(f"*{_SUFFIX}"):
            with suppress(OSError):
                if not path.with_suffix(".json").exists() and time.time() - path.stat().st_mtime > _OLD:
                    path.unlink()


def _sessions(path: Path) -> list[dict[str, Any]]:
    try:
        sessions: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["sessions"]
    except (OSError, ValueError, KeyError, TypeError):
        return []
    return sessions
