"""Maps of C++ in Python."""

from __future__ import annotations

import re
from typing import Any

__all__ = ["mend_map"]

_MAP = re.compile(r"(unordered_)?map<")


def mend_map(cppyy: Any, cls: Any, name: str) -> None:
    """Have ``[]`` of a new class of maps only read where C++ has no value that it could put at a new key."""
    if _MAP.match(name) and not cppyy.gbl.std.is_default_constructible[f"{cls.__cpp_name__}::mapped_type"].value:
        cls.__getitem__ = _read


def _read(self: Any, key: Any) -> Any:
    if key not in self:
        raise KeyError(key)
    return self.at(key)
