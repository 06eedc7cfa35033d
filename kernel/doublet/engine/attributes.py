"""Attributes of C++ objects that Python writes: those that C++ has, and no others."""

from __future__ import annotations

import difflib
from typing import Any

from doublet.engine.constants import check_changeable
from doublet.engine.names import clean_name
from doublet.engine.unfit import REFUSED, named

__all__ = ["check_attributes"]


def check_attributes(cls: Any) -> None:
    """Have a new class refuse what it has no member for, which cppyy would keep in Python, unseen by C++.

    A class of Python's that derives from it is not concerned, nor are names that begin with an underscore.
    """
    original = cls.__setattr__

    def write(self: Any, name: str, value: object) -> None:
        of = type(self)
        if not name.startswith("_") and "__setattr__" in vars(of):
            if not any(name in vars(base) or name in vars(type(base)) for base in of.__mro__):
                raise _no_member(of, name, self)
            check_changeable(self)
        try:
            original(self, name, value)
        except REFUSED as error:
            raise named(error, value, f"{of.__cpp_name__}::{name}") from None

    if not any(getattr(base, "__cpp_name__", "") == "std::exception" for base in cls.__mro__):  # see exceptions.py
        cls.__setattr__ = write


def _no_member(cls: Any, name: str, owner: object) -> AttributeError:
    known = {of.lower(): of for of in dir(cls) if not of.startswith("_")}
    near = [known[of] for of in difflib.get_close_matches(name.lower(), known)]
    hint = f"; did you mean {' or '.join(repr(known) for known in near)}?" if near else ""
    return AttributeError(f"the C++ class {clean_name(cls.__cpp_name__)} has no member '{name}'{hint}", name=name, obj=owner)
