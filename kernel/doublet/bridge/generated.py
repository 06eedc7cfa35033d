"""C++ types that are made for Python's classes: an enumeration for an `Enum`, a struct for a dataclass or a named tuple.

Each is called after its class, ``doublet_Colour_1``, with a number, for a class that Python defines again is another one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import Enum
from itertools import count
from keyword import iskeyword
from weakref import WeakKeyDictionary

from doublet.bridge.columns import UncrossableError
from doublet.bridge.keywords import KEYWORDS
from doublet.engine.interpreter import interpreter

__all__ = ["enum_named", "enumerators", "struct_named"]

_count = count(1)
_enums: WeakKeyDictionary[type[Enum], str] = WeakKeyDictionary()
_structs: dict[tuple[str, tuple[str, ...], tuple[str, ...]], str] = {}


def enumerators(cls: type[Enum]) -> dict[str, int]:
    """The numbers that C++ has for the members of an enumeration: their values, or else their places, from 0."""
    members = cls.__members__
    if all(isinstance(member.value, int) for member in members.values()):
        return {name: int(member.value) for name, member in members.items()}
    places = {member: place for place, member in enumerate(cls)}
    return {name: places[member] for name, member in members.items()}


def enum_named(cls: type[Enum]) -> str:
    """The C++ enumeration for one of Python's; raises `UncrossableError` if there can be none."""
    if cls not in _enums:
        numbers = enumerators(cls)
        _check(cls.__name__, numbers)
        if any(not -(2**63) <= number < 2**63 for number in numbers.values()):
            raise UncrossableError("not all of its enumerators fit into 64 bits")
        # C++ reads a sign apart from its number.
        listed = ", ".join(f"{name} = {number}" if number > -(2**63) else f"{name} = {number + 1} - 1" for name, number in numbers.items())
        _enums[cls] = _new_name(cls.__name__)
        interpreter().declare(f"enum class {_enums[cls]} : long {{ {listed} }};")
    return _enums[cls]


def struct_named(name: str, fields: Sequence[str], types: Sequence[str]) -> str:
    """The C++ struct of this name with these fields; raises `UncrossableError` if there can be none."""
    key = name, tuple(fields), tuple(types)
    if key not in _structs:
        _check(name, fields)
        members = " ".join(f"{of} {field};" for of, field in zip(types, fields, strict=True))
        own = _structs[key] = _new_name(name)
        one, other = (f"std::tie({', '.join(f'{side}.{field}' for field in fields)})" for side in ("one", "other"))
        compared = f"friend bool operator==(const {own}& one, const {own}& other) {{ return {one} == {other}; }}"
        if any("std::span<" in of or "doublet::view<" in of for of in types):  # which C++ does not compare
            compared = ""
        interpreter().declare(f"struct {own} {{ using doublet_fields = std::tuple<{', '.join(types)}>; {members} {compared} }};")
    return _structs[key]


def _new_name(name: str) -> str:
    return f"doublet_{name}_{next(_count)}"


def _check(name: str, members: Iterable[str]) -> None:
    for word in (name, *members):
        if not (word.isidentifier() and word.isascii()) or word in KEYWORDS or iskeyword(word) or word.startswith("_"):
            raise UncrossableError(f"'{word}' of {name} cannot be a name in C++", "rename it")
