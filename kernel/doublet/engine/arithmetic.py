"""What is said where Python is to calculate with a container of the standard library, for which C++ has no such operator."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from doublet.engine.names import clean_name

__all__ = ["refuse_arithmetic"]

_BINARY = {"add": "+", "sub": "-", "mul": "*", "truediv": "/"}
_SIGNS = {**_BINARY, "neg": "-", "pos": "+", "invert": "~"}
_SEQUENCE = re.compile(r"(vector|array|span|deque|list|forward_list)<")
_OTHERS = re.compile(r"((unordered_)?(multi)?(set|map)|tuple|pair|variant|optional)<")


def refuse_arithmetic(cls: Any, name: str) -> None:
    """Have a new class of containers refuse operators in a sentence; with a NumPy array, NumPy calculates."""
    if _SEQUENCE.match(name):
        instead = "take np.asarray() of it"
    elif name.startswith("optional<"):
        instead = "take its value()"
    elif _OTHERS.match(name):
        instead = "take its elements"
    else:
        return
    for method, sign in _SIGNS.items():
        refuse = _refusing(sign, instead)
        setattr(cls, f"__{method}__", refuse)
        if method in _BINARY:
            setattr(cls, f"__r{method}__", refuse)


def _refusing(sign: str, instead: str) -> Callable[..., Any]:
    def refuse(self: Any, *other: Any) -> Any:
        if other and type(other[0]).__module__ == "numpy":
            return NotImplemented
        kinds = " and ".join(clean_name(getattr(type(value), "__cpp_name__", type(value).__name__)) for value in (self, *other))
        raise TypeError(f"C++ has no {sign} for {kinds}: {instead}")

    return refuse
