"""Operators of C++ classes in Python: what the compiler chooses, be it a member, a friend or a function of any namespace.

cppyy looks in some of the places only, and keeps for good what it has found for a class.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from doublet.engine.expressions import Expressions

__all__ = ["Operators"]

_BINARY = {
    "add": "+", "sub": "-", "mul": "*", "truediv": "/", "mod": "%",
    "and": "&", "or": "|", "xor": "^", "lshift": "<<", "rshift": ">>",
}  # fmt: skip
_COMPARISONS = {"eq": "==", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}
_UNARY = {"neg": "-", "pos": "+", "invert": "~"}
_WRITTEN = "[&] { std::ostringstream text; text << value0; return text.str(); }()"


class Operators:
    """Gives classes methods that apply the operators of C++."""

    def __init__(self, expressions: Expressions) -> None:
        import libcppyy  # after the toolchain has been set up

        self._instance: type = libcppyy.CPPInstance
        self._addressof: Callable[[Any], int] = libcppyy.addressof
        self._apply = expressions.apply
        self._methods = dict(self._specials())

    def give(self, cls: Any) -> None:
        """Have the objects of a new class use the operators that there are."""
        for name, method in self._methods.items():
            if name != "__str__" or name not in vars(cls):  # which cppyy makes of a conversion to text
                setattr(cls, name, method)

    def _specials(self) -> Iterator[tuple[str, Callable[..., Any]]]:
        for name, sign in _BINARY.items():
            yield f"__{name}__", lambda left, right, sign=sign: self._apply(f"value0 {sign} value1", left, right)
            yield f"__r{name}__", lambda right, left, sign=sign: self._apply(f"value0 {sign} value1", left, right)
            yield f"__i{name}__", lambda left, right, sign=sign: self._changed(f"value0 {sign}= value1", left, right)
        for name, sign in _COMPARISONS.items():
            otherwise = getattr(self._instance, f"__{name}__")
            yield f"__{name}__", lambda left, right, sign=sign, otherwise=otherwise: self._compared(sign, otherwise, left, right)
        for name, sign in _UNARY.items():
            yield f"__{name}__", lambda value, sign=sign: self._of_one(sign, value)
        yield "__str__", lambda value: self._text(value)  # noqa: PLW0108 - a method of this object would not get the value

    def _compared(self, sign: str, otherwise: Callable[..., Any], left: Any, right: Any) -> Any:
        result = self._apply(f"value0 {sign} value1", left, right)
        is_equality = result is NotImplemented and sign in ("==", "!=")
        if is_equality and right is None:  # also where a smart pointer is null, which cppyy takes for an object
            return (self._addressof(left) == 0) is (sign == "==")
        return otherwise(left, right) if is_equality else result

    def _of_one(self, sign: str, value: Any) -> Any:
        result = self._apply(f"{sign} value0", value)
        if result is NotImplemented:
            raise TypeError(f"bad operand type for unary {sign}: '{type(value).__name__}'")
        return result

    def _text(self, value: Any) -> str:
        """What a stream makes of an object."""
        written = self._apply(_WRITTEN, value)
        return repr(value) if written is NotImplemented else str(written)

    def _changed(self, expression: str, left: Any, right: Any) -> Any:
        return left if self._apply(expression, left, right) is not NotImplemented else NotImplemented
