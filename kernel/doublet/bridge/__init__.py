"""What crosses between Python and C++: a registry of converters, one small module a kind of object.

A converter takes a name and a Python object and returns the C++ declaration that makes the object known under
that name, or None to pass on to the next. To add a kind of object: write a module with a function decorated
with ``@converts(Type)`` and name the module in `MODULES`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from typing import Any

from doublet.engine.interpreter import Binding, Interpreter

__all__ = ["MODULES", "bind", "bindings", "converts"]

MODULES = ("numbers", "strings", "arrays", "sequences", "instances", "functions")
"""The modules of converters."""

Converter = Callable[[str, Any], Binding | None]
_converters: dict[type, Converter] = {}


def converts(*types: type) -> Callable[[Converter], Converter]:
    """Register a converter for these types and what derives from them."""

    def register(converter: Converter) -> Converter:
        for kind in types:
            if kind in _converters:
                raise TypeError(f"{kind.__name__} has a converter already: {_converters[kind].__module__}")
            _converters[kind] = converter
        return converter

    return register


def bind(name: str, value: object) -> Binding | None:
    """The C++ declaration of a Python object, or None if objects of its type do not cross.

    Raises `BridgeError` for an object of a type that crosses, but not in its present state.
    """
    if not _converters:
        for module in MODULES:
            import_module(f"{__name__}.{module}")
    for kind in type(value).__mro__:
        if kind in _converters and (binding := _converters[kind](name, value)) is not None:
            return binding
    return None


def bindings(
    interpreter: Interpreter, words: Iterable[str], names: Mapping[str, object], own: Iterable[str]
) -> dict[str, Binding]:
    """Bind what a cell names, Python has, and C++ does not: anew only if Python's object has changed."""
    found = {}
    for name in sorted(set(words) & names.keys() - set(own)):
        if name.startswith("_") or not (interpreter.is_python(name) or not interpreter.knows(name)):
            continue
        binding = bind(name, names[name])
        if binding is not None and not interpreter.is_bound(binding):
            found[name] = binding
    return found
