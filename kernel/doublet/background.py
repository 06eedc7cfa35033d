"""C++ cells in the background: what they show while they run, and the magics that wait for them and stop them."""

from __future__ import annotations

import sys
import threading
import time
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from IPython.core.magic import Magics, line_magic, magics_class

from doublet.engine.interpreter import NOTHING
from doublet.errors import CppUsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from IPython.core.interactiveshell import InteractiveShell

    from doublet.engine.background import Job
    from doublet.engine.interpreter import Result

__all__ = ["BackgroundMagics"]

_PERIOD = 0.25
"""Seconds between two pictures, or more where it takes long to make one."""
_HISTOGRAM = "application/vnd.doublet.histogram+json"
_SLOW = ("image/png",)
"""What is only made of the last picture."""


@magics_class
class BackgroundMagics(Magics):
    """Knows the cells that run in the background."""

    def __init__(self, shell: InteractiveShell) -> None:
        super().__init__(shell)
        self._shell = shell
        self._jobs: list[Job] = []

    def begin(self, result: Result) -> None:
        """Show what a cell has left to the background: its value, and in the end what has ended it early."""
        job = result.job
        assert job is not None
        self._jobs = [known for known in self._jobs if known.is_running]
        self._jobs.append(job)
        shown = _Shown(self._shell, job if result.value is NOTHING else result.value)
        threading.Thread(target=_follow, args=(job, shown), name=f"doublet-cell-{job.cell}", daemon=True).start()

    def wait_for(self, jobs: Sequence[Job] | None = None) -> None:
        """Wait for jobs, or all that run; raises what has ended one of them early."""
        for job in self._chosen("") if jobs is None else jobs:
            job.wait()
            if job.error is not None and not isinstance(job.error, KeyboardInterrupt):
                raise job.error

    @line_magic
    def cpp_jobs(self, line: str) -> None:
        """Show which cells run in the background: %cpp_jobs."""
        for job in self._chosen(line):
            print(job)  # noqa: T201 - the answer that was asked for

    @line_magic
    def cpp_wait(self, line: str) -> None:
        """Wait until cells have ended that run in the background: %cpp_wait for all, %cpp_wait 7 for cell 7.

        An interrupt ends the wait and not what is waited for. Raises what has ended a cell early.
        """
        self.wait_for(self._chosen(line))

    @line_magic
    def cpp_stop(self, line: str) -> None:
        """Stop cells that run in the background: %cpp_stop for all, %cpp_stop 7 for cell 7."""
        for job in self._chosen(line):
            if not job.stop():
                print(f"{job} computes in a library, and goes on until it comes back from there", file=sys.stderr)  # noqa: T201

    def _chosen(self, line: str) -> list[Job]:
        word = line.strip()
        running = [job for job in self._jobs if job.is_running or job.cell == _number(word)]
        if not word:
            return running
        found = [job for job in running if job.cell == _number(word)]
        if not found:
            cells = ", ".join(str(job.cell) for job in running) or "none"
            raise CppUsageError(f"'{word}' is not a cell that runs in the background", f"those that do: {cells}")
        return found


def _number(word: str) -> int | None:
    return int(word) if word.isdecimal() else None


class _Shown:
    """An output of a cell that can be shown anew."""

    def __init__(self, shell: InteractiveShell, value: object) -> None:
        self._shell = shell
        self._value = value
        self._id = uuid4().hex
        self._last: dict[str, Any] = {}
        self._publish(*self._format(()), update=False)
        self.is_live = _HISTOGRAM in self._last
        """Whether it can be read while it changes: a histogram stays where it is, but a `std::vector` may move."""

    def update(self, without: tuple[str, ...] = ()) -> None:
        data, metadata = self._format(without)
        if data != self._last:
            self._publish(data, metadata, update=True)

    def _format(self, without: tuple[str, ...]) -> tuple[dict[str, Any], dict[str, Any]]:
        assert self._shell.display_formatter is not None
        data, metadata = self._shell.display_formatter.format(self._value, exclude=set(without))
        return data, metadata

    def _publish(self, data: dict[str, Any], metadata: dict[str, Any], *, update: bool) -> None:
        self._last = data
        self._shell.display_pub.publish(data, metadata, transient={"display_id": self._id}, update=update)


def _follow(job: Job, shown: _Shown) -> None:
    pause = _PERIOD
    while not job.wait(pause):
        if shown.is_live:
            begin = time.monotonic()
            shown.update(without=_SLOW)
            pause = max(_PERIOD, 10 * (time.monotonic() - begin))
    shown.update()
    if job.error is not None and not isinstance(job.error, KeyboardInterrupt):
        print(f"{type(job.error).__name__}: {job.error}", file=sys.stderr)  # noqa: T201 - as part of the cell that has begun it
