"""Which of Python's names a C++ cell gets, and what C++ is told when Python has rebound them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from types import FunctionType
from typing import TYPE_CHECKING

from doublet.bridge import bind
from doublet.bridge.keywords import KEYWORDS
from doublet.errors import BridgeError

if TYPE_CHECKING:
    from doublet.cells import Cell
    from doublet.engine.binding import Binding
    from doublet.engine.interpreter import Interpreter
    from doublet.errors import Diagnostic

__all__ = ["Names"]

_UNCALLABLE = (int, float, complex, str, bytes, list, tuple)
"""What can neither be called nor be a type in C++, where a cell may so mean something of a namespace that it uses."""


_OPERATORS = r"(?:and|and_eq|bitand|bitor|not_eq|or|or_eq|xor|xor_eq)\b"


class Names:
    """Python's names as C++ sees them."""

    def __init__(self, interpreter: Interpreter, names: Mapping[str, object]) -> None:
        self._interpreter = interpreter
        self._names = names
        self._revision = -1
        self._needs: dict[str, tuple[list[str], set[str]]] = {}
        self.refused: dict[str, BridgeError] = {}
        """The names of the last cell that Python has, but that do not cross, and why."""

    def bindings(self, cell: Cell) -> dict[str, Binding]:
        """Bind what a cell refers to, itself or through what it uses: anew only if Python's object has changed.

        Raises `BridgeError` for what C++ knows from Python, and does not cross as it is now.
        """
        own = {name for item in cell.items for name in item.names}
        words = set().union(*(item.refers for item in cell.items if _refers(item.text))) - own
        reached = self._interpreter.definitions.reached(words) - own
        self.refused = {}
        new = {name: binding for name in sorted(words & self._names.keys()) if (binding := self._new(name, cell)) is not None}
        return new | self._changed(sorted(self._known(reached)), words)

    def refresh(self, name: str) -> Mapping[str, Binding]:
        """Find what has to be bound anew before C++'s `name` is what it should be."""
        revision = self._interpreter.definitions.revision
        if revision != self._revision:
            self._revision = revision
            self._needs.clear()
        needs = self._needs.get(name)
        if needs is None:
            words = {name} | self._interpreter.definitions.inside(name)
            needs = self._needs[name] = sorted(self._known(self._interpreter.definitions.reached(words))), words
        return self._changed(*needs) if needs[0] else {}

    def refuse_clashes(self, bound: Iterable[str], found: Iterable[Diagnostic]) -> None:
        """Raise `BridgeError` if the compiler has found that a bound name is one of a header, which cppyy may not know."""
        told = {diagnostic.message for diagnostic in found}
        for name in bound:
            if f"redefinition of '{name}' as different kind of symbol" in told:
                raise _taken(name, self._names[name]) from None

    def _known(self, names: Iterable[str]) -> Iterator[str]:
        return (name for name in names if self._interpreter.binding(name) is not None)

    def _new(self, name: str, cell: Cell) -> Binding | None:
        """The binding of a name that C++ does not know."""
        if self._interpreter.binding(name) is not None or name in KEYWORDS:
            return None
        value = self._names[name]
        is_hidden = self._interpreter.names.is_hidden(name)
        if is_hidden and not _is_meant(name, value, cell):
            return None
        if not is_hidden and (self._interpreter.names.knows(name) or (isinstance(value, _UNCALLABLE) and not _is_meant(name, value, cell))):
            return None
        if name == "main":
            self.refused[name] = BridgeError(name, type(value).__name__, "in C++ that is the function that a program begins with", "give it another name")
            return None
        if name.startswith("_"):
            self.refused[name] = BridgeError(name, type(value).__name__, "its name begins with an underscore", "give it another name")
            return None
        try:
            binding = bind(name, value)
        except BridgeError as error:
            self.refused[name] = error
            return None
        if is_hidden:
            raise _taken(name, value)
        return binding

    def _changed(self, names: Iterable[str], direct: Iterable[str]) -> dict[str, Binding]:
        """New bindings of names that C++ knows, where Python's object is another one than it was."""
        found = {}
        for name in names:
            known = self._interpreter.binding(name)
            if known is None or (name in self._names and known.unchanged(self._names[name])):
                continue
            try:
                binding = self._bind(name, name in direct)
            except BridgeError as error:
                if name in direct:
                    raise
                user = next(word for word in sorted(direct) if name in self._interpreter.definitions.reached([word]))
                reason = f"{error.reason}, and '{user}' uses it"
                raise BridgeError(name, error.python_type, reason, error.advice) from None
            if not self._interpreter.is_bound(binding):
                found[name] = binding
        return found

    def _bind(self, name: str, is_direct: bool) -> Binding:
        if name not in self._names:
            raise BridgeError(name, "deleted", "Python has deleted it", "assign it again")
        if self._names[name] is None and not is_direct:  # most functions do not compile with that, and would stay unusable
            raise BridgeError(name, "NoneType", "it is None now", "run the cell of that again if it takes None")
        return bind(name, self._names[name])


def _taken(name: str, value: object) -> BridgeError:
    return BridgeError(name, type(value).__name__, "the C library has a function of that name", "give it another name in Python")


def _refers(text: str) -> bool:
    """Whether an item's words can be names of Python's."""
    return not re.match(r"#\s*(?:include|pragma|undef|error|warning|line)\b", text)


def _is_meant(name: str, value: object, cell: Cell) -> bool:
    """Whether a cell that uses a name which may be that of something else in C++ can mean Python's object."""
    if callable(value):
        return isinstance(value, FunctionType) and value.__module__ == "__main__"
    as_value = rf"(?<![\w.])(?<!->){name}\b(?!\s*\(|\s+(?!{_OPERATORS})\w)"
    return bool(re.search(as_value, cell.masked))
