"""Where in cells code stands that Cling has compiled, by its address: what a debugger would say."""

from __future__ import annotations

import ctypes
import re
import subprocess
from collections.abc import Iterator, Sequence
from tempfile import NamedTemporaryFile

from doublet.engine.names import clean_name
from doublet.errors import Place

__all__ = ["Places"]

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
        known = {address: [*self._places(address)] for address in dict.fromkeys(addresses)}
        places: list[Place] = []
        for address in addresses:
            for place in known[address]:
                if not places or place.function != places[-1].function or not place.function:
                    places.append(place)
        return tuple(places)

    def _places(self, address: int) -> Iterator[Place]:
        size = ctypes.c_uint64()
        begin = self._find(address, ctypes.byref(size))
        if not begin:
            return
        with NamedTemporaryFile(suffix=".o") as file:
            file.write(ctypes.string_at(begin, size.value))
            file.flush()
            command = ("addr2line", "-e", file.name, "-f", "-i", "-C", f"{address:#x}")
            try:
                said = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True).stdout.splitlines()
            except (OSError, subprocess.CalledProcessError):  # without it, the cell and the line of the statement remain
                return
        functions, places = said[::2], said[1::2]
        if len(places) > 1:
            functions[0] = ""  # of what is inlined innermost, it tells the function around
        for function, place in zip(functions, places, strict=True):
            if found := _PLACE.match(place):
                yield Place(_shown(function), int(found[1]), int(found[2]))


def _shown(function: str) -> str:
    """A function as the user knows it; empty for what a cell runs itself."""
    if _OWN.match(function):
        return ""
    return "a lambda" if _LAMBDA.match(function) else clean_name(function)
