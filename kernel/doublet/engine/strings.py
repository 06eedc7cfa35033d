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

from doublet.engine.constants import check_changeable
from doublet.engine.indices import as_index, within
from doublet.engine.names import is_object

__all__ = ["give_characters", "give_texts", "mend_string", "mend_text"]

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
    kind = cls.__cpp_name__.split(",")[0] + ">"

    def units(self: Any, index: Any) -> str:
        at = as_index(index, kind)
        places = range(len(self))[at] if isinstance(at, slice) else [within(at, len(self), kind)]
        data = _Layout.from_address(cppyy.addressof(self)).data
        return b"".join(ctypes.string_at(data + place * width, width) for place in places).decode(encoding, "replace")

    cls.__getitem__ = units
    cls.__iter__ = lambda self: (self[place] for place in range(len(self)))


def mend_text(cls: Any, is_converted_to: Callable[[Any], bool]) -> None:
    """Have ``std::string`` be like a `str` of any bytes: those that are not UTF-8 are escaped as in names of files.

    A list does not become one by itself, of the characters that its elements are. `is_converted_to` tells whether an argument is
    being made one.
    """
    original = vars(cls)["__init__"].__get__  # of a template, which cannot be called with the object

    def initialise(self: Any, *values: Any) -> None:
        if is_converted_to(cls) and not (len(values) == 1 and is_object(values[0])):
            raise TypeError(f"text is wanted, and not this {type(values[0]).__name__ if len(values) == 1 else 'tuple'}")
        original(self)(*values)

    cls.__init__ = initialise
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
    give_characters(cls)
    cls.__setitem__ = _write_character
    for name in ("eq", "ne", "lt", "le", "gt", "ge"):
        setattr(cls, f"__{name}__", partialmethod(_compared, getattr(operator, name), cls))


def give_characters(cls: Any) -> None:
    """Have ``std::string``, or a view of one, give its bytes by index, and a `str` for a slice, and nothing that is beyond its end."""
    kind = cls.__cpp_name__.replace("basic_string_view<char>", "string_view")
    read = vars(cls)["__getitem__"].__get__

    def data(self: Any) -> bytes:
        return str(self).encode("utf-8", "surrogateescape")

    def called(self: Any, index: Any) -> Any:
        at = as_index(index, kind)
        if isinstance(at, slice):
            return data(self)[at].decode("utf-8", "surrogateescape")
        return read(self)(within(at, len(self), kind))

    cls.__getitem__ = called
    cls.__iter__ = lambda self: map(chr, data(self))


def _write_character(self: Any, index: Any, value: Any) -> None:
    check_changeable(self)
    place = as_index(index, "std::string")
    if isinstance(place, slice):
        raise TypeError("a slice of a std::string cannot be assigned: assign a character at a time, or all of the text")
    at = within(place, len(self), "std::string")
    byte = value.encode() if isinstance(value, str) else value
    if not isinstance(byte, bytes) or len(byte) != 1:
        raise TypeError(f"one character of a std::string is one byte, and not {value!r:.60} ({type(value).__name__})")
    self.replace(at, 1, byte)


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
