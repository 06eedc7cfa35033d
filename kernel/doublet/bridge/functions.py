"""Python callables: C++ gets a ``std::function``.

Its types come from the annotations (``float``, ``int``, ``bool``, ``str``); what is not annotated is a double.
What it raises passes through C++, see ``include/doublet/exceptions.hpp``.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from types import BuiltinFunctionType, FunctionType, MethodType
from typing import Any

from doublet.bridge import converts
from doublet.engine.interpreter import Binding, interpreter

_TYPES = {float: "double", int: "long", bool: "bool", str: "std::string", None: "void"}


@converts(FunctionType, MethodType, BuiltinFunctionType)
def function(name: str, value: Callable[..., Any]) -> Binding | None:
    try:
        signature = inspect.signature(value, eval_str=True)
    except (TypeError, ValueError, NameError):
        return None
    positional = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    parameters = [p for p in signature.parameters.values() if p.default is inspect.Parameter.empty]
    if any(p.kind not in positional for p in parameters):
        return None
    types = [_TYPES.get(p.annotation, "double") for p in parameters]
    returned = _TYPES.get(signature.return_annotation, "double")
    callable_ = interpreter().gbl.std.function[f"{returned}({', '.join(types)})"](value)
    return interpreter().reference(name, callable_, content=value)
