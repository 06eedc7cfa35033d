"""Shared libraries: finding one by path or name, and trying it before Cling gets it.

Cling loads a library without resolving its functions, and one that is missing then ends the process when it
is called. So a library is opened with everything resolved first, and the dynamic linker says what is wrong.
"""

from __future__ import annotations

import ctypes
import os
import re
import subprocess
from ctypes.util import find_library
from functools import cache
from pathlib import Path
from shutil import which

from doublet.engine.diagnostics import demangled
from doublet.errors import AbsentLibraryError, CppUsageError

__all__ = ["linked_file", "open_library"]

_DEFAULT_FOLDERS = ("/lib64", "/usr/lib64", "/lib", "/usr/lib")

_opened: dict[str, tuple[int, int]] = {}


def open_library(name: str, folders: tuple[str, ...] = ()) -> str:
    """Open a library and return the name to load it by; raises `CppUsageError` if it is absent or broken."""
    found = _find(name, folders)
    if "/" in found:
        _check_age(found)
    try:
        ctypes.CDLL(found, mode=os.RTLD_NOW | os.RTLD_GLOBAL)
    except OSError as error:
        raise _explained(name, str(error)) from None
    return found


def linked_file(name: str) -> Path | None:
    """The file that the dynamic linker would take for a name, with or without ``lib`` and ``.so``; nothing is opened for that."""
    for soname in _sonames(name):
        for folder in filter(None, os.environ.get("LD_LIBRARY_PATH", "").split(":")):
            if (Path(folder) / soname).is_file():
                return Path(folder) / soname
        if (known := _cached().get(soname)) is not None:
            return Path(known)
        for folder in _DEFAULT_FOLDERS:
            if (Path(folder) / soname).is_file():
                return Path(folder) / soname
    return None


@cache
def _cached() -> dict[str, str]:
    """Where ``ld.so.conf`` has the libraries, as ``ldconfig`` says."""
    try:
        listed = subprocess.run(
            (which("ldconfig", path=f"{os.environ.get('PATH', '')}:/sbin:/usr/sbin") or "ldconfig", "-p"),
            stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace", timeout=10, check=False,
        ).stdout  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return {}
    found: dict[str, str] = {}
    for line in re.finditer(r"^\s*(\S+) \([^)]*\) => (\S+)$", listed, re.MULTILINE):
        found.setdefault(line[1], line[2])
    return found


def _sonames(name: str) -> tuple[str, ...]:
    return name, f"{name}.so", f"lib{name}.so"


def _find(name: str, folders: tuple[str, ...]) -> str:
    path = Path(name)
    if path.is_dir():
        raise CppUsageError(f"'{name}' is a folder, not a library", "name the library's file")
    if path.is_file():
        return str(path.resolve())
    if "/" in name:
        raise CppUsageError(f"there is no library '{name}'", "check the path")
    for folder in folders:
        for file in _sonames(name):
            if (Path(folder) / file).is_file():
                return str((Path(folder) / file).resolve())
    for soname in _sonames(name):
        try:
            ctypes.CDLL(soname)
        except OSError as error:
            if "cannot open shared object file" not in str(error):
                break
        else:
            return soname
    return find_library(name.removeprefix("lib").removesuffix(".so")) or name


def _check_age(path: str) -> None:
    """Refuse a library that was built anew: the process would silently keep the old one."""
    state = Path(path).stat()
    age = (state.st_mtime_ns, state.st_ino)
    if _opened.setdefault(path, age) != age:
        raise CppUsageError(
            f"'{path}' has changed since it was loaded, and a loaded library cannot be replaced",
            "restart the kernel to use the new one",
        )


def _explained(name: str, reason: str) -> CppUsageError:
    if missing := re.search(r"undefined symbol: (\w+)", reason):
        return CppUsageError(
            f"the library '{name}' needs '{demangled(missing[1])}', which it does not have",
            "load the library that defines it first",
        )
    if re.search(r"invalid ELF header|file too short|wrong ELF class|ELF load command", reason):
        return CppUsageError(
            f"'{name}' is not a shared library of this system", "build it with g++ -shared -fPIC"
        )
    if dependency := re.match(r"(\S+): cannot open shared object file", reason):
        if dependency[1] in (name, f"lib{name}.so"):
            return AbsentLibraryError(name)
        return CppUsageError(
            f"the library '{name}' needs '{dependency[1]}', which is not found", "load that one first"
        )
    return CppUsageError(f"the library '{name}' does not load: {reason}")
