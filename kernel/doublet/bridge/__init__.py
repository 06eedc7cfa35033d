"""What crosses between Python and C++: a registry of converters, one small module a kind of object.

A converter takes a name and a Python object and returns the C++ declaration that makes the object known under
that name, or None to pass on to the next. To add a kind of object: write a module with a function decorated
with ``@converts(Type)`` and name the module in `MODULES`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from importlib import import_module
from numbers import Number
from typing import Any

from doublet.engine.binding import Binding
from doublet.engine.type_modules import type_modules
from doublet.errors import BridgeError

__all__ = ["MODULES", "bind", "converts", "crosses"]

MODULES = ("numbers", "strings", "arrays", "buffers", "sequences", "values", "instances", "functions", "histograms", "awkward_arrays", "arrow", "frames")
"""The modules of converters."""

DATACLASS = "dataclasses.dataclass"
"""The name by which a converter is registered for all dataclasses."""

Converter = Callable[[str, Any], Binding | None]
_converters: dict[type | str, Converter] = {}


def converts(*types: type | str, replace: bool = False) -> Callable[[Converter], Converter]:
    """Register a converter for these types and what derives from them.

    A type of a package that takes long to import, or may not be there, is given by its name, as in ``"package.module.Type"``,
    or, wherever in its package it is, ``"package.Type"``. With `replace`, there may be a converter already.
    """

    def register(converter: Converter) -> Converter:
        for kind in types:
            if kind in _converters and not replace:
                raise TypeError(f"{kind} has a converter already: {_converters[kind].__module__}")
            _converters[kind] = converter
        return converter

    return register


@cache
def _import_converters() -> None:
    for module in MODULES:
        import_module(f"{__name__}.{module}")


def bind(name: str, value: object) -> Binding:
    """The C++ declaration of a Python object; raises `BridgeError` if it does not cross."""
    _import_converters()
    for kind in type(value).__mro__:
        type_modules().load_for(kind.__module__.partition(".")[0])
        converter = _converter(kind)
        if converter is not None and (binding := converter(name, value)) is not None:
            return binding
    raise BridgeError(name, type(value).__name__, "C++ has no counterpart of it", _advice(value))


def _advice(value: object) -> str:
    if isinstance(value, Number):
        return "convert it with float() or int()"
    if isinstance(value, Iterable):
        return "make a list or an array of it"
    return "give what C++ needs of it a name of its own, or teach Doublet its type with doublet.register"


def crosses(value: object) -> bool:
    """Whether objects of this type can cross; nothing is asked of the object itself, which may still be refused."""
    _import_converters()
    kind = type(value)
    if any(hasattr(kind, protocol) for protocol in ("__dlpack__", "__array_interface__")):
        return True
    if kind is type:
        return "__dataclass_fields__" in vars(value)
    return any(_converter(of) is not None for of in kind.__mro__[:-1])


def _converter(kind: type) -> Converter | None:
    """What is registered for a type itself, or for one of its names."""
    package = kind.__module__.partition(".")[0]
    dataclass = (DATACLASS,) if "__dataclass_fields__" in vars(kind) else ()
    names = (kind, f"{kind.__module__}.{kind.__qualname__}", f"{package}.{kind.__qualname__}", *dataclass)
    return next((_converters[name] for name in names if name in _converters), None)
