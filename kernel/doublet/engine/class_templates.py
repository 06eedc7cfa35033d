"""Class templates that Python uses: the compiler tries each class in a second process first.

Cling would keep one that does not compile as it is then, and whoever asked what it has would end this process.
"""

from __future__ import annotations

import ctypes
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from doublet.engine.attempts import OF_LIBRARY, OWN, Attempts, is_plain
from doublet.engine.names import clean_name

if TYPE_CHECKING:
    from doublet.engine.definitions import Definitions

__all__ = ["ClassTemplates"]

_CLASS = re.compile(r"[\w:]+<.*>")
_ODD = re.compile(r"[&(]|<\d|\bvoid\b|(?:vector|deque|list|set|valarray)<const |unordered_\w+<(?!std::basic_string)[^,]*<")
"""What a class of the standard library may not compile with, though it is of plain types only."""
_HOLDER = re.compile(r"std::(?:shared|unique|weak)_ptr<")
_HASHED = re.compile(r"std::unordered_(?:multi)?(?:set|map)<")
_NO_HASH = "C++ has no std::hash for its keys; define one in a cell before the first use, or take a std::map or std::set"
_UNDEFINED = re.compile(r"undefined template|incomplete type")


class ClassTemplates:
    """Has cppyy take only those classes of templates that compile."""

    def __init__(self, attempts: Attempts, definitions: Definitions) -> None:
        self._attempts = attempts
        self._definitions = definitions
        self._thread = threading.local()
        self._doubts: dict[str, Exception] = {}

    def watch(self, library: ctypes.CDLL) -> None:
        """Have cppyy ask before it uses a class."""
        ctypes.PYFUNCTYPE(None, ctypes.py_object)(("doublet_watch_classes", library))(self.is_sound)

    def is_sound(self, name: str) -> bool:
        """Whether a class compiles, or is none; `refusal` says what is wrong with it."""
        if self._attempts.is_asking or OWN.match(name) or not (_CLASS.fullmatch(name) or self._is_another_name(name)):
            return True
        if name.startswith(OF_LIBRARY) and is_plain(name) and not _ODD.search(name):
            return True
        error = self._attempts.once((name,), lambda: self._error(name))
        if error is None and (template := vars(self._thread).get("template")) and name.startswith(f"{template}<"):
            error = self._doubts.get(name)
        if error is not None:
            self._thread.refusal = error
        return error is None

    def _is_another_name(self, name: str) -> bool:
        """Whether it stands for a class of a template, as a cell has it with ``using``."""
        entity = self._definitions.entities.get(name)
        return entity is not None and entity.is_type and any(item.text.startswith(("using", "typedef")) and "<" in item.text for item in entity.items)

    @contextmanager
    def making(self, template: str) -> Iterator[None]:
        """While this thread makes a class of a template: what does not compile as one is not taken for something else."""
        before = vars(self._thread).get("template")
        self._thread.template = template
        try:
            yield
        finally:
            self._thread.template = before

    def refusal(self) -> Exception | None:
        """What is wrong with the last class that this thread looked up; told once."""
        error: Exception | None = vars(self._thread).pop("refusal", None)
        return error

    def _error(self, name: str) -> Exception | None:
        text = f"using type = ::{name}; constexpr auto size = sizeof(type);"
        if _HOLDER.match(name):
            text += " constexpr auto held = sizeof(type::element_type);"
        if _HASHED.match(name):
            text += f' static_assert(!std::is_same_v<type::hasher, std::hash<type::key_type>> || std::is_default_constructible_v<type::hasher>, "{_NO_HASH}");'
        complaints = self._attempts.complaints(text)
        shown = f"{clean_name(name)} cannot be used"
        if _NO_HASH in complaints:
            return TypeError(f"{shown}: {_NO_HASH}")
        error = self._attempts.error_within(complaints, shown)
        self._doubts.pop(name, None)
        if complaints and not error and not _UNDEFINED.search(complaints):
            self._doubts[name] = self._attempts.error(complaints, shown)
        return error
