"""Modules that teach Doublet the types of a library: they are imported when the first type of the library appears.

A package names such a module as an entry point of the group ``doublet.types``, under what the library's types begin with:
the outermost C++ namespace (``fastjet = "package.module"``), or the Python package of what is to become C++. What the
module does when it is imported is to call `doublet.register`.
"""

from __future__ import annotations

import re
import warnings
from functools import cache, cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

__all__ = ["GROUP", "TypeModules", "type_modules"]

GROUP = "doublet.types"
_STANDARD = re.compile(r"builtins|std::\w+")
"""Where types are that no package teaches: Python's own, and the standard library's that are no templates."""


class TypeModules:
    """The modules, of all packages that are installed, that are not imported yet; `loading` is true while one is."""

    def __init__(self) -> None:
        self.loading = False

    @cached_property
    def _waiting(self) -> dict[str, list[EntryPoint]]:
        # This and the search take a while, and many notebooks have no such type.
        from importlib.metadata import entry_points

        found: dict[str, list[EntryPoint]] = {}
        for point in entry_points(group=GROUP):
            found.setdefault(point.name, []).append(point)
        return found

    def load_for(self, text: str) -> None:
        """Import the modules for all names in the name of a type; one that fails is warned of, and not tried again."""
        if _STANDARD.fullmatch(text):
            return
        for name in self._waiting.keys() & {*re.findall(r"\w+", text)}:
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
    """The ones of this process."""
    return TypeModules()
