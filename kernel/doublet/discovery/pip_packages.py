"""pip packages that bring C++ headers: by a pkg-config file, an ``include`` folder, or a function ``get_include``."""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from doublet.discovery import pkg_config
from doublet.discovery.found import Found

__all__ = ["find"]


def find(name: str) -> Found | None:
    try:
        package = distribution(name)
    except PackageNotFoundError:
        return None
    files = [Path(str(package.locate_file(file))) for file in package.files or ()]
    way = f"the pip package {package.name}"
    described = [file.parent for file in files if file.suffix == ".pc"]
    if described and (found := pkg_config.find_at(name, way, described)) is not None:
        return found
    includes = _asked(package) or dict.fromkeys(
        str(folder) for file in files if file.suffix in (".h", ".hh", ".hpp") for folder in file.parents if folder.name == "include"
    )
    libraries = [str(file) for file in files if file.name.startswith(f"lib{name}.so") and file.is_file()]
    return Found(name, way, package.version, tuple(includes), tuple(libraries)) if includes or libraries else None


def _asked(package: Distribution) -> dict[str, None]:
    """What ``get_include`` of the package's module says."""
    try:
        get_include = getattr(import_module(package.name.replace("-", "_")), "get_include", None)
    except Exception:  # what a package does when it is imported is its own business
        return {}
    return dict.fromkeys([str(get_include())]) if callable(get_include) else {}
