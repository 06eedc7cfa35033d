"""Variants made and written in Python: of None where there is a ``std::monostate``, of a tuple, list or dict where one alternative is made of it."""

from __future__ import annotations

from typing import Any

from doublet.engine.conversions import as_element, is_composite
from doublet.engine.names import is_object
from doublet.engine.type_arguments import split_arguments

__all__ = ["mend_variant"]


def mend_variant(cppyy: Any, cls: Any, name: str) -> None:
    """Have a new class of variants be made of these."""
    if not name.startswith("variant<"):
        return
    parts = split_arguments(name[len("variant<") : -1])
    composite = [part for part in parts if is_composite(part)]
    takes_none = "std::monostate" in parts
    if not composite and not takes_none:
        return
    original, assign = vars(cls)["__init__"].__get__, vars(cls)["__assign__"].__get__  # of templates, which cannot be called with the object

    def held(values: tuple[Any, ...]) -> tuple[Any, ...]:
        if takes_none and values == (None,):
            return (cppyy.gbl.std.monostate(),)
        if len(values) > 1:  # cppyy gives the elements of a tuple
            values = (values,)
        if not composite or len(values) != 1 or is_object(values[0]) or not isinstance(values[0], (tuple, list, dict, set)):
            return values
        return (_only(composite, values[0]),)

    cls.__init__ = lambda self, *values: original(self)(*held(values))
    cls.__assign__ = lambda self, value: assign(self)(*held((value,)))


def _only(kinds: list[str], value: Any) -> Any:
    """A value as the one alternative that it can be; raises `TypeError` with the last reason if there is none, or for several."""
    found, reason = [], TypeError()
    for kind in kinds:
        try:
            found.append(as_element(kind, value))
        except TypeError as error:
            reason = error
    if not found:
        raise reason
    if len(found) > 1:
        raise TypeError(f"{value!r:.60} alone does not tell which alternative it is: pass one of {', '.join(kinds)}")
    return found[0]
