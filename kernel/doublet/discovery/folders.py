"""Headers and libraries by their names alone, in the conda environment and in the system's folders."""

from __future__ import annotations

import os
import sysconfig
from pathlib import Path

from doublet.discovery.found import Found, is_shared_library

__all__ = ["find_in_conda", "find_in_system"]


def find_in_conda(name: str) -> Found | None:
    prefix = os.environ.get("CONDA_PREFIX")
    return _find(name, Path(prefix), f"the conda environment {prefix}") if prefix else None


def find_in_system(name: str) -> Found | None:
    """Look for headers only where there is no library: the dynamic linker finds those."""
    return next((found for prefix in ("/usr/local", "/usr") if (found := _find(name, Path(prefix), f"its name in {prefix}"))), None)


def _find(name: str, prefix: Path, way: str) -> Found | None:
    include = prefix / "include"
    headers = [path for path in (include / name, include / f"{name}.h", include / f"{name}.hpp") if path.exists()]
    folders = [prefix / "lib", prefix / "lib" / str(sysconfig.get_config_var("MULTIARCH") or "")]
    library = next((str(path) for folder in folders if is_shared_library(path := folder / f"lib{name}.so")), None)
    if not headers and library is None:
        return None
    return Found(name, way, "", (str(include),) if headers else (), (library,) if library else ())
