"""Is everything there that Doublet needs? Checks as data, for a person or a program to read."""

from __future__ import annotations

import platform
import shlex
import shutil
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from doublet.engine.toolchain import COMPILER, Toolchain, compiler_version
from doublet.errors import ToolchainError

__all__ = ["Check", "columns", "examine", "pip_install", "report", "started_by"]

KERNELS = ("doublet", "doublet-cpp")
PACKAGES = ("cppyy", "cppyy-backend", "cppyy-cling", "ipykernel", "tree-sitter-cpp")
OPTIONAL_PACKAGES = {
    "jupyterlab": "only 'doublet lab' needs it",
    **dict.fromkeys(("nbclient", "nbconvert"), "only running notebooks without a browser needs it"),
    **dict.fromkeys(("awkward", "hist", "mplhep", "scipy", "uproot"), "only the examples need it"),
}
"""What Doublet does without, and what that is for."""
OLDEST_PYTHON = (3, 11)


@dataclass(frozen=True)
class Check:
    """One thing looked at: what was found and, unless that is `ok`, how to mend it."""

    name: str
    found: str
    ok: bool
    remedy: str = ""
    needed: bool = True

    @property
    def fatal(self) -> bool:
        """Whether Doublet cannot work like this."""
        return self.needed and not self.ok


def examine(fix: bool = False) -> list[Check]:
    """Look at everything; with `fix`, build the precompiled header first if it is missing."""
    return [
        _python(),
        *(_package(name) for name in PACKAGES),
        _compiler(),
        *_toolchain(fix),
        *_kernelspecs(),
        _labextension(),
        *(_package(*optional) for optional in OPTIONAL_PACKAGES.items()),
    ]


def report(fix: bool = False) -> int:
    """Print the checks as a table; return 1 if something needed is missing, otherwise 0."""
    checks = examine(fix)
    print("\n".join(_table(checks)))
    return int(any(check.fatal for check in checks))


def pip_install(*arguments: str) -> str:
    """Return the command that installs into this environment, activated or not."""
    return shlex.join((sys.executable, "-m", "pip", "install", *arguments))


def _table(checks: Iterable[Check]) -> list[str]:
    return columns((_mark(check), check.name, check.found, "" if check.ok else check.remedy) for check in checks)


def columns(rows: Iterable[tuple[str, ...]]) -> list[str]:
    """Lines in which each column is as wide as it has to be."""
    rows = list(rows)
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    return ["  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]


def _mark(check: Check) -> str:
    if check.ok:
        return "ok"
    return "MISSING" if check.needed else "absent"


def _python() -> Check:
    oldest = ".".join(map(str, OLDEST_PYTHON))
    found = f"{platform.python_version()} ({sys.executable})"
    return Check("Python", found, sys.version_info >= OLDEST_PYTHON, f"install Python {oldest} or newer")


def _package(name: str, purpose: str = "") -> Check:
    """Look for a package; one that is needed has no particular purpose."""
    try:
        return Check(name, version(name), ok=True, needed=not purpose)
    except PackageNotFoundError:
        found = f"not installed; {purpose}" if purpose else "not installed"
        return Check(name, found, ok=False, remedy=pip_install(name), needed=not purpose)


def _compiler() -> Check:
    try:
        return Check(COMPILER, f"{compiler_version()} ({shutil.which(COMPILER)})", ok=True)
    except ToolchainError as error:
        return Check(COMPILER, error.reason, ok=False, remedy=error.advice)


def _toolchain(fix: bool) -> list[Check]:
    """The build options and the precompiled header; a kernel builds a missing one when it starts."""
    try:
        toolchain = Toolchain.from_environment()
        if fix:
            toolchain.build()
    except ToolchainError as error:
        return [Check("C++ toolchain", error.reason, ok=False, remedy=error.advice)]
    return [
        Check("C++ standard", toolchain.standard, ok=True),
        Check("C++ flags", " ".join(toolchain.flags), ok=True),
        _built("precompiled header", toolchain.pch),
        _built("library", toolchain.library),
    ]


def _built(name: str, path: Path) -> Check:
    built = path.exists()
    return Check(name, str(path) if built else "not built yet", built, "doublet doctor --fix", needed=False)


def _kernelspecs() -> list[Check]:
    from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel

    manager = KernelSpecManager()
    checks = []
    for name in KERNELS:
        try:
            spec = manager.get_kernel_spec(name)
        except NoSuchKernel:
            remedy = f"in Doublet's folder: {pip_install('--force-reinstall', '--no-deps', '.')}"
            checks.append(Check(f"kernel {name}", "not registered", ok=False, remedy=remedy))
            continue
        python = started_by(spec.argv[0])
        checks.append(Check(f"kernel {name}", f"{spec.resource_dir} starts {python}", ok=True))
    return checks


def _labextension() -> Check:
    """What draws histograms in JupyterLab; it is left out where there was no Node to build it."""
    from jupyter_core.paths import jupyter_path

    name = "JupyterLab extension"
    for folder in jupyter_path("labextensions", "doublet"):
        if Path(folder, "package.json").exists():
            return Check(name, folder, ok=True)
    remedy = f"install Node 20.19 or newer with npm, then in Doublet's folder: {pip_install('--force-reinstall', '--no-deps', '.')}"
    return Check(name, "not built; histograms are static pictures", ok=False, remedy=remedy, needed=False)


def started_by(program: str) -> str:
    """Return the Python a kernelspec starts: Jupyter replaces a bare name by the one it runs in itself."""
    bare = {"python", "python3", f"python{sys.version_info.major}.{sys.version_info.minor}"}
    return sys.executable if program in bare else program
