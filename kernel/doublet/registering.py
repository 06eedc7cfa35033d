"""`register`: how a library, or a notebook, teaches Doublet its types."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from doublet.bridge.registered import CppValue, register_python
from doublet.engine.interpreter import interpreter
from doublet.errors import CppUsageError

__all__ = ["CppValue", "register"]

_Registered = TypeVar("_Registered", bound=Callable[..., Any])


def register(cpp: str | None = None, *, python: type | str | None = None) -> Callable[[_Registered], _Registered]:
    """Teach Doublet a type; a decorator.

    With the name of a C++ class, or a pattern in which ``*`` stands for anything, it decorates a Python class whose
    members, with those of its bases, the C++ objects get: methods, properties, and what Python's protocols call::

        @doublet.register("fastjet::PseudoJet")
        class PseudoJet:
            def __repr__(self):                       # how an object looks; also _repr_html_ or another of IPython's
                return f"PseudoJet(pt={self.pt():.4g})"
            def __array__(self, dtype=None, copy=None): ...    # what NumPy sees
            def __reduce_ex__(self, protocol): ...    # pickling; __len__, __iter__, __eq__ ... in the same way
            @classmethod
            def from_python(cls, value):              # what an object is made of, also where C++ takes one as argument:
                return value.px, value.py, value.pz, value.E    # the constructor's arguments, an object, or NotImplemented

    With a Python class, itself or by name, it decorates a function that says what its objects are in C++ cells::

        @doublet.register(python="vector.MomentumObject4D")
        def pseudojet(value):
            return doublet.CppValue("fastjet::PseudoJet(px, py, pz, E)", px=value.px, py=value.py, pz=value.pz, E=value.E)

    It holds for the classes that are there and those to come. Registering again for the same name replaces what was there.
    Classes have the names that C++ has after all aliases are resolved, as ``type(x).__cpp_name__`` says.
    Raises `CppUsageError` for what is no class's name.
    """
    if (cpp is None) == (python is None):
        raise CppUsageError("doublet.register needs the name of a C++ class, or python= with a Python class", "give one of them")

    def registered(what: _Registered) -> _Registered:
        if cpp is not None:
            if not isinstance(what, type):
                raise CppUsageError(
                    f"what is registered for the C++ class '{cpp}' has to be a Python class", "decorate a class that has the members to be added"
                )
            interpreter().behaviours.register(cpp, what)
        else:
            assert python is not None
            if isinstance(what, type) or not callable(what):
                raise CppUsageError(
                    f"what is registered for the Python class '{getattr(python, '__name__', python)}' has to be a function",
                    "decorate one that takes an object and returns a doublet.CppValue",
                )
            register_python(python, what)
        return what

    return registered
