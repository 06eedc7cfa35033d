"""Stdout and stderr at file-descriptor level: live, complete, in the order written.

Everything that writes to file descriptors 1 and 2 (C and C++ streams, libraries, C++ threads, child
processes) is read from two pipes into one queue by ``include/doublet/streams.hpp``, which never needs the
GIL. A Python thread takes text from that queue and hands it to two callables.
"""

from __future__ import annotations

import atexit
import codecs
import ctypes
import fcntl
import os
import threading
import traceback
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, TextIO

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

STDOUT, STDERR = 1, 2
PIPE_SIZE = 1 << 20
DRAIN_TIMEOUT = 10.0


@dataclass
class Captured:
    """What the compiler wrote; complete once :meth:`Streams.captured` has ended."""

    text: str = ""


class Streams:
    """Hands what is written to file descriptors 1 and 2 to two callables.

    Only one can be started at a time, since a process has one stdout and one stderr.

    Parameters
    ----------
    library
        What ``Toolchain.load`` returns.
    stdout, stderr
        Called with text, always from one thread. They must not wait for a thread that is in :meth:`drain`.
    """

    def __init__(
        self,
        library: ctypes.CDLL,
        stdout: Callable[[str], object],
        stderr: Callable[[str], object],
    ) -> None:
        self._library = _load(library)
        self._deliver = {STDOUT: stdout, STDERR: stderr}
        self._originals: dict[int, int] = {}
        self._pipe_ends: list[int] = []
        self._thread: threading.Thread | None = None
        self._taken = 0
        self._progress = threading.Condition()
        self._pid = os.getpid()
        self.cell = 0
        """The cell of the text that is being delivered."""

    def redirect(self, stdout: Callable[[str], object], stderr: Callable[[str], object]) -> None:
        """Deliver to other callables from now on."""
        self._deliver.update({STDOUT: stdout, STDERR: stderr})

    def carry(self, number: int, deliver: Callable[[str], object]) -> None:
        """Also deliver what C++ queues under a number of its own, in order with the output; before :meth:`start`."""
        self._deliver[number] = deliver

    def say(self, text: str) -> None:
        """Deliver text of Doublet's own to stderr; only where other text is being delivered."""
        self._deliver[STDERR](text)

    def start(self) -> None:
        """Redirect file descriptors 1 and 2 and begin to deliver; nothing if that has happened."""
        if self._thread is not None:
            return
        library = self._library
        # What C has buffered was written before, and so belongs to where it led before.
        ctypes.CDLL(None).fflush(None)
        self._pid = os.getpid()
        self._taken = library.written()
        (stdout_read, stdout_write), (stderr_read, stderr_write) = (_pipe(), _pipe())
        # Our own writing ends stay open too: a pipe without a writer would be reported as hung up forever.
        self._pipe_ends = [stdout_read, stdout_write, stderr_read, stderr_write]
        library.start(stdout_read, stderr_read)
        for fd, end in ((STDOUT, stdout_write), (STDERR, stderr_write)):
            self._originals[fd] = fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, 3)
            os.dup2(end, fd)
        self._thread = threading.Thread(target=self._run, name="doublet-streams", daemon=True)
        self._thread.start()
        atexit.register(self.stop)

    def stop(self) -> None:
        """Lead file descriptors 1 and 2 to where they led before and deliver what was written until then.

        A child process that goes on writing afterwards gets a broken pipe.
        """
        if self._thread is None or self._pid != os.getpid():
            return
        atexit.unregister(self.stop)
        self.drain()
        for fd, original in self._originals.items():
            os.dup2(original, fd)
        self._library.stop()
        self._thread.join()
        self._thread = None
        for fd in (*self._originals.values(), *self._pipe_ends):
            os.close(fd)
        self._originals.clear()
        self._pipe_ends.clear()

    def begin_cell(self, number: int) -> None:
        """Take what is written from now on as this cell's, but for what the threads of others write.

        Of each cell, only the beginning and the end are delivered.
        """
        self._library.begin_cell(number)

    def drain(self) -> None:
        """Return when everything written so far has been delivered (after 10 s in any case)."""
        thread = self._thread
        if thread is None or thread is threading.current_thread() or self._pid != os.getpid():
            return
        written = self._library.written()
        if self._taken >= written:
            return
        with self._progress:
            self._progress.wait_for(lambda: self._taken >= written, DRAIN_TIMEOUT)

    def wrap(self, stream: TextIO) -> None:
        """Have `stream` wait, before it writes or flushes, for what C++ has written before."""
        for name in ("write", "flush"):
            setattr(stream, name, self._after_drain(getattr(stream, name)))

    def _after_drain(self, method: Callable[..., object]) -> Callable[..., object]:
        def drained(*args: object) -> object:
            self.drain()
            return method(*args)

        return drained

    @contextmanager
    def captured(self) -> Iterator[Captured]:
        """Keep aside what the calling thread, as the compiler, writes to stderr.

        C++ ends this earlier with ``doublet::streams::end_compile()``, when the compiled code begins to run.
        What other threads write to C's ``stderr`` or ``std::cerr`` meanwhile is delivered as ever. It works
        without :meth:`start`, too, but then for all threads. The end of one inside
        another ends both.
        """
        result = Captured()
        messages = os.memfd_create("doublet-compiler-messages", os.MFD_CLOEXEC)
        try:
            self._library.begin_compile(messages)
            try:
                yield result
            finally:
                self._library.end_compile()
                text = os.pread(messages, os.fstat(messages).st_size, 0)
                result.text = text.decode(errors="replace")
        finally:
            os.close(messages)

    def _run(self) -> None:
        buffer = ctypes.create_string_buffer(PIPE_SIZE)
        fd, cell = ctypes.c_int(), ctypes.c_int()
        decoders = {fd: codecs.getincrementaldecoder("utf-8")("replace") for fd in self._deliver}
        while size := self._library.take(buffer, PIPE_SIZE, ctypes.byref(fd), ctypes.byref(cell)):
            self.cell = cell.value
            self._hand_over(fd.value, decoders[fd.value].decode(ctypes.string_at(buffer, size)))
            with self._progress:
                self._taken += size
                self._progress.notify_all()
        for stream, decoder in decoders.items():
            self._hand_over(stream, decoder.decode(b"", final=True))

    def _hand_over(self, fd: int, text: str) -> None:
        if not text:
            return
        try:
            self._deliver[fd](text)
        except Exception:
            # Whatever it is, the next text has to be delivered, even if nobody can be told.
            with suppress(OSError):
                os.write(self._originals[STDERR], traceback.format_exc().encode())


