"""Which packages a kernel has imported, in which versions, and which modules of the user's own."""

from __future__ import annotations

import sys
import sysconfig
from collections.abc import Collection
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import PackageNotFoundError, packages_distributions, version
from pathlib import Path

__all__ = ["Imports", "distribution_of"]

_ALWAYS = {
    "doublet": "doublet.extension",
    "cppyy": "cppyy",
    "cppyy-cling": "cppyy",
    "cppyy-backend": "cppyy",
    "ipykernel": "ipykernel",
    "ipython": "IPython",
}
"""What results may depend on, though no cell imports it: distributions, and the modules that tell that they are in use (what records is Doublet's, too)."""
_SHOWS = "doublet.display"
"""What results depend on of Doublet in other kernels than its own; all else of it there is what records."""


@dataclass
class Imports:
    """What has been imported since this was made."""

    packages: dict[str, str] = field(default_factory=dict)
    """Versions, by the names of distributions."""
    modules: dict[str, str] = field(default_factory=dict)
    """The distributions of modules that are called otherwise."""
    own: dict[str, Path] = field(default_factory=dict)
    """The files of modules that no distribution has installed."""
    _seen: set[str] = field(default_factory=lambda: set(sys.modules))
    _told: set[str] = field(default_factory=set)
    _length: int = 0
    _named: int = 0
    _left: list[str] = field(default_factory=list)

    def update(self, imported: Collection[str] = (), *, whole: bool = True) -> None:
        """Take note of what is new, which costs nothing where no module was imported.

        `imported` are the top-level modules that cells import, which count though the kernel itself had imported them before.
        Without `whole`, what is called otherwise than its distribution is left for later: to find that takes 0.2 s.
        """
        if len(sys.modules) != self._length or len(imported) != self._named:
            self._length, self._named = len(sys.modules), len(imported)
            if not self.packages:
                self.packages.update({name: found for name, module in _ALWAYS.items() if module in sys.modules and (found := _version(name))})
            new = (name for name in sys.modules.keys() - self._seen if not name.startswith("doublet.") or name.startswith(_SHOWS))
            names = {*(name.partition(".")[0] for name in new), *(name for name in imported if name in sys.modules)} - self._told
            self._seen.update(sys.modules)
            self._told |= names
            for name in sorted(name for name in names if name not in sys.stdlib_module_names and not name.startswith("_")):
                if not (found := _version(name)):
                    self._left.append(name)
                elif name.lower() not in self.packages:  # pip does not tell IPython from ipython
                    self.packages[name] = found
        while whole and self._left:
            self._note(self._left.pop())

    def _note(self, name: str) -> None:
        """Take note of a module that is not called as its distribution."""
        distribution = distribution_of(name)
        if distribution:
            self.packages[distribution] = _version(distribution)
            self.modules[name] = distribution
            return
        file = getattr(sys.modules.get(name), "__file__", None)
        if file and not _is_installed(Path(file)):
            self.own[name] = Path(file)


def distribution_of(module: str) -> str:
    """The distribution that a top-level module comes from, as pip calls it; empty if it comes from none."""
    if _version(module):  # most are called as what they hold, and to know all of them takes long
        return module
    return next(iter(_distributions().get(module, ())), "")


def _version(name: str) -> str:
    try:
        return version(name)
    except (PackageNotFoundError, ValueError):
        return ""


@cache
def _distributions() -> dict[str, list[str]]:
    return dict(packages_distributions())


def _is_installed(file: Path) -> bool:
    """Whether it lies where Python installs things, such as a module that a package's installer has added."""
    return any(file.is_relative_to(sysconfig.get_path(key)) for key in ("stdlib", "platstdlib", "purelib", "platlib"))
