"""``str`` and ``bytes``: C++ gets a constant ``std::string`` with the same bytes (UTF-8 for ``str``), a copy."""

from __future__ import annotations

from functools import partial
from operator import is_

from doublet.bridge import bind, converts
from doublet.engine.binding import Binding
from doublet.errors import BridgeError

__all__ = ["encoded"]


@converts(str, bytes)
def string(name: str, value: str | bytes) -> Binding:
    if "__cpp_name__" in vars(type(value)):  # cppyy makes an enumerator of an enum of chars a text
        return bind(name, ord(value))
    data = encoded(name, value) if isinstance(value, str) else value
    # Three octal digits, so that a digit that follows cannot become part of the escape.
    literal = "".join(chr(b) if 32 <= b < 127 and chr(b) not in '"\\?' else f"\\{b:03o}" for b in data)
    declaration = f'const std::string {name} = std::string("{literal}", {len(data)});'
    return Binding(name, declaration, None, unchanged=partial(is_, value))


def encoded(name: str, text: str) -> bytes:
    """The bytes of a text; `name` is what an error calls it."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError as error:
        reason = f"it holds half a character, U+{ord(text[error.start]):04X}, which UTF-8 does not have"
        raise BridgeError(name, "str", reason, "remove it") from None
