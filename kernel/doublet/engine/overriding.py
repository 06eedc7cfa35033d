"""Python classes that override virtual functions of C++ classes: ``super().f()`` calls the function that is overridden.

What cppyy finds under ``super()`` would call the override again, for it calls a virtual function as C++ does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import count
from types import FunctionType
from typing import Any

from doublet.engine.names import clean_name
from doublet.engine.transaction import Transaction

__all__ = ["Overriding"]

_CROSS = "__cppyy_internal::"
"""Where the C++ classes are that stand for Python's."""
_VIRTUAL, _PURE, _PUBLIC, _PROTECTED = 0x80, 0x100, 0x200, 0x400
"""``kIsVirtual``, ``kIsPureVirtual``, ``kIsPublic`` and ``kIsProtected`` of ROOT's ``EProperty``."""


class Overriding:
    """`compile_` compiles a transaction, after a rehearsal if told so."""

    def __init__(self, cppyy: Any, compile_: Callable[[Transaction, bool], None]) -> None:
        self._cppyy = cppyy
        self._compile = compile_
        self._numbers = count(1)

    def watch(self, cls: Any) -> None:
        """Have the functions of a C++ class be found by ``super()`` as soon as a Python class overrides them."""

        def derived(sub: Any, /, **options: Any) -> None:
            super(cls, sub).__init_subclass__(**options)
            names = [name for name, member in vars(sub).items() if isinstance(member, FunctionType) and not name.startswith("__")]
            for base in sub.__mro__[1:] if names else ():
                if not getattr(base, "__cpp_name__", _CROSS).startswith(_CROSS):
                    self._give(base, names)

        cls.__init_subclass__ = classmethod(derived)

    def _give(self, base: Any, names: Iterable[str]) -> None:
        virtual = {str(method.GetName()) for method in self._methods(base) if method.Property() & _VIRTUAL}
        for name in virtual.intersection(names):
            found = vars(base).get(name)
            if found is None or type(found).__name__ == "CPPOverload":  # cppyy has no protected ones
                setattr(base, name, _Overridden(found, base, name, self._of_base))

    def _of_base(self, base: Any, name: str) -> Any:
        """Functions that take an object and call the base's own; None if there is none that could be called."""
        own = f"__doublet_base_{next(self._numbers)}"
        functions = " ".join(self._calls(base, name))
        text = f"namespace {own} {{ struct call : ::{base.__cpp_name__} {{ {functions} }}; }}\n"
        self._compile(Transaction(text, is_running=False), True)
        return getattr(getattr(getattr(self._cppyy.gbl, own, None), "call", None), f"doublet_{name}", None)

    def _methods(self, base: Any) -> Iterator[Any]:
        """The functions of a class that one deriving from it may call."""
        described = self._cppyy.gbl.CppyyLegacy.TClass.GetClass(base.__cpp_name__)
        return (method for method in (described.GetListOfMethods() if described else ()) if method.Property() & (_PUBLIC | _PROTECTED))

    def _calls(self, base: Any, name: str) -> Iterator[str]:
        of = base.__cpp_name__
        for method in self._methods(base):
            if str(method.GetName()) != name or method.Property() & _PURE:
                continue
            parameters, values = [], []
            for number, argument in enumerate(method.GetListOfMethodArgs()):
                kind, default = str(argument.GetFullTypeName()), str(argument.GetDefault() or "")
                parameter = str(argument.GetName() or f"argument{number}")
                parameters.append(f", {kind} {parameter}" + (f" = {default}" if default else ""))
                values.append(f"std::forward<{kind}>({parameter})")
            call = f"static_cast<call&>(doublet_self).{of.rpartition('::')[2]}::{name}({', '.join(values)})"
            yield f"static {method.GetReturnTypeName()} doublet_{name}(::{of}& doublet_self{''.join(parameters)}) {{ return {call}; }}"


class _Overridden:
    """A function of a C++ class that a Python class overrides. Of an object of such a class, it is the class's own."""

    def __init__(self, original: Any, base: Any, name: str, compiled: Callable[[Any, str], Any]) -> None:
        self._original = original
        self._base = base
        self._name = name
        self._compiled = compiled
        self._own: Any = None
        self.__doc__: str | None = getattr(original, "__doc__", None)

    def __get__(self, instance: Any, owner: Any) -> Any:
        if instance is None or not type(instance).__cpp_name__.startswith(_CROSS):
            if self._original is None:
                raise AttributeError(f"'{self._name}' is a protected function of {clean_name(self._base.__cpp_name__)}")
            return self._original.__get__(instance, owner)

        def call(*values: Any, **named: Any) -> Any:
            return self._called(instance, *values, **named)

        call.__name__, call.__doc__ = self._name, self.__doc__
        return call

    def __call__(self, instance: Any, *values: Any, **named: Any) -> Any:
        return self.__get__(instance, type(instance))(*values, **named)

    def _called(self, instance: Any, *values: Any, **named: Any) -> Any:
        if self._own is None:
            self._own = self._compiled(self._base, self._name)
        if self._own is None:
            raise TypeError(f"C++ has no {clean_name(self._base.__cpp_name__)}::{self._name} that could be called: it is pure virtual, or private")
        return self._own(instance, *values, **named)
