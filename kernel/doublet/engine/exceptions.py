"""C++ exceptions in Python, where they are caught by the name of their C++ class, and Python ones that have been in C++.

An exception of a class derived from ``std::exception`` is an object of that class as ``cpp`` names it, and has its
members. Any other, such as a number, is a `CppException` of a class made for it. All of them are `CppException`.
"""

from __future__ import annotations

import ctypes
import os
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from doublet.engine.names import clean_name
from doublet.errors import CppException

if TYPE_CHECKING:
    from doublet.engine.behaviours import Behaviours

__all__ = ["Exceptions"]

_TELL = ctypes.CFUNCTYPE(None, ctypes.c_char_p, ctypes.c_char_p)
_TELL_CLASS = ctypes.CFUNCTYPE(None, ctypes.c_char_p, ctypes.c_void_p)
_CRASHED = "doublet::detail::Crashed"
_UNKNOWN = ("unknown C++ exception", "")


class _Thrown(CppException):
    """What exceptions of C++ classes have in Python beside what they have in C++."""

    def __init__(self, *args: object) -> None:
        """Take what the constructors of the C++ class take, and have the class show its full name."""
        kind = type(self)
        if "__cpp_name__" in vars(kind):
            kind.__name__ = kind.__qualname__ = clean_name(kind.__cpp_name__)  # type: ignore[attr-defined]
        if not hasattr(self, "what"):  # cppyy goes on without a C++ object
            raise TypeError(f"no constructor of {kind.__name__} takes {args!r:.80}")

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.__module__ = "cpp"

    def __getattribute__(self, name: str) -> Any:
        # cppyy asks the C++ object first, which has a __class__ and a __reduce_ex__ of its own.
        special = name.startswith("__") and hasattr(BaseException, name)
        return BaseException.__getattribute__(self, name) if special else super().__getattribute__(name)

    def __setattr__(self, name: str, value: object) -> None:
        slot: Any = getattr(BaseException, name, None)
        if hasattr(slot, "__set__"):  # cppyy would set __traceback__ of the C++ object
            slot.__set__(self, value)
        else:
            super().__setattr__(name, value)

    @property
    def chain(self) -> tuple[tuple[str, str], ...]:  # type: ignore[override] # for one that Python has made
        return ((type(self).__name__, self.what()),)


class Exceptions:
    """Makes the Python exception of a C++ one."""

    def __init__(self, cppyy: Any, library: ctypes.CDLL, crash: Callable[[], BaseException], behaviours: Behaviours) -> None:
        import libcppyy  # after the toolchain has been set up

        self._cppyy = cppyy
        self._crash = crash
        self._behaviours = behaviours
        root = cppyy.gbl.std.exception
        root.__bases__ = (_Thrown, *root.__bases__)
        self._mend_templates(vars(root)["__underlying"])
        addresses, self._made = (ctypes.c_void_p * 3)(), self.of
        library.doublet_exceptions(
            os.fsencode(libcppyy.__file__), ctypes.c_void_p(id(self._made)), ctypes.cast(addresses, ctypes.c_void_p)
        )
        describe, classes, escaped = (address or 0 for address in addresses)
        self._describe = ctypes.PYFUNCTYPE(None, ctypes.c_void_p, _TELL)(describe)
        self._classes = ctypes.PYFUNCTYPE(None, ctypes.c_void_p, _TELL_CLASS)(classes)
        self.escaped: Callable[[], BaseException] = ctypes.PYFUNCTYPE(ctypes.py_object)(escaped)
        """Gives what the cell that has just been run has thrown."""

    def _mend_templates(self, root: type) -> None:
        """Have ``cpp.Error['int']`` be the class that is caught, as ``cpp.Error`` is of one that is no template."""
        from cppyy._cpython_cppyy import Template

        original = Template.__getitem__

        def instantiate(template: Any, *arguments: Any) -> Any:
            found = original(template, *arguments)
            is_exception = isinstance(found, type) and issubclass(found, root)
            return (self._class(found.__cpp_name__) or found) if is_exception else found

        Template.__getitem__ = instantiate

    def of(self, pointer: int) -> BaseException:
        """The Python exception for the ``std::exception_ptr`` at an address."""
        chain: list[tuple[str, str]] = []

        def tell(kind: bytes, what: bytes) -> None:
            name, text = clean_name(kind.decode(errors="replace")), what.decode(errors="replace")
            if name == "doublet::detail::PythonError":
                name, _, text = text.partition(": ")
            chain.append((name, text))

        self._describe(pointer, _TELL(tell))
        known: list[tuple[str, int]] = []
        self._classes(pointer, _TELL_CLASS(lambda kind, at: known.append((kind.decode(errors="replace"), at))))
        if chain[:1] == [(_CRASHED, "")]:
            return self._crash()
        chain = chain or [_UNKNOWN]
        for name, address in known:
            kind = self._class(name)
            if kind is None:
                continue
            try:
                error: CppException = kind(self._cppyy.bind_object(address, vars(kind)["__underlying"]))
            except TypeError:  # it cannot be copied
                continue
            if kind.__name__ != chain[0][0]:  # Python has only a base of it, not a class inside a function
                error = type(chain[0][0], (kind,), {})(error)
            error.chain = tuple(chain)
            return error
        return CppException.of([(chain[0][0], self._said(pointer, chain[0])), *chain[1:]])

    def _said(self, pointer: int, thrown: tuple[str, str]) -> str:
        """What an exception says: of a class that is no ``std::exception``, what somebody has registered for it as ``what``."""
        name, text = thrown
        address = ctypes.c_void_p.from_address(pointer).value  # what an exception_ptr of libstdc++ is
        if text or not address or not name.isascii() or not re.fullmatch(r"[A-Za-z_][\w:]*(<.*>)?", name):
            return text
        try:
            kind = self._cppyy._backend.CreateScopeProxy(name)
            what = self._behaviours.member(kind, "what")
            return text if what is None else str(what(self._cppyy.bind_object(address, kind)))
        except (TypeError, AttributeError):  # a number, or a class that Python cannot have
            return text

    def _class(self, name: str) -> Any:
        """The class of exceptions of this name, if Python can have one."""
        if name.startswith("std::_Nested_exception<") or "(" in name:
            return None  # what throw_with_nested makes has what the user named as its base; a function has locals
        scope: Any = self._cppyy.gbl
        for part in _parts(name):
            scope = getattr(scope, part, None)
        return scope if isinstance(scope, type) and issubclass(scope, _Thrown) else None


def _parts(name: str) -> list[str]:
    """Take a qualified name apart, but not the arguments of a template."""
    parts, depth = [""], 0
    for piece in re.split(r"(::|[<>])", name):
        depth += (piece == "<") - (piece == ">")
        if piece == "::" and not depth:
            parts.append("")
        else:
            parts[-1] += piece
    return parts
