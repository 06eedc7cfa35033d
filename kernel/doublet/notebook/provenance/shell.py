"""Recording in a running IPython: its cells, and the ways on which the record leaves a kernel."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tornado.ioloop import IOLoop

from doublet import __version__
from doublet.notebook.provenance.cpp import EngineCpp
from doublet.notebook.provenance.journal import Journal
from doublet.notebook.provenance.pieces import show_pieces
from doublet.notebook.provenance.plain import PlainPython
from doublet.notebook.provenance.recorder import Effort, Recorder, own_recorder, record

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from doublet.engine.interpreter import Interpreter

__all__ = ["end_record", "record_cells"]

_REST = 0.2
"""Seconds without a cell after which checksums are computed."""

_journal: Journal | None = None


def record_cells(shell: InteractiveShell, engine: Interpreter | None = None, *, cpp_first: bool = False) -> None:
    """Have the cells of a shell recorded, and the record be found by whoever writes the notebook; the second time, nothing happens."""
    global _journal
    if own_recorder() is not None:
        return
    recorder = record(shell, _kernel(shell, cpp_first), PlainPython() if engine is None else EngineCpp(engine), cpp_first=cpp_first)
    show_pieces(shell, recorder)
    file = _connection_file()
    if file is not None:
        _journal = Journal(file, recorder)
        recorder.on_change = _Writing(recorder, _journal)


def end_record(*, is_restarting: bool) -> None:
    """The kernel ends because somebody wants it to."""
    if _journal is not None:
        _journal.end(is_restarting=is_restarting)


class _Writing:
    """Writes the journal after each cell, and again with what takes longer when the kernel rests, also before the first cell."""

    def __init__(self, recorder: Recorder, journal: Journal) -> None:
        self._recorder, self._journal = recorder, journal
        self._rest: asyncio.TimerHandle | None = None
        IOLoop.current().call_later(_REST, self._settle)  # what is the same for all cells need not keep the first one waiting

    def __call__(self) -> None:
        if self._rest is not None:
            self._rest.cancel()
        self._journal.write(Effort.SHOWN)
        self._rest = asyncio.get_running_loop().call_later(_REST, self._settle)

    def _settle(self) -> None:
        if not self._recorder.is_busy:
            self._journal.write(Effort.RESTING)
            if self._recorder.is_behind:
                self._rest = asyncio.get_running_loop().call_later(_REST, self._settle)


def _kernel(shell: InteractiveShell, cpp_first: bool) -> dict[str, str]:
    kernel: Any = getattr(shell, "kernel", None)
    name = str(getattr(kernel, "implementation", "ipython"))
    version = __version__ if name == "doublet" else str(getattr(kernel, "implementation_version", ""))
    return {"name": name, "version": version, "language": "c++" if cpp_first else "python"}


def _connection_file() -> Path | None:
    """That of this process, if it is a kernel."""
    from ipykernel.kernelapp import IPKernelApp

    if not IPKernelApp.initialized():
        return None
    path = str(IPKernelApp.instance().abs_connection_file)
    return Path(path) if path else None
