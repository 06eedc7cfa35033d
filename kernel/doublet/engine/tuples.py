"""Tuples and pairs that Python makes, by hand or for a function that takes one: cppyy would have C++ squeeze numbers into others."""

from __future__ import annotations

import re
from typing import Any

from doublet.engine.conversions import as_element, is_composite
from doublet.engine.elements import DTYPES
from doublet.engine.type_arguments import split_arguments

__all__ = ["mend_tuple"]

_OF = re.compile(r"(?:std::)?(?:tuple|pair)<(.*)>$")


def mend_tuple(cls: Any, name: str) -> None:
    """Have a new class of tuples or pairs refuse a number that an element of it cannot hold."""
    found = _OF.match(name)
    parts = split_arguments(found[1]) if found else ()
    if not any(part in DTYPES or is_composite(part) for part in parts):
        return
    original = vars(cls)["__init__"].__get__  # of a template, which cannot be called with the object
    assign = vars(cls)["__assign__"].__get__

    def initialise(self: Any, *values: Any) -> None:
        if len(values) == len(parts):
            values = tuple(_held(value, part) if part in DTYPES else as_element(part, value) for value, part in zip(values, parts, strict=True))
        original(self)(*values)

    def assigned(self: Any, value: Any) -> Any:
        return assign(self)(cls(*value) if isinstance(value, (tuple, list)) else value)

    cls.__init__ = initialise
    cls.__assign__ = assigned


def _held(value: Any, element: str) -> Any:
    """A number as an element, exactly; what is none is left to C++."""
    import numpy as np  # without which a kernel starts faster

    if not isinstance(value, (int, float, np.number, np.bool_)):
        return value
    kind = np.dtype(DTYPES[element])
    plain = value.item() if isinstance(value, np.generic) and not isinstance(value, np.longdouble) else value
    if kind.kind in "iub":
        if not isinstance(plain, int):
            raise TypeError(f"{element} cannot hold {value!r}")
        lowest, highest = (0, 1) if kind.kind == "b" else (int(np.iinfo(kind).min), int(np.iinfo(kind).max))
        if not lowest <= plain <= highest:
            raise TypeError(f"{element} cannot hold {value!r}")
        return plain
    if kind == np.float32 and abs(float(plain)) != np.inf:
        with np.errstate(over="ignore"):
            if np.isinf(np.float32(plain)):
                raise TypeError(f"{element} cannot hold {value!r}")
    return float(plain) if isinstance(plain, int) and kind.kind == "f" else plain
