"""Function templates that Python calls: the compiler tries one in a second process first.

Here it would keep what an error is in of the template's body, and could compile nothing else from then on.
"""

from __future__ import annotations

import ctypes
import os
import re
from collections.abc import Callable, Mapping
from itertools import count
from typing import TYPE_CHECKING

from doublet.engine.diagnostics import parse
from doublet.engine.names import clean_name
from doublet.engine.thread_flag import ThreadFlag
from doublet.engine.transaction import Transaction
from doublet.engine.type_arguments import split_arguments, without_arguments
from doublet.errors import CppCompileError, ToolchainError

if TYPE_CHECKING:
    from doublet.engine.definitions import Definitions
    from doublet.errors import Diagnostic

__all__ = ["Instantiating"]

_NAME = re.compile(r"\w+(?=<|$)")
_OF_CELL = "__cling_N5"
"""How the namespace of a cell begins, which has no name for the user."""
_OWN = re.compile(r"(?:doublet|__cppyy_internal)(?:::|$)")
"""The namespaces of Doublet's and cppyy's own, which call what they have as it has to be called."""
_WITHIN = "in instantiation of "


class Instantiating:
    """`complaints` says what the compiler has against a transaction; `texts` are the cells as typed, by their labels."""

    def __init__(self, definitions: Definitions, complaints: Callable[[Transaction], str], texts: Mapping[str, str]) -> None:
        self._definitions = definitions
        self._complaints = complaints
        self._texts = texts
        self._known: dict[tuple[object, ...], Exception | None] = {}
        self._is_asking = ThreadFlag()
        self._numbers = count()

    def watch(self, library: ctypes.CDLL) -> None:
        """Have cppyy ask for the error in a function template before it is compiled."""
        import libcppyy  # after the toolchain has been set up

        wrap = ctypes.PYFUNCTYPE(ctypes.c_bool, ctypes.c_char_p, *[ctypes.py_object] * 2)(("doublet_instantiate", library))
        if not wrap(os.fsencode(libcppyy.__file__), libcppyy.CPPInstance, self):
            raise ToolchainError("this version of cppyy has function templates that cannot be watched", "run 'pip install cppyy==3.5.0'")

    def __call__(self, scope: str, name: str, types: str, is_of_class: bool) -> Exception | None:
        """The error that is in a function template of a class or a namespace, as called with values of these types; none if there is none.

        It is a `TypeError` where the error is not in what cells have defined. Where no template takes such values, that is none: cppyy may know others to try.
        """
        if self._is_asking or not _NAME.match(name) or _OWN.match(scope):
            return None
        is_constructor = is_of_class and without_arguments(scope).rpartition("::")[2] == without_arguments(name)
        if is_constructor and scope.startswith("std::"):  # these say what they take, and cppyy tries them in vain for many a value
            return None
        key = scope, name, types, self._definitions.revision
        if key not in self._known:
            if is_constructor:
                owner, called = "", f"new ::{scope}"
            elif is_of_class:
                owner, called = f"::{scope}& self", f"self.{'template ' if '<' in name else ''}{name}"
            else:
                owner, called = "", f"::{name}" if not scope or scope.startswith(_OF_CELL) else f"::{scope}::{name}"
            with self._is_asking.during():
                self._known[key] = self._error(owner, called, split_arguments(types), f"{clean_name(scope)}::{clean_name(name)}")
        return self._known[key]

    def _error(self, owner: str, called: str, types: list[str], shown: str) -> Exception | None:
        parameters = ", ".join(filter(None, (owner, *(f"given<{of}> value{number}" for number, of in enumerate(types)))))
        values = ", ".join(f"static_cast<given<{of}>>(value{number})" for number, of in enumerate(types))
        body = f"template <class T> using given = T&&; void attempt({parameters}) {{ {called}({values}); }}"
        complaints = self._complaints(Transaction(f"namespace __doublet_attempt_{next(self._numbers)} {{ {body} }}\n", is_running=False))
        if _WITHIN not in complaints:
            return None
        found = [one for one in parse(complaints, self._texts) if one.is_error]
        if of_cells := [one for one in found if _is_of_cells(one)]:
            return CppCompileError(of_cells)
        given = ", ".join(clean_name(of).removeprefix("::").rstrip("&") for of in types)
        return TypeError(f"{shown} cannot be called with ({given}): {found[0].message if found else 'it does not compile'}")


def _is_of_cells(error: Diagnostic) -> bool:
    """Whether it is in what a cell has defined, or in what that uses; that a note tells of something in a cell is not enough."""
    return error.cell is not None or any(note.cell is not None and _WITHIN in note.message for note in error.notes)
