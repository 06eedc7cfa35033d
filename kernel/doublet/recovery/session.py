"""A kernel that can be recovered: it takes note of its cells, keeps its state, and offers what an earlier one has left."""

from __future__ import annotations

import asyncio
import atexit
import ctypes
import os
import re
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from doublet.engine.interpreter import interpreter
from doublet.engine.proxies import class_type, function_type, instance_type, template_type
from doublet.recovery import saved
from doublet.recovery.checkpoint import Checkpoint
from doublet.recovery.journal import Journal, Step
from doublet.recovery.restoring import RecoveryMagics, offer
from doublet.recovery.variables import variables

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from doublet.magics import CppMagics

__all__ = ["Recovery"]

_REST = 0.3
"""Seconds without a cell after which the state is kept."""


class Recovery:
    """The one of this kernel, which is reached through the connection file."""

    def __init__(self, shell: InteractiveShell, connection_file: str) -> None:
        self._shell = shell
        notebook = os.environ.get("JPY_SESSION_NAME")  # its path, as Jupyter's server tells
        self._folder = saved.folder_of(notebook or str(Path(connection_file).absolute()))
        self._needed = None if notebook else Path(connection_file).absolute()
        """Without this file there will be no further kernel."""
        self._journal = Journal()
        self._pid = os.getpid()
        library = interpreter().toolchain.load()
        fork = ctypes.PYFUNCTYPE(*[ctypes.c_int] * 4)(("doublet_checkpoint", library))
        self._checkpoint = Checkpoint(fork, self._save)
        self._foreign = (class_type(), function_type(), instance_type(), template_type())
        self._cpp: CppMagics = shell.magics_manager.registry["CppMagics"]
        self._cpp.on_success = self._add
        self._magics = RecoveryMagics(shell, self._cpp, self._folder)
        shell.register_magics(self._magics)
        interpreter().guard.on_damage = self._save_now
        self._rest: asyncio.TimerHandle | None = None
        self._is_new = True
        self._has_saved = False
        atexit.register(self.end)

    @contextmanager
    def cell(self, number: int, code: str, *, is_cpp: bool) -> Iterator[dict[str, Any]]:
        """Run a cell in this block, and put its reply into what is given."""
        if self._rest is not None:
            self._rest.cancel()
        if self._is_new:
            self._is_new = False
            if "%recover" not in code and (text := offer(self._folder)):
                print(text, file=sys.stderr)  # noqa: T201 - for the user
        if self._checkpoint.is_due:
            self._keep()
        self._checkpoint.tell(self._journal.begin(number, code, is_cpp))
        reply: dict[str, Any] = {}
        begun = time.perf_counter()
        try:
            yield reply
        finally:
            self._checkpoint.executed(time.perf_counter() - begun)
            self._checkpoint.tell(self._journal.end(reply.get("status") == "ok"))
            self._magics.count_on()
            self._rest = asyncio.get_running_loop().call_later(_REST, self._keep_at_rest)

    def end(self) -> None:
        """The kernel ends because somebody wants it to: nothing is kept."""
        self._checkpoint.end()

    def _add(self, magic: str, line: str, body: str | None, number: int, origin: str) -> None:
        self._checkpoint.tell(self._journal.add(Step(number, origin, magic, line, body)))

    def _save_now(self) -> str:
        """Save the state of before the cell that has damaged this one; returns what the user should do."""
        had, self._has_saved = self._checkpoint.pid, self._has_saved or bool(self._checkpoint.pid)
        if had:
            self._checkpoint.save()
        return "restart the kernel, then %recover brings back what was there before it" if self._has_saved else "restart the kernel"

    def _keep_at_rest(self) -> None:
        if self._checkpoint.is_due_at_rest:
            self._keep()

    def _keep(self) -> None:
        from doublet.recovery import saving  # noqa: F401 - with NumPy, without which a kernel starts faster, and the fork needs it

        late = self._journal.late
        self._journal.late = []
        if not self._checkpoint.keep():
            self._journal.late = late

    def _save(self, told: str) -> None:
        """In the process that has kept the state: save it."""
        from doublet.recovery.saving import save_and_exit

        interpreter().be_alone()
        self._journal.kept = len(self._journal.steps)
        self._journal.replay(told)
        is_asked = os.getppid() == self._pid
        if is_asked:
            self._journal.cause = "a damaged heap"
        names = [*self._names(), *variables()]
        save_and_exit(self._folder, self._journal, self._shell.user_ns, names, self._foreign, None if is_asked else self._needed)

    def _names(self) -> list[str]:
        """The user's variables; modules come first, for others may need them."""
        space, hidden = self._shell.user_ns, self._shell.user_ns_hidden
        own = [name for name in space if name not in hidden and name != "cpp" and _is_of_the_user(name)]
        return sorted(own, key=lambda name: not isinstance(space[name], ModuleType))


def _is_of_the_user(name: str) -> bool:
    """Whether a name is none of IPython's, such as ``_``, ``_3``, ``_i3`` and ``__``."""
    rest = name.lstrip("_")
    return not name.startswith("_") or (bool(rest) and not name.startswith("__") and not re.fullmatch(r"i*\d*|[iod]h", rest))
