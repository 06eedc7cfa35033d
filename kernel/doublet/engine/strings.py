"""C++ strings as Python's text.

cppyy crashes on a ``std::string`` that is not UTF-8, does not order any, and of wide ones shows the parts or the address.
"""

from __future__ import annotations

import ctypes
import operator
import re
from collections.abc import Callable
from functools import partialmethod
from typing import Any

from doublet.engine.names import is_object

__all__ = ["give_texts", "mend_string", "mend_text"]

_STRING = re.compile(r"std::basic_string<(char(?:8|16|32)_t)\b[^:]*(?:::[^:]*)*>$")
_OF_TEXTS = re.compile(r"(?:vector|array|deque|(?:forward_)?list|(?:unordered_)?(?:multi)?set|span|pair|tuple)<.*\bstd::string\b")
_ENCODINGS = {"char8_t": ("utf-8", 1), "char16_t": ("utf-16-le", 2), "char32_t": ("utf-32-le", 4)}


class _Layout(ctypes.Structure):
    """How GCC's ``std::basic_string`` begins."""

    _fields_ = (("data", ctypes.c_void_p), ("size", ctypes.c_size_t))


def mend_string(cppyy: Any, cls: Any) -> None:
    """Have ``str()`` of an object of such a class give its text."""
    match = _STRING.match(cls.__cpp_name__)
    if match is None:
        return
    encoding, width = _ENCODINGS[match[1]]

    def text(self: Any) -> str:
        at = cppyy.addressof(self)
        if not at:
            return ""
        layout = _Layout.from_address(at)
        return ctypes.string_at(layout.data, layout.size * width).decode(encoding, "replace")

    cls.__str__ = text


def mend_text(cls: Any) -> None:
    """Have ``std::string`` be like a `str` of any bytes: those that are not UTF-8 are escaped as in names of files."""
    cls.__str__ = _text
    cls.__repr__ = lambda self: repr(_text(self))
    cls.__format__ = lambda self, form: format(_text(self), form)
    cls.__hash__ = lambda self: hash(_text(self))
    cls.__getattr__ = lambda self, name: getattr(_text(self), name)
    assign = vars(cls)["__assign__"].__get__  # of a template, which cannot be called with the object

    def assigned(self: Any, value: Any) -> Any:
        """Of a number C++ would take the character that has it."""
        if not isinstance(value, (str, bytes)) and not is_object(value):
            raise TypeError(f"text is assigned to a std::string, and not this {type(value).__name__}")
        return assign(self)(value)

    cls.__assign__ = assigned
    for name in ("eq", "ne", "lt", "le", "gt", "ge"):
        setattr(cls, f"__{name}__", partialmethod(_compared, getattr(operator, name), cls))


def give_texts(cls: Any, name: str, string: type) -> None:
    """Have a new class of the standard library give a `str` for each ``std::string`` when it is gone through."""
    if not _OF_TEXTS.match(name):
        return
    own = vars(cls).get("__iter__", lambda self: (self[index] for index in range(len(self))))
    bound = own.__get__  # cppyy's own crash if they are called with the object
    cls.__iter__ = lambda self: (_text(part) if type(part) is string else part for part in bound(self)())


def _text(string: Any) -> str:
    try:
        return bytes(string).decode("utf-8", "surrogateescape")
    except TypeError:
        raise ReferenceError("attempt to access a null-pointer") from None  # as cppyy says of other objects


def _compared(string: Any, compare: Callable[[Any, Any], bool], cls: type, other: Any) -> Any:
    if isinstance(other, str):
        return compare(_text(string), other)
    return compare(bytes(string), bytes(other)) if isinstance(other, (bytes, cls)) else NotImplemented  # type: ignore[call-overload] # cppyy
