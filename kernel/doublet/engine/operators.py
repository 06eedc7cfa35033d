"""Free operators in Python after they have been defined again: cppyy keeps for good those that it has found for a class."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

__all__ = ["renew"]

_SIGNS = {
    "+": "add", "-": "sub", "*": "mul", "/": "truediv", "%": "mod",
    "&": "and", "|": "or", "^": "xor", "<<": "lshift", ">>": "rshift",
}  # fmt: skip
_COMPARISONS = {"==": "eq", "!=": "ne", "<": "lt", "<=": "le", ">": "gt", ">=": "ge"}
_UNARY = {"-": "neg", "+": "pos", "~": "invert"}

_Newest = Callable[[], Any]


def renew(cls: Any, name: str, newest: _Newest) -> None:
    """Have the objects of a class use the newest functions of this name, such as ``operator+``."""
    sign = name.removeprefix("operator")
    for special, operator in _specials(sign, newest):
        own = vars(cls).get(f"__{special}__")
        if f"{cls.__name__}::{name}(" not in (getattr(own, "__doc__", None) or ""):
            setattr(cls, f"__{special}__", operator)
    if sign == "<<" and "__lshiftc__" in vars(cls):
        del cls.__lshiftc__  # what str() uses


def _specials(sign: str, newest: _Newest) -> Iterator[tuple[str, Callable[..., Any]]]:
    """Python's methods for an operator, without their underscores."""

    def forward(left: Any, right: Any) -> Any:
        return _called(newest, left, right)

    def reflected(right: Any, left: Any) -> Any:
        return _called(newest, left, right)

    if sign in _SIGNS:
        yield from ((_SIGNS[sign], forward), (f"r{_SIGNS[sign]}", reflected))
    if sign in _COMPARISONS:
        yield _COMPARISONS[sign], forward
    if sign.endswith("=") and sign[:-1] in _SIGNS:
        yield f"i{_SIGNS[sign[:-1]]}", forward
    if sign in _UNARY:
        yield _UNARY[sign], lambda value: _called(newest, value)


def _called(newest: _Newest, *values: Any) -> Any:
    try:
        return newest()(*values)
    except TypeError:  # none of them takes these
        return NotImplemented
