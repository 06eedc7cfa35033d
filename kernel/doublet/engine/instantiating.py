"""Function templates and members of class templates that Python calls: the compiler tries one in a second process first."""

from __future__ import annotations

import ctypes
import os
import re
from collections.abc import Callable

from doublet.engine.attempts import OF_LIBRARY, OWN, Attempts, is_plain
from doublet.engine.diagnostics import demangled
from doublet.engine.names import clean_name
from doublet.engine.type_arguments import split_arguments, without_arguments
from doublet.errors import ToolchainError

__all__ = ["Instantiating"]

_NAME = re.compile(r"\w+(?=<|$)")
_OF_CELL = "__cling_N5"
"""How the namespace of a cell begins, which has no name for the user."""
_DEFAULTS = re.compile(r",\s*std::(?:allocator|default_delete|less|char_traits|hash|equal_to)<(?:[^<>]|<[^<>]*>)*>(?=\s*[,>])")
_MOVED = ", for a std::unique_ptr can only be moved, as with cpp.std.move(pointer)"
_ALWAYS = re.compile(r"size|empty|c?begin|c?end|rbegin|rend|data|front|back|at|get|top|capacity|max_size|clear|pop(?:_back|_front)?")
"""Members that ask nothing of what is in a container of the standard library."""


class Instantiating:
    """`messages_aside` is what the compiler says of a function that cppyy is about to call first."""

    def __init__(self, attempts: Attempts, messages_aside: Callable[[], str]) -> None:
        self._attempts = attempts
        self._messages_aside = messages_aside

    def watch(self, library: ctypes.CDLL) -> None:
        """Have cppyy ask for the error in a function template, or a member of a class template, before it is compiled."""
        import libcppyy  # after the toolchain has been set up

        ctypes.PYFUNCTYPE(None, ctypes.py_object)(("doublet_compiling", library))(self.error_in_call)
        wrap = ctypes.PYFUNCTYPE(ctypes.c_bool, ctypes.c_char_p, *[ctypes.py_object] * 2)(("doublet_instantiate", library))
        if not wrap(os.fsencode(libcppyy.__file__), libcppyy.CPPInstance, self):
            raise ToolchainError("this version of cppyy has function templates that cannot be watched", "run 'pip install cppyy==3.5.0'")

    def __call__(self, scope: str, name: str, types: str, is_of_class: bool) -> Exception | None:
        """The error that is in a function template of a class or a namespace, as called with values of these types; none if there is none.

        It is a `TypeError` where the error is not in what cells have defined. Where no template takes such values, that is none: cppyy may know others to try.
        """
        if self._attempts.is_asking or not _NAME.match(name) or OWN.match(scope):
            return None
        is_constructor = is_of_class and without_arguments(scope).rpartition("::")[2] == without_arguments(name)
        if is_constructor and scope.startswith("std::") and types:  # these say what they take, and cppyy tries them in vain for many a value
            return None
        if is_constructor:
            owner, called = "", f"new ::{scope}"
        elif is_of_class:
            owner, called = f"::{scope}& self", f"self.{'template ' if '<' in name else ''}{name}"
        else:
            owner, called = "", f"::{name}" if not scope or scope.startswith(_OF_CELL) else f"::{scope}::{name}"
        shown = clean_name(name) if scope.startswith(_OF_CELL) else f"{clean_name(scope)}::{clean_name(name)}"
        return self._attempts.once((scope, name, types), lambda: self._error(owner, called, split_arguments(types), shown))

    def error_in_call(self, mangled: str) -> Exception | None:
        """The error in a member of a class template that is to be called for the first time; none if there is none."""
        if self._attempts.is_asking:
            return None
        signature = demangled(mangled)
        called = signature.partition("(")[0]
        scope, _, name = without_arguments(called).rpartition("::")
        if called.endswith(">") or "<" not in called.rpartition("::")[0] or OWN.match(scope):
            return None
        if scope.startswith(OF_LIBRARY) and (_ALWAYS.fullmatch(name) or is_plain(called.removesuffix(name))):
            return None
        advice = _MOVED if "std::unique_ptr<" in signature.partition("(")[2] else ""
        return self._attempts.once((mangled,), lambda: self._attempts.error_within(self._messages_aside(), f"{_short(signature)} cannot be called{advice}"))

    def _error(self, owner: str, called: str, types: list[str], shown: str) -> Exception | None:
        parameters = ", ".join(filter(None, (owner, *(f"given<{of}> value{number}" for number, of in enumerate(types)))))
        values = ", ".join(f"static_cast<given<{of}>>(value{number})" for number, of in enumerate(types))
        body = f"template <class T> using given = T&&; void attempt({parameters}) {{ {called}({values}); }}"
        given = ", ".join(clean_name(of).removeprefix("::").rstrip("&") for of in types)
        complaints, sentence = self._attempts.complaints(body), f"{shown} cannot be called with ({given})"
        if complaints and not types:  # cppyy would find a function of that name somewhere, such as std::list's sort() for std::sort()
            return self._attempts.error(complaints, sentence)
        return self._attempts.error_within(complaints, sentence)


def _short(signature: str) -> str:
    """A function as the linker has it, as one would write it."""
    while (shorter := _DEFAULTS.sub("", signature)) != signature:
        signature = shorter
    return clean_name(signature).replace(" >", ">")
