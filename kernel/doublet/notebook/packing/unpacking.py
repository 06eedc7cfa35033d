"""A pack taken apart on another machine: everything in it is looked at before anything is written, and nothing is executed."""

from __future__ import annotations

import hashlib
import re
import shutil
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from doublet.notebook.errors import PackError
from doublet.notebook.needs.mapping import Mapping as DataMapping
from doublet.notebook.packing.crate import METADATA, REQUIREMENTS, Crate, Part, read_crate
from doublet.notebook.replacing import umask

if TYPE_CHECKING:
    from doublet.notebook.packing.contents import Reference

__all__ = ["Unpacked", "crate_of", "unpack", "unpacked"]

_ENTRIES = 100_000
_SMALL, _RATIO = 1_000_000_000, 100
"""What a pack may grow to whatever its size is, in bytes, and how many times its size it may be beyond that."""
_DESCRIPTION = 100_000_000
_CHUNK = 1 << 20
_DRIVE = re.compile(r"[A-Za-z]:")


@dataclass(frozen=True)
class Unpacked:
    """A pack in a folder: its `notebook` and `requirements` for pip are files there, the latter if it has them.

    `mappings` say where there is what the notebook looks for elsewhere; `references` tell of data that is not in the pack.
    """

    notebook: Path
    mappings: tuple[DataMapping, ...]
    requirements: Path | None = None
    references: tuple[Reference, ...] = ()


def unpacked(path: Path, folder: Path) -> Unpacked:
    """Unpack into a folder that is empty or not there; raises `PackError`."""
    crate = unpack(path, folder)
    whole = folder.absolute()
    mappings = tuple(DataMapping(old, str(whole / new)) for old, new in crate.mappings.items())
    return Unpacked(whole / crate.notebook, mappings, whole / REQUIREMENTS if REQUIREMENTS in crate.parts else None, crate.references)


def crate_of(path: Path) -> Crate:
    """What a pack says that it holds, after looking at everything but checksums; nothing is written. Raises `PackError`."""
    with _opened(path) as archive:
        return _looked_at(archive, path)[0]


def unpack(path: Path, folder: Path) -> Crate:
    """Check a pack, and put its files into a folder that is empty or not there; raises `PackError`, and leaves nothing then."""
    if folder.exists() and not folder.is_dir():
        raise PackError(str(folder), "is a file: name a folder that is empty or not there")
    if folder.is_dir() and any(folder.iterdir()):
        raise PackError(str(folder), "is not empty, and nothing in it is overwritten: name another folder")
    with _opened(path) as archive:
        crate, entries = _looked_at(archive, path)
        try:
            folder.absolute().parent.mkdir(parents=True, exist_ok=True)
            _check_space(entries, folder, path)
            _put(archive, entries, crate, path, folder)
        except OSError as error:
            raise PackError(str(path), f"cannot be unpacked into '{folder}': {error.strerror or error}") from None
    return crate


def _looked_at(archive: zipfile.ZipFile, path: Path) -> tuple[Crate, dict[str, zipfile.ZipInfo]]:
    entries = {entry.filename: entry for entry in _checked(archive, path)}
    crate = read_crate(_description(archive, entries, path), str(path))
    _compare(entries, crate, path)
    _check_paths(crate, path)
    return crate, entries


@contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except OSError as error:
        raise PackError(str(path), f"cannot be read: {error.strerror or error}") from None
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, EOFError, UnicodeDecodeError, RuntimeError, ValueError, zlib.error) as error:
        raise PackError(str(path), f"is no pack, or a damaged one: {error}") from None


