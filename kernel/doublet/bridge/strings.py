"""``str`` and ``bytes``: C++ gets a constant ``std::string`` with the same bytes (UTF-8 for ``str``), a copy."""

from __future__ import annotations

from doublet.bridge import converts
from doublet.engine.interpreter import Binding


@converts(str, bytes)
def string(name: str, value: str | bytes) -> Binding:
    data = value.encode("utf-8", "surrogateescape") if isinstance(value, str) else value
    # Three octal digits, so that a digit that follows cannot become part of the escape.
    literal = "".join(chr(b) if 32 <= b < 127 and chr(b) not in '"\\?' else f"\\{b:03o}" for b in data)
    return Binding(name, f'const std::string {name} = std::string("{literal}", {len(data)});', None)
