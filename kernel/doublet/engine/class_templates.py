"""Class templates that Python uses: the compiler tries each class in a second process first.

Cling would keep one that does not compile as it is then, and whoever asked what it has would end this process.
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from doublet.engine.attempts import OF_LIBRARY, OWN, WORD, Attempts, is_plain
from doublet.engine.names import clean_name

if TYPE_CHECKING:
    from doublet.engine.definitions import Definitions

__all__ = ["ClassTemplates"]

_CLASS = re.compile(r"[\w:]+<.*>")
_ODD = re.compile(r"[&(]|<\d|\bvoid\b|(?:vector|deque|list|set|valarray)<const |unordered_\w+<(?!std::basic_string)[^,]*<")
"""What a class of the standard library may not compile with, though it is of plain types only."""
_POINTED = re.compile(r"\b((\w+)<[\w:, ]+>)[*&]")
"""A class, and its template, to which what a cell declares points or refers."""
_OTHER_NAME = re.compile(r"using\b|typedef\b")
_TRAIT = re.compile(r"std::(?:is_\w+|integral_constant)<")
_REFERS = re.compile(r"std::(?:vector|deque|list|(?:multi)?(?:set|map)|(?:shared|unique|weak)_ptr)<")
_HOLDS = re.compile(r"(?:shared|unique|weak)_ptr|unordered_(?:multi)?(?:set|map)|default_delete")
_HOLDER = re.compile(r"std::(?:shared|unique|weak)_ptr<")
_HASHED = re.compile(r"std::unordered_(?:multi)?(?:set|map)<")
_NO_HASH = "C++ has no std::hash for its keys; define one in a cell before the first use, or take a std::map or std::set"
_UNDEFINED = re.compile(r"undefined template|incomplete type")


class ClassTemplates:
    """Knows which classes of templates do not compile, and has cppyy refuse them."""

    def __init__(self, attempts: Attempts, definitions: Definitions, library: ctypes.CDLL) -> None:
        self._attempts = attempts
        self._definitions = definitions
        self._refuse = ctypes.PYFUNCTYPE(None, ctypes.c_char_p, ctypes.c_bool)(("doublet_refuse_class", library))
        self._refused: set[str] = set()
        self._name = ctypes.PYFUNCTYPE(ctypes.py_object, ctypes.py_object)(("doublet_class_name", library))

    def name(self, template: str, arguments: tuple[Any, ...]) -> str:
        """The name of the class that a template is for arguments; raises `TypeError` for what is none."""
        try:
            name: str = self._name((template, *arguments))
        except SyntaxError:
            raise TypeError(f"{clean_name(template)} takes types and constants in its brackets, not {', '.join(map(repr, arguments)):.80}") from None
        return name

    def error(self, name: str) -> Exception | None:
        """What is wrong with a class; none if it compiles, or is only not known yet."""
        if self._attempts.is_asking or not _CLASS.fullmatch(name) or OWN.match(name):
            return None
        if name.startswith(OF_LIBRARY) and (_TRAIT.match(name) or self._is_harmless(name)):
            return None
        error = self._attempts.once((name,), lambda: self._error(name))
        if error is not None:
            self._refuse(name.encode(), True)
            self._refused.add(name)
        return error

    def _is_harmless(self, name: str) -> bool:
        """Whether it is of plain types, or refers to objects of classes that cells have defined, which always compiles."""
        named = _named(name)
        if _ODD.search(name) or (named and not _REFERS.match(name)):
            return False
        entities = [self._definitions.entities.get(clean_name(word)) for word in named if f"{word}<" not in name]
        return len(entities) == len(named) and all(one is not None and one.is_type for one in entities)

    def look_again(self, cell: str) -> None:
        """Have cppyy take what compiles now that a cell has been compiled."""
        words = {*WORD.findall(cell)} if self._refused else set()
        concerned = {name for name in self._refused if words & ({*_named(name)} or {"template"})}
        with self._attempts.is_asking.during():
            for name in {name for name in concerned if not self._error(name)}:
                self._refuse(name.encode(), False)
                self._refused.discard(name)

    def note(self, name: str) -> None:
        """Have cppyy refuse what does not compile of the classes that a name of a cell's has to do with, before it looks that up."""
        if entity := self._definitions.entities.get(name):
            texts = [item.text for item in entity.items if "<" in item.text]
            self._note_pointed(texts)
            if entity.is_type and any(map(_OTHER_NAME.match, texts)) and (error := self._attempts.once((name,), lambda: self._error(entity.real_name))):
                self._definitions.unusable[name] = str(error)

    def _note_pointed(self, texts: Iterable[str]) -> None:
        """The classes that pointers are declared to, which C++ has not compiled for that."""
        for text in texts:
            for cls, template in () if text.startswith("template") else _POINTED.findall(text):
                entity = self._definitions.entities.get(template)
                if entity is not None and entity.is_type:
                    self.error(cls.replace(" ", ""))

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
        if error := self._attempts.error_within(complaints, shown):
            return error
        return self._attempts.error(complaints, shown) if complaints and not _UNDEFINED.search(complaints) else None


def _named(name: str) -> list[str]:
    """The words in the name of a class that are of no plain type or container."""
    return [word for word in WORD.findall(name) if not is_plain(word) and not _HOLDS.fullmatch(word)]
