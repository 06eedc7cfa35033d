"""Lists: C++ gets a constant ``std::vector``, a copy of what they hold now; of other things than numbers and text by `values`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from operator import is_
from typing import TYPE_CHECKING, Any

import numpy as np

from doublet.bridge import converts
from doublet.bridge.strings import encoded
from doublet.bridge.values import copied
from doublet.engine.interpreter import interpreter
from doublet.errors import BridgeError

if TYPE_CHECKING:
    from doublet.engine.binding import Binding

_LIMIT = 2**63
_BASES = (bool, int, float, str)
_ELEMENTS = {bool: ("bool", "?"), int: ("long", "i8"), float: ("double", "f8")}


@converts(list)
def sequence(name: str, value: Sequence[Any]) -> Binding | None:
    """Mixed ints and floats become doubles; other mixtures and empty sequences do not cross."""
    kind = type(value).__name__
    types = set(map(type, value))
    plain = value
    if any(issubclass(of, np.generic) for of in types):
        plain = [v.item() if isinstance(v, np.generic) else v for v in value]
        types = set(map(type, plain))
    kinds = {next((base for base in _BASES if issubclass(of, base)), of) for of in types}
    if not kinds:
        raise BridgeError(name, kind, "it is empty, so nothing tells the type of its elements", "use np.array([], float)")
    if not kinds <= set(_BASES):
        return copied(name, value)
    if kinds == {int, float}:
        plain = [_real(name, kind, v) if isinstance(v, int) else v for v in plain]
        kinds = {float}
    if len(kinds) > 1:
        mixed = ", ".join(sorted(k.__name__ for k in kinds))
        raise BridgeError(name, kind, f"its elements are of several types: {mixed}", "convert them to one")
    (of,) = kinds
    if of is str:
        texts = [encoded(name, text) for text in plain]
        return _constant(name, value, interpreter().gbl.std.vector["std::string"](texts), tuple(texts))
    element, stored = _ELEMENTS[of]
    if of is int and max(plain) >= _LIMIT:
        element, stored = "unsigned long", "u8"
    try:
        numbers = np.array(plain, stored)
    except OverflowError:
        raise BridgeError(name, kind, "not all of its elements fit into 64 bits", "use floats") from None
    return _constant(name, value, interpreter().gbl.std.vector[element](numbers), (element, numbers.tobytes()))


def _real(name: str, kind: str, number: int) -> float:
    try:
        converted = float(number)
    except OverflowError:
        converted = 0.0
    if converted != number:
        raise BridgeError(name, kind, f"{number!r:.40} would be rounded among floats", "convert it with float()")
    return converted


def _constant(name: str, value: Sequence[Any], vector: object, content: object) -> Binding:
    held = tuple(value)
    binding = interpreter().reference(name, vector, content, const=True, unchanged=partial(_holds, held, value))
    return replace(binding, python=value)


def _holds(held: tuple[Any, ...], known: Sequence[Any], value: object) -> bool:
    """Whether a list is the one that was copied, and holds the very same objects."""
    return value is known and len(held) == len(known) and all(map(is_, held, known))
