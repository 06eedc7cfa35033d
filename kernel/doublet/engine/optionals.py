"""Optional values made and written in Python: cppyy would take ``optional<int>(3)`` for an empty one, and squeeze a number into one."""

from __future__ import annotations

from math import isinf
from typing import Any

from doublet.engine.constants import choose_by_constness
from doublet.engine.conversions import as_element, is_composite
from doublet.engine.lifelines import keep_owners
from doublet.engine.names import clean_name, is_object

__all__ = ["mend_optional"]


def mend_optional(cppyy: Any, cls: Any) -> None:
    """Have a new class of optionals made of what it is to hold, or of None."""
    keep_owners(cls)
    choose_by_constness(cls)
    original = cls.__init__
    element = cls.__cpp_name__.removeprefix("std::optional<")[:-1]

    is_of_several = is_composite(element)

    def initialise(self: Any, *values: Any) -> None:
        if is_of_several and len(values) > 1:  # cppyy gives the elements of a tuple
            values = (values,)
        if is_of_several and len(values) == 1 and values[0] is not None and not is_object(values[0]):
            values = (as_element(element, values[0]),)
        if len(values) != 1 or isinstance(values[0], (cls, cppyy.gbl.std.nullopt_t)):
            original(self, *values)
            return
        if isinstance(values[0], cppyy._backend.CPPInstance):
            original(self)
            cppyy.gbl.doublet.assigning.assign(self, values[0])
            return
        original(self)
        if is_object(values[0]) and values[0]:  # for which cppyy would choose what does not compile, and leaves the compiler unusable
            cppyy.gbl.doublet.assigning.hold[element](self, values[0])
        elif values[0] is not None:
            try:
                self.emplace(values[0])
            except TypeError:
                raise TypeError(f"{clean_name(cls.__cpp_name__)} cannot hold {values[0]!r:.60}") from None
            held = self.value()
            if (isinstance(held, int) and held != values[0]) or (isinstance(held, float) and isinf(held) and held != values[0]):
                raise TypeError(f"{clean_name(cls.__cpp_name__)} cannot hold {values[0]!r:.60}")

    assign = vars(cls)["__assign__"].__get__

    def assigned(self: Any, value: Any) -> Any:
        return assign(self)(value if isinstance(value, cls) else cls(value))

    cls.__init__ = initialise
    cls.__assign__ = assigned
