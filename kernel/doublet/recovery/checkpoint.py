"""The state of before a cell, kept by a process that was forked from this one and only waits.

It costs a fork, and as copies the pages that this process changes meanwhile. When this process dies, in whatever way, the
other one saves the Python variables as they were, and the journal of the cells: a file can only hold what pickles, so C++
is run again. It is told of cells as they come, for it may be older than the last one.
"""

from __future__ import annotations

import _imp
import fcntl
import os
import resource
import signal
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from doublet.engine.memory import own_memory
from doublet.engine.memory_left import left

__all__ = ["Checkpoint"]

_OVERHEAD = 0.01
_UNNOTICED = 0.1
"""Seconds that nobody minds between two cells."""
_PAGE_COPY = 1e-6
"""Seconds that it takes to change a page that the other process keeps."""
_MANY_PAGES = 5000
_PAGE = os.sysconf("SC_PAGE_SIZE")
_BADNESS = Path("/proc/self/oom_score_adj")
_VOLUNTEERS = 100


class Checkpoint:
    """Keeps the newest state; `save` is run in the process that has it, with what that was told, and does not return.

    `fork` is ``doublet_checkpoint``.
    """

    def __init__(self, fork: Callable[[int, int, int], int], save: Callable[[str], None]) -> None:
        self._fork = fork
        self._save = save
        self._news = os.memfd_create("doublet-journal", os.MFD_CLOEXEC)
        fcntl.fcntl(self._news, fcntl.F_SETFL, os.O_APPEND)
        self._lock = threading.Lock()
        self._pid = 0
        self._asked = -1
        self._is_over = False
        self._took = 0.0
        self._executed = 0.0
        """Seconds of the cells that the newest state does not have."""
        self._copied = 0
        """How many pages the newest state has cost, when there had been so many faults."""
        self._faults = 0
        self._badness = int(_BADNESS.read_text())
        with suppress(OSError):  # so that the system, when memory runs out, chooses this process rather than that
            _BADNESS.write_text(str(min(self._badness + _VOLUNTEERS, 1000)))

    @property
    def pid(self) -> int:
        """The process that keeps the state, 0 if there is none."""
        return self._pid

    def tell(self, news: str) -> None:
        """Have the other process know, too: not by a pipe, for that would wake it up each time."""
        with suppress(OSError):  # the user's code may have closed the file
            os.write(self._news, news.encode())

    def executed(self, seconds: float) -> None:
        """A cell has been run for so long."""
        self._executed += seconds

    @property
    def is_due(self) -> bool:
        """Whether to keep the state anew before the next cell costs little against what has been run since."""
        return self._executed > 0 and self._executed * _OVERHEAD > self._expected()

    @property
    def is_due_at_rest(self) -> bool:
        """Whether to keep it anew when nothing is to be done."""
        return self._executed > 0 and (self._expected() < _UNNOTICED or self.is_due)

    def keep(self) -> bool:
        """Keep the state of now instead of the last one; False if there is not enough memory."""
        with self._lock:
            if self._is_over or threading.current_thread() is not threading.main_thread():
                return False
            if own_memory() > left():
                self._end()
                return False
            asked = os.eventfd(0, os.EFD_CLOEXEC)
            known = os.fstat(self._news).st_size
            _imp.acquire_lock()  # no other thread may be half-way through an import
            begun = time.perf_counter()
            pid = self._fork(self._news, asked, self._badness)
            if pid == 0:
                try:
                    self._save(os.pread(self._news, os.fstat(self._news).st_size - known, known).decode(errors="replace"))
                finally:
                    os._exit(1)
            took = time.perf_counter() - begun
            self._took = min(took, 2 * self._took or took)  # once it may take longer by chance
            _imp.release_lock()
            if pid < 0:
                os.close(asked)
                return False
            self._end()
            self._pid, self._asked = pid, asked
            self._executed, self._copied, self._faults = 0.0, 0, _faults()
            return True

    def save(self) -> None:
        """Have the newest state saved now, and keep none from now on; returns when that is done."""
        with self._lock:
            pid, self._pid, self._is_over = self._pid, 0, True
            if pid:
                os.eventfd_write(self._asked, 1)
                with suppress(ChildProcessError):
                    os.waitpid(pid, 0)
                os.close(self._asked)

    def end(self) -> None:
        """Keep nothing, from now on."""
        with self._lock:
            self._is_over = True
            self._end()

    def _end(self) -> None:
        pid, self._pid = self._pid, 0
        if not pid:
            return
        os.close(self._asked)
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        with suppress(ChildProcessError):  # the user's code may have waited for any child
            os.waitpid(pid, 0)

    def _expected(self) -> float:
        """What it will cost to keep the state anew, if what follows is like what came before."""
        if self._pid and _faults() - self._faults > _MANY_PAGES:
            self._faults = _faults()
            with suppress(OSError):
                lines = Path(f"/proc/{self._pid}/smaps_rollup").read_text().splitlines()
                self._copied = sum(int(line.split()[1]) for line in lines if line.startswith("Private_")) * 1024 // _PAGE
        return self._took + self._copied * _PAGE_COPY


def _faults() -> int:
    """How many pages this process has been given so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt
