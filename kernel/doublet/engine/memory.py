"""How much memory a cell may take: what wants more gets ``std::bad_alloc`` or ``MemoryError``, and the kernel lives on.

The limit is Linux's on a process's data (``RLIMIT_DATA``), which counts memory when it is asked for, and not when it
is used. It is lifted when C++ comes back, so that what handles the error has memory.
"""

from __future__ import annotations

import ctypes
import os
import re
import resource
import time
from functools import cache

from doublet.engine.memory_left import left
from doublet.errors import CppUsageError

__all__ = ["AUTOMATIC", "NO_LIMIT", "Memory", "own_memory", "size_of"]

AUTOMATIC = -1
"""Nine tenths of what the machine, or the container or batch job, has left when a cell begins."""
NO_LIMIT = 0

_ALWAYS = 256 << 20
"""So much every cell may take, or none could free what an earlier one has taken."""
_LOOKS_AGAIN = 0.5
"""Seconds for which what the machine has left is taken to be the same."""
_UNITS = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40}
_WORDS = {"auto": AUTOMATIC, "none": NO_LIMIT}
_PAGE = resource.getpagesize()


class Memory:
    """The limit that each cell gets; `limit` is in bytes for the whole process, or one of the two constants."""

    def __init__(self, library: ctypes.CDLL) -> None:
        self._most, self._until = 0, 0.0
        self.set(os.environ.get("DOUBLET_MEMORY", "auto"))
        self._lift = library.doublet_lift_memory
        self._lift.restype = None

    def set(self, size: str) -> None:
        """Set the limit, as in ``8G``; raises `CppUsageError` for what is no size."""
        self.limit = size_of(size)
        self._until = 0.0

    def begin_cell(self) -> None:
        """Limit what is taken from now on."""
        if self.limit == NO_LIMIT:
            return
        used, now = _used(), time.monotonic()
        if self.limit == AUTOMATIC and now > self._until:  # to look takes as long as a trivial cell's own work
            self._most, self._until = used + left() * 9 // 10, now + _LOOKS_AGAIN
        asked = max(self._most if self.limit == AUTOMATIC else self.limit, used + _ALWAYS)
        _, most = resource.getrlimit(resource.RLIMIT_DATA)
        resource.setrlimit(resource.RLIMIT_DATA, (asked if most == resource.RLIM_INFINITY else min(asked, most), most))

    def end_cell(self) -> None:
        """Lift the limit."""
        self._lift()

    def describe(self) -> str:
        """What holds now, for people."""
        if self.limit == NO_LIMIT:
            return f"a cell may take any amount of memory; {_text_of(_used())} are in use"
        if self.limit == AUTOMATIC:
            return f"a cell may take nine tenths of the memory that is left, which is {_text_of(left())} now"
        return f"the kernel may take {_text_of(self.limit)} of memory; {_text_of(_used())} are in use"


def size_of(text: str) -> int:
    """Read a size such as ``8G``, ``auto`` or ``none``; raises `CppUsageError` for anything else."""
    word = text.strip().lower()
    if word in _WORDS:
        return _WORDS[word]
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([KMGT]?)(?:i?B)?", text.strip(), re.IGNORECASE)
    if found is None or not float(found[1]):
        raise CppUsageError(f"'{text}' is not a size of memory", "write it as in 8G or 500M; 'auto' and 'none' are known, too")
    return int(float(found[1]) * _UNITS[found[2].upper()])


def _text_of(size: int) -> str:
    """A size for people."""
    return f"{size / (1 << 30):.1f} GB" if size >= 1 << 30 else f"{size / (1 << 20):.0f} MB"


def _used() -> int:
    """The data of this process."""
    return _pages()[5] * _PAGE


def own_memory() -> int:
    """The memory of this process that is not shared with files, in bytes."""
    _, resident, shared, *_ = _pages()
    return (resident - shared) * _PAGE


def _pages() -> list[int]:
    """What ``/proc/self/statm`` says, read before each cell."""
    return [int(number) for number in os.pread(_statm(os.getpid()), 256, 0).split()]


@cache
def _statm(_process: int) -> int:
    """Open for good, since that takes longer than to read it; in a process that is forked it is another one's."""
    return os.open("/proc/self/statm", os.O_RDONLY)
