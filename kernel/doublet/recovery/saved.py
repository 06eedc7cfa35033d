"""What is saved of kernels that have died: one folder for each, which only its user can read or write."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any

from jupyter_core.paths import jupyter_runtime_dir

from doublet.errors import DoubletError
from doublet.recovery.journal import Journal, Step

__all__ = ["Pickled", "Saved", "UnsafeError", "create", "find", "folder_of", "is_being_saved", "remove", "sweep", "write", "write_arrays", "write_journal"]

_FORMAT = 1
_DAYS = 7
_ALIGNED = 64
_BEGUN = "begun-"


class UnsafeError(DoubletError):
    """A folder or file is not the user's alone: what it holds might not be, either."""

    def __init__(self, path: Path) -> None:
        self.path = path
        super().__init__(path)

    def __str__(self) -> str:
        return f"'{self.path}' is not read, for others than you can write there"


@dataclass
class Pickled:
    """What stands in the file of the variables."""

    names: list[str] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    """Where in the file each variable ends."""
    first_buffers: list[int] = field(default_factory=list)
    """The number of the first buffer of each."""
    lost: dict[str, str] = field(default_factory=dict)
    """The names that could not be pickled, and why."""


@dataclass(frozen=True)
class Saved:
    """One kernel's state."""

    path: Path
    died: float
    journal: Journal
    pickled: Pickled
    buffers: list[tuple[int, int, bool]] = field(default_factory=list)
    """Where the memory of each array begins, how long it is, and whether it is read-only."""

    @contextmanager
    def opened(self, name: str) -> Iterator[IO[bytes]]:
        with _opened(self.path / name) as file:
            yield file

    def memory(self) -> list[memoryview]:
        """Room for the memory of arrays; `fill` reads into it."""
        import numpy as np  # without which a kernel starts faster

        return [np.empty(size, np.uint8).data for _, size, _ in self.buffers]

    def fill(self, memory: list[memoryview]) -> None:
        with self.opened("arrays") as file:
            for view, (begin, _, _) in zip(memory, self.buffers, strict=True):
                file.seek(begin)
                file.readinto(view)  # type: ignore[attr-defined] # it is a file

    @property
    def is_used(self) -> bool:
        return (self.path / "used").exists()

    def use(self) -> None:
        """Have it offered no more; the next one replaces it."""
        create(self.path / "used").close()

    def remove(self) -> None:
        remove(self.path)


def folder_of(key: str) -> Path:
    """Where the kernels of one notebook save: it goes by what they have in common."""
    return Path(jupyter_runtime_dir()) / "doublet" / hashlib.sha256(key.encode()).hexdigest()[:20]


def find(folder: Path) -> list[Saved]:
    """What is saved there, the newest first. Raises `UnsafeError` if somebody else may have written it."""
    if not folder.exists():
        return []
    for own in (folder.parent, folder):
        _check(own, own.lstat())
    return sorted((_read(path) for path in folder.iterdir() if not path.name.startswith(_BEGUN)), key=lambda s: s.died, reverse=True)


def is_being_saved(folder: Path) -> bool:
    """Whether a process is still writing there."""
    return any(_writes(path) for path in folder.glob(f"{_BEGUN}*"))


def sweep() -> None:
    """Remove what nobody has asked for in days, and what was not finished."""
    for path in (Path(jupyter_runtime_dir()) / "doublet").glob("*/*"):
        with suppress(OSError):
            old = time.time() - path.lstat().st_mtime > _DAYS * 86400
            if old or (path.name.startswith(_BEGUN) and not _writes(path)):
                remove(path)


def remove(path: Path) -> None:
    """Remove what is saved in a folder, and the notebook's own one if that was all."""
    shutil.rmtree(path, ignore_errors=True)
    with suppress(OSError):
        path.parent.rmdir()


@contextmanager
def write(folder: Path) -> Iterator[Path]:
    """A folder to write to, which counts only once all has been written; until then this process is known to write there."""
    for own in (folder.parent, folder):
        own.mkdir(mode=0o700, parents=True, exist_ok=True)
        _check(own, own.lstat())
    begun = folder / f"{_BEGUN}{os.getpid()}"
    shutil.rmtree(begun, ignore_errors=True)
    begun.mkdir(mode=0o700)
    try:
        yield begun
        for path in folder.iterdir():
            if (path / "used").exists():
                shutil.rmtree(path)
        begun.rename(folder / f"{time.time_ns()}-{os.getpid()}")
    finally:
        remove(begun)


def write_arrays(path: Path, memory: list[memoryview]) -> list[tuple[int, int, bool]]:
    buffers = []
    with create(path / "arrays") as file:
        for view in memory:
            begin = -(-file.tell() // _ALIGNED) * _ALIGNED
            file.seek(begin)
            file.write(view)
            buffers.append((begin, view.nbytes, view.readonly))
    return buffers


def write_journal(path: Path, journal: Journal, pickled: Pickled, buffers: list[tuple[int, int, bool]]) -> None:
    content = {"format": _FORMAT, "died": time.time(), "journal": asdict(journal), "pickled": asdict(pickled), "buffers": buffers}
    with create(path / "journal.json") as file:
        file.write(json.dumps(content).encode())


def create(path: Path) -> IO[bytes]:
    return os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600), "w+b")


def _read(path: Path) -> Saved:
    with _opened(path / "journal.json") as file:
        content: dict[str, Any] = json.load(file)
    journal = Journal(**content["journal"])
    journal.steps = [Step(**step) for step in content["journal"]["steps"]]
    return Saved(path, content["died"], journal, Pickled(**content["pickled"]), [tuple(b) for b in content["buffers"]])


def _opened(path: Path) -> IO[bytes]:
    _check(path.parent, path.parent.lstat())
    file = os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW), "rb")
    _check(path, os.fstat(file.fileno()))
    return file


def _check(path: Path, status: os.stat_result) -> None:
    if status.st_uid != os.getuid() or status.st_mode & 0o077 or stat.S_ISLNK(status.st_mode):
        raise UnsafeError(path)


def _writes(path: Path) -> bool:
    """Whether the process that has begun to write there is still at it."""
    return Path(f"/proc/{path.name.removeprefix(_BEGUN)}").exists()
