"""Lists and tuples of numbers or of strings: C++ gets a constant ``std::vector``, a copy of what they hold now."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from doublet.bridge import converts
from doublet.engine.interpreter import Binding, interpreter

_ELEMENTS = ((bool, "bool"), (int, "long"), (float, "double"), (str, "std::string"))


@converts(list, tuple)
def sequence(name: str, value: Sequence[Any]) -> Binding | None:
    """Mixed ints and floats become doubles; other mixtures and empty sequences do not cross."""
    kinds = {type(v.item() if isinstance(v, np.generic) else v) for v in value}
    if kinds == {int, float}:
        kinds = {float}
    element = next((cpp for python, cpp in _ELEMENTS if kinds == {python}), None)
    if element is None:
        return None
    vector = interpreter().gbl.std.vector[element](list(value))
    return interpreter().reference(name, vector, content=tuple(value), const=True)
