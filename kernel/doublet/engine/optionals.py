"""Optional values made in Python: cppyy would take ``optional<int>(3)`` for an empty one."""

from __future__ import annotations

from typing import Any

from doublet.engine.names import is_object

__all__ = ["mend_optional"]


def mend_optional(cppyy: Any, cls: Any) -> None:
    """Have a new class of optionals made of what it is to hold, or of None."""
    original = cls.__init__
    element = cls.__cpp_name__.removeprefix("std::optional<")[:-1]

    def initialise(self: Any, *values: object) -> None:
        if len(values) != 1 or isinstance(values[0], (cls, cppyy.gbl.std.nullopt_t)):
            original(self, *values)
            return
        original(self)
        if is_object(values[0]) and values[0]:  # for which cppyy would choose what does not compile, and leaves the compiler unusable
            cppyy.gbl.doublet.assigning.hold[element](self, values[0])
        elif values[0] is not None:
            self.emplace(values[0])
            held = self.value()
            if isinstance(held, int) and held != values[0]:
                raise TypeError(f"{cls.__name__} cannot hold {values[0]!r}")

    cls.__init__ = initialise
