"""``copy.copy`` and ``copy.deepcopy`` of objects of a cell's or library's classes: a copy is what C++ makes as one."""

from __future__ import annotations

from typing import Any

from doublet.engine.names import clean_name

__all__ = ["give_copying"]


def give_copying(cls: Any) -> None:
    """Have the objects of a new class be copied by its copy constructor, which knows what members nobody else sees.

    Where all that an object is can be seen, a deep copy is what a pickle brings back: it refuses what refers to something else.
    """
    def copied(self: Any) -> Any:
        _check(self, cls)
        return cls(self)

    def copied_whole(self: Any, _memo: Any) -> Any:
        _check(self, cls)
        from doublet.engine.interpreter import interpreter

        if interpreter().gbl.std.is_aggregate[cls.__cpp_name__].value:
            make, arguments = self.__reduce_ex__(4)
            return make(*arguments)
        return cls(self)

    cls.__copy__, cls.__deepcopy__ = copied, copied_whole


def _check(value: Any, cls: Any) -> None:
    """Raise `TypeError` for what cannot be copied."""
    from doublet.engine.interpreter import interpreter

    shown = clean_name(cls.__cpp_name__)
    if type(value) is not cls:
        raise TypeError(f"cannot copy this {type(value).__name__}: C++ copies only the {shown} of it; give the class a __copy__")
    if not interpreter().cppyy.addressof(value):
        raise TypeError(f"cannot copy this {shown}: it is a null pointer")
    if not interpreter().gbl.std.is_copy_constructible[cls.__cpp_name__].value:
        raise TypeError(f"cannot copy this {shown}: C++ has no copy constructor for it")