class _Library(NamedTuple):
    """The functions of ``streams.hpp``, in the order of ``doublet::streams::addresses``."""

    start: Callable[[int, int], None]
    stop: Callable[[], None]
    written: Callable[[], int]
    take: Callable[..., int]
    begin_compile: Callable[[int], None]
    end_compile: Callable[[], None]
    begin_cell: Callable[[int], None]


def _load(library: ctypes.CDLL) -> _Library:
    fd = ctypes.c_int
    types = (
        ctypes.CFUNCTYPE(None, fd, fd),
        ctypes.CFUNCTYPE(None),
        # Keeps the GIL: it runs before each Python write, takes a microsecond and waits for nothing that needs it.
        ctypes.PYFUNCTYPE(ctypes.c_size_t),
        ctypes.CFUNCTYPE(ctypes.c_size_t, ctypes.c_char_p, ctypes.c_size_t, ctypes.POINTER(fd), ctypes.POINTER(ctypes.c_int)),
        ctypes.CFUNCTYPE(None, fd),
        ctypes.CFUNCTYPE(None),
        ctypes.CFUNCTYPE(None, ctypes.c_int),
    )
    addresses = (ctypes.c_size_t * len(types))()
    library.doublet_streams(addresses)
    return _Library(*(function(address) for function, address in zip(types, addresses, strict=True)))


def _pipe() -> tuple[int, int]:
    read, write = os.pipe()
    os.set_blocking(read, False)
    with suppress(OSError):  # the user has many pipes already: a smaller one does, with more switching
        fcntl.fcntl(write, fcntl.F_SETPIPE_SZ, PIPE_SIZE)
    return read, write
