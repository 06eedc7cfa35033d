"""Python objects that cross to C++ as somebody has registered: as the value of a C++ expression, or as another object."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from doublet.bridge import bind, converts
from doublet.cells.scanner import mask, unbalanced
from doublet.engine.binding import Binding
from doublet.engine.reasons import REGISTERED
from doublet.errors import BridgeError

__all__ = ["CppValue", "register_python"]


class CppValue:
    """What a C++ expression gives, in which names stand for Python's values: ``CppValue("Point(x, y)", x=1.0, y=2.0)``.

    The values cross as they do in cells. What the expression gives may refer to arrays and C++ objects among them, which
    are kept, but not to numbers, texts and lists, of which C++ has copies that are gone then.
    """

    def __init__(self, expression: str, **values: object) -> None:
        self.expression = expression
        self.values = values


Convert = Callable[[Any], object]


def register_python(kind: type | str, convert: Convert) -> None:
    """Have `convert` say what objects of a Python type, given as the type or by its full name, are in C++.

    It returns a `CppValue`, or an object that crosses to C++ by itself.
    """

    def converter(name: str, value: Any) -> Binding:
        own = type(value).__name__
        where = f"{convert.__module__}.{convert.__qualname__}"
        try:
            made = convert(value)
        except Exception as error:
            raise BridgeError(name, own, f"what is registered for it, {where}, fails: {type(error).__name__}: {error}") from error
        if made is value or (type(made) is type(value) and type(made) is not CppValue):
            raise BridgeError(name, own, f"what is registered for it, {where}, returns such an object again", "return a doublet.CppValue")
        try:
            return _composed(name, made, value, where) if isinstance(made, CppValue) else _instead(name, made, value)
        except BridgeError as error:
            raise BridgeError(name, own, f"what is registered for it, {where}, does not give what crosses: {error}") from None

    converts(kind, replace=True)(converter)


def _instead(name: str, made: object, value: object) -> Binding:
    binding = bind(name, made)
    return replace(binding, keeps=(binding.keeps, made), unchanged=_never, python=value)


def _composed(name: str, made: CppValue, value: object, where: str) -> Binding:
    masked, unclosed = mask(made.expression)
    if unclosed or unbalanced(masked):
        raise BridgeError(name, type(value).__name__, f"the brackets in '{made.expression}' do not match")
    parts = [bind(part, of) for part, of in made.values.items()]
    declarations = " ".join(part.declaration for part in parts)
    # What the compiler says of it is of no cell, but of what is registered.
    place = f'#line 1 "{REGISTERED}{type(value).__name__}, {where}"'
    text = f"{place}\nconst auto {name} = [] {{ {declarations} return\n{place}\n{made.expression}\n;}}();"
    return Binding(name, text, [part.keeps for part in parts], python=value)


def _never(_: object) -> bool:
    """An object that Python may have changed is converted for each cell that uses it."""
    return False
