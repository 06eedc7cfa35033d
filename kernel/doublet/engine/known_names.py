"""What is known of names in C++, without compiling anything."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from doublet.engine.values import NOTHING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from doublet.engine.binding import Binding
    from doublet.engine.definitions import Definitions
    from doublet.engine.lookup import Lookup

__all__ = ["KnownNames"]


class KnownNames:
    """Those that cells and headers have defined."""

    def __init__(self, gbl: Any, functions: tuple[type, ...], definitions: Definitions, lookup: Lookup, bound: Mapping[str, Binding]) -> None:
        self._gbl = gbl
        self._functions = functions
        self._definitions = definitions
        self._lookup = lookup
        self._bound = bound

    def knows(self, name: str) -> bool:
        """Whether C++ has this name, from a cell or a header."""
        known = self._definitions
        if name in known.unusable:
            return False
        return name in known.entities or name in known.namespaces or self._global(name) is not NOTHING

    def is_defined(self, name: str) -> bool:
        """Whether a cell has defined this name."""
        return name in self._definitions.entities

    def is_constant(self, name: str) -> bool:
        """Whether this is a variable of a cell that C++ itself may not change."""
        entity = self._definitions.entities.get(name)
        return entity is not None and self._lookup.is_constant(entity)

    def is_hidden(self, name: str) -> bool:
        """Whether C++ has this name only as a function of a header, which cells cannot shadow."""
        known = self._definitions
        if name in known.entities or name in known.namespaces or name in known.unusable or known.is_exposed(name):
            return False
        return isinstance(self._global(name), self._functions)

    def newest(self, name: str) -> str:
        """What the compiler calls a class that is written so in cells."""
        return str(self._lookup.newest(name))

    def documentation(self, name: str) -> str:
        """How cells have defined a name, what stands above that, and in which cells; empty for what they have not."""
        entity = self._definitions.entities.get(name)
        return "" if entity is None or name in self._bound else self._lookup.documentation(entity)

    def _global(self, name: str) -> object:
        """What cppyy finds under a name, `NOTHING` if there is nothing."""
        try:
            return getattr(self._gbl, name, NOTHING)
        except TypeError:  # it is there, but of a type that cppyy cannot read
            return None
