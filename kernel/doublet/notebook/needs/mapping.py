"""Data that lies elsewhere than a notebook says: ``--data OLD=NEW``."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from doublet.errors import CppUsageError

__all__ = ["Mapping", "mappings"]


@dataclass(frozen=True)
class Mapping:
    """What stands at the beginning of a path in the notebook, and what stands there here: a file, a folder or an address."""

    old: str
    new: str

    def of(self, path: str) -> str | None:
        """Where a file is that the notebook calls this; None if this is not about it."""
        if path == self.old:
            return self.new
        folder = self.old.rstrip("/") + "/"
        return self.new.rstrip("/") + "/" + path[len(folder) :] if path.startswith(folder) else None


def mappings(given: Iterable[str]) -> list[Mapping]:
    """Those of texts ``OLD=NEW``; raises `CppUsageError` for what is none, or where nothing is."""
    found = []
    for text in given:
        old, equals, new = text.partition("=")
        if not (equals and old and new):
            raise CppUsageError(f"'{text}' does not say where data is", "write --data OLD=NEW")
        if "://" not in new and not Path(new).exists():
            raise CppUsageError(f"there is no '{new}', where '{old}' should be", "write --data OLD=NEW with the path of what is there")
        found.append(Mapping(old, new))
    return found
