"""The script that a library brings to say how it is compiled with, such as ``fastjet-config``."""

from __future__ import annotations

import shlex
import shutil

from doublet.discovery.found import Found, answer, from_flags

__all__ = ["find"]


def find(name: str) -> Found | None:
    script = shutil.which(f"{name}-config") or shutil.which(f"{name.lower()}-config")
    if script is None:
        return None
    flags = next((said for option in ("--cxxflags", "--cflags") if (said := answer(script, option)) is not None), None)
    libraries = answer(script, "--libs")
    if flags is None and libraries is None:
        return None
    return from_flags(name, script, answer(script, "--version") or "", shlex.split(f"{flags or ''} {libraries or ''}"))
