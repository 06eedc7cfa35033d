"""What differs between a record and a rerun, one thing at a time, and what it takes to put each back."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from doublet.notebook.provenance.checksums import sha256
from doublet.notebook.provenance.states import states
from doublet.notebook.provenance.stored import provenance_of

if TYPE_CHECKING:
    from doublet.notebook.needs.mapping import Mapping as DataMapping
    from doublet.notebook.provenance.record import InputFile, Part, Session
    from doublet.notebook.reading import Notebook
    from doublet.notebook.rerun.recorded import Recorded

__all__ = ["Swap", "swaps", "with_file"]


@dataclass(frozen=True)
class Swap:
    """One thing as it was, among those that are here.

    `missing` says why it cannot be put back; empty if it can. `file` is a path relative to the notebook's folder and the content
    there, `given` what the notebook calls a file that is elsewhere, and its content; `cells` are sources by the ids of cells.
    """

    name: str
    variables: Mapping[str, str] = field(default_factory=dict)
    packages: Mapping[str, str] = field(default_factory=dict)
    file: tuple[str, bytes] | None = None
    given: tuple[str, bytes] | None = None
    cells: Mapping[str, str] = field(default_factory=dict)
    missing: str = ""


def swaps(reference: Notebook, made: Notebook, recorded: Recorded, data: Sequence[DataMapping]) -> Iterator[Swap]:
    """All that differs: cells, files, packages, numbers of threads, PYTHONHASHSEED; nothing where one of both has no record."""
    provenance = provenance_of(reference, str(recorded.notebook))
    before, now = provenance.sessions[-1:], provenance_of(made, str(recorded.notebook)).sessions[-1:]
    if not before or not now:
        return
    names = {place: cell.get("id", "") for place, cell in enumerate(reference.cells, 1)}
    for state in states(reference, provenance):
        if state.kind == "edited" and state.execution is not None:
            name = f"cell {state.place} as it was executed"
            source = recorded.source(names[state.place], state.execution.source)
            yield Swap(name, missing=_NOWHERE) if source is None else Swap(name, cells={names[state.place]: source})
    yield from _inputs(before[0], now[0], recorded, data)
    yield from _code(before[0], now[0], recorded)
    yield from _settings(before[0], now[0])


_NOWHERE = "is neither in a pack beside the notebook nor in its git history"


def _settings(before: Session, now: Session) -> Iterator[Swap]:
    for name in sorted(before.packages):
        if now.packages.get(name, before.packages[name]) != before.packages[name]:
            yield Swap(f"{name} {before.packages[name]}", packages={**now.packages, name: before.packages[name]})
    threads = {name: str(value) for name, value in before.threads.items() if name.isupper() and now.threads.get(name) != value}
    for name, value in threads.items():
        yield Swap(f"{name}={value}", variables={name: value})
    if before.hash_seed.isdigit() and before.hash_seed != now.hash_seed:
        yield Swap(f"PYTHONHASHSEED={before.hash_seed}", variables={"PYTHONHASHSEED": before.hash_seed})


def _inputs(before: Session, now: Session, recorded: Recorded, data: Sequence[DataMapping]) -> Iterator[Swap]:
    """Data files that are others than those of the record."""
    there = {file.name: file for file in now.files}
    for file in before.files:
        said, path = _said(file, data, recorded.notebook.absolute().parent)
        found = there.get(file.name) or there.get(path.name)
        if file.is_written or not file.sha256 or found is None or found.sha256 in ("", file.sha256) or not _is_inside(file.name):
            continue
        name = f"the data of {file.name} as they were"
        original = recorded.notebook.absolute().parent / file.name
        content = original.read_bytes() if original.is_file() and sha256(original) == file.sha256 else recorded.file(file.name, file.sha256)
        if content is None:
            yield Swap(name, missing=f"{_NOWHERE} (SHA-256 {file.sha256[:12]}…)")
        elif said:
            yield Swap(name, given=(said, content))
        elif original.is_file():
            yield Swap(name, file=(file.name, content))
        else:
            yield Swap(name, missing="lies outside of the notebook's folder: say where it is by --data")


def _is_inside(name: str) -> bool:
    """Whether a path, of somebody's record, is below the folder that it is relative to."""
    return bool(name) and not os.path.isabs(name) and os.pardir not in Path(name).parts  # noqa: PTH117 - a text


def _said(file: InputFile, data: Sequence[DataMapping], folder: Path) -> tuple[str, Path]:
    """What a notebook calls a file that is elsewhere here, empty if it is not, and where it is."""
    for mapping in data:
        for said in (file.name, mapping.old):
            new = mapping.of(said)
            if new is not None and os.path.basename(said) == os.path.basename(file.name):  # noqa: PTH119 - texts
                return said, Path(new)
    return "", folder / file.name


def _code(before: Session, now: Session, recorded: Recorded) -> Iterator[Swap]:
    """Modules and headers that are others; the record has their names without folders."""
    folder = recorded.notebook.absolute().parent
    pairs: tuple[tuple[str, Sequence[Part], Sequence[Part]], ...] = (("module", before.own_modules, now.own_modules), ("header", before.headers, now.headers))
    for kind, parts, others in pairs:
        there = {part.name: part.sha256 for part in others}
        for part in parts:
            if not part.sha256 or not _is_inside(part.name) or there.get(part.name, part.sha256) == part.sha256:
                continue
            name = f"the {kind} {part.name} as it was"
            paths = [path.relative_to(folder).as_posix() for path in sorted(folder.rglob(glob.escape(part.name))) if path.is_file() and sha256(path) == there[part.name]]
            found = next(((path, content) for path in paths if (content := recorded.file(path, part.sha256)) is not None), None)
            yield Swap(name, missing=_NOWHERE) if found is None else Swap(name, file=found)


@contextmanager
def with_file(folder: Path, name: str, content: bytes) -> Iterator[Path]:
    """A folder in which all is as in this one, by links, but for the file of this name; this one is left as it is."""
    with TemporaryDirectory(prefix="doublet-bisect-") as made:
        _link(folder.absolute(), Path(made), Path(name).parts)
        with Path(made, name).open("xb") as file:
            file.write(content)
        yield Path(made)


def _link(folder: Path, made: Path, parts: Sequence[str]) -> None:
    """Make links to all in a folder but for the first of `parts`, and so on in that."""
    made.mkdir(exist_ok=True)
    for path in folder.iterdir():
        if path.name not in (parts[0], "__pycache__"):
            (made / path.name).symlink_to(path)
    if len(parts) > 1:
        _link(folder / parts[0], made / parts[0], parts[1:])
