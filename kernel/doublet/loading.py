"""Libraries with their headers: found by name, and made known to C++ while it runs."""

from __future__ import annotations

import difflib
import re
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from doublet.discovery import LOOKED_IN, Found, find, is_name
from doublet.discovery.found import is_shared_library
from doublet.engine.interpreter import interpreter
from doublet.errors import AbsentLibraryError, CppUsageError
from doublet.libraries import linked_file, open_library

if TYPE_CHECKING:
    from collections.abc import Callable

    from doublet.engine.interpreter import Interpreter

__all__ = ["PACKAGES", "Loader", "load", "loader"]

PACKAGES = {
    "boost": "libboost-dev",
    "eigen": "libeigen3-dev",
    "eigen3": "libeigen3-dev",
    "fastjet": "libfastjet-dev",
    "fmt": "libfmt-dev",
    "gsl": "libgsl-dev",
    "hepmc3": "libhepmc3-dev",
}
"""Debian's packages of libraries that physicists use."""
_OF_ROOT = {"Core", "RIO"}
"""What every program that is built with ROOT is linked with, among others."""
_CANNOT_SHARE = "cannot be loaded into this process: its interpreter and the one that runs the cells are two builds of the same"
_WITHOUT_ROOT = "read its files with uproot, fill histograms with doublet::hist, or use ROOT in a notebook of its own kernel"


class Loader:
    """Loads each library once."""

    def __init__(self, engine: Interpreter) -> None:
        self._engine = engine
        self._loaded: set[str] = set()
        self.on_script: Callable[[str], None] = lambda _: None
        """Called with each name that `load` of this module has loaded, which no magic takes note of."""

    def load(self, name: str) -> None:
        """Load a library by its name or path, and print what has been found.

        Raises `CppUsageError` if it is found nowhere, or cannot be loaded; ROOT's never can, and nothing of them is opened.
        """
        if name.lower() == "root" or _is_of_root(name):
            raise CppUsageError(f"'{name}' is ROOT's, which {_CANNOT_SHARE}", _WITHOUT_ROOT)
        if not is_name(name) or Path(name).exists():
            self._engine.files.load(open_library(name))
            return
        if name in self._loaded:
            return
        found = find(name)
        if found is None:
            self._load_by_linker(name)
        else:
            print(self._applied(found))  # noqa: T201 - the answer that was asked for
        self._loaded.add(name)

    def _load_by_linker(self, name: str) -> None:
        try:
            self._engine.files.load(open_library(name))
        except AbsentLibraryError:
            known = PACKAGES.get(name.lower())
            near = [] if known else difflib.get_close_matches(name.lower(), PACKAGES, 1)
            package = f"on Debian, run 'apt-get install {known}'" if known else f"Debian's package may be called lib{name.lower()}-dev"
            asked = f"; did you mean '{near[0]}'?" if near else ""
            raise CppUsageError(f"there is no library '{name}': asked were {LOOKED_IN}, and the dynamic linker", f"{package}, or give its path{asked}") from None

    def _applied(self, found: Found) -> Found:
        """Make a library known to C++; returns what that came to."""
        if {_stem(library) for library in found.libraries} >= _OF_ROOT:
            raise CppUsageError(f"'{found.name}' needs ROOT's libraries, and ROOT {_CANNOT_SHARE}", _WITHOUT_ROOT)
        for macro, value in found.macros:
            if not re.fullmatch(r"[A-Za-z_]\w*", macro, re.ASCII) or re.search(r"[\n\r\\]", value):
                raise CppUsageError(f"'{found.name}' wants a macro '{macro}', which cannot be defined", "check what its configuration says")
            self._engine.define(macro, value)
        for folder in found.includes:
            if Path(folder).is_dir():
                self._engine.files.include_from(str(Path(folder).resolve()))
        absent = []
        for library in reversed(found.libraries):  # each one needs those behind it
            try:
                self._engine.files.load(open_library(_file(library, found.folders)))
            except AbsentLibraryError:  # some distributions have parts of a library in packages of their own
                absent.append(library)
        if absent and len(absent) == len(found.libraries):
            raise AbsentLibraryError(absent[-1])
        return replace(found, libraries=tuple(library for library in found.libraries if library not in absent), absent=(*reversed(absent),))


def _is_of_root(name: str) -> bool:
    """Whether a path, or a name for the dynamic linker, is that of one of ROOT's libraries."""
    if "/" in name or Path(name).exists():
        return _lies_beside_cling(Path(name))
    file = linked_file(name)
    return file is not None and _lies_beside_cling(file)


def _lies_beside_cling(path: Path) -> bool:
    """Whether a file is one of ROOT's shared libraries, which all lie in the folder of its interpreter."""
    return is_shared_library(path) and (path.resolve().parent / "libCling.so").exists()


def _stem(library: str) -> str:
    """``RIO`` of ``RIO``, ``libRIO.so`` and ``/opt/root/lib/libRIO.so.6.32``."""
    return Path(library).name.removeprefix("lib").partition(".so")[0]


def _file(library: str, folders: tuple[str, ...]) -> str:
    """Where a library is; what is there under its name may also be a text for the linker, and the library elsewhere."""
    for path in (Path(folder) / f"lib{library}.so" for folder in folders):
        if is_shared_library(path):
            return str(path)
    return library


@cache
def loader() -> Loader:
    """The process's."""
    return Loader(interpreter())


def load(*names: str) -> None:
    """Load C++ libraries with their headers, as ``%cpp_load`` does, for use in scripts: ``doublet.load("fastjet")``. ``%recover`` repeats both.

    Raises `CppUsageError` for one that is found nowhere.
    """
    for name in names:
        loader().load(name)
        loader().on_script(name)
