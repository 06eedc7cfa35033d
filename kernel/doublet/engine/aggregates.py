"""Objects of classes that are made of their fields, such as ``struct Hit { double x = 1; int id = 2; };``."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from doublet.engine.type_arguments import split_arguments

__all__ = ["mend_aggregate"]

_AGGREGATE = re.compile(r"__cppyy_internal::init_\w+\(.*?& self, (.*)\)")
"""The function by which cppyy makes an object of values for its fields."""


def mend_aggregate(cls: Any, is_converted_to: Callable[[Any], bool]) -> None:
    """Let ``S(1, b=2)`` of a new class leave the other fields what the class says; cppyy makes them 0.

    What is no S becomes none by itself, as in C++: cppyy would take 1 for the first field where an S is wanted. `is_converted_to`
    tells whether an argument is being made one. ``__init__.fill`` does not ask: it is for what ``from_python`` says.
    """
    initialiser = _AGGREGATE.search(getattr(vars(cls).get("__init__"), "__doc__", None) or "")
    if initialiser is None:
        return
    fields = [part.split(" = ")[0].split()[-1] for part in split_arguments(initialiser[1])]
    original = cls.__init__
    try:
        default = original.__overload__("")  # among all, cppyy may choose to make each field 0
    except LookupError:
        default = None

    def fill(self: Any, *values: object, **named: object) -> None:
        if not named and len(values) == 1 and isinstance(values[0], cls):
            original(self, *values)
            return
        if len(values) > len(fields):
            raise TypeError(f"{cls.__name__} has {len(fields)} field{'s' * (len(fields) != 1)}, and {len(values)} values were given")
        given = dict(zip(fields, values, strict=False))
        if wrong := [name for name in named if name in given or name not in fields]:
            reason = "is given twice" if wrong[0] in given else f"is not a field of {cls.__name__}"
            raise TypeError(f"'{wrong[0]}' {reason}")
        given |= named
        if default is None:
            if given.keys() != {*fields}:
                raise TypeError(f"{cls.__name__} has no default constructor: give all of its fields, {', '.join(fields)}")
            original(self, *(given[name] for name in fields))
            return
        default(self)
        for name, value in given.items():
            setattr(self, name, value)

    def initialise(self: Any, *values: object, **named: object) -> None:
        if len(values) == 1 and not isinstance(values[0], cls) and is_converted_to(cls):
            raise TypeError(f"{cls.__name__} is made of fields: give {cls.__name__}({fields[0]}=...), or a tuple of all fields")
        fill(self, *values, **named)

    initialise.__doc__ = f"{cls.__name__}({', '.join(fields)})"
    cls.__init__ = initialise
    cls.__init__.fill = fill
