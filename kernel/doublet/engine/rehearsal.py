"""A second process in which each cell is compiled first.

Cling takes back a text that does not compile, but not all of it: old definitions stay hidden, and templates of
the standard library that it was the first to use stay broken. So the interpreter itself only gets text that is
known to compile. The process that tries it is forked from this one, and goes on with what it has compiled as
long as all goes well: it never runs anything, so it needs the definitions but not their values. After a text that
does not compile it is thrown away.
"""

from __future__ import annotations

import os
import signal
import struct
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from doublet.engine.memory import own_memory

if TYPE_CHECKING:
    from doublet.engine.guard import Guard
    from doublet.engine.transaction import Transaction

__all__ = ["Rehearsal"]

LARGE = 1 << 30
"""A process with more memory of its own is forked for one text only: a fork that stays keeps, as copies, the
pages that this process changes meanwhile."""

_QUICKLY = "#pragma cling optimize(0)\n"


class Rehearsal:
    """Compiles texts without consequences, which an interrupt may end; `fork` is ``doublet_rehearse``, `fork_aside` ``doublet_compile_aside``."""

    def __init__(self, fork: Callable[[int, int, int], int], fork_aside: Callable[[int], int], guard: Guard) -> None:
        self._fork = fork
        self._fork_aside = fork_aside
        self._guard = guard
        self._process: _Process | None = None

    def complaints(self, transaction: Transaction) -> str:
        """What the compiler has against a text; empty if it compiles."""
        if "#pragma cling optimize" not in transaction.text:
            transaction = replace(transaction, text=transaction.text + _QUICKLY)
        if self._process is not None and self._compiles(self._process, transaction):
            return ""
        # Python may have defined names, or loaded a library, since the process was forked: only a fresh one knows.
        self.end()
        large = own_memory() > LARGE
        self._process = process = _Process(self._fork)
        if self._compiles(process, transaction):
            if large:
                self.end()
            return ""
        messages = process.messages()
        status = self.end()
        if "error: " not in messages and os.WIFSIGNALED(status) and os.WTERMSIG(status) != signal.SIGKILL:
            reason = signal.strsignal(os.WTERMSIG(status))
            messages += f"\nerror: the compiler itself crashed on this cell ({reason}): try it in smaller parts\n"
        if not messages.strip() and transaction.entry:
            messages = self._unlinked(transaction)
        return messages or "error: the compiler gave up on this cell without a message\n"

    def forget(self) -> None:
        """Use the process no more, which belongs to the one that this process was forked from."""
        self._process = None

    def messages(self, transaction: Transaction) -> str:
        """What the compiler says of a text that is to leave no trace."""
        with self._guard.held():
            process = _Process(self._fork)
            try:
                self._guard.interruptible(process.compiles, transaction)
                return process.messages()
            finally:
                process.end()

    def messages_aside(self) -> str:
        """What the compiler says of the function that cppyy is about to call first."""
        messages = _file()
        with self._guard.held():
            child = self._fork_aside(messages)
            try:
                with suppress(ChildProcessError):  # Python code of the user's may have waited for any child
                    self._guard.interruptible(os.waitpid, child, 0)
                    child = 0
                return _text(messages)
            finally:
                if child:
                    _kill(child)
                os.close(messages)

    def _unlinked(self, transaction: Transaction) -> str:
        """What is missing: Cling only says it where a text that it wraps itself leads to one that it has not yet linked."""
        process = _Process(self._fork)
        try:
            self._guard.interruptible(process.compiles, replace(transaction, entry=""))
            leading = f"{{ volatile bool never = false; if (never) {transaction.entry}(); }}\n"
            self._guard.interruptible(process.compiles, replace(transaction, text=leading, entry=""))
            return process.messages()
        finally:
            process.end()

    def follow(self, transaction: Transaction) -> None:
        """Have the process compile what is sure to compile, without waiting for it."""
        if self._process is not None:
            self._process.send(transaction)

    def end(self) -> int:
        """Throw the process away; return its exit status, 0 if there is none."""
        process, self._process = self._process, None
        return process.end() if process is not None else 0

    def _compiles(self, process: _Process, transaction: Transaction) -> bool:
        try:
            return self._guard.interruptible(process.compiles, transaction)
        except BaseException:
            self.end()  # interrupted: it would answer too late
            raise


class _Process:
    """The forked process and the files that lead to it."""

    def __init__(self, fork: Callable[[int, int, int], int]) -> None:
        self._messages = _file()
        requests, self._requests = os.pipe()
        self._verdicts, verdicts = os.pipe()
        self._unread = 0
        self._pid = fork(requests, verdicts, self._messages)
        os.close(requests)
        os.close(verdicts)

    def compiles(self, transaction: Transaction) -> bool:
        """Whether it does; False, too, if the process dies of it, or has not compiled what it was sent before."""
        while self._unread:
            self._unread -= 1
            if os.read(self._verdicts, 1) != b"\1":
                return False
        os.ftruncate(self._messages, 0)
        self.send(transaction)
        self._unread -= 1
        return os.read(self._verdicts, 1) == b"\1"

    def send(self, transaction: Transaction) -> None:
        """Ask whether it compiles."""
        self._unread += 1
        text, entry = transaction.text.encode(), transaction.entry.encode()
        begins = transaction.is_running and not entry
        data = memoryview(struct.pack("=QQQ", len(text), len(entry), begins) + text + entry)
        with suppress(BrokenPipeError):  # then there is no answer, either
            while data:
                data = data[os.write(self._requests, data) :]

    def messages(self) -> str:
        return _text(self._messages)

    def end(self) -> int:
        for fd in (self._requests, self._verdicts, self._messages):
            os.close(fd)
        return _kill(self._pid)


def _file() -> int:
    """A file in memory, for the compiler's messages."""
    return os.memfd_create("doublet-compiler-messages", os.MFD_CLOEXEC)


def _text(file: int) -> str:
    return os.pread(file, os.fstat(file).st_size, 0).lstrip(b"\0").decode(errors="replace")


def _kill(process: int) -> int:
    """End a process of this one's; return its exit status, 0 if that is not known."""
    with suppress(ProcessLookupError):
        os.kill(process, signal.SIGKILL)
    with suppress(ChildProcessError):  # Python code of the user's may have waited for any child
        return os.waitpid(process, 0)[1]
    return 0
