"""What a kernel finds: its Python's packages, headers and libraries, asked without the notebook having a say in what is run."""

from __future__ import annotations

import json
import subprocess
import sys
import sysconfig
from ctypes.util import find_library
from dataclasses import dataclass, field
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel

from doublet.discovery import find, is_name
from doublet.doctor import started_by
from doublet.engine.toolchain import COMPILER, INCLUDE

__all__ = ["Kernel", "header_folders", "library_found"]

_ASK = """\
import importlib.util, importlib.metadata, json, platform, sys
modules, packages = json.load(sys.stdin)
def version(name):
    try:
        return importlib.metadata.version(name)
    except Exception:
        return ""
sys.path = [path for path in sys.path if path]
print(json.dumps([platform.python_version(), {m: importlib.util.find_spec(m) is not None for m in modules}, {p: version(p) for p in packages}]))
"""


@dataclass
class Kernel:
    """The kernel of a notebook: its name, and the Python that it is started by, if it is one of Python's."""

    name: str
    is_installed: bool = False
    python: str = ""
    language: str = ""
    others: tuple[str, ...] = ()
    version: str = ""
    modules: dict[str, bool] = field(default_factory=dict)
    packages: dict[str, str] = field(default_factory=dict)

    @classmethod
    def named(cls, name: str) -> Kernel:
        """The one that Jupyter would start."""
        manager = KernelSpecManager()
        try:
            spec: Any = manager.get_kernel_spec(name)
        except NoSuchKernel:
            return cls(name, others=tuple(sorted(manager.find_kernel_specs())))
        program = started_by(spec.argv[0])
        is_python = "python" in Path(program).name
        return cls(name, is_installed=True, python=program if is_python else "", language=str(spec.language).lower())

    def ask(self, modules: list[str], packages: list[str]) -> None:
        """Look for modules, and for the versions of packages, without importing any."""
        if not self.python:
            return
        try:
            asked = subprocess.run((self.python, "-c", _ASK), input=json.dumps([modules, packages]), capture_output=True, text=True, timeout=120, check=True)
            self.version, self.modules, self.packages = json.loads(asked.stdout)
        except (OSError, subprocess.SubprocessError, ValueError):
            self.python = ""

    def pip(self, requirement: str) -> str:
        """The command that gets a package for this kernel."""
        return f"{self.python or sys.executable} -m pip install {requirement}"


def header_folders(own: Path, added: list[str], libraries: list[str]) -> list[Path]:
    """Where cells of a notebook in a folder find headers: there, where they say, where their libraries are, and where the compiler looks."""
    folders = [own, *(own / Path(folder).expanduser() for folder in added), INCLUDE]
    for library in libraries:
        if is_name(library) and (found := find(library)) is not None:
            folders += map(Path, found.includes)
    spec = find_spec("cppyy_backend")
    if spec is not None and spec.origin is not None:
        folders.append(Path(spec.origin).parent / "include")
    return [*folders, Path(sysconfig.get_path("include")), *_of_compiler()]


def library_found(name: str, folders: list[Path]) -> str:
    """Where a library is, or the way by which it was found; empty if it is nowhere. Nothing is loaded."""
    for folder in folders:
        for file in (name, f"{name}.so", f"lib{name}.so"):
            if (path := folder / Path(file).expanduser()).is_file():
                return path.name
    if is_name(name) and (known := find(name)) is not None:
        return f"{known.version} by {known.way}".strip()
    return find_library(name.removeprefix("lib").partition(".so")[0]) or ""


@cache
def _of_compiler() -> tuple[Path, ...]:
    """The folders that g++ itself looks in."""
    try:
        said = subprocess.run((COMPILER, "-E", "-v", "-x", "c++", "/dev/null"), capture_output=True, text=True, timeout=60, check=True).stderr
    except (OSError, subprocess.SubprocessError):
        return ()
    _, _, rest = said.partition("#include <...> search starts here:\n")
    return tuple(Path(line.strip()) for line in rest.partition("End of search list.")[0].splitlines())
