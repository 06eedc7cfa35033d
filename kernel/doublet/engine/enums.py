"""Enums of C++ that have been defined again, in Python: their enumerators have other names for the compiler, too."""

from __future__ import annotations

from typing import Any

from doublet.engine.names import clean_name

__all__ = ["is_enum", "name_enumerators"]


def is_enum(found: Any) -> bool:
    """Whether it is a class that cppyy has made of an enum; it makes a class for each of these classes, too."""
    return isinstance(found, type) and issubclass(found, int) and type(found).__name__ == f"{found.__name__}_meta"


def name_enumerators(cls: Any) -> None:
    """Have an enum that has been defined again know its enumerators by their own names; cppyy lets nobody set them."""
    enumerators = {clean_name(name): value for name, value in vars(cls).items() if isinstance(value, cls)}

    def find(_: Any, name: str) -> Any:
        try:
            return enumerators[name]
        except KeyError:
            raise AttributeError(f"enum '{clean_name(cls.__name__)}' has no enumerator '{name}'", name=name, obj=cls) from None

    meta: Any = type(cls)
    meta.__getattr__ = find
    meta.__dir__ = lambda _: sorted(enumerators)
    meta.__repr__ = lambda _: f"<class 'cppyy.gbl.{clean_name(cls.__name__)}'>"
