"""Files that cells have to do with: those that they open, headers that they include, libraries that they load."""

from __future__ import annotations

import ctypes
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from doublet.errors import CppUsageError

if TYPE_CHECKING:
    from doublet.engine.guard import Guard
    from doublet.engine.included import Included
    from doublet.engine.streams import Streams

__all__ = ["Files", "Opened"]


class Opened(NamedTuple):
    """A file that has been opened: `mode` is ``r``, ``w`` or ``+`` for both; size, and the last change in nanoseconds, are those of then."""

    path: str
    mode: str
    size: int
    changed: int

    @classmethod
    def of(cls, line: bytes) -> Opened:
        """From a line of the library's."""
        mode, size, changed, path = line.split(b" ", 3)
        return cls(os.fsdecode(path), mode.decode(), int(size), int(changed))


class Files:
    """Those of this process."""

    def __init__(self, gbl: Any, library: ctypes.CDLL, included: Included, streams: Streams, guard: Guard) -> None:
        self._gbl = gbl
        self._streams = streams
        self._guard = guard
        self._opened = library.doublet_opened
        self._opened.restype = ctypes.c_void_p
        library.doublet_compiler.restype = ctypes.c_char_p
        self.compiler = f"g++ {library.doublet_compiler().decode()}"
        """What has compiled the library that cells run with, whose standard library they use."""
        self.libraries: list[str] = []
        """Those that cells have loaded, by path or by the name that the linker finds them by."""
        self._included = included
        library.doublet_hear_of_files()

    def load(self, library: str) -> None:
        """Load a shared library by path or name."""
        with self._streams.captured() as said:
            failed = self._gbl.gSystem.Load(library) < 0
        if failed:
            reason = said.text.strip().splitlines()
            raise CppUsageError(
                f"the library '{library}' does not load" + (f": {reason[0]}" if reason else ""),
                "give its path, or its name without 'lib' if it lies where the system looks for libraries",
            )
        self._guard.note_libraries()
        self.libraries.append(library)

    def include_from(self, folder: str) -> None:
        """Have cells find headers in a folder."""
        self._included.folders.append(folder)
        self._gbl.gInterpreter.AddIncludePath(folder)

    @property
    def headers(self) -> tuple[Path, ...]:
        """Those of the user's own that cells have included."""
        return self._included.files

    def opened(self) -> list[Opened]:
        """The files that Python and C++ have opened since the last call, in that order."""
        size = ctypes.c_size_t()
        address = self._opened(ctypes.byref(size))
        told = ctypes.string_at(address, size.value).split(b"\0")[:-1]
        return [Opened.of(line) for line in reversed(told)]

    def library_files(self) -> list[Path]:
        """Where the libraries lie that cells have loaded."""
        named = [library for library in self.libraries if "/" not in library]
        found = _loaded() if named else {}
        return [Path(found.get(library, library)) for library in dict.fromkeys(self.libraries) if library in found or "/" in library]


def _loaded() -> dict[str, str]:
    """The paths of all libraries of this process, by their names."""
    with open("/proc/self/maps", encoding="utf-8", errors="replace") as lines:
        paths = {line.split(maxsplit=5)[5].strip() for line in lines if "/" in line}
    return {name: path for path in paths for name in _names(path)}


def _names(path: str) -> list[str]:
    """``libm.so.6``, ``libm.so`` and ``m`` of the path of ``libm.so.6``."""
    name = Path(path).name
    stem, dot, _ = name.partition(".so")
    return [name, f"{stem}.so", stem, stem.removeprefix("lib")] if dot else [name]
