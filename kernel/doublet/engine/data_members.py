"""The data members of C++ classes, as cppyy has them in Python classes, with their types as C++ declares them."""

from __future__ import annotations

from typing import Any

__all__ = ["data_members", "declared_type", "static_data_members"]

_TYPE = 18
"""``Cppyy::Reflex::TYPE``; to import it from cppyy would compile a header."""


def data_members(cls: Any) -> list[tuple[str, Any, str]]:
    """Those that each object of a class has, by name and with their types; static ones, among them enumerators, are in the class of the class, too."""
    static = vars(type(cls))
    return [(name, member, declared_type(member)) for name, member in vars(cls).items() if _is_data_member(member) and name not in static]


def static_data_members(cls: Any) -> list[tuple[str, Any, str]]:
    """Those that a class itself has, the same way."""
    return [(name, member, declared_type(member)) for name, member in vars(type(cls)).items() if _is_data_member(member)]


def declared_type(member: Any) -> str:
    """The type of a data member; empty for what is none."""
    return str(member.__cpp_reflex__(_TYPE)) if _is_data_member(member) else ""


def _is_data_member(member: Any) -> bool:
    return type(member).__name__ == "CPPDataMember"
