"""What a C++ cell runs in a thread of its own, while other cells run."""

from __future__ import annotations

import ctypes
import time
import weakref
from typing import TYPE_CHECKING

from doublet.engine.guard import Crash, Guard

if TYPE_CHECKING:
    from doublet.engine.exceptions import Exceptions

__all__ = ["Background", "Job"]


class Background:
    """Starts jobs."""

    def __init__(self, library: ctypes.CDLL, guard: Guard, exceptions: Exceptions) -> None:
        self._guard = guard
        self._exceptions = exceptions
        job = ctypes.c_void_p
        # Holds Python's lock: Cling may have to compile something.
        self._begin = ctypes.PYFUNCTYPE(job, ctypes.c_char_p)(("doublet_begin_job", library))
        self.wait = ctypes.CFUNCTYPE(ctypes.c_bool, job, ctypes.c_int)(("doublet_wait_for_job", library))
        self.stop = ctypes.CFUNCTYPE(ctypes.c_bool, job)(("doublet_stop_job", library))
        self._thrown = ctypes.CFUNCTYPE(ctypes.c_void_p, job)(("doublet_thrown_by_job", library))
        self.forget = ctypes.CFUNCTYPE(None, job)(("doublet_forget_job", library))

    def begin(self, function: str, cell: int, needs: object) -> Job:
        """Run a function that a cell has defined; `needs` is kept until it has ended."""
        address = self._begin(function.encode())
        assert address is not None, function
        return Job(self, address, cell, needs)

    def error(self, job: int) -> BaseException | None:
        """What a job has come to that has ended, None if to its end."""
        crash = Crash.from_address(job)
        if thrown := self._thrown(job):
            return self._exceptions.of(thrown)
        return self._guard.error_of(crash) if crash.signal else None


class Job:
    """What runs in the background: `cell` is the number of the cell."""

    def __init__(self, background: Background, address: int, cell: int, needs: object) -> None:
        self.cell = cell
        self._background = background
        self._address = address
        self._needs = needs
        self._begun = time.monotonic()
        self._seconds: float | None = None
        self.error: BaseException | None = None
        """What has ended it before its end: a `CppException`, a `CppCrash`, or `KeyboardInterrupt` if it was stopped."""

    @property
    def is_running(self) -> bool:
        return not self.wait(0)

    @property
    def seconds(self) -> float:
        """How long it has run."""
        return time.monotonic() - self._begun if self._seconds is None else self._seconds

    def wait(self, seconds: float | None = None) -> bool:
        """Wait for its end, not longer than some seconds; returns whether it has come."""
        deadline = None if seconds is None else time.monotonic() + seconds
        while self._seconds is None:
            left = _PATIENCE if deadline is None else max(0.0, min(_PATIENCE, deadline - time.monotonic()))
            self._take_end(self._background.wait(self._address, int(1000 * left)))
            if deadline is not None and time.monotonic() >= deadline:
                break
        return self._seconds is not None

    def stop(self) -> bool:
        """Stop it as an interrupt stops a cell; returns whether it has ended: a library that computes may go on."""
        if self._seconds is None:
            self._take_end(self._background.stop(self._address))
        return self._seconds is not None

    def _take_end(self, has_ended: bool) -> None:
        if has_ended and self._seconds is None:
            self._seconds = self.seconds
            self.error = self._background.error(self._address)
            self._needs = None
            weakref.finalize(self, self._background.forget, self._address)

    def __repr__(self) -> str:
        if self.is_running:
            return f"<C++ of cell {self.cell}, running for {self.seconds:.0f} s; stop it with %cpp_stop {self.cell}>"
        how = "done" if self.error is None else "stopped" if isinstance(self.error, KeyboardInterrupt) else type(self.error).__name__
        return f"<C++ of cell {self.cell}, {how} after {self.seconds:.2g} s>"


_PATIENCE = 0.1
"""Seconds between two looks for an interrupt of who waits."""
