"""Packs as files: zips of which the same content makes the same bytes, written such that there is always a whole one."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Iterable, Mapping
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from doublet.notebook.errors import PackError
from doublet.notebook.replacing import replacing

if TYPE_CHECKING:
    from doublet.notebook.packing.contents import Item
    from doublet.notebook.packing.crate import Part

__all__ = ["write_archive"]

_BEGINNING = 1980, 1, 1, 0, 0, 0
"""The earliest time that a zip can say, for all files: when they were changed is nobody's business."""
_MODE = 0o100644
_CHUNK = 1 << 20


def write_archive(path: Path, items: Iterable[Item], parts: Mapping[str, Part]) -> None:
    """Write the files in their order in the place of what is there; raises `PackError`.

    `parts` says what they have to be by now, but for those that it does not know.
    """
    try:
        with replacing(path) as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for item in items:
                _write(archive, item, parts.get(item.place), path)
    except OSError as error:
        raise PackError(str(path), f"cannot be written: {error.strerror or error}") from None


def _write(archive: zipfile.ZipFile, item: Item, part: Part | None, path: Path) -> None:
    entry = zipfile.ZipInfo(item.place, _BEGINNING)
    entry.compress_type, entry.external_attr, entry.create_system = zipfile.ZIP_DEFLATED, _MODE << 16, 3
    entry.file_size = item.size()
    total = hashlib.sha256()
    with closing(item.open()) as source, archive.open(entry, "w") as target:
        while chunk := source.read(_CHUNK):
            total.update(chunk)
            target.write(chunk)
    if part is not None and total.hexdigest() != part.sha256:
        raise PackError(str(path), f"is not made: {item.place} has changed meanwhile; try again when nothing writes it")
