"""The data that a notebook reads: packed, or referred to where it is too large, elsewhere or not to be found."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from doublet.errors import CppUsageError
from doublet.notebook.needs.finding import difference
from doublet.notebook.needs.paths import Named, is_remote
from doublet.notebook.packing.contents import Reference
from doublet.notebook.provenance.checksums import root_uuid, sha256
from doublet.notebook.publish.checks import files_in_text

if TYPE_CHECKING:
    from doublet.notebook.needs.mapping import Mapping
    from doublet.notebook.packing.contents import Contents
    from doublet.notebook.provenance.record import InputFile, Session
    from doublet.notebook.reading import Notebook

__all__ = ["add_data", "add_shown"]

Cells = tuple[int, ...]


def add_data(contents: Contents, files: Iterable[tuple[Named, Cells]], session: Session | None, sources: Sequence[str], given: Sequence[Mapping]) -> None:
    """Add the files that cells and their modules name, and those that the record has besides; `sources` are what cells say.

    `given` says where data is here. Raises `CppUsageError` if one of them is about nothing that the notebook reads.
    """
    recorded = {file.name: file for file in (session.files if session else ()) if not file.is_written}
    written = {os.path.basename(file.name) for file in (session.files if session else ()) if file.is_written}  # noqa: PTH119 - a text
    adder = _Adder(contents, sources, given, set())
    told: set[str] = set()
    left: list[tuple[Named, Cells]] = []
    for named, cells in files:
        base = os.path.basename(named.path)  # noqa: PTH119 - a text
        known = recorded.get(os.path.normpath(named.path)) or recorded.get(base)
        if base in written and known is None:
            continue  # a result of the notebook's
        if not adder.add(named.path, known, cells):
            left.append((named, cells))
        elif known:
            told.add(known.name)
    for name, known in recorded.items():
        if name in told:
            continue
        said, cells = next(((named.path, cells) for named, cells in left if os.path.basename(named.path) == os.path.basename(name)), (name, ()))  # noqa: PTH119 - texts
        if not adder.add(name, known, cells):
            contents.references[said] = Reference(said, known.size, known.sha256, known.uuid, "it is not found")
            contents.tell("missing", f"{said}, {known.size:,} bytes, was read, and is not found here: say where it is by --data {said}=PATH", cells)
    bases = {os.path.basename(name) for name in (*recorded, *contents.items)}  # noqa: PTH119 - texts
    for named, cells in left:
        if os.path.basename(named.path) not in bases:  # noqa: PTH119 - a text
            contents.references[named.path] = Reference(named.path, reason="it is not found")
            contents.tell("missing", f"{named.path} is named and not found here, so it is not in the pack", cells)
    if unused := [mapping for mapping in given if mapping not in adder.used]:
        raise CppUsageError(f"the notebook names no data '{unused[0].old}'", "'doublet doctor NOTEBOOK' lists what it names")


def add_shown(contents: Contents, notebook: Notebook) -> None:
    """Add the files beside the notebook that its texts show, such as pictures."""
    for cell_place, cell in enumerate(notebook.cells, 1):
        for target in files_in_text(cell):
            path = contents.places.resolve(unquote(urlsplit(target).path))
            if (place := contents.places.inside(path)) is not None and path.is_file():
                contents.add_file(path, place, "data", (cell_place,))


@dataclass
class _Adder:
    contents: Contents
    sources: Sequence[str]
    given: Sequence[Mapping]
    used: set[Mapping]

    def add(self, named: str, known: InputFile | None, cells: Cells) -> bool:
        """Add a file, or those in a folder; whether there is such a thing, be it packed or referred to."""
        path, is_mapped = named, False
        for mapping in self.given:
            if (new := mapping.of(named)) is not None:
                self.used.add(mapping)
                path, is_mapped = new, True
        if is_remote(path):
            self.contents.references[named] = Reference(named, known.size if known else 0, known.sha256 if known else "", known.uuid if known else "", "it is fetched when the notebook runs")
            self.contents.tell("remote", f"{named} is fetched when the notebook runs, so it is not in the pack", cells)
            return True
        there = Path(os.path.normpath(Path(path).absolute())) if is_mapped else self.contents.places.resolve(path)
        try:
            files = [there] if there.is_file() else sorted(inner for inner in there.rglob("*") if inner.is_file()) if there.is_dir() else []
        except (OSError, ValueError):
            files = []
        for file in files:
            self._file(file, there, named, known if file == there else None, cells)
        return bool(files)

    def _file(self, file: Path, whole: Path, named: str, known: InputFile | None, cells: Cells) -> None:
        if known is not None and (reason := difference(file, known)):
            self.contents.tell("changed", f"{named} is not what was read: {reason}", cells, stops=True)
        size, inner = file.stat().st_size, file.relative_to(whole).as_posix()
        if size > self.contents.limit:
            name = named if inner == "." else f"{named.rstrip('/')}/{inner}"
            self.contents.references[name] = Reference(name, size, sha256(file), root_uuid(file), "it is larger than the limit")
            self.contents.tell("large", f"{name}, {size / 1e6:,.1f} MB, is larger than --data-limit, so the pack refers to it", cells)
            return
        place = self._place(whole, named, cells)
        self.contents.add_file(file, place if inner == "." else f"{place}/{inner}", "data", cells)

    def _place(self, path: Path, named: str, cells: Cells) -> str:
        """Where it is in the pack. What a cell puts together of a folder and a name is found there by the folder."""
        places = self.contents.places
        if not is_remote(named):
            path = places.resolve(named)  # by its name, even if it is another file that stands for it
            folder = "" if self._is_said(named) else next((str(each) for each in Path(named).parents if each.name and self._is_said(str(each))), "")
            if (inner := places.inside(path)) is not None:
                places.kept(places.resolve(folder) if folder else path, folder or named)
                return inner
            if folder:
                return f"{places.outside(places.resolve(folder), folder, 'data')}/{Path(named).relative_to(folder).as_posix()}"
        if self._is_said(named):
            return places.outside(path, named, "data")
        place = places.outside(path, "", "data")
        self.contents.tell("outside", f"{named} lies outside of the notebook's folder, and no cell says its name, so that what reads it has to be told that it is {place}", cells)
        return place

    def _is_said(self, name: str) -> bool:
        """Whether a cell says this in quotes, as it is or with more behind it in ROOT's way."""
        pattern = re.compile(rf"""(["']){re.escape(name)}(?:/?\1|:)""")
        return any(pattern.search(source) for source in self.sources)
