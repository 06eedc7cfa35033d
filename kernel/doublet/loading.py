"""Libraries with their headers: found by name, and made known to C++ while it runs."""

from __future__ import annotations

import difflib
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from doublet.discovery import LOOKED_IN, Found, find, is_name
from doublet.discovery.found import is_shared_library
from doublet.engine.interpreter import interpreter
from doublet.errors import CppUsageError
from doublet.libraries import open_library

if TYPE_CHECKING:
    from doublet.engine.interpreter import Interpreter

__all__ = ["Loader", "load", "loader"]

_PACKAGES = {
    "boost": "libboost-dev",
    "eigen": "libeigen3-dev",
    "eigen3": "libeigen3-dev",
    "fastjet": "libfastjet-dev",
    "fmt": "libfmt-dev",
    "gsl": "libgsl-dev",
    "hepmc3": "libhepmc3-dev",
}
"""Debian's packages of libraries that physicists use."""

_ROOT = re.compile(r"(?i:root)|lib(?:Core|Cling|RIO|PyROOT|ROOT\w+)\.so[\d.]*")
"""Libraries of ROOT, which bring their own Cling or need the one that does."""


class Loader:
    """Loads each library once."""

    def __init__(self, engine: Interpreter) -> None:
        self._engine = engine
        self._loaded: set[str] = set()

    def load(self, name: str) -> None:
        """Load a library by its name or path, and print what has been found.

        Raises `CppUsageError` if it is found nowhere, or cannot be loaded.
        """
        if _ROOT.fullmatch(Path(name).name):
            raise CppUsageError(
                f"'{name}' is ROOT's, whose compiler cannot share a process with the one of these cells",
                "read ROOT files with uproot, and fill histograms with hist or doublet::hist",
            )
        if not is_name(name) or Path(name).exists():
            self._engine.load(open_library(name))
            return
        if name in self._loaded:
            return
        found = find(name)
        if found is None:
            self._load_by_linker(name)
        else:
            self._apply(found)
            print(found)  # noqa: T201 - the answer that was asked for
        self._loaded.add(name)

    def _load_by_linker(self, name: str) -> None:
        try:
            self._engine.load(open_library(name))
        except CppUsageError as error:
            if not error.reason.startswith("there is no library"):
                raise
            known = _PACKAGES.get(name.lower())
            near = [] if known else difflib.get_close_matches(name.lower(), _PACKAGES, 1)
            package = f"on Debian, run 'apt-get install {known}'" if known else f"Debian's package may be called lib{name.lower()}-dev"
            asked = f"; did you mean '{near[0]}'?" if near else ""
            raise CppUsageError(f"there is no library '{name}': asked were {LOOKED_IN}, and the dynamic linker", f"{package}, or give its path{asked}") from None

    def _apply(self, found: Found) -> None:
        for macro, value in found.macros:
            if not re.fullmatch(r"[A-Za-z_]\w*", macro, re.ASCII) or re.search(r"[\n\r\\]", value):
                raise CppUsageError(f"'{found.name}' wants a macro '{macro}', which cannot be defined", "check what its configuration says")
            self._engine.define(macro, value)
        for folder in found.includes:
            if Path(folder).is_dir():
                self._engine.add_include_path(str(Path(folder).resolve()))
        for library in reversed(found.libraries):  # each one needs those behind it
            self._engine.load(open_library(_file(library, found.folders)))


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
    """Load C++ libraries with their headers, as ``%cpp_load`` does, for use in scripts: ``doublet.load("fastjet")``.

    Raises `CppUsageError` for one that is found nowhere.
    """
    for name in names:
        loader().load(name)
