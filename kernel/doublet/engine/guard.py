"""Crashes and interrupts of C++ as Python's errors."""

from __future__ import annotations

import ctypes
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from doublet.engine.names import clean_name
from doublet.engine.places import Places
from doublet.errors import CppCrash

if TYPE_CHECKING:
    from doublet.engine.streams import Streams

__all__ = ["Crash", "Guard"]

_EXITED = -1
_REFUSED = -2
_THROWN = -3
_CHANNEL = 4
"""What crashes of threads are queued under when no cell runs."""
_HARMLESS = (_EXITED, _THROWN, signal.SIGTERM, signal.SIGFPE, signal.SIGILL)
"""What says nothing about memory."""
_NULL = 1 << 16
_NEAR = 1 << 16

P = ParamSpec("P")
T = TypeVar("T")


class Crash(ctypes.Structure):
    """``doublet::detail::Crash``."""

    _fields_ = (
        ("signal", ctypes.c_int),
        ("code", ctypes.c_int),
        ("address", ctypes.c_void_p),
        ("stack", ctypes.c_void_p),
        ("writes", ctypes.c_int),
        ("in_thread", ctypes.c_int),
        ("what", ctypes.c_char * 200),
        ("depth", ctypes.c_size_t),
        ("calls", ctypes.c_size_t * 32),
    )


class Guard:
    """Has crashes and interrupts watched for; `refusal` gives the error that has ended C++ for Python."""

    def __init__(self, library: ctypes.CDLL, streams: Streams, refusal: Callable[[], BaseException | None]) -> None:
        self._streams = streams
        self.note_libraries: Callable[[], None] = library.doublet_loaded
        """Take note of libraries that have been loaded."""
        self._refusal = refusal
        self._places = Places(library)
        library.doublet_threads()
        library.doublet_learn_heap()
        # Holds the GIL while it forks, as the rehearsal does.
        self._heap_is_whole = ctypes.PYFUNCTYPE(ctypes.c_bool)(("doublet_heap_is_whole", library))
        self.on_damage: Callable[[], str] = lambda: "restart the kernel"
        """Called when the heap or the compiler is damaged; returns what the user should do."""
        streams.carry(_CHANNEL, self._say)
        watch_crashes = ctypes.PYFUNCTYPE(ctypes.c_void_p)(("doublet_guard", library))
        self._last = Crash.from_address(watch_crashes() or 0)
        addresses = (ctypes.c_void_p * 5)()
        library.doublet_interrupts(addresses)
        watch, hold, resume, forget, take = (address or 0 for address in addresses)
        self.watch = ctypes.PYFUNCTYPE(None)(watch)
        """Begin to watch again, for Python may have set handlers of its own."""
        self.hold = ctypes.PYFUNCTYPE(ctypes.c_bool)(hold)
        """Keep interrupts from now on; returns whether they were kept before. Raises one that came before."""
        self.resume = ctypes.PYFUNCTYPE(None, ctypes.c_bool)(resume)
        """Keep interrupts or not, as before; raises what is due."""
        self.forget = ctypes.PYFUNCTYPE(None)(forget)
        """Let go of an interrupt that was kept."""
        self.take = ctypes.PYFUNCTYPE(ctypes.c_bool)(take)
        """For a handler of Python's: whether there is anything left to do for the interrupt that it was told of."""
        self._lend = library.doublet_lend
        self._is_reading = ctypes.c_int(0)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep interrupts of this thread until the end of the block, except for cells that it runs."""
        before = self.hold()
        try:
            yield
        finally:
            self.resume(before)

    def interruptible(self, function: Callable[P, T], *args: P.args, **options: P.kwargs) -> T:
        """Call a function that interrupts may end, where they are held."""
        before = self.hold()
        try:
            self.resume(False)
            return function(*args, **options)
        finally:
            self.resume(before)  # not by a context manager, in whose own code an interrupt could come first

    def lend_to(self, file: int, wait: Callable[P, T]) -> Callable[P, T]:
        """Let Python's threads run while a message that comes through a file descriptor is not dealt with.

        C++ that Python calls keeps Python's lock otherwise. Returns `wait`, with which the thread that reads the messages
        waits for them, such that it is known when it does.
        """
        reading = self._is_reading

        def waits(*args: P.args, **options: P.kwargs) -> T:
            reading.value = 0
            try:
                return wait(*args, **options)
            finally:
                reading.value = 1

        self._lend(file, ctypes.byref(reading))
        return waits

    def error(self, cell: int | None = None, line: int | None = None, *, in_compiler: bool = False) -> BaseException:
        """The error for the last crash, which may have been the compiler's own, or for an interrupt."""
        if self._last.signal == _REFUSED and (refusal := self._refusal()) is not None:
            return refusal
        return self.error_of(self._last, cell, None if self._last.in_thread else line, in_compiler=in_compiler)

    def _say(self, text: str) -> None:
        """Tell on stderr of crashes of threads that have outlived their cells."""
        for line in text.splitlines():
            self._streams.say(f"CppCrash: {self.error_of(Crash.from_buffer_copy(bytes.fromhex(line)))}\n")

    def error_of(self, crash: Crash, cell: int | None = None, line: int | None = None, *, in_compiler: bool = False) -> BaseException:
        """The error for a crash, or for what has stopped the thread that it is of."""
        if crash.signal == signal.SIGINT:
            return KeyboardInterrupt()
        name, reason, advice = _reading(crash)
        where = "in a thread, " if crash.in_thread else ""
        stack = self._places.of(crash.calls[: crash.depth])
        damage = ""
        if in_compiler:
            damage = f"The compiler was left half-way, and C++ cells will fail: {self.on_damage()}"
        elif crash.signal not in _HARMLESS and not self._heap_is_whole():
            damage = f"The heap is damaged, and what comes next may fail: {self.on_damage()}"
        return CppCrash(name, where + reason, advice, address=crash.address or 0, cell=cell, line=line, stack=stack, damage=damage)


def _reading(crash: Crash) -> tuple[str, str, str]:
    """The signal's name, what has happened, and what to look for."""
    number, address = crash.signal, crash.address or 0
    if number == _EXITED:
        return "exit", f"the code has called exit({crash.code})", "the kernel goes on; leave exit() out"
    if number == _THROWN:
        what = clean_name(crash.what.decode(errors="replace"))
        return "std::terminate", f"nobody has caught {what}", "catch it in the thread, or use std::async, whose future throws it"
    name = signal.Signals(number).name
    done = "written to" if crash.writes else "read from"
    if number == signal.SIGSEGV and abs(address - (crash.stack or 0)) < _NEAR:
        return name, "the stack has overflowed", "look for a recursion without end, or a very large local array"
    if number == signal.SIGSEGV and address < _NULL:
        return name, f"{done} address {address:#x}, next to a null pointer", "look for a pointer that is not set, or a member called through one"
    if number == signal.SIGSEGV:
        return name, f"{done} address {address:#x}, which is not the program's", "look for an index out of range, or an object that is gone"
    if number == signal.SIGBUS:
        return name, f"address {address:#x} has no memory behind it", "look for a mapped file that is shorter than what is read"
    if number == signal.SIGFPE:
        return name, "a whole number was divided by zero, or does not fit", "look for an integer division or remainder by 0"
    if number == signal.SIGILL:
        return name, "the code has run into a trap", "look for a function that ends without return, or instructions of another processor"
    if number == signal.SIGTERM:
        return name, "the code has raised SIGTERM", "the kernel goes on; leave it out"
    if what := crash.what.decode(errors="replace"):
        advice = "look for what writes beyond the end of an array, or frees memory twice, here or earlier"
        return name, f"the program was aborted: {what}", "look at the assertion's condition" if "Assertion" in what else advice
    return name, "the program was aborted", "look for a failed assert, an exception that leaves noexcept or a destructor, or memory freed twice"
