"""Where objects of C++ are, and what they begin with."""

from __future__ import annotations

import ctypes
from typing import Any

__all__ = ["address_of", "first_of"]


def address_of(cppyy: Any, whole: Any, cls: Any) -> int:
    """Where in an object the part of a class is that its own class is or derives from."""
    if type(whole) is cls:
        return int(cppyy.addressof(whole))
    owns = whole.__python_owns__
    part = cppyy.bind_object(whole, cls)
    address = int(cppyy.addressof(part))
    if owns and part is not whole:  # the part would destroy the object, as if nobody else held it
        part.__python_owns__, whole.__python_owns__ = False, True
    return address


def first_of(cppyy: Any, sequence: Any, cls: Any) -> int:
    """Where the first element of a vector, a span or a valarray is; cppyy's data() does not give it for every type."""
    place = address_of(cppyy, sequence, cls)  # a derived class may begin with something else
    # In libstdc++ they begin with its address, a valarray after its size.
    after = ctypes.sizeof(ctypes.c_size_t) * cls.__cpp_name__.startswith("std::valarray<")
    return ctypes.c_size_t.from_address(place + after).value
