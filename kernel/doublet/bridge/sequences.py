"""Lists and tuples of numbers or of strings: C++ gets a constant ``std::vector``, a copy of what they hold now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from operator import is_
from typing import TYPE_CHECKING, Any

import numpy as np

from doublet.bridge import converts
from doublet.bridge.strings import encoded
from doublet.engine.interpreter import interpreter
from doublet.errors import BridgeError

if TYPE_CHECKING:
    from doublet.engine.binding import Binding

_ELEMENTS = {bool: "bool", int: "long", float: "double"}
_STORED = {"bool": "?", "long": "i8", "unsigned long": "u8", "double": "f8"}
_LIMIT = 2**63


@converts(list, tuple)
def sequence(name: str, value: Sequence[Any]) -> Binding:
    """Mixed ints and floats become doubles; other mixtures and empty sequences do not cross."""
    kind = type(value).__name__
    plain = [v.item() if isinstance(v, np.generic) else v for v in value]
    kinds = {next((base for base in (bool, int, float, str) if isinstance(v, base)), type(v)) for v in plain}
    if kinds == {int, float}:
        kinds = {float}
    if not kinds:
        raise BridgeError(name, kind, "it is empty, so nothing tells the type of its elements", "use np.array([], float)")
    if len(kinds) > 1:
        mixed = ", ".join(sorted(k.__name__ for k in kinds))
        raise BridgeError(name, kind, f"its elements are of several types: {mixed}", "convert them to one")
    (of,) = kinds
    if of is str:
        texts = [encoded(name, text) for text in plain]
        vector = interpreter().gbl.std.vector["std::string"](texts)
        return _constant(name, value, vector, tuple(texts))
    if of not in _ELEMENTS:
        raise BridgeError(name, kind, f"C++ has no counterpart of its elements, which are {of.__name__}")
    element = _ELEMENTS[of]
    if of is int and not all(-_LIMIT <= number < _LIMIT for number in plain):
        if not all(0 <= number < 2 * _LIMIT for number in plain):
            raise BridgeError(name, kind, "not all of its elements fit into 64 bits", "use floats")
        element = "unsigned long"
    numbers = np.array([_real(name, kind, v) for v in plain] if of is float else plain, _STORED[element])
    vector = interpreter().gbl.std.vector[element](numbers.tolist())
    return _constant(name, value, vector, (element, numbers.tobytes()))


def _real(name: str, kind: str, number: float) -> float:
    try:
        converted = float(number)
    except OverflowError:
        converted = 0.0
    if isinstance(number, int) and converted != number:
        raise BridgeError(name, kind, f"{number!r:.40} would be rounded among floats", "convert it with float()")
    return converted


def _constant(name: str, value: Sequence[Any], vector: object, content: object) -> Binding:
    held = tuple(value)
    binding = interpreter().reference(name, vector, content, const=True, unchanged=partial(_holds, held, value))
    return replace(binding, python=value)


def _holds(held: tuple[Any, ...], known: Sequence[Any], value: object) -> bool:
    """Whether a list is the one that was copied, and holds the very same objects."""
    return value is known and len(held) == len(known) and all(map(is_, held, known))
