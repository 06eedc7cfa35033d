"""What goes into a pack: files with their places in it, what is only referred to, and what there is to say."""

from __future__ import annotations

import hashlib
import io
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from doublet.notebook.errors import PackError
from doublet.notebook.notes import Finding

if TYPE_CHECKING:
    from doublet.notebook.packing.places import Places

__all__ = ["Contents", "Item", "Reference", "Role"]

Role = Literal["notebook", "code", "data", "environment", "description"]


@dataclass(frozen=True)
class Item:
    """A file in the pack: its `place` there, with slashes, and where its content comes from."""

    place: str
    content: Path | bytes
    role: Role
    cells: tuple[int, ...] = ()
    """The places from 1 of the cells that name it."""

    def open(self) -> io.BytesIO | io.BufferedReader:
        """Its content, to be read; raises `OSError`."""
        return io.BytesIO(self.content) if isinstance(self.content, bytes) else self.content.open("rb")

    def size(self) -> int:
        """In bytes."""
        return len(self.content) if isinstance(self.content, bytes) else self.content.stat().st_size

    def sha256(self) -> str:
        """As 64 digits."""
        with closing(self.open()) as file:
            return hashlib.file_digest(file, "sha256").hexdigest()


@dataclass(frozen=True)
class Reference:
    """Data that is not in the pack: how the notebook calls it, and by what to know it (size in bytes, checksum, ROOT's UUID)."""

    name: str
    size: int = 0
    sha256: str = ""
    uuid: str = ""
    reason: str = ""


@dataclass
class Contents:
    """The files so far; `limit` is how many bytes each may have."""

    places: Places
    limit: int
    items: dict[str, Item] = field(default_factory=dict)
    references: dict[str, Reference] = field(default_factory=dict)
    notes: list[Finding] = field(default_factory=list)

    def add(self, item: Item) -> None:
        """Add a file; raises `PackError` if another one has its place."""
        known = self.items.setdefault(item.place, item)
        if known.content != item.content:
            raise PackError(item.place, "is the name of a file of the notebook's and of one that every pack has: rename yours")

    def add_file(self, path: Path, place: str, role: Role, cells: tuple[int, ...] = ()) -> bool:
        """Add a file unless it is there already, or too large; whether it is new."""
        if place in self.items:
            return False
        size = path.stat().st_size
        if size > self.limit:
            self.tell("large", f"{place}, {size / 1e6:.1f} MB, is left out, for it is larger than --data-limit", cells)
            return False
        self.items[place] = Item(place, path, role, cells)
        return True

    def tell(self, rule: str, text: str, cells: tuple[int, ...] = (), *, stops: bool = False) -> None:
        """Say something about the first of these cells."""
        finding = Finding(rule, cells[0] if cells else 0, text, stops)
        if finding not in self.notes:
            self.notes.append(finding)
