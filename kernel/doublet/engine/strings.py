"""Strings of ``char8_t``, ``char16_t`` and ``char32_t`` in Python, of which cppyy shows the parts or the address."""

from __future__ import annotations

import ctypes
import re
from typing import Any

__all__ = ["mend_string", "mend_text"]

_STRING = re.compile(r"std::basic_string<(char(?:8|16|32)_t)\b[^:]*(?:::[^:]*)*>$")
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
    """Have ``std::string`` lend methods from `str` for any bytes; cppyy crashes where they are not UTF-8."""
    cls.__getattr__ = lambda self, name: getattr(bytes(self).decode("utf-8", "surrogateescape"), name)
