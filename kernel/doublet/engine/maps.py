"""Maps of C++ in Python."""

from __future__ import annotations

import re
from typing import Any

from doublet.engine.constants import is_constant, mark_part

__all__ = ["mend_map"]

_MAP = re.compile(r"(unordered_)?map<")


def mend_map(cppyy: Any, cls: Any, name: str) -> None:
    """Have ``[]`` of a new class of maps only read where C++ has no value that it could put at a new key, or may not put any."""
    if not _MAP.match(name):
        return
    if not cppyy.gbl.std.is_default_constructible[f"{cls.__cpp_name__}::mapped_type"].value:
        cls.__getitem__ = _read
    elif original := vars(cls).get("__getitem__"):
        bound = original.__get__
        cls.__getitem__ = lambda self, key: mark_part(_read(self, key), self) if is_constant(self) else bound(self)(key)


def _read(self: Any, key: Any) -> Any:
    if key not in self:
        raise KeyError(key)
    return self.at(key)
