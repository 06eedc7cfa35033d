"""A kernel that is shut in by bubblewrap: no network, nothing to write but its own folder, nothing of the user's home.

`bwrap` is Debian's package bubblewrap, https://github.com/containers/bubblewrap.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from doublet.engine.toolchain import Toolchain
from doublet.errors import CppUsageError

__all__ = ["Sandbox", "check_sandbox"]

_VARIABLES = ("PATH", "LANG", "LANGUAGE", "TZ", "TERM", "LD_LIBRARY_PATH", "PYTHONHASHSEED", "PYTHONPATH", "CPLUS_INCLUDE_PATH")
_PREFIXES = ("LC_", "CLING_", "CPPYY_", "OMP_", "MKL_", "OPENBLAS_")
"""What a kernel sees of the environment; all else, tokens above all, stays outside."""
_HIDDEN = ("/home", "/root", "/Users", "/afs", "/eos", "/mnt", "/media", "/run", "/var/tmp", "/tmp")  # noqa: S108 - covered, not used


@dataclass(frozen=True)
class Sandbox:
    """What a kernel may do: write in `folder`, take `memory` bytes of data and `seconds` of a processor's time."""

    folder: Path
    sockets: Path
    variables: Mapping[str, str]
    """The environment outside, of which the kernel sees what cannot be a secret."""
    readable: tuple[Path, ...] = ()
    python: Path = Path(sys.executable)
    memory: int = 8_000_000_000
    seconds: int = 3600

    def command(self, inner: Sequence[str]) -> list[str]:
        """The command that runs `inner` shut in."""
        parts = ["bwrap", "--die-with-parent", "--unshare-all", "--new-session", "--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc", "--clearenv"]
        for hidden in _HIDDEN:
            if Path(hidden).is_dir():
                parts += ["--tmpfs", hidden]
        for seen in self._seen():
            parts += ["--ro-bind", seen, seen]
        for path in (self.folder.resolve(), self.sockets.resolve()):
            parts += ["--bind", str(path), str(path)]
        for name, value in self._passed():
            parts += ["--setenv", name, value]
        parts += ["--chdir", str(self.folder.resolve()), "--"]
        return [*parts, "prlimit", f"--data={self.memory}", f"--cpu={self.seconds}", "--core=0", "--", *inner]

    def _seen(self) -> Iterator[str]:
        """The folders that are read in spite of lying in what is hidden: Python, its packages, Doublet's cache, and data."""
        cache = Toolchain.from_environment().pch.parent
        wanted = [*map(Path, sys.path), Path(sys.prefix), Path(sys.base_prefix), self.python.parent.parent, cache, *self.readable]
        for path in sorted({each.absolute() for each in wanted if each.parts and each.exists()}):
            for real in {path, path.resolve()}:
                if any(real.is_relative_to(hidden) for hidden in _HIDDEN):
                    yield str(real)

    def _passed(self) -> Iterator[tuple[str, str]]:
        yield "JPY_PARENT_PID", "1"  # a kernel without a parent says that it is to be ended by hand
        yield "HOME", "/tmp"  # noqa: S108 - the sandbox's own
        yield "DOUBLET_CACHE", str(Toolchain.from_environment().pch.parent)
        for name, value in self.variables.items():
            if name in _VARIABLES or name.startswith(_PREFIXES) or name.endswith("_NUM_THREADS"):
                yield name, value


def check_sandbox() -> None:
    """Make ready what a sandbox needs; raise `CppUsageError`, in one sentence, where there is none to be had."""
    if missing := [program for program in ("bwrap", "prlimit") if shutil.which(program) is None]:
        package = {"bwrap": "bubblewrap", "prlimit": "util-linux"}[missing[0]]
        raise CppUsageError(f"a sandbox needs {missing[0]}, which is not installed", f"install it (on Debian 'apt-get install {package}'), or run without --sandbox, with all rights that you have")
    Toolchain.from_environment().build()  # inside, nothing can be written to its place
    tried = subprocess.run(("bwrap", "--unshare-all", "--ro-bind", "/", "/", "true"), capture_output=True, text=True, errors="replace", check=False)
    if tried.returncode:
        said = (tried.stderr.strip().splitlines() or ["it does not say why"])[-1]
        raise CppUsageError(f"bwrap cannot shut anything in here: {said}", "allow user namespaces (on Debian 'sysctl kernel.unprivileged_userns_clone=1'), or run without --sandbox")
