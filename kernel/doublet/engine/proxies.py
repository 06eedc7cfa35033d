"""C++ classes, objects and functions as cppyy has them in Python."""

from __future__ import annotations

from typing import Any

from doublet.engine.interpreter import interpreter

__all__ = ["class_named", "class_of", "class_type", "function_type", "instance_type", "object_at", "size_of", "template_type"]


def instance_type() -> type:
    """The Python class that all C++ objects derive from."""
    return _type("CPPInstance")


def class_type() -> type:
    """The Python class of C++ classes and namespaces."""
    return _type("CPPScope")


def function_type() -> type:
    """The Python class of C++ functions."""
    return _type("CPPOverload")


def template_type() -> type:
    """The Python class of C++ function templates."""
    return _type("TemplateProxy")


def class_named(name: str) -> Any:
    """The class that has this full name in C++; raises `TypeError` if there is none."""
    return interpreter().cppyy._backend.CreateScopeProxy(name)


def class_of(name: str) -> Any:
    """The class that has this full name in C++; None if there is none."""
    try:
        with interpreter().streams.captured():
            return class_named(name)
    except TypeError:
        return None


def size_of(name: str) -> int | None:
    """How many bytes a C++ type takes; None if it cannot be named."""
    try:
        return int(interpreter().cppyy.sizeof(name)) or None
    except (TypeError, AttributeError):
        return None


def object_at(address: int, name: str, keeps: object) -> Any:
    """The object of a class at an address, which keeps whatever has the memory; C++ does not destroy it."""
    found = interpreter().cppyy.bind_object(address, class_named(name))
    found.__doublet_elements__ = keeps
    return found


def _type(name: str) -> type:
    interpreter()
    import libcppyy  # after the toolchain has been set up

    found: type = getattr(libcppyy, name)
    return found
