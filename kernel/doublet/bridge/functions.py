"""Python callables: C++ gets a ``std::function``, or a ``doublet::callable`` where arguments have defaults.

Its types come from the annotations (``float``, ``int``, ``bool``, ``str``); what is not annotated is a double.
What it raises passes through C++, see ``include/doublet/exceptions.hpp``.
"""

from __future__ import annotations

import ctypes
import inspect
from collections.abc import Callable, Sequence
from functools import partial
from operator import index, is_
from types import BuiltinFunctionType, FunctionType, MethodType
from typing import Any, get_args

import numpy as np

from doublet.bridge import converts
from doublet.bridge.strings import encoded
from doublet.engine.binding import Binding
from doublet.engine.interpreter import interpreter
from doublet.errors import BridgeError

_TYPES = ((bool, "bool"), (np.bool_, "bool"), (int, "long"), (np.integer, "long"), (float, "double"), (np.floating, "double"), (str, "std::string"))
_PYTHON = {"bool": "bool", "long": "int", "double": "float", "std::string": "str"}
_POSITIONAL = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)

_kept: list[object] = []
"""All that C++ has been given: it may have stored a function for good, and cppyy forgets what only C++ holds."""


@converts(FunctionType, MethodType, BuiltinFunctionType)
def function(name: str, value: Callable[..., Any]) -> Binding | None:
    """Raises `BridgeError` for parameters that C++ cannot give."""
    try:
        signature = inspect.signature(value, eval_str=True)
    except (TypeError, ValueError, NameError):
        return None
    required = [p for p in signature.parameters.values() if p.default is inspect.Parameter.empty]
    if impossible := next((p for p in required if p.kind not in _POSITIONAL), None):
        raise BridgeError(name, "function", f"C++ cannot give its argument '{impossible}'", "wrap it in a function with plain arguments")
    given = [p for p in signature.parameters.values() if p.kind in _POSITIONAL]
    types = [_type_of(name, p.name, p.annotation) for p in given]
    returned = "void" if signature.return_annotation is None else _type_of(name, "return", signature.return_annotation)
    unchanged = partial(is_, value)
    functions = [_function(name, value, types[:n], returned) for n in range(len(required), len(given) + 1)]
    if len(functions) == 1 and "std::string" not in (*types, returned):
        return interpreter().reference(name, functions[0], content=value, unchanged=unchanged)
    signatures = [f"{returned}({', '.join(types[:n])})" for n in range(len(required), len(given) + 1)]
    made = ", ".join(map(_typed, signatures, functions))
    kind = f"std::function<{signatures[0]}>" if len(functions) == 1 else f"::doublet::callable<{', '.join(signatures)}>"
    return Binding(name, f"{kind} {name}{{{made}}};", functions, value, unchanged)


def _type_of(name: str, parameter: str, annotation: Any) -> str:
    """The C++ type for an annotation, which may be a union."""
    if annotation in (inspect.Parameter.empty, Any):
        return "double"
    for kind in get_args(annotation) or (annotation,):
        for python, cpp in _TYPES:
            if isinstance(kind, type) and issubclass(kind, python):
                return cpp
    shown = getattr(annotation, "__name__", str(annotation))
    reason = f"C++ has no counterpart of {shown}, as which its {'result' if parameter == 'return' else repr(parameter)} is annotated"
    raise BridgeError(name, "function", reason, "use float, int, bool or str")


def _function(name: str, value: Callable[..., Any], types: Sequence[str], returned: str) -> Any:
    """The ``std::function`` through which C++ calls Python; text takes the way that ``callable.hpp`` tells."""
    called = _checked(name, value, returned) if "std::string" not in (*types, returned) else _with_text(name, value, types, returned)
    crossing = ["long, long" if t == "std::string" else t for t in types]
    made = "void" if returned == "std::string" else returned
    crossing += ["long"] if returned == "std::string" else []
    result = interpreter().gbl.std.function[f"{made}({', '.join(crossing)})"](called)
    _kept.append((called, result))
    return result


def _typed(signature: str, function: Any) -> str:
    """An expression for the ``std::function`` of this signature."""
    kind, address = type(function).__cpp_name__, interpreter().cppyy.addressof(function)
    crossing = f"*reinterpret_cast<{kind}*>({address:#x}UL)"
    if "std::string" not in signature:
        return crossing
    return f"::doublet::detail::with_text({crossing}, std::add_pointer_t<{signature}>())"


def _checked(name: str, value: Callable[..., Any], returned: str) -> Callable[..., Any]:
    """The function, with a result that is sure to have the type that C++ expects."""
    exact = {"double": float, "long": None, "bool": bool}.get(returned)

    def called(*arguments: Any) -> Any:
        __tracebackhide__ = True
        result = value(*arguments)
        return result if type(result) is exact else _converted(name, result, returned)

    return called


def _converted(name: str, result: object, returned: str) -> Any:
    __tracebackhide__ = True
    try:
        match returned:
            case "void":
                return None
            case "double" if not isinstance(result, (str, bytes)):
                return float(result)  # type: ignore[arg-type]  # anything with __float__
            case "long" if -(2**63) <= index(result) < 2**63:  # type: ignore[arg-type]  # anything with __index__
                return index(result)  # type: ignore[arg-type]
            case "bool" if isinstance(result, (bool, np.bool_)):
                return bool(result)
            case "std::string" if isinstance(result, str):
                return encoded(name, result)
    except (TypeError, ValueError, OverflowError):
        pass
    expected = "None" if returned == "void" else _PYTHON[returned]
    shown = "" if result is None else f" ({type(result).__name__})"
    raise TypeError(
        f"the Python function '{name}' returned {result!r:.60}{shown}, but C++ expects {expected}; "
        "annotate what it returns, as in '-> None'"
    )


def _with_text(name: str, value: Callable[..., Any], types: Sequence[str], returned: str) -> Callable[..., Any]:
    """The function for arguments of which each text is a place and a size, and that writes its text to a place."""
    write = interpreter().gbl.doublet.detail.write_text

    def called(*crossing: Any) -> Any:
        __tracebackhide__ = True
        rest = iter(crossing)
        arguments = [
            ctypes.string_at(next(rest), next(rest)).decode("utf-8", "surrogateescape") if of == "std::string" else next(rest)
            for of in types
        ]
        result = _converted(name, value(*arguments), returned)
        if returned != "std::string":
            return result
        write(next(rest), result)
        return None

    return called
