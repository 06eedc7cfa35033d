"""What crosses between Python and C++: a registry of converters, one small module a kind of object.

A converter takes a name and a Python object and returns the C++ declaration that makes the object known under
that name, or None to pass on to the next. To add a kind of object: write a module with a function decorated
with ``@converts(Type)`` and name the module in `MODULES`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import Any

from doublet.engine.binding import Binding
from doublet.errors import BridgeError

__all__ = ["MODULES", "bind", "converts"]

MODULES = ("numbers", "strings", "arrays", "sequences", "instances", "functions", "awkward_arrays", "arrow", "frames")
"""The modules of converters."""

Converter = Callable[[str, Any], Binding | None]
_converters: dict[type | str, Converter] = {}


def converts(*types: type | str) -> Callable[[Converter], Converter]:
    """Register a converter for these types and what derives from them.

    A type of a package that may not be imported, or not even be there, is named, as in ``"awkward.Array"``: by the name of
    the package and its own.
    """

    def register(converter: Converter) -> Converter:
        for kind in types:
            if kind in _converters:
                raise TypeError(f"{kind} has a converter already: {_converters[kind].__module__}")
            _converters[kind] = converter
        return converter

    return register


@cache
def _load() -> None:
    for module in MODULES:
        import_module(f"{__name__}.{module}")


def bind(name: str, value: object) -> Binding:
    """The C++ declaration of a Python object; raises `BridgeError` if it does not cross."""
    _load()
    for kind in type(value).__mro__:
        converter = _converters.get(kind) or _converters.get(f"{kind.__module__.partition('.')[0]}.{kind.__qualname__}")
        if converter is not None and (binding := converter(name, value)) is not None:
            return binding
    raise BridgeError(name, type(value).__name__, "C++ has no counterpart of it")
