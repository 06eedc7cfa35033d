"""Python callables: C++ gets a ``std::function``, or a ``doublet::callable`` where arguments have defaults.

Its types come from the annotations (``float``, ``int``, ``bool``, ``str``, C++ classes such as ``cpp.Muon``); what is not
annotated is a double.
What it raises passes through C++, see ``include/doublet/exceptions.hpp``.
"""

from __future__ import annotations

import ctypes
import inspect
from collections.abc import Callable, Sequence
from functools import partial
from operator import is_
from types import BuiltinFunctionType, FunctionType, MethodType, UnionType
from typing import Any, Union, get_args, get_origin
from weakref import WeakKeyDictionary

import numpy as np

from doublet.bridge import converts
from doublet.bridge.strings import encoded
from doublet.engine.binding import Binding
from doublet.engine.elements import DTYPES
from doublet.engine.interpreter import interpreter
from doublet.engine.proxies import class_type
from doublet.errors import BridgeError

_TYPES = ((bool, "bool"), (int, "long"), (float, "double"), (str, "std::string"))
_NUMPY: dict[Any, str] = {np.dtype(of).type: cpp for cpp, of in DTYPES.items() if not cpp.startswith(("std::complex", "long long", "unsigned long long"))}
_POSITIONAL = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)

_kept: list[object] = []
"""All that C++ has been given: it may have stored a function for good, and cppyy forgets what only C++ holds."""

_with_texts: WeakKeyDictionary[Callable[..., Any], dict[str, Any]] = WeakKeyDictionary()
"""The functions that take or give text, as which C++ knows those of Python's, by their types."""


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
    taken = [types[:n] for n in range(len(required), len(given) + 1)]
    signatures = [f"{returned}({', '.join(some)})" for some in taken]
    kind = f"std::function<{signatures[0]}>" if len(taken) == 1 else f"::doublet::callable<{', '.join(signatures)}>"
    annotation = "" if signature.return_annotation in (inspect.Parameter.empty, Any) else inspect.formatannotation(signature.return_annotation)
    made = ", ".join(_made(name, value, some, returned, annotation) for some in taken)
    return Binding(name, f"{kind} {name}{{{made}}};", None, value, partial(is_, value))


def _type_of(name: str, parameter: str, annotation: Any) -> str:
    """The C++ type for an annotation, which may be a union."""
    if annotation in (inspect.Parameter.empty, Any):
        return "double"
    is_union = get_origin(annotation) in (Union, UnionType)
    for kind in get_args(annotation) if is_union else (annotation,):
        if not isinstance(kind, type):
            continue
        if issubclass(kind, np.generic) and kind in _NUMPY:
            return _NUMPY[kind]
        for python, cpp in _TYPES:
            if issubclass(kind, python):
                return cpp
        if isinstance(kind, class_type()):
            own: str = kind.__cpp_name__  # type: ignore[attr-defined] # cppyy
            return own if parameter == "return" else f"const {own}&"
    shown = annotation.__name__ if isinstance(annotation, type) else str(annotation)
    reason = f"C++ has no counterpart of {shown}, as which its {'result' if parameter == 'return' else repr(parameter)} is annotated"
    raise BridgeError(name, "function", reason, "use float, int, bool, str or a C++ class")


def _made(name: str, value: Callable[..., Any], types: Sequence[str], returned: str, annotation: str) -> str:
    """An expression that makes the ``std::function`` for these arguments; text crosses as ``callable.hpp`` tells."""
    if isinstance(value, BuiltinFunctionType):  # whose own errors have no traceback, as if they were about the result
        return _pointer(value, returned, types)
    if "std::string" not in (*types, returned):
        return f'::doublet::detail::named({_pointer(value, returned, types)}, "{name}", "{annotation}")'
    called = _with_text(name, value, types, returned)
    crossing = ["long, long" if of == "std::string" else of for of in types]
    crossing += ["long"] if returned == "std::string" else []
    pointer = _pointer(called, "void" if returned == "std::string" else returned, crossing)
    return f'::doublet::detail::with_text({pointer}, "{name}", "{annotation}", std::add_pointer_t<{returned}({", ".join(types)})>())'


def function_with_text(value: Callable[..., Any], kind: str, returned: str, types: Sequence[str]) -> Any:
    """The ``std::function`` of a type for a function of Python's that C++ calls with text, or that gives it some."""
    known = _with_texts.setdefault(value, {})
    if kind not in known:
        plain = ["std::string" if of.removeprefix("const ").rstrip("& ") == "std::string" else of for of in types]
        known[kind] = interpreter().evaluate(f"{kind}{{{_made(getattr(value, '__name__', 'function'), value, plain, returned, '')}}}")
    return known[kind]


def _pointer(value: Callable[..., Any], returned: str, types: Sequence[str]) -> str:
    """The C++ function that calls a Python one, as cppyy makes it where C++ takes a pointer to a function."""
    _kept.append(value)
    arguments = ", ".join(types)
    address = interpreter().callables.place(value, f"{returned}({arguments})")
    return f"reinterpret_cast<{returned} (*)({arguments})>({address:#x}UL)"


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
        result = value(*arguments)
        if returned != "std::string":
            return result
        if not isinstance(result, str):
            raise TypeError(f"the Python function '{name}' returned {result!r:.60}, but C++ expects str")
        write(next(rest), encoded(name, result))
        return None

    return called