def _checked(archive: zipfile.ZipFile, path: Path) -> Iterator[zipfile.ZipInfo]:
    """The files in it; raises `PackError` for what could do harm when it is written."""
    entries = archive.infolist()
    whole, limit = sum(entry.file_size for entry in entries), max(_SMALL, _RATIO * path.stat().st_size)
    if len(entries) > _ENTRIES or whole > limit:
        raise PackError(str(path), f"is not unpacked: {len(entries):,} files of {whole / 1e6:,.0f} MB are more than a pack of its size can have honestly")
    seen: set[str] = set()
    for entry in entries:
        name, mode = entry.orig_filename.rstrip("/") if entry.is_dir() else entry.orig_filename, entry.external_attr >> 16
        parts = name.split("/")
        if name != entry.filename.rstrip("/") or "\0" in name or "\\" in name or name.startswith("/") or _DRIVE.match(name) or not all(part not in ("", ".", "..") for part in parts):
            raise PackError(str(path), f"is not unpacked: the name {entry.orig_filename!r} in it leads out of the folder, or may do so")
        if stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR if entry.is_dir() else stat.S_IFREG):
            raise PackError(str(path), f"is not unpacked: {name!r} in it is no file, but a link or a device")
        if entry.flag_bits & 1:
            raise PackError(str(path), f"is not unpacked: {name!r} in it is encrypted")
        if name in seen:
            raise PackError(str(path), f"is not unpacked: {name!r} is in it twice")
        seen.add(name)
        if not entry.is_dir():
            yield entry
    files = {entry.filename for entry in entries if not entry.is_dir()}
    if below := next((name for name in files for parent in PurePosixPath(name).parents if str(parent) in files), None):
        raise PackError(str(path), f"is not unpacked: {below!r} in it lies in what is a file there")


def _description(archive: zipfile.ZipFile, entries: Mapping[str, zipfile.ZipInfo], path: Path) -> bytes:
    entry = entries.get(METADATA)
    if entry is None:
        raise PackError(str(path), f"is no pack: there is no {METADATA} in it")
    if entry.file_size > _DESCRIPTION:
        raise PackError(str(path), f"is no pack: its {METADATA} is {entry.file_size / 1e6:,.0f} MB")
    return archive.read(entry)


def _compare(entries: Mapping[str, zipfile.ZipInfo], crate: Crate, path: Path) -> None:
    """Raise `PackError` unless the description is of these files."""
    if more := sorted(entries.keys() - crate.parts.keys() - {METADATA}):
        raise PackError(str(path), f"is damaged or was changed: {more[0]!r} in it is not in its description")
    if less := sorted(crate.parts.keys() - entries.keys()):
        raise PackError(str(path), f"is damaged or was changed: {less[0]!r} is missing in it")
    for place, part in crate.parts.items():
        if entries[place].file_size != part.size:
            raise PackError(str(path), f"is damaged or was changed: {place!r} in it is {entries[place].file_size:,} bytes, and should be {part.size:,}")


def _check_paths(crate: Crate, path: Path) -> None:
    """Raise `PackError` if data would be looked for outside of the folder."""
    for old, new in crate.mappings.items():
        if new != "." and new not in crate.parts and not any(place.startswith(f"{new}/") for place in crate.parts):
            raise PackError(str(path), f"is damaged or was changed: there is no {new!r} in it, which should stand for {old!r}")


def _check_space(entries: Mapping[str, zipfile.ZipInfo], folder: Path, path: Path) -> None:
    needed, there = sum(entry.file_size for entry in entries.values()), shutil.disk_usage(folder.absolute().parent).free
    if needed > there:
        raise PackError(str(path), f"is not unpacked: it takes {needed / 1e6:,.0f} MB, and there are {there / 1e6:,.0f} MB left")


def _put(archive: zipfile.ZipFile, entries: Mapping[str, zipfile.ZipInfo], crate: Crate, path: Path, folder: Path) -> None:
    """Write all into a folder beside, and put it in its place when it is whole."""
    whole = folder.absolute()
    made = Path(tempfile.mkdtemp(prefix=f".{whole.name}.", dir=whole.parent))
    try:
        for place, entry in entries.items():
            target = made / place
            target.parent.mkdir(parents=True, exist_ok=True)
            _extract(archive, entry, crate.parts.get(place), target, path)
        if whole.is_dir():
            for child in made.iterdir():
                child.replace(whole / child.name)
        else:
            made.chmod(0o777 & ~umask())
            made.replace(whole)
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _extract(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, part: Part | None, target: Path, path: Path) -> None:
    total, size = hashlib.sha256(), 0
    with archive.open(entry) as source, target.open("xb") as file:
        while chunk := source.read(_CHUNK):
            size += len(chunk)
            total.update(chunk)
            file.write(chunk)
    if part is not None and (size != part.size or total.hexdigest() != part.sha256):
        raise PackError(str(path), f"is damaged or was changed: the checksum of {entry.filename!r} in it is another one")
