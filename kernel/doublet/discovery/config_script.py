"""The script that a library brings to say how it is compiled with, such as ``fastjet-config``."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from pathlib import Path

from doublet.discovery.found import Found, answer, from_flags

__all__ = ["find"]


def find(name: str) -> Found | None:
    path = os.pathsep.join((str(Path(sys.prefix, "bin")), os.environ.get("PATH", os.defpath)))  # this environment's before others
    script = shutil.which(f"{name}-config", path=path) or shutil.which(f"{name.lower()}-config", path=path)
    if script is None:
        return None
    flags = next((said for option in ("--cxxflags", "--cflags") if (said := answer(script, option)) is not None), None)
    libraries = answer(script, "--libs")
    if flags is None and libraries is None:
        return None
    return from_flags(name, script, answer(script, "--version") or "", shlex.split(f"{flags or ''} {libraries or ''}"))
