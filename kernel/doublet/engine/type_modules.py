"""Modules that teach Doublet the types of a library: they are imported when the first type of the library appears.

A package names such a module as an entry point of the group ``doublet.types``, under what the library's types begin with:
the outermost C++ namespace (``fastjet = "package.module"``), or the Python package of what is to become C++. What the
module does when it is imported is to call `doublet.register`.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable
from functools import cache
from importlib.metadata import EntryPoint, entry_points

__all__ = ["GROUP", "TypeModules", "type_modules"]

GROUP = "doublet.types"


class TypeModules:
    """The modules that are not imported yet; `loading` is true while one is."""

    def __init__(self, found: Iterable[EntryPoint]) -> None:
        self._waiting: dict[str, list[EntryPoint]] = {}
        for point in found:
            self._waiting.setdefault(point.name, []).append(point)
        self.loading = False

    @property
    def names(self) -> tuple[str, ...]:
        """What types begin with that a module is there for."""
        return tuple(self._waiting)

    def load_for(self, text: str) -> None:
        """Import the modules for all names in the name of a type; one that fails is warned of, and not tried again."""
        for name in self._waiting.keys() & {*re.findall(r"\w+", text)} if self._waiting else ():
            for point in self._waiting.pop(name, ()):
                self._import(point)

    def _import(self, point: EntryPoint) -> None:
        before, self.loading = self.loading, True
        try:
            point.load()
        except Exception as error:
            package = f" of {point.dist.name}" if point.dist else ""
            warnings.warn(
                f"the module '{point.value}'{package}, which is to teach Doublet the types of '{point.name}', cannot be imported: "
                f"{type(error).__name__}: {error}",
                stacklevel=2,
            )
        finally:
            self.loading = before


@cache
def type_modules() -> TypeModules:
    """Those of all packages that are installed."""
    return TypeModules(entry_points(group=GROUP))
