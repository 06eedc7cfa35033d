"""What a C++ class or namespace has, as Cling's reflection tells: for completion and help, which run nothing."""

from __future__ import annotations

import ctypes
import re
from collections.abc import Iterator
from dataclasses import dataclass

from doublet.engine.names import clean_name

__all__ = ["Member", "Members", "plain"]

_TEXT = ctypes.c_void_p
"""A string that its receiver frees."""
_PLACE = ctypes.c_size_t
_MOST = 2000
"""So many members of one class are asked for at most, for a front-end shows fewer."""


@dataclass(frozen=True)
class Member:
    """A public member: `kind` is ``function`` or ``instance``, as Jupyter's front-ends know them."""

    name: str
    kind: str
    type: str
    """Of a function what it returns."""
    parameters: str = ""
    """Of a function, in round brackets, with names and defaults."""
    is_static: bool = False


class Members:
    """Asks the backend of cppyy; a class that a cell has not used yet is instantiated for that, and nothing runs."""

    def __init__(self, backend: str) -> None:
        self._library = library = ctypes.PyDLL(backend)  # with Python's lock, for Cling serves one thread at a time
        number, text, place, method = ctypes.c_int, _TEXT, _PLACE, ctypes.c_ssize_t
        for name, result, *arguments in (
            ("get_scope", place, ctypes.c_char_p),
            ("num_methods", number, place),
            ("get_method", method, place, place),
            ("method_name", text, method),
            ("method_result_type", text, method),
            ("method_signature", text, method, number),
            ("is_publicmethod", number, method),
            ("is_staticmethod", number, method),
            ("is_const_method", number, method),
            ("is_constructor", number, method),
            ("is_destructor", number, method),
            ("get_num_templated_methods", number, place),
            ("get_templated_method_name", text, place, place),
            ("is_templated_constructor", number, place, place),
            ("num_datamembers", number, place),
            ("datamember_name", text, place, number),
            ("datamember_type", text, place, number),
            ("is_publicdata", number, place, place),
            ("is_staticdata", number, place, place),
            ("num_bases", place, place),
            ("base_name", text, place, place),
            ("is_namespace", number, place),
            ("is_enum", number, ctypes.c_char_p),
            ("get_enum", ctypes.c_void_p, place, ctypes.c_char_p),
            ("get_num_enum_data", place, ctypes.c_void_p),
            ("get_enum_data_name", text, ctypes.c_void_p, place),
            ("get_enum_data_value", ctypes.c_longlong, ctypes.c_void_p, place),
            ("get_all_cpp_names", ctypes.POINTER(_TEXT), place, ctypes.POINTER(_PLACE)),
        ):
            function = getattr(library, f"cppyy_{name}")
            function.restype, function.argtypes = result, arguments
        library.cppyy_free.argtypes, library.cppyy_free.restype = (ctypes.c_void_p,), None

    def scope(self, name: str) -> int:
        """What stands for a class or namespace, 0 if there is none of that name."""
        return int(self._library.cppyy_get_scope(name.encode()))

    def is_namespace(self, name: str) -> bool:
        scope = self.scope(name)
        return bool(scope) and bool(self._library.cppyy_is_namespace(scope))

    def of(self, name: str) -> list[Member]:
        """The public members of a class and its bases, one of each name; none of what is no class."""
        found: dict[str, Member] = {}
        for scope in self._with_bases(name):
            for member in self._own(scope):
                found.setdefault(member.name, member)
        return [*found.values()]

    def that_change(self, name: str) -> set[str]:
        """The public methods of a class and its bases that no constant object has: no overload is const or static."""
        found: dict[str, bool] = {}
        for scope in self._with_bases(name):
            own: dict[str, bool] = {}
            for method in self._methods(scope):
                changes = not (self._library.cppyy_is_const_method(method) or self._library.cppyy_is_staticmethod(method))
                called = self._text("method_name", method)
                own[called] = own.get(called, True) and changes
            found = own | found
        return {called for called, changes in found.items() if changes and called.isidentifier()}

    def _with_bases(self, name: str) -> Iterator[int]:
        """A class and its bases, each once; nothing for what is no class."""
        seen: set[int] = set()
        todo = [self.scope(name)]
        while todo:
            scope = todo.pop(0)
            if not scope or scope in seen:
                continue
            seen.add(scope)
            yield scope
            bases = range(self._library.cppyy_num_bases(scope))
            todo += [self.scope(self._text("base_name", scope, index)) for index in bases]

    def enumerators(self, name: str) -> dict[int, str]:
        """The enumerators of an enum by their numbers, of two with the same number the first; none of what is no enum."""
        if not self._library.cppyy_is_enum(name.encode()):
            return {}
        scope, _, last = name.rpartition("::")
        enum = self._library.cppyy_get_enum(self.scope(scope), last.encode())
        found: dict[int, str] = {}
        for index in range(self._library.cppyy_get_num_enum_data(enum) if enum else 0):
            found.setdefault(self._library.cppyy_get_enum_data_value(enum, index), clean_name(self._text("get_enum_data_name", enum, index)))
        return found

    def names_in(self, namespace: str) -> list[str]:
        """The names that headers have put into a namespace; none of what is no namespace."""
        scope = self.scope(namespace)
        if not scope or not self._library.cppyy_is_namespace(scope):
            return []
        count = _PLACE()
        texts = self._library.cppyy_get_all_cpp_names(scope, ctypes.byref(count))
        found = [self._taken(texts[index]) for index in range(count.value)]
        self._library.cppyy_free(texts)
        return sorted({name for name in found if _is_of_the_user(name) and name != "detail"})

    def _own(self, scope: int) -> Iterator[Member]:
        ask = self._library
        for index in range(min(ask.cppyy_num_datamembers(scope), _MOST)):
            name = self._text("datamember_name", scope, index)
            if ask.cppyy_is_publicdata(scope, index) and _is_of_the_user(name):
                kind = clean_name(self._text("datamember_type", scope, index))
                yield Member(name, "instance", kind, is_static=bool(ask.cppyy_is_staticdata(scope, index)))
        for method in self._methods(scope):
            name = self._text("method_name", method)
            if _is_of_the_user(name):
                result = clean_name(self._text("method_result_type", method))
                parameters = clean_name(self._text("method_signature", method, 1))
                yield Member(name, "function", result, parameters, bool(ask.cppyy_is_staticmethod(method)))
        for index in range(min(ask.cppyy_get_num_templated_methods(scope), _MOST)):
            name = self._text("get_templated_method_name", scope, index)
            if _is_of_the_user(name) and not ask.cppyy_is_templated_constructor(scope, index):
                yield Member(name, "function", "", "")

    def _methods(self, scope: int) -> Iterator[int]:
        """The public ones, without constructors."""
        ask = self._library
        for index in range(min(ask.cppyy_num_methods(scope), _MOST)):
            method = ask.cppyy_get_method(scope, index)
            if ask.cppyy_is_publicmethod(method) and not ask.cppyy_is_constructor(method) and not ask.cppyy_is_destructor(method):
                yield method

    def _text(self, question: str, *of: int) -> str:
        return self._taken(getattr(self._library, f"cppyy_{question}")(*of))

    def _taken(self, at: int | None) -> str:
        text = ctypes.string_at(at).decode(errors="replace") if at else ""
        self._library.cppyy_free(at)
        return text


def plain(kind: str) -> str:
    """A type without references and without const and volatile of its own."""
    kind = re.sub(r"\s*&+$", "", re.sub(r" ?\(&+\)(?=\[)", " ", kind.strip()))
    return re.sub(r"^(?:(?:const|volatile)\s+)+", "", kind) if not kind.endswith(("*", "const")) else kind


def _is_of_the_user(name: str) -> bool:
    """Whether it is a name, and none that the standard library or Doublet keeps for itself."""
    return name.isidentifier() and not name.startswith(("_", "doublet_"))
