"""What ``inspect.signature`` says of C++ functions: the names, types and defaults of their parameters.

cppyy's functions are of a class without attributes of its own, so this one is put into the class itself.
"""

from __future__ import annotations

import ast
import ctypes
import gc
import inspect
from keyword import iskeyword
from typing import Any

from doublet.cells.heads import Head, Parameter, read_head

__all__ = ["give_signatures", "heads_of", "signature_of"]

_PYTHON = {
    **dict.fromkeys(("float", "double", "long double"), float),
    **dict.fromkeys(("short", "int", "long", "long long", "std::size_t", "size_t", "unsigned"), int),
    **dict.fromkeys(("unsigned short", "unsigned int", "unsigned long", "unsigned long long"), int),
    "bool": bool,
    **dict.fromkeys(("std::string", "std::string_view", "const char*", "const char *"), str),
    "void": None,
}
_LITERALS = {"true": True, "false": False, "nullptr": None}


class _Default:
    """A default argument that Python has no value of: it looks as C++ writes it."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __repr__(self) -> str:
        return self._text


class _Signature:
    """The attribute: of a function with one definition, for it and no other has one signature."""

    def __get__(self, function: Any, _: type) -> inspect.Signature:
        found = heads_of(function) if function is not None else []
        signature = signature_of(found[0]) if len(found) == 1 else None
        if signature is None:
            raise AttributeError("__signature__")
        return signature


def give_signatures(*kinds: type) -> None:
    """Have functions of these classes, which may be built in, tell their signature."""
    for kind in kinds:
        (namespace,) = (of for of in gc.get_referents(kind.__dict__) if isinstance(of, dict))
        namespace["__signature__"] = _Signature()
        ctypes.pythonapi.PyType_Modified(ctypes.py_object(kind))


def heads_of(function: Any) -> list[Head]:
    """What the overloads of a C++ function, or a template, take and return, as its documentation lists them."""
    listed = (function.__doc__ or "").lstrip().partition("\n\n")[0].splitlines()
    return [head for line in listed if (head := read_head(line)) is not None]


def signature_of(head: Head) -> inspect.Signature | None:
    """The signature for Python; None if a parameter has no name that Python can use."""
    by_place = max((number for number, one in enumerate(head.parameters) if not _is_usable(one.name)), default=-1)
    parameters = [_parameter(number, one, by_place=number <= by_place) for number, one in enumerate(head.parameters)]
    try:
        return inspect.Signature(parameters, return_annotation=_annotation(head.returns))
    except ValueError:  # such as two of the same name
        return None


def _parameter(number: int, parameter: Parameter, *, by_place: bool) -> inspect.Parameter:
    """One before another that has no name, or is called like a word of Python, can only be given by its place."""
    is_pack = "..." in parameter.type or "..." in parameter.name
    kind = inspect.Parameter.POSITIONAL_ONLY if by_place else inspect.Parameter.POSITIONAL_OR_KEYWORD
    default = _default(parameter.default) if parameter.default else inspect.Parameter.empty
    name = parameter.name if _is_usable(parameter.name) else f"argument{number + 1}"
    return inspect.Parameter(name, inspect.Parameter.VAR_POSITIONAL if is_pack else kind, default=default, annotation=_annotation(parameter.type))


def _is_usable(name: str) -> bool:
    return name.isidentifier() and not iskeyword(name)


def _annotation(kind: str) -> Any:
    """The Python type that has the values of a C++ type, else the name of that."""
    value = kind.removeprefix("const ").removesuffix("&").strip() if kind.startswith("const ") and kind.endswith("&") else kind
    if kind in ("auto", ""):
        return inspect.Parameter.empty
    return _PYTHON.get(kind, _PYTHON.get(value, kind))


def _default(text: str) -> Any:
    if text in _LITERALS:
        return _LITERALS[text]
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return _Default(text)
