"""Containers of C++ as Awkward and Arrow arrays, also nested ones: ``cpp.hits.to_awkward()``, ``pyarrow.array(cpp.hits)``.

Vectors of vectors lie all over the memory, so this is a copy: C++ puts them into a column of a ``doublet::table``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from doublet.engine.names import clean_name
from doublet.engine.tables import arrow_of
from doublet.engine.transaction import Transaction

__all__ = ["Containers"]

_CONTAINER = re.compile(r"(vector|deque|list|array|span|valarray|set|multiset|unordered_set)<")


class Containers:
    """`compile_` compiles a transaction, after a rehearsal if told so."""

    def __init__(self, cppyy: Any, compile_: Callable[[Transaction, bool], None]) -> None:
        self._cppyy = cppyy
        self._compile = compile_
        self._count = 0

    def give(self, cls: Any, name: str) -> None:
        """Have a new class of the standard library's containers become Awkward and Arrow arrays."""
        if not _CONTAINER.match(name):
            return
        functions: list[Any] = []

        def to_awkward(container: Any) -> Any:
            """An Awkward array of the same elements, a copy."""
            if not functions:
                functions.append(self._compiled(cls.__cpp_name__))
            if functions[0] is None:
                raise TypeError(f"Awkward has no counterpart of elements of '{clean_name(cls.__cpp_name__)}'; fill a doublet::table with parts of them")
            return functions[0](container).to_awkward()["elements"][0]

        cls.to_awkward = to_awkward
        cls.__arrow_array__ = lambda container, type=None: arrow_of(container.to_awkward(), type)  # noqa: A006 - Arrow's name

    def _compiled(self, kind: str) -> Any:
        """The function that copies a container; None if C++ cannot, for there is no column of such elements."""
        self._count += 1
        own = f"__doublet_container_{self._count}"
        body = 'doublet::table filled; filled.row("elements", elements); return filled;'
        text = f"namespace {own} {{ doublet::table copied(const {kind}& elements) {{ {body} }} }}\n"
        self._compile(Transaction(text, is_running=False), True)
        return getattr(getattr(self._cppyy.gbl, own, None), "copied", None)
