"""Optional values made in Python: cppyy would take ``optional<int>(3)`` for an empty one."""

from __future__ import annotations

from typing import Any

__all__ = ["mend_optional"]


def mend_optional(cppyy: Any, cls: Any) -> None:
    """Have a new class of optionals made of what it is to hold, or of None."""
    original = cls.__init__

    def initialise(self: Any, *values: object) -> None:
        if len(values) != 1 or isinstance(values[0], (cls, cppyy.gbl.std.nullopt_t)):
            original(self, *values)
            return
        original(self)
        if values[0] is not None:
            self.emplace(values[0])
            held = self.value()
            if isinstance(held, int) and held != values[0]:
                raise TypeError(f"{cls.__name__} cannot hold {values[0]!r}")

    cls.__init__ = initialise
