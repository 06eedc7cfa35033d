"""Which files cells open, from Python and from C++.

Python tells through its audit hook, whatever opens them; C++ through the functions that open files, see
``runtime/opening.cpp``. Files of programs and libraries, of the system and of their caches, are none of the user's.
"""

from __future__ import annotations

import os
import sys
import sysconfig
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from doublet.notebook.provenance.checksums import root_uuid, sha256
from doublet.notebook.provenance.record import InputFile

__all__ = ["Inputs", "own_name"]

_SYSTEM = ("/proc/", "/sys/", "/dev/", "/etc/", "/usr/", "/lib/", "/lib64/", "/run/", "/opt/conda/")
_CODE = (".py", ".pyc", ".so", ".pth", ".hpp", ".h", ".pcm", ".pch")
_HIDDEN = (".cache", ".config", ".ipython", ".jupyter", ".local", ".matplotlib", ".npm", ".nv")
"""Folders of programs in the user's home."""
_WRITING = os.O_WRONLY | os.O_RDWR


@dataclass
class _Opened:
    """A file as it was when it was opened first, and what is known of it."""

    state: tuple[int, int] | None
    """Size and time of the last change, None where there was no file."""
    is_written: bool = False
    is_read: bool = False
    sha256: str = ""
    uuid: str | None = None
    summed: tuple[int, int] | None = None
    """The state that the checksum is of."""


@dataclass
class Inputs:
    """The files that were opened while `is_active`; `folder` is the notebook's."""

    folder: Path
    opened_by_cpp: Callable[[], Iterable[tuple[str, bool]]] = tuple
    """Paths that C++ has opened since it was asked last, and whether to write."""
    is_active: bool = False
    files: dict[str, _Opened] = field(default_factory=dict)
    _ignored: tuple[str, ...] = ()
    _is_listening: bool = False

    def listen(self) -> None:
        """Have Python tell from now on, until the process ends: there is no way back."""
        self._ignored = _places_of_programs()
        if not self._is_listening:
            self._is_listening = True
            sys.addaudithook(self._hear)

    def _hear(self, event: str, arguments: tuple[object, ...]) -> None:
        if event != "open" or not self.is_active:
            return
        path, mode, flags = arguments
        if isinstance(path, (str, bytes)):
            # Whatever is wrong with the path, opening it says so: what is raised here would be said instead.
            with suppress(OSError, ValueError):
                self._opened(path, mode, flags)

    def _opened(self, path: str | bytes, mode: object, flags: object) -> None:
        is_written = bool(flags & _WRITING) if isinstance(flags, int) else isinstance(mode, str) and not mode.startswith("r")
        self.note(os.fsdecode(path), is_written=is_written, is_read=not is_written or bool(isinstance(flags, int) and flags & os.O_RDWR))

    def note(self, path: str, *, is_written: bool = False, is_read: bool = True) -> None:
        """Take note of a file that is being opened."""
        full = os.path.normpath(os.path.join(os.getcwd(), path))  # noqa: PTH109, PTH118 - a hundredth of the time
        if full.startswith(self._ignored) or full.endswith(_CODE):
            return
        known = self.files.get(full)
        if known is None:
            known = self.files[full] = _Opened(_state(full))
        known.is_written |= is_written
        known.is_read |= is_read

    def records(self, limit: int = 0) -> list[InputFile]:
        """What there is to say of the files that are there; those of up to `limit` bytes, and no others, are read for it."""
        for path, is_written in self.opened_by_cpp():
            self.note(path, is_written=is_written, is_read=not is_written)
        return [record for path, known in list(self.files.items()) if (record := self._record(path, known, limit)) is not None]

    def _record(self, path: str, known: _Opened, limit: int) -> InputFile | None:
        state = _state(path)
        if state is None:
            return None  # a folder, a pipe, or what is gone, such as a temporary file
        if known.summed not in (None, state):
            known.sha256, known.uuid = "", None
        try:
            if known.uuid is None:
                known.uuid = root_uuid(Path(path))
            if not known.sha256 and state[0] <= limit:
                known.sha256 = sha256(Path(path))
            known.summed = state
        except OSError:
            known.uuid = known.uuid or ""
        has_changed = known.is_read and not known.is_written and known.state is not None and known.state != state
        return InputFile(own_name(path, self.folder), state[0], known.sha256, known.uuid, is_written=known.is_written, has_changed=has_changed)


def own_name(path: str, folder: Path) -> str:
    """A file's name relative to the notebook's folder if it lies in that, else without any folder: that may tell whose it is."""
    inner = os.path.relpath(path, folder)
    return os.path.basename(path) if inner.startswith(os.pardir) or os.path.isabs(inner) else inner  # noqa: PTH117, PTH119 - texts


def _state(path: str) -> tuple[int, int] | None:
    """Size and time of the last change of a regular file."""
    try:
        status = os.stat(path)  # noqa: PTH116 - called whenever a file is opened
    except (OSError, ValueError):
        return None
    return (status.st_size, status.st_mtime_ns) if status.st_mode & 0o170000 == 0o100000 else None


def _places_of_programs() -> tuple[str, ...]:
    """Where files are that belong to programs, each with a slash at its end."""
    home = Path.home()
    folders = {sys.prefix, sys.base_prefix, str(Path(__file__).parents[2]), *(sysconfig.get_path(key) for key in ("stdlib", "purelib", "platlib"))}
    folders |= {str(home / name) for name in _HIDDEN}
    folders |= {os.environ[name] for name in ("XDG_CACHE_HOME", "MPLCONFIGDIR", "IPYTHONDIR", "JUPYTER_CONFIG_DIR", "DOUBLET_CACHE", "VIRTUAL_ENV") if os.environ.get(name)}
    return (*_SYSTEM, *sorted(f"{folder.rstrip('/')}/" for folder in folders if len(folder) > 1))
