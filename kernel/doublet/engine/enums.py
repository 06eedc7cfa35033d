"""Enums of C++ in Python: those that have been defined again, whose enumerators have other names for the compiler, too, and elements."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from doublet.engine.names import clean_name

if TYPE_CHECKING:
    import numpy as np

__all__ = ["ANY_ENUM", "as_written", "dtype_of_enum", "is_enum", "name_enumerators"]

ANY_ENUM = "internal_enum_type_t"
"""What cppyy calls the elements of a vector of enums, and takes for an int."""


def is_enum(found: Any) -> bool:
    """Whether it is a class that cppyy has made of an enum; it makes a class for each of these classes, too."""
    return isinstance(found, type) and issubclass(found, int) and type(found).__name__ == f"{found.__name__}_meta"


def as_written(enumerator: Any) -> str:
    """An enumerator, or another value of its enum, as C++ writes it; without brackets that a template's arguments could not have."""
    return f"(::{type(enumerator).__cpp_name__}){int(enumerator)}"


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


@cache
def dtype_of_enum(cppyy: Any, kind: str) -> np.dtype[Any] | None:
    """The numbers that an enum's enumerators are; None if it is the name of no enum."""
    import numpy as np  # without which a kernel starts faster

    traits = cppyy.gbl.std
    if not traits.is_enum[kind].value:
        return None
    is_signed = traits.is_signed[f"std::underlying_type_t<{kind}>"].value
    return np.dtype(f"{'i' if is_signed else 'u'}{cppyy.sizeof(kind)}")
