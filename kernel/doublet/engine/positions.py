"""Lets a session compile without end, though Cling gives each text that it compiles one of 32,768 places in a file.

That file stands for the prompt. Cling's shadowing (``typedInClingPrompt`` in its DefinitionShadower.cpp) takes for a
cell only what has its place in it, so that behind the last one nothing can be redefined any more. Cling counts the
places (``m_VirtualFileLocOffset`` of its IncrementalParser) and has no way to set them back; the counter is found in
memory, as the one number behind that file's own, 1, that grows with each text.
"""

from __future__ import annotations

import ctypes
import os
import struct
from collections.abc import Callable, Iterator
from itertools import pairwise

__all__ = ["Positions"]

_MANY = 24_000
"""So many are left behind: a cell needs some, and so does what Python looks up between two cells."""
_FIRST = 4_000
"""Behind those that Cling needs for what it starts with."""
_CELLS = 50
"""Before so many cells nothing is looked for, which takes some milliseconds."""
_READ = 1024
_FILE = 1
"""The number that Clang has for the first file of all, which stands for the prompt."""


class Positions:
    """The places of one Cling, which is the object at `address`; `compiled` has it compile a text that defines nothing."""

    def __init__(self, address: int, compiled: Callable[[], object]) -> None:
        self._address = address
        self._compiled = compiled
        self._cells = 0
        self._counter: ctypes.c_uint | None = None

    def begin_cell(self) -> None:
        """Use the places again from the beginning if not many are left."""
        self._cells += 1
        if self._cells == _CELLS:
            self._counter = self._find()
        if self._counter is not None and self._counter.value > _MANY:
            self._counter.value = _FIRST

    def _find(self) -> ctypes.c_uint | None:
        """The counter; None if not exactly one number behaves as it."""
        with open("/proc/self/mem", "rb", buffering=0) as memory:
            file = memory.fileno()
            near = [address for held in _held(file, self._address) for address in _held(file, held)]
            values = []
            for _ in range(3):
                values.append({at: number for address in dict.fromkeys(near) for at, number in _numbers(file, address)})
                self._compiled()
        common = set.intersection(*(set(found) for found in values))
        growing = [at for at in common if all(0 < later[at] - earlier[at] < _CELLS for earlier, later in pairwise(values))]
        return ctypes.c_uint.from_address(growing[0]) if len(growing) == 1 else None


def _held(file: int, address: int) -> Iterator[int]:
    """What may be pointers in an object."""
    found = _bytes(file, address)
    yield from (pointer for (pointer,) in struct.iter_unpack("Q", found[: len(found) // 8 * 8]) if pointer > _READ and not pointer % 16)


def _numbers(file: int, address: int) -> Iterator[tuple[int, int]]:
    """Where, in what may be an object, numbers stand behind that of the file, and which."""
    found = _bytes(file, address)
    words = struct.unpack(f"{len(found) // 4}I", found[: len(found) // 4 * 4])
    for at, (before, number) in enumerate(pairwise(words), 1):
        if before == _FILE:
            yield address + 4 * at, number


def _bytes(file: int, address: int) -> bytes:
    try:
        return os.pread(file, _READ, address)
    except (OSError, OverflowError):  # it is no address
        return b""
