"""Where in cells code stands that Cling has compiled, by its address: what a debugger would say."""

from __future__ import annotations

import ctypes
import os
import re
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from tempfile import NamedTemporaryFile

from doublet.engine.names import clean_name
from doublet.errors import Place

__all__ = ["Places", "keep_lines"]

_PLACE = re.compile(r"(?:.*/)?cell\[(\d+)\]:(\d+)")
_OWN = re.compile(r"(?:.*::)?doublet_(?:statement|value|begin|reached|run)\w*|__cxx_global_var_init|_GLOBAL_")
"""The functions that Doublet makes of what a cell runs."""
_LAMBDA = re.compile(r"(?:.*::)?(?:\$_\d+|\{lambda.*?\}|'lambda.*?')(?:::operator\(\))?")


class Places:
    """Asks ``addr2line``, which comes with g++, about the objects that ``runtime/listening.cpp`` finds."""

    def __init__(self, library: ctypes.CDLL) -> None:
        self._find = library.doublet_compiled
        self._find.restype = ctypes.c_void_p
        self._find.argtypes = (ctypes.c_size_t, ctypes.POINTER(ctypes.c_uint64))

    def of(self, calls: Sequence[int]) -> tuple[Place, ...]:
        """The places of a stack, innermost first: of an instruction, and of those that each call comes back to."""
        addresses = [address - (number > 0) for number, address in enumerate(calls)]  # a call is before where it comes back to
        inside: dict[tuple[int, int], list[int]] = {}
        for address in dict.fromkeys(addresses):
            size = ctypes.c_uint64()
            if begin := self._find(address, ctypes.byref(size)):
                inside.setdefault((begin, size.value), []).append(address)
        known = {address: place for compiled, some in inside.items() for address, place in zip(some, _told(*compiled, some), strict=False)}
        places: list[Place] = []
        for address in addresses:
            for place in known.get(address, ()):
                if not places or place.function != places[-1].function or not place.function:
                    places.append(place)
        return tuple(places)


def _told(begin: int, size: int, addresses: Sequence[int]) -> Iterator[list[Place]]:
    """The places of addresses in an object, which lies somewhere in memory."""
    with NamedTemporaryFile(suffix=".o") as file:
        file.write(ctypes.string_at(begin, size))
        file.flush()
        command = ("addr2line", "-e", file.name, "-a", "-f", "-i", "-C", *(f"{address:#x}" for address in addresses))
        try:
            said = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True).stdout
        except (OSError, subprocess.CalledProcessError):  # without it, the cell and the line of the statement remain
            return
    for lines in (part.splitlines()[1:] for part in re.split(r"^(?=0x)", said, flags=re.MULTILINE)[1:]):
        functions, places = lines[::2], lines[1::2]
        if len(places) > 1:
            functions[0] = ""  # of what is inlined innermost, it tells the function around
        found = ((function, _PLACE.match(place)) for function, place in zip(functions, places, strict=True))
        yield [Place(_shown(function), int(place[1]), int(place[2])) for function, place in found if place]


def _shown(function: str) -> str:
    """A function as the user knows it; empty for what a cell runs itself."""
    if _OWN.match(function):
        return ""
    return "a lambda" if _LAMBDA.match(function) else clean_name(function)


def keep_lines(process: Callable[[str], object]) -> None:
    """Have Cling keep the lines of what it compiles from now on; `process` hands it a command."""
    with _silent():
        process(".debug 2")


@contextmanager
def _silent() -> Iterator[None]:
    """Throw away what Cling writes to stdout: into a terminal, for which it does not keep it for later."""
    before, (end, terminal) = os.dup(1), os.openpty()
    os.dup2(terminal, 1)
    try:
        yield
    finally:
        os.dup2(before, 1)
        for file in (before, end, terminal):
            os.close(file)
