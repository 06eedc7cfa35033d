"""Where a library's headers and shared libraries are, asked of those who know: one small module for each of them."""

from __future__ import annotations

import re
from collections.abc import Callable

from doublet.discovery import cmake, config_script, folders, pip_packages, pkg_config
from doublet.discovery.found import Found

__all__ = ["LOOKED_IN", "Found", "find", "is_name"]

_WAYS: tuple[Callable[[str], Found | None], ...] = (
    pkg_config.find,
    config_script.find,
    cmake.find,
    folders.find_in_conda,
    pip_packages.find,
    folders.find_in_system,
)
LOOKED_IN = "pkg-config, the library's own config script, CMake, the conda environment, pip packages, the system's folders"


def is_name(text: str) -> bool:
    """Whether it may be a library's name: no path, and no option of a program that is asked about it."""
    return re.fullmatch(r"[A-Za-z0-9][\w.+-]*", text, re.ASCII) is not None and ".so" not in text


def find(name: str) -> Found | None:
    """What the first one that knows the library says of it."""
    return next((found for way in _WAYS if (found := way(name)) is not None), None) if is_name(name) else None
