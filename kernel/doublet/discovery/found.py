"""What is known of a library, and programs that are asked about it."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Found", "answer", "from_flags", "is_shared_library"]

_PATIENCE = 60
"""How long a program may take, in seconds."""
_SYSTEM = ("/usr/include", "/usr/local/include")
_MEANINGLESS = ("-pthread", "-W", "-L", "-g")
"""Flags that change nothing for cells, or are read elsewhere."""


@dataclass(frozen=True)
class Found:
    """A library: its folders of headers, its shared libraries by path or name, its macros, and by which way it was found."""

    name: str
    way: str
    version: str = ""
    includes: tuple[str, ...] = ()
    libraries: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()
    """Where the libraries that are given by name are."""
    macros: tuple[tuple[str, str], ...] = ()
    fixed: tuple[str, ...] = ()
    """Flags that no running interpreter can take."""
    absent: tuple[str, ...] = ()
    """Libraries that belong to it and are not installed."""

    def __str__(self) -> str:
        parts = [f"headers in {', '.join(self.includes)}"] if self.includes else []
        parts += [", ".join(Path(library).name for library in self.libraries)] if self.libraries else []
        parts += [" ".join(f"-D{macro}" + (f"={value}" if value != "1" else "") for macro, value in self.macros)] if self.macros else []
        text = f"{self.name}{f' {self.version}' if self.version else ''}, found by {self.way}: {'; '.join(parts) or 'nothing to load'}"
        if self.absent:
            text += f". Not installed, though they belong to it: {', '.join(self.absent)}"
        return text + (f". Not applied, for C++ is running already: {' '.join(self.fixed)} (set DOUBLET_CXXFLAGS where Jupyter is started)" if self.fixed else "")


def from_flags(name: str, way: str, version: str, flags: Iterable[str]) -> Found:
    """Read what compilers are told."""
    includes: list[str] = []
    libraries: list[str] = []
    folders: list[str] = []
    macros: list[tuple[str, str]] = []
    fixed: list[str] = []
    words = iter(flags)
    for word in words:
        if word in ("-I", "-isystem", "-L", "-l", "-D"):
            word = ("-I" if word == "-isystem" else word) + next(words, "")  # noqa: PLW2901 - the two are one
        if word.startswith("-I"):
            includes.append(word[2:])
        elif word.startswith("-L"):
            folders.append(word[2:])
        elif word.startswith("-l"):
            libraries.append(word[2:].removeprefix(":"))
        elif word.startswith("-D"):
            macro, _, value = word[2:].partition("=")
            macros.append((macro, value if "=" in word else "1"))
        elif word.startswith("/") and ".so" in word:
            libraries.append(word)
        elif not word.startswith(_MEANINGLESS) and word.startswith("-"):
            fixed.append(word)
    return Found(name, way, version, tuple(dict.fromkeys(includes)), tuple(dict.fromkeys(libraries)), tuple(dict.fromkeys(folders)), tuple(macros), tuple(dict.fromkeys(fixed)))


def is_shared_library(path: Path) -> bool:
    """Whether it is one that can be loaded, and not a text that tells the linker where that is."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(4) == b"\x7fELF"


def answer(*command: str, env: dict[str, str] | None = None, cwd: str | None = None) -> str | None:
    """What a program writes, None if it fails or is not there."""
    try:
        run = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace", timeout=_PATIENCE, check=False, env=env, cwd=cwd)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return run.stdout.strip() if run.returncode == 0 else None
