"""Containers of C++ as Awkward and Arrow arrays, also nested ones: ``cpp.hits.to_awkward()``, ``pyarrow.array(cpp.hits)``.

Vectors of vectors lie all over the memory, so this is a copy: C++ puts them into a column of a ``doublet::table``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import count
from threading import Lock
from typing import Any

from doublet.engine.data_members import declared_type
from doublet.engine.names import clean_name
from doublet.engine.tables import arrow_of
from doublet.engine.transaction import Transaction

__all__ = ["Containers"]

_CONTAINER = re.compile(r"(vector|deque|list|array|span|valarray|set|multiset|unordered_set)<")


_NAME = re.compile(r"(?:[a-zA-Z_]\w*::)*[a-zA-Z_]\w*")
_REFERS = re.compile(r"[*&]|_ptr<|\bspan<|_view\b|reference_wrapper<|function<")


class Containers:
    """`compile_` compiles a transaction, after a rehearsal if told so."""

    def __init__(self, cppyy: Any, compile_: Callable[[Transaction, bool], None]) -> None:
        self._cppyy = cppyy
        self._compile = compile_
        self._numbers = count(1)
        self._known: set[str] = set()
        """The classes whose fields C++ has been told."""
        self._one_thread = Lock()

    def give(self, cls: Any, name: str) -> None:
        """Have a new class of the standard library's containers become Awkward and Arrow arrays."""
        if not _CONTAINER.match(name):
            return
        functions: list[Any] = []

        def to_awkward(container: Any) -> Any:
            """An Awkward array of the same elements, a copy."""
            if not functions:
                with self._one_thread:  # of several that want fields of the same class, the first one tells them
                    if not functions:
                        functions.append(self._compiled(cls.__cpp_name__))
            if functions[0] is None:
                raise TypeError(f"Awkward has no counterpart of elements of '{clean_name(cls.__cpp_name__)}'; fill a doublet::table with parts of them")
            return functions[0](container).to_awkward()["elements"][0]

        cls.to_awkward = to_awkward
        cls.__arrow_array__ = lambda container, type=None: arrow_of(container.to_awkward(), type)  # noqa: A006 - Arrow's name

    def _compiled(self, kind: str) -> Any:
        """The function that copies a container; None if C++ cannot, for there is no column of such elements."""
        own = f"__doublet_container_{next(self._numbers)}"
        names: set[str] = set()
        told = self._told(kind, names)
        body = 'doublet::table filled; filled.row("elements", elements); return filled;'
        text = f"{told}namespace {own} {{ doublet::table copied(const {kind}& elements) {{ {body} }} }}\n"
        self._compile(Transaction(text, is_running=False), True)
        found = getattr(getattr(self._cppyy.gbl, own, None), "copied", None)
        if found is not None:
            self._known |= names
        return found

    def _told(self, kind: str, names: set[str]) -> str:
        """What tells C++ the fields of the classes that a type is made of, whose `names` are added; raises `TypeError` for a field that
        refers to something.
        """
        from doublet.engine.records import fields_of  # with NumPy, without which a kernel starts faster

        text = ""
        for name in _NAME.findall(kind):
            cls = self._class(name)
            if name in self._known | names or cls is None:
                continue
            fields = {field: _type_of(cls, field) for field in fields_of(cls)}
            for field, declared in fields.items():
                if _REFERS.search(declared):
                    raise TypeError(f"'{clean_name(name)}::{field}' refers to something else, which an Awkward array cannot hold; fill a doublet::table with parts of them")
            if fields:
                names.add(name)
                text += "".join(self._told(of, names) for of in fields.values()) + _fields(name, [*fields])
        return text

    def _class(self, name: str) -> Any:
        """The class of this name, if it is one of a cell or library."""
        if name.startswith(("std::", "doublet::", "const ")):
            return None
        try:
            found = self._cppyy._backend.CreateScopeProxy(name)
        except (TypeError, SystemError):  # the latter for an enum of a class
            return None
        return found if isinstance(found, type) and issubclass(found, self._cppyy._backend.CPPInstance) else None


def _type_of(cls: Any, field: str) -> str:
    return next((declared for of in cls.__mro__ if (declared := declared_type(vars(of).get(field)))), "")


def _fields(name: str, fields: list[str]) -> str:
    """The C++ by which a column of this class has a column for each field."""
    of = f"std::declval<const {name}&>()"
    described = "".join(f'visit("{field}", static_cast<plain<decltype(field({of}.{field}))>*>(nullptr)); ' for field in fields)
    visited = "".join(f'visit("{field}", field(value.{field})); ' for field in fields)
    return (
        "namespace doublet::growing {\n"
        f"template <> struct fields_of<{name}> {{\n"
        f"template <class Visit> static void describe(Visit visit) {{ {described}}}\n"
        f"template <class Visit> static void visit(const {name}& value, Visit visit) {{ {visited}}}\n"
        "};\n"
        f"template <> struct kind_of<{name}> {{ using type = record_column<{name}>; }};\n"
        "}\n"
    )
