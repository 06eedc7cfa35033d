"""The numbers, booleans and enumerators in variables of cells, of themselves or in public fields of the cells' own classes.

Read by reflection: no code of the user's runs, and no pointer or reference is followed.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Container, Iterator, Sequence
from functools import reduce
from typing import TYPE_CHECKING, Any, NamedTuple

from doublet.engine.bitfields import BitField
from doublet.engine.data_members import declared_type
from doublet.engine.names import clean_name
from doublet.errors import DoubletError

if TYPE_CHECKING:
    from doublet.engine.definitions import Definitions
    from doublet.engine.entities import Entity
    from doublet.engine.lookup import Lookup
    from doublet.engine.members import Members
    from doublet.engine.streams import Streams

__all__ = ["Held", "Plain", "PlainValues"]

Plain = bool | int | float | str
"""A boolean, a number or the name of an enumerator."""
_NUMBER = re.compile(
    r"(?:const )?(?:bool|(?:unsigned )?(?:short|int|long|long long)|(?:un)?signed char|float|double|long double|(?:std::)?(?:u?int(?:_fast|_least)?\d+_t|u?intmax_t|size_t|ptrdiff_t))$"
)
_AT_A_TIME = 16
"""Of how many variables the compiler is asked for the types at once."""
_DEEP = 3
"""How many objects in objects are looked into."""
_Read = Callable[[], list[tuple[str, Plain]]]
"""Gives the values of a variable as they are now, each with what stands behind the variable's name, such as ``.pt_min``."""


class Held(NamedTuple):
    """`name` as C++ writes it, `cell` the number of the cell that has defined the variable."""

    name: str
    value: Plain
    cell: int


class PlainValues:
    """`types_of` gives the compiler's types of expressions, `bound` are the names that are Python's."""

    def __init__(
        self, streams: Streams, definitions: Definitions, lookup: Lookup, members: Members, types_of: Callable[[Sequence[str]], list[str]], bound: Container[str]
    ) -> None:
        self._streams = streams
        self._definitions = definitions
        self._lookup = lookup
        self._members = members
        self._types_of = types_of
        self._bound = bound
        self._known: dict[str, tuple[Entity, _Read | None]] = {}
        self._types: dict[str, tuple[str, Entity]] = {}

    def read(self, patience: float) -> tuple[list[Held], int]:
        """All there are, in the order of the definitions, and how many variables wait for a call with more patience.

        To know a variable takes milliseconds, once, above all one of a class that Python has not seen: `patience` is for how
        many seconds that may go on. To read it again takes microseconds.
        """
        own = {path: entity for path, entity in [*self._definitions.entities.items()] if self._may_be_plain(path, entity)}
        self._known = {path: known for path, known in self._known.items() if own.get(path) is known[0]}
        left = self._learn({path: entity for path, entity in own.items() if path not in self._known}, time.perf_counter() + patience)
        found = [
            Held(f"{path}{rest}", value, min(piece.cell for piece in entity.parts.values()))
            for path, entity in own.items()
            if path in self._known and (read := self._known[path][1]) is not None
            for rest, value in read()
        ]
        return found, left

    def fields(self, value: Any) -> list[tuple[str, Plain]]:
        """The values in an object that Python has made of a cell's class, as ``.pt_min``; none of others, which may be gone."""
        is_whole = self._is_own_class(type(value).__cpp_name__) and object.__getattribute__(value, "__python_owns__")
        return [*self._fields(value, "", _DEEP)] if is_whole else []

    def _may_be_plain(self, path: str, entity: Entity) -> bool:
        is_variable = entity.kinds <= {"variable", "constant"} and entity.name.isidentifier() and not entity.name.startswith("doublet_")
        return is_variable and not entity.is_array and not entity.is_written_reference and path not in self._bound and path not in self._definitions.unusable

    def _learn(self, new: dict[str, Entity], until: float) -> int:
        """Find out how variables are read, numbers first; returns for how many there was no time."""
        others = [path for path, entity in new.items() if not entity.is_number]
        for done, path in enumerate((*(path for path in new if path not in others), *others)):
            if time.perf_counter() >= until:
                return len(new) - done
            if path in others and self._types.get(path, ("", None))[1] is not new[path]:
                some = others[others.index(path) :][:_AT_A_TIME]
                self._types |= {name: (kind, new[name]) for name, kind in zip(some, self._types_of(some), strict=True)}
            try:
                with self._streams.captured():  # as in Interpreter.lookup
                    read = self._reader(path, new[path], self._types[path][0] if path in others else "double")
            except (AttributeError, TypeError, DoubletError):  # Python does not see what is of such a type
                read = None
            self._known[path] = new[path], read
        return 0

    def _reader(self, path: str, entity: Entity, kind: str) -> _Read | None:
        enumerators = {} if _NUMBER.match(kind) else self._enumerators(kind)
        if not enumerators and not _NUMBER.match(kind):
            if not self._is_own_class(kind):
                return None
            value = self._found(path, entity)  # which stays where it is
            if value is None:
                return None
            return lambda: [*self._fields(value, "", _DEEP)]

        def read() -> list[tuple[str, Plain]]:
            held = self._found(path, entity)
            return [("", enumerators.get(held, held))] if _is_number(held) else []

        constant = read() if entity.is_reference else None  # to find one again would compile
        return read if constant is None else lambda: constant

    def _found(self, path: str, entity: Entity) -> Any:
        if not entity.scope:
            return self._lookup.found(entity)
        first, *rest = path.split("::")
        try:
            return reduce(getattr, rest, self._lookup.find(first))
        except AttributeError:  # a variable is called as the namespace now, and hides what is in it
            return None

    def _is_own_class(self, kind: str) -> bool:
        """Whether a cell has defined a class of this name, or one that it is in; not where fields may lie upon each other."""
        parts = clean_name(kind).partition("<")[0].split("::")
        outer = (self._definitions.entities.get("::".join(parts[:count])) for count in range(1, len(parts) + 1))
        entity = next((each for each in outer if each is not None and "type" in each.kinds), None)
        return entity is not None and not any(re.search(r"\bunion\b", item.text) for item in entity.items)

    def _enumerators(self, kind: str) -> dict[int, str]:
        return {} if re.search(r"[*&\[(<]|^std::", kind) else self._members.enumerators(kind.removeprefix("const "))

    def _fields(self, value: Any, before: str, deep: int) -> Iterator[tuple[str, Plain]]:
        cls = type(value)
        members = {name: member for base in reversed(cls.__mro__) for name, member in vars(base).items() if name not in vars(type(base))}
        for name, member in members.items():
            kind = declared_type(member)
            path = f"{before}.{name}"
            if isinstance(member, BitField) or _NUMBER.match(kind):
                held = member.__get__(value, cls)
                if _is_number(held):
                    yield path, held
            elif kind and (enumerators := self._enumerators(kind)):
                held = member.__get__(value, cls)
                yield path, enumerators.get(held, held)
            elif kind and deep and not re.search(r"[*&\[]", kind) and self._is_own_class(kind.removeprefix("const ")):
                yield from self._fields(member.__get__(value, cls), path, deep - 1)


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float))
