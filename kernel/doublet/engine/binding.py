"""A Python object that C++ knows by its name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from doublet.cells import Item, Kind

__all__ = ["Binding"]


_ABSENT = object()


def _never(_: object) -> bool:
    return False


@dataclass(frozen=True)
class Binding:
    """A Python object made known to C++: the declaration of its name, and what has to stay alive for it."""

    name: str
    declaration: str
    keeps: object
    content: object = None
    """What C++ got a copy of, where the declaration does not tell."""
    unchanged: Callable[[object], bool] = _never
    """Whether a binding of this object would be the same; where this says no, it has to be made to see that."""

    python: object = _ABSENT
    """Python's own object, where C++ has a copy that nobody may change."""

    lends: bool = False
    """Whether copies that C++ makes of it refer to what `keeps` holds, whatever their type."""
    instance: Callable[[], Any] | None = None
    """Makes the C++ object itself, for a template that Python calls; none where cppyy makes it of Python's."""

    @property
    def is_copy(self) -> bool:
        return self.python is not _ABSENT

    @property
    def kind(self) -> Kind:
        if self.declaration.startswith("using "):
            return "type"
        return "constant" if self.declaration.startswith("constexpr") else "variable"

    @property
    def item(self) -> Item:
        """The declaration as an item of a cell. Where the name is a macro, that is what the cell gets."""
        if self.kind == "type":  # which, defined again, is a macro of its own
            return Item(self.kind, self.declaration, 0, "", names=(self.name,), uses=frozenset((self.name,)))
        hidden = f"'{self.name}' is a macro in C++, which does not see Python's variable; give that another name"
        text = f'#ifndef {self.name}\n{self.declaration}\n#else\n#warning "{hidden}"\n#endif'
        return Item(self.kind, text, 0, "", names=(self.name,))

    def is_same(self, other: Binding) -> bool:
        """Whether C++ would see the very same under the name."""
        if self.content is None or other.content is None:
            return self.declaration == other.declaration
        return self.content == other.content
