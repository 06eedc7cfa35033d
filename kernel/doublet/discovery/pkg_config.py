"""pkg-config, which is told of the environment's own folders, too."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Iterable
from pathlib import Path

from doublet.discovery.found import Found, answer, from_flags

__all__ = ["find", "find_at"]


def find(name: str) -> Found | None:
    """Look the library up, also in small letters."""
    prefixes = dict.fromkeys(filter(None, (os.environ.get("CONDA_PREFIX"), sys.prefix)))
    return find_at(name, "pkg-config", [Path(prefix, part, "pkgconfig") for prefix in prefixes for part in ("lib", "share")])


def find_at(name: str, way: str, folders: Iterable[Path]) -> Found | None:
    """Look the library up in these folders and where pkg-config looks by itself."""
    path = os.pathsep.join([*map(str, folders), *filter(None, [os.environ.get("PKG_CONFIG_PATH")])])
    env = {**os.environ, "PKG_CONFIG_PATH": path}
    for asked in dict.fromkeys((name, name.lower())):
        flags = answer("pkg-config", "--cflags", "--libs", asked, env=env)
        if flags is not None:
            return from_flags(name, way, answer("pkg-config", "--modversion", asked, env=env) or "", shlex.split(flags))
    return None
