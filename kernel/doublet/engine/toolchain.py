"""How the C++ of cells is compiled: standard, flags, precompiled header and the library that cells run with.

Cling fixes these when cppyy is imported, and most of them only through the precompiled header it
loads, so everything here runs before that import and never imports cppyy itself::

    toolchain = Toolchain.from_environment()
    toolchain.apply()
    import cppyy
    toolchain.load()

Environment variables: ``DOUBLET_STDCXX`` (17 or 20) chooses the standard, ``DOUBLET_CXXFLAGS`` adds
flags, ``DOUBLET_CACHE`` moves the folder of the precompiled headers.
"""

from __future__ import annotations

import ctypes
import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from platformdirs import user_cache_dir

from doublet.errors import ToolchainError

__all__ = ["COMPILER", "STANDARDS", "Toolchain", "compiler_version"]

COMPILER = "g++"
"""The compiler whose standard library Cling uses."""

STANDARDS = ("17", "20")
"""The C++ standards that Cling's own headers compile with."""

DEFAULT_STANDARD = "20"

DEFAULT_FLAGS = (
    "-O2",
    "-fno-math-errno",
    "-fconstexpr-steps=262144",
    "-fsanitize=return",
    "-fsanitize-trap=return",
    "-fno-finite-loops",
    "-fdeclspec",
)
"""No ``-march=native``: it slows loops that fill histograms and ties the header to one processor.

Clang first tries to compute a global variable itself, four times for a cell: for ``std::vector<double> v(1000000, 1.0);``
in vain, and with its own limit of steps, which is four times as high, for three seconds.

A function that ends without the ``return`` it needs is trapped there, and a loop without end is one: Clang would take
each for impossible, leave the code out, and run into whatever lies behind it.

Records of tables have properties, which Clang has under the name of ``__declspec``, see ``bridge/columns.py``.
"""

_FOR_CALL_ONCE = "-D__once_proxy=doublet_once_proxy"
"""For cells only, see ``runtime/once.cpp``."""

INCLUDE = Path(__file__).resolve().parent.parent / "include"
"""The folder of Doublet's own headers, for ``#include <doublet/...>``."""

RUNTIME = Path(__file__).resolve().parent.parent / "runtime"
"""The folder of the library's sources: in headers, Cling would compile them in every process."""

_MOST_AT_ONCE = 8
"""Each compiler takes up to 400 MB."""

_INSTALL = "run 'pip install cppyy'"


@dataclass(frozen=True)
class Toolchain:
    """The build options of one interpreter, and the precompiled header and the library made with them."""

    standard: str
    flags: tuple[str, ...]
    pch: Path
    include: Path

    @classmethod
    def from_environment(cls) -> Toolchain:
        """Read the environment variables; find the precompiled header's place, built or not."""
        standard = os.environ.get("DOUBLET_STDCXX", DEFAULT_STANDARD)
        if standard not in STANDARDS:
            raise ToolchainError(
                f"C++ standard '{standard}' is not supported",
                f"set DOUBLET_STDCXX to {' or '.join(STANDARDS)}",
            )
        flags = (*DEFAULT_FLAGS, *os.environ.get("DOUBLET_CXXFLAGS", "").split())
        cache = Path(os.environ.get("DOUBLET_CACHE") or user_cache_dir("doublet")).absolute()
        name = f"doublet-{_fingerprint(standard, flags, INCLUDE)}.pch"
        return cls(standard, flags, cache / name, INCLUDE)

    @property
    def library(self) -> Path:
        """The library that cells run with."""
        return self.pch.with_suffix(".so")

    def build(self) -> None:
        """Build the precompiled header and the library if they are missing.

        Each builder writes a file of its own and renames it at the end, so kernels that start
        together, or one that is killed half-way, never leave a damaged header behind.
        """
        if self.is_built():
            return
        try:
            self.pch.parent.mkdir(parents=True, exist_ok=True)
            with _alone_in(self.pch.parent):
                if not self.is_built():
                    self._build()
        except OSError as error:
            raise ToolchainError(
                f"the precompiled header cannot be written to '{self.pch.parent}' ({error.strerror})",
                "set DOUBLET_CACHE to a folder that can be written to",
            ) from error

    def apply(self) -> None:
        """Make the next ``import cppyy`` use these options, building the header if it is missing."""
        self.build()
        os.environ.update(
            self._options(),
            CLING_STANDARD_PCH=str(self.pch),
            CLING_REBUILD_PCH="0",  # the name says whether it is up to date; cppyy would compare times
        )
        cling = _backend() / "lib" / "libCling.so"
        if not self.load().doublet_listen(os.fsencode(cling)):
            raise ToolchainError(f"'{cling}' cannot be loaded", _INSTALL)

    def load(self) -> ctypes.CDLL:
        """Load the library, and before it what cppyy would load for it."""
        for name in ("Core", "Thread", "RIO"):
            ctypes.CDLL(str(_backend() / "lib" / f"lib{name}Legacy.so"), ctypes.RTLD_GLOBAL)
        return ctypes.CDLL(str(self.library), ctypes.RTLD_GLOBAL)

    @property
    def backend(self) -> str:
        """The library through which cppyy asks Cling."""
        return str(_backend() / "lib" / "libcppyy_backend.so")

    def _options(self) -> dict[str, str]:
        """Return the variables that both the build and the interpreter read."""
        return {"STDCXX": self.standard, "EXTRA_CLING_ARGS": " ".join((*self.flags, _FOR_CALL_ONCE))}

    def is_built(self) -> bool:
        return self.pch.exists() and self.library.exists()

    def _build(self) -> None:
        """Build both at once, and leave off with the first that fails."""
        from concurrent.futures import ThreadPoolExecutor, as_completed

        with tempfile.TemporaryDirectory(prefix=f"{self.pch.stem}.", dir=self.pch.parent) as folder, ThreadPoolExecutor(_at_once()) as pool:
            header, library = Path(folder) / self.pch.name, Path(folder) / self.library.name
            objects = {source: Path(folder) / f"{source.name}.o" for source in _sources("*.cpp")}
            made = [pool.submit(self._compile_header, header), *(pool.submit(self._compile, *each) for each in objects.items())]
            try:
                for each in as_completed(made):
                    each.result()
            finally:
                pool.shutdown(cancel_futures=True)
            _run_compiler("-shared", *map(str, objects.values()), "-o", str(library))
            library.replace(self.library)
            header.replace(self.pch)

    def _compile(self, source: Path, target: Path) -> None:
        include = (f"-I{folder}" for folder in (self.include, _backend() / "include"))
        _run_compiler(f"-std=c++{self.standard}", "-O2", "-fPIC", *include, "-c", str(source), "-o", str(target))

    def _compile_header(self, target: Path) -> None:
        """Run the backend's own script, with Doublet's headers beside the ones it always includes."""
        backend = _backend()
        folders = (backend / "include", self.include, Path(sysconfig.get_path("include")))
        headers = (header.relative_to(self.include) for header in _headers(self.include))
        command = (
            sys.executable,
            str(backend / "etc" / "dictpch" / "makepch.py"),
            str(target),
            *(f"-I{folder}" for folder in folders),
            *(header.as_posix() for header in headers),
        )
        run = subprocess.run(
            command,
            cwd=backend,
            env={**os.environ, **self._options()},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
        )
        if run.returncode or not target.exists():
            raise ToolchainError(
                f"the precompiled header could not be built: {_first_error(run.stdout)}",
                "correct that and run 'doublet doctor --fix'",
                run.stdout,
            )


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Wait until no other process builds there, where the file system can tell: the other may be building the same."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):  # NFS locks no folders
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _at_once() -> int:
    """How many compilers may run at a time."""
    return min(len(os.sched_getaffinity(0)), _MOST_AT_ONCE)


