"""Saves the state of a kernel: in the process that keeps it, once the kernel is dead or asks for it.

The user's objects may do anything while they are pickled: crash, hang, wait for a lock of a thread that this process does
not have. So a further process does it, and when it fails, the next one leaves out what it was at.
"""

from __future__ import annotations

import ctypes
import gc
import mmap
import os
import signal
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from doublet.recovery import saved
from doublet.recovery.pickling import dump

if TYPE_CHECKING:
    from doublet.recovery.journal import Journal

__all__ = ["save_and_exit"]

_PATIENCE = 20.0
"""Seconds that one variable may take."""
_AT_MOST = 150
"""Seconds that all may take."""
_LOOKS = 0.002
_LINGERS = 3.0
"""Seconds in which whoever has killed a kernel for good has also removed the file by which it was reached."""


def save_and_exit(
    folder: Path, journal: Journal, namespace: Mapping[str, Any], names: list[str], foreign: tuple[type, ...], needed: Path | None
) -> None:
    """Save what the namespace has under the names, and end the process.

    If there is a file that is `needed` for a next kernel, and it goes now, so does what is saved.
    """
    try:
        _be_alone()
        if names or journal.steps:
            _Saving(folder, journal, namespace, names, foreign).run()
            if needed is not None:
                time.sleep(_LINGERS)
                if not needed.exists():
                    for path in folder.iterdir():
                        saved.remove(path)
    finally:
        os._exit(0)


def _be_alone() -> None:
    """Let go of what belongs to the kernel, and do not outlast what is sensible."""
    signal.set_wakeup_fd(-1)
    signal.alarm(_AT_MOST)  # which ends the process
    gc.disable()
    sys.stdin = sys.stdout = sys.stderr = open(os.devnull, "r+")  # noqa: SIM115 - until the end


class _Saving:
    def __init__(
        self, folder: Path, journal: Journal, namespace: Mapping[str, Any], names: list[str], foreign: tuple[type, ...]
    ) -> None:
        self._folder = folder
        self._journal = journal
        self._namespace = namespace
        self._names = names
        self._foreign = foreign
        self._lost: dict[str, str] = {}
        self._at = mmap.mmap(-1, mmap.PAGESIZE)
        """The number of the variable that is being pickled, seen by both processes."""

    def run(self) -> None:
        """Raises `OSError` if nothing can be written."""
        with saved.write(self._folder) as path:
            until = time.monotonic() + _AT_MOST - _PATIENCE
            while True:
                names = [name for name in self._names if name not in self._lost]
                if time.monotonic() > until:
                    self._lost |= dict.fromkeys(names, "there was no time left for it")
                    names = []
                self._set_at(0)
                pid = ctypes.PyDLL(None).fork()  # without what modules have asked Python to do when it forks
                if pid == 0:
                    self._try(path, names)
                try:
                    reason = self._wait(pid)
                except OSError as error:
                    if not names:
                        raise
                    self._lost |= dict.fromkeys(names, f"it could not be written: {error.strerror}")
                    continue
                if not reason:
                    return
                if not names:
                    raise ChildProcessError(reason)
                self._lost[names[min(self._get_at(), len(names)) - 1]] = reason

    def _try(self, path: Path, names: list[str]) -> None:
        try:
            signal.alarm(_AT_MOST)
            for rest in path.iterdir():
                rest.unlink()
            numbers = {name: number for number, name in enumerate(names, 1)}
            with saved.create(path / "python.pickle") as file:
                pickled, memory = dump(file, self._namespace, names, self._foreign, lambda name: self._set_at(numbers[name]))
            pickled.lost |= self._lost
            buffers = saved.write_arrays(path, memory)
            saved.write_journal(path, self._journal, pickled, buffers)
            os._exit(0)
        except OSError as error:
            os._exit(error.errno or 1)
        finally:
            os._exit(1)

    def _wait(self, pid: int) -> str:
        """Return why the process has failed at a variable, nothing if it has not; raises `OSError` if files cannot be written."""
        at, since = 0, time.monotonic()
        while True:
            ended, status = os.waitpid(pid, os.WNOHANG)
            if ended and os.WIFSIGNALED(status):
                return f"to pickle it ends the process ({signal.Signals(os.WTERMSIG(status)).name})"
            if ended and status:
                raise OSError(os.WEXITSTATUS(status), os.strerror(os.WEXITSTATUS(status)))
            if ended:
                return ""
            if at != (at := self._get_at()):
                since = time.monotonic()
            if time.monotonic() - since > _PATIENCE:
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)
                return f"to pickle it takes more than {_PATIENCE:.0f} s"
            time.sleep(_LOOKS)

    def _set_at(self, number: int) -> None:
        self._at[:8] = number.to_bytes(8, "little")

    def _get_at(self) -> int:
        return int.from_bytes(self._at[:8], "little")
