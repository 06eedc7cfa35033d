"""What the compiler says of what Python uses of a template, asked in a second process, and once.

Here it would keep what an error is in of the template's body, and could compile nothing else from then on.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from itertools import count
from typing import TYPE_CHECKING

from doublet.engine.diagnostics import parse
from doublet.engine.thread_flag import ThreadFlag
from doublet.engine.transaction import Transaction
from doublet.errors import CppCompileError

if TYPE_CHECKING:
    from doublet.engine.definitions import Definitions
    from doublet.errors import Diagnostic

__all__ = ["OF_LIBRARY", "OWN", "WORD", "Attempts", "is_plain"]

WORD = re.compile(r"[^\W\d]\w*")
"""A name or a keyword in a type, or in a cell."""
OWN = re.compile(r"(?:doublet|__cppyy_internal)(?:::|$)")
"""The namespaces of Doublet's and cppyy's own, which use what they have as it has to be used."""
OF_LIBRARY = ("std::", "__gnu_cxx::")
_WITHIN = "in instantiation of "
_UNLINKED = "unresolved while linking"
"""What is said of what has been refused before, and is not compiled again."""
_PLAIN = re.compile(
    r"std|__gnu_cxx|bool|char|wchar_t|short|int|long|unsigned|signed|float|double|void|const|string|basic_string|char_traits|string_view|allocator|complex|vector|deque|list"
    r"|array|valarray|span|set|map|multi(?:set|map)|unordered_(?:set|map)|pair|tuple|optional|less|hash|equal_to|__normal_iterator"
)
"""The words in types of which every member of a container can be compiled that cppyy may call."""


class Attempts:
    """`complaints` says what the compiler has against a transaction; `texts` are the cells as typed, by their labels."""

    def __init__(self, definitions: Definitions, complaints: Callable[[Transaction], str], texts: Mapping[str, str]) -> None:
        self._definitions = definitions
        self._complaints = complaints
        self._texts = texts
        self._known: dict[tuple[object, ...], Exception | None] = {}
        self._numbers = count()
        self.is_asking = ThreadFlag()
        """Whether this thread is asking, during which cppyy uses more that is not to be asked about."""

    def once(self, key: tuple[str, ...], find: Callable[[], Exception | None]) -> Exception | None:
        """What `find` returns, which is asked again when something has been defined since."""
        known = *key, self._definitions.revision
        if known not in self._known:
            with self.is_asking.during():
                self._known[known] = find()
        error = self._known[known]
        return error and error.with_traceback(None)

    def complaints(self, text: str) -> str:
        """What the compiler has against a text, in a namespace of its own; empty if it compiles."""
        return self._complaints(Transaction(f"namespace __doublet_attempt_{next(self._numbers)} {{\n{text}\n}}\n", is_running=False))

    def error_within(self, complaints: str, sentence: str) -> Exception | None:
        """The error in what the compiler was to instantiate; if it is not in what cells have defined, a `TypeError` that begins with a sentence."""
        return self.error(complaints, sentence) if _WITHIN in complaints or _UNLINKED in complaints else None

    def error(self, complaints: str, sentence: str) -> Exception:
        """The first error of any."""
        found = [one for one in parse(complaints, self._texts) if one.is_error]
        if of_cells := [one for one in found if _is_of_cells(one)]:
            return CppCompileError(of_cells)
        said = (found[0].message, *found[0].hints) if found else ("it does not compile",)
        return TypeError(f"{sentence}: {'; '.join(said)}")


def is_plain(name: str) -> bool:
    """Whether a type is of the language's and of containers of the standard library only."""
    return all(map(_PLAIN.fullmatch, WORD.findall(name)))


def _is_of_cells(error: Diagnostic) -> bool:
    """Whether it is in what a cell has defined, or in what that uses; that a note tells of something in a cell is not enough."""
    return error.cell is not None or any(note.cell is not None and _WITHIN in note.message for note in error.notes)