def _run_compiler(*arguments: str) -> None:
    run = subprocess.run((COMPILER, *arguments), stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace", check=False)
    if run.returncode:
        raise ToolchainError(
            f"Doublet's library could not be built: {_first_error(run.stderr)}",
            "correct that and run 'doublet doctor --fix'",
            run.stderr,
        )


def compiler_version() -> str:
    """Return the version of the compiler whose standard library Cling uses."""
    try:
        return subprocess.check_output((COMPILER, "-dumpfullversion"), text=True).strip()
    except (OSError, subprocess.CalledProcessError) as error:
        raise _no_compiler() from error


def _compiler() -> tuple[str, int, int]:
    """Return what changes when another compiler is installed; to ask it for its version would take longer."""
    found = shutil.which(COMPILER)
    if found is None:
        raise _no_compiler()
    file = Path(found).resolve()
    status = file.stat()
    return str(file), status.st_size, status.st_mtime_ns


def _no_compiler() -> ToolchainError:
    return ToolchainError(f"{COMPILER} is needed and was not found", f"install it, on Debian with 'apt-get install {COMPILER}'")


def _backend() -> Path:
    """Return the folder of the installed Cling, without importing it."""
    spec = find_spec("cppyy_backend")
    if spec is None or spec.origin is None:
        raise ToolchainError("cppyy is not installed", _INSTALL)
    return Path(spec.origin).resolve().parent


def _headers(include: Path) -> list[Path]:
    own = include / "doublet"
    return sorted(header for header in own.rglob("*.hpp") if header.parent != own / "libraries")  # those need other libraries


def _sources(pattern: str) -> list[Path]:
    return sorted(RUNTIME.glob(pattern))


def _fingerprint(standard: str, flags: tuple[str, ...], include: Path) -> str:
    """Name everything that makes a precompiled header unusable when it changes.

    Places and times count as well as contents: Clang records both, and would otherwise read a header
    that only moved a second time.
    """
    backend = _backend()
    try:
        versions = [version(name) for name in ("cppyy-cling", "cppyy-backend")]
    except PackageNotFoundError as error:
        raise ToolchainError(f"{error.name} is not installed", _INSTALL) from error
    digest = hashlib.sha256(repr((versions, str(backend), _compiler(), standard, flags, _FOR_CALL_ONCE)).encode())
    for header in (*_headers(include), *_sources("*")):
        digest.update(f"{header}:{header.stat().st_mtime_ns}:".encode())
        digest.update(header.read_bytes())
    return digest.hexdigest()[:16]


def _first_error(log: str) -> str:
    """Return the first line of a compiler's output that says what is wrong."""
    lines = [line.strip() for line in log.splitlines() if line.strip()]
    errors = (line for line in lines if re.search(r"\b[Ee]rror\b", line))
    return next(errors, lines[-1] if lines else "no message")
