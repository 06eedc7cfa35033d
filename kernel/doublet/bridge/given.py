"""What Python's objects are as arguments of C++ functions that Python calls, where cppyy itself would not know them: the same
as in cells.
"""

from __future__ import annotations

from types import BuiltinFunctionType, FunctionType, MethodType, NoneType
from typing import TYPE_CHECKING, Any

import numpy as np

from doublet.bridge import bind, crosses
from doublet.bridge.columns import name_of
from doublet.errors import BridgeError

if TYPE_CHECKING:
    from doublet.engine.interpreter import Interpreter

__all__ = ["give_instances"]

_CPPYYS = (list, tuple, str, bytes, int, float, complex, type, NoneType, FunctionType, BuiltinFunctionType, MethodType)
"""What cppyy itself knows."""

_NAME = "argument"
_TEXTS = "OUST"
"""Arrays whose elements are Python's objects or texts, by their kinds."""


def give_instances(engine: Interpreter) -> None:
    """Have functions and templates take what cells see."""
    engine.given.instance = _instance


def _instance(value: Any, wanted: Any) -> Any:
    """The C++ object for one of Python's, of a class that is wanted, or the object itself; raises `TypeError` with the reason if none can be made."""
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, _CPPYYS) or not crosses(value):
        return value
    if isinstance(value, np.ndarray) and value.dtype.kind in _TEXTS:
        return value.tolist()
    if hasattr(type(value), "__cast_cpp__") and type(value).__module__.partition(".")[0] != "awkward":  # whose own objects are others than in cells
        return value.__cast_cpp__()
    name = _NAME if wanted is None else name_of(wanted.__cpp_name__) or _NAME
    try:
        binding = bind(name, value)
    except BridgeError as error:
        advice = f"; {error.advice}" if error.advice else ""
        raise TypeError(f"{error.python_type} cannot be an argument of C++: {error.reason}{advice}") from None
    return value if binding.instance is None else binding.instance()
