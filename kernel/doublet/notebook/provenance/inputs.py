"""Which files cells open; those of programs, libraries, the system and their caches are none of the user's."""

from __future__ import annotations

import os
import sys
import sysconfig
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from doublet.notebook.provenance.checksums import root_uuid, sha256
from doublet.notebook.provenance.entries import rows_of
from doublet.notebook.provenance.record import InputFile

__all__ = ["Inputs", "OpenedFile", "own_name"]

_SYSTEM = ("/proc/", "/sys/", "/dev/", "/etc/", "/usr/", "/lib/", "/lib64/", "/run/", "/opt/conda/")
_CODE = (".py", ".pyc", ".so", ".pth", ".hpp", ".h", ".pcm", ".pch")
_HIDDEN = (".cache", ".config", ".ipython", ".jupyter", ".local", ".matplotlib", ".npm", ".nv")
"""Folders of programs in the user's home."""


class OpenedFile(Protocol):
    """A file as it was when it was opened."""

    @property
    def path(self) -> str:
        """Its whole path."""

    @property
    def mode(self) -> str:
        """``r`` to read, ``w`` to write, ``+`` for both."""

    @property
    def size(self) -> int:
        """Bytes."""

    @property
    def changed(self) -> int:
        """When it was changed last, in nanoseconds."""


@dataclass
class _Known:
    """What is known of a file: `first` is its size and time of change when it was opened first, `summed` those that the checksum is of."""

    first: tuple[int, int]
    is_written: bool = False
    is_read: bool = False
    sha256: str = ""
    uuid: str | None = None
    rows: int | None = None
    summed: tuple[int, int] | None = None


class Inputs:
    """The files of a notebook in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._files: dict[str, _Known] = {}
        self._ignored = _places_of_programs()

    def note(self, opened: Iterable[OpenedFile]) -> None:
        """Take note of files that have been opened."""
        for file in opened:
            path = os.path.normpath(file.path)
            if path.startswith(self._ignored) or path.endswith(_CODE):
                continue
            known = self._files.setdefault(path, _Known((file.size, file.changed)))
            known.is_written |= file.mode != "r"
            known.is_read |= file.mode != "w"

    def records(self, limit: int) -> list[InputFile]:
        """What there is to say of the files that are there; those of up to `limit` bytes, and no others, are read for it."""
        return [record for path, known in self._files.items() if (record := self._record(path, known, limit)) is not None]

    def _record(self, path: str, known: _Known, limit: int) -> InputFile | None:
        state = _state(path)
        if state is None:
            return None  # it is gone, such as a temporary file
        if known.summed not in (None, state):
            known.sha256, known.uuid = "", None
        try:
            if known.uuid is None:
                known.uuid = root_uuid(Path(path))
                known.rows = rows_of(path)
            if not known.sha256 and state[0] <= limit:
                known.sha256 = sha256(Path(path))
            known.summed = state
        except OSError:
            known.uuid = known.uuid or ""  # it may be opened, but not any more
        has_changed = known.is_read and not known.is_written and known.first != state
        entries = {} if known.rows is None else {"rows": known.rows}
        return InputFile(own_name(path, self.folder), state[0], known.sha256, known.uuid, entries, is_written=known.is_written, has_changed=has_changed)


def own_name(path: str, folder: Path) -> str:
    """A file's name relative to the notebook's folder if it lies in that, else without any folder: that may tell whose it is."""
    inner = os.path.relpath(path, folder)
    return os.path.basename(path) if inner.startswith(os.pardir) or os.path.isabs(inner) else inner  # noqa: PTH117, PTH119 - texts


def _state(path: str) -> tuple[int, int] | None:
    """Size and time of the last change."""
    try:
        status = os.stat(path)  # noqa: PTH116 - called for each file after each cell
    except (OSError, ValueError):
        return None
    return status.st_size, status.st_mtime_ns


def _places_of_programs() -> tuple[str, ...]:
    """Where files are that belong to programs, each with a slash at its end."""
    home = Path.home()
    folders = {sys.prefix, sys.base_prefix, str(Path(__file__).parents[2]), *(sysconfig.get_path(key) for key in ("stdlib", "purelib", "platlib"))}
    folders |= {str(home / name) for name in _HIDDEN}
    folders |= {os.environ[name] for name in ("XDG_CACHE_HOME", "MPLCONFIGDIR", "IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR", "DOUBLET_CACHE", "VIRTUAL_ENV") if os.environ.get(name)}
    return (*_SYSTEM, *sorted(f"{folder.rstrip('/')}/" for folder in folders if len(folder) > 1))
