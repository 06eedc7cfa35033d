"""What Python's objects are as arguments of C++ functions that Python calls, where cppyy itself would not know them: the same
as in cells.
"""

from __future__ import annotations

import re
from types import NoneType
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np

from doublet.bridge import bind, crosses
from doublet.bridge.columns import name_of
from doublet.bridge.functions import function, function_with_text
from doublet.engine.interpreter import interpreter
from doublet.engine.proxies import function_type
from doublet.engine.values import Foreign
from doublet.errors import BridgeError, CppCompileError

__all__ = ["instance"]

_CPPYYS = (list, tuple, str, bytes, int, float, complex, type, NoneType)
"""What cppyy itself knows."""

_NAME = "argument"
_POINTER = re.compile(r"(?P<returns>[^*]*?) ?\(\*\)(?P<arguments>\(.*\))")
_DECLARED = re.compile(r"std::function<(.*)> argument\{")
_objects: WeakKeyDictionary[Foreign, Any] = WeakKeyDictionary()
"""The functions that have been made of C++ lambdas."""
_TEXTS = "OUST"
"""Arrays whose elements are Python's objects or texts, by their kinds."""


def instance(value: Any, wanted: Any) -> Any:
    """The C++ object for one of Python's, of a class that is wanted, or the object itself; raises `TypeError` with the reason if none can be made."""
    if isinstance(value, (np.bool_, np.number)) and not isinstance(value, np.timedelta64):
        return value.item()
    if isinstance(value, function_type()):
        return _as_function(value)
    if isinstance(value, Foreign):
        return _as_object(value)
    if isinstance(value, _CPPYYS):
        return value
    if callable(value) and not hasattr(type(value), "__cast_cpp__"):
        return _called(value)
    if not crosses(value):
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


def _as_function(called: Any) -> Any:
    """The ``std::function`` for a C++ function; itself if it has several definitions, among which C++ has to choose."""
    found = _POINTER.fullmatch(called.__cpp_name__)
    return called if found is None else _function(f"{found[1]}{found[2]}", called)


def _called(called: Any) -> Any:
    """The ``std::function`` for what Python can call, typed by its annotations as in cells; itself if its arguments cannot be told."""
    if isinstance(called, np.ufunc):
        return _function(f"double({', '.join(['double'] * called.nin)})", called)
    try:
        binding = function(_NAME, called)
    except BridgeError:
        return called
    found = _DECLARED.match(binding.declaration) if binding else None
    if found is None:
        return called
    if "string" in found[1]:
        returned, _, types = found[1].partition("(")
        return function_with_text(called, f"std::function<{found[1]}>", returned, types.removesuffix(")").split(", "))
    return _function(found[1], called)


def _function(signature: str, called: Any) -> Any:
    return interpreter().callables.owned(called, signature)


def _as_object(called: Foreign) -> Any:
    """The ``std::function`` for a lambda; the lambda itself if its arguments can be of several types."""
    if called not in _objects:
        try:
            _objects[called] = interpreter().evaluate(f"std::function{{{called.origin.name}}}")
        except CppCompileError:
            return called
    return _objects[called]
