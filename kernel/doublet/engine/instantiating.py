"""Function templates and members of class templates that Python calls: the compiler tries one in a second process first.

Here it would keep what an error is in of the template's body, and could compile nothing else from then on.
"""

from __future__ import annotations

import ctypes
import os
import re
from collections.abc import Callable, Mapping
from itertools import count
from typing import TYPE_CHECKING

from doublet.engine.diagnostics import demangled, parse
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
_UNLINKED = "unresolved while linking"
"""What is said of what has been refused before, and is not compiled again."""
_DEFAULTS = re.compile(r",\s*std::(?:allocator|default_delete|less|char_traits|hash|equal_to)<(?:[^<>]|<[^<>]*>)*>(?=\s*[,>])")
_OF_LIBRARY = ("std::", "__gnu_cxx::")
_PLAIN = re.compile(
    r"std|__gnu_cxx|bool|char|wchar_t|short|int|long|unsigned|signed|float|double|void|const|string|basic_string|char_traits|string_view|allocator|complex|vector|deque|list"
    r"|array|valarray|span|set|map|multi(?:set|map)|unordered_(?:set|map)|pair|tuple|optional|less|hash|equal_to|__normal_iterator"
)
"""The words in types of which every member of a container can be compiled that cppyy may call."""
_ALWAYS = re.compile(r"size|empty|c?begin|c?end|rbegin|rend|data|front|back|at|get|top|capacity|max_size|clear|pop(?:_back|_front)?")
"""Members that ask nothing of what is in a container of the standard library."""


class Instantiating:
    """`complaints` says what the compiler has against a transaction, `messages_aside` what it says of a function that cppyy is about to call first.

    `texts` are the cells as typed, by their labels.
    """

    def __init__(
        self, definitions: Definitions, complaints: Callable[[Transaction], str], messages_aside: Callable[[], str], texts: Mapping[str, str]
    ) -> None:
        self._definitions = definitions
        self._messages_aside = messages_aside
        self._complaints = complaints
        self._texts = texts
        self._known: dict[tuple[object, ...], Exception | None] = {}
        self._is_asking = ThreadFlag()
        self._numbers = count()

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

    def error_in_call(self, mangled: str) -> Exception | None:
        """The error in a member of a class template that is to be called for the first time; none if there is none."""
        if self._is_asking:
            return None
        signature = demangled(mangled)
        called = signature.partition("(")[0]
        scope, _, name = without_arguments(called).rpartition("::")
        if called.endswith(">") or "<" not in called.rpartition("::")[0] or _OWN.match(scope):
            return None
        words = re.findall(r"[^\W\d]\w*", called.removesuffix(name))
        if scope.startswith(_OF_LIBRARY) and (_ALWAYS.fullmatch(name) or all(map(_PLAIN.fullmatch, words))):
            return None
        key = mangled, self._definitions.revision
        if key not in self._known:
            with self._is_asking.during():
                self._known[key] = self._error_of(self._messages_aside(), f"{_short(signature)} cannot be called")
        return self._known[key]

    def _error(self, owner: str, called: str, types: list[str], shown: str) -> Exception | None:
        parameters = ", ".join(filter(None, (owner, *(f"given<{of}> value{number}" for number, of in enumerate(types)))))
        values = ", ".join(f"static_cast<given<{of}>>(value{number})" for number, of in enumerate(types))
        body = f"template <class T> using given = T&&; void attempt({parameters}) {{ {called}({values}); }}"
        given = ", ".join(clean_name(of).removeprefix("::").rstrip("&") for of in types)
        complaints = self._complaints(Transaction(f"namespace __doublet_attempt_{next(self._numbers)} {{\n{body}\n}}\n", is_running=False))
        return self._error_of(complaints, f"{shown} cannot be called with ({given})")

    def _error_of(self, complaints: str, sentence: str) -> Exception | None:
        """The error in what the compiler was to instantiate; if it is not in what cells have defined, one that begins with a sentence."""
        if _WITHIN not in complaints and _UNLINKED not in complaints:
            return None
        found = [one for one in parse(complaints, self._texts) if one.is_error]
        if of_cells := [one for one in found if _is_of_cells(one)]:
            return CppCompileError(of_cells)
        return TypeError(f"{sentence}: {found[0].message if found else 'it does not compile'}")


def _short(signature: str) -> str:
    """A function as the linker has it, as one would write it."""
    while (shorter := _DEFAULTS.sub("", signature)) != signature:
        signature = shorter
    return clean_name(signature).replace(" >", ">")


def _is_of_cells(error: Diagnostic) -> bool:
    """Whether it is in what a cell has defined, or in what that uses; that a note tells of something in a cell is not enough."""
    return error.cell is not None or any(note.cell is not None and _WITHIN in note.message for note in error.notes)
