"""The user's own modules, headers and libraries that a notebook takes, and what these take in turn."""

from __future__ import annotations

import sys
import sysconfig
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from doublet.engine.toolchain import INCLUDE
from doublet.notebook.needs.reading import Needed, needed_by_header, needed_by_module
from doublet.notebook.provenance.checksums import sha256

if TYPE_CHECKING:
    from collections.abc import Mapping

    from doublet.notebook.packing.contents import Contents
    from doublet.notebook.packing.installed import Installed
    from doublet.notebook.provenance.record import Part, Session

__all__ = ["add_code"]

_OF_SYSTEM = ("/usr", "/lib", "/lib64", "/opt", "/cvmfs", "/nix")
"""Where headers and libraries are that packages bring."""
_LEFT_OUT = ("__pycache__", "node_modules", "build", "dist")
Cells = tuple[int, ...]


@dataclass
class _Searched:
    """A folder in which a notebook has C++ or Python looked for: as it is called there, and where it is."""

    named: str
    path: Path


@dataclass
class _Code:
    contents: Contents
    installed: Installed
    includes: list[_Searched]
    modules: list[_Searched]
    libraries: list[_Searched]
    found: list[tuple[Needed, Cells]] = field(default_factory=list)
    """What the modules and headers name, with the cells that they are for."""
    own: set[str] = field(default_factory=set)
    """The modules that were found."""
    _seen: set[Path] = field(default_factory=set)

    def headers(self, names: Mapping[str, Iterable[int]], beside: Path, cells: Cells = ()) -> None:
        """Add headers of the user's own; `beside` is the folder of what includes them, whose cells are `cells` if it is none itself."""
        for name, places in names.items():
            self._header(name, beside, cells or tuple(places))

    def _header(self, name: str, beside: Path, cells: Cells) -> None:
        for named, said in ((None, beside / name), *((each, each.path / name) for each in self.includes)):
            path = self.contents.places.resolve(str(said))
            if not path.is_file() or not _is_own(path):
                continue
            place = self._place(path, named) if named else self._beside(path, name, beside)
            if place is None:
                self.contents.tell("left out", f"{name} is included by {beside.name}, and lies outside of what is packed: include it by a folder of its own", cells)
            elif self.contents.add_file(path, place, "code", cells):
                needed = needed_by_header(path.read_text(encoding="utf-8", errors="replace"))
                self.found.append((needed, cells))
                self.headers(needed.headers, path.parent, cells)
            return

    def _beside(self, path: Path, name: str, beside: Path) -> str | None:
        """The place of a header that is named by its path from what includes it; None where that path cannot be kept."""
        places = self.contents.places
        named = str(Path(name).parent)
        if (inner := places.inside(path)) is not None:
            if beside == places.folder:
                places.kept(path.parent, named)
            return inner
        if beside == places.folder:
            return f"{places.outside(path.parent, named, 'code')}/{path.name}"
        return self._below_known(path)

    def _below_known(self, path: Path) -> str | None:
        places = self.contents.places
        for folder in path.parents:
            if (place := places.known(folder)) is not None:
                return f"{place}/{path.relative_to(folder).as_posix()}"
        return None

    def _place(self, path: Path, searched: _Searched) -> str:
        """The place of something that was found in a folder that is searched."""
        places = self.contents.places
        inner = places.inside(path)
        places.kept(searched.path, searched.named)
        return inner if inner is not None else f"{places.outside(searched.path, searched.named, 'code')}/{path.relative_to(searched.path).as_posix()}"

    def imports(self, names: Mapping[str, Iterable[int]], cells: Cells = ()) -> None:
        """Add modules of the user's own, packages as a whole."""
        for name, places in names.items():
            self._module(name, cells or tuple(places))

    def _module(self, name: str, cells: Cells) -> None:
        for searched in self.modules:
            folder, file = searched.path / name, searched.path / f"{name}.py"
            # A folder without __init__.py is a module only where there is no other one, as Python has it.
            is_package = (folder / "__init__.py").is_file() or (folder.is_dir() and not file.is_file() and name not in self.installed.modules and name not in sys.stdlib_module_names)
            if is_package or file.is_file():
                self.own.add(name)
                self._sources(folder if is_package else file, searched, cells)
                return
        origin = self.installed.origins.get(name)
        if origin:  # on PYTHONPATH, of which another machine knows nothing: put where Python looks first
            self.own.add(name)
            path = Path(origin).parent if Path(origin).name == "__init__.py" else Path(origin)
            for file in _files(path):
                self._source(file, f"{path.name}/{file.relative_to(path).as_posix()}" if path.is_dir() else path.name, cells)

    def script(self, name: str, cells: Cells) -> None:
        """Add what ``%run`` executes, with or without its ending."""
        for named in (name, f"{name}.py"):
            if (path := self.contents.places.resolve(named)).is_file():
                self._source(path, self.contents.places.of(path, named, "code"), cells)
                return
        self.contents.tell("missing", f"{name}, which it runs, is not there", cells)

    def _sources(self, path: Path, searched: _Searched, cells: Cells) -> None:
        if path in self._seen:
            return
        self._seen.add(path)
        for file in _files(path):
            self._source(file, self._place(file, searched), cells)

    def _source(self, path: Path, place: str, cells: Cells) -> None:
        if self.contents.add_file(path, place, "code", cells) and path.suffix == ".py":
            needed = needed_by_module(path.read_text(encoding="utf-8", errors="replace"))
            self.found.append((needed, cells))
            self.imports(needed.modules, cells)

    def shared(self, names: Mapping[str, Iterable[int]]) -> None:
        """Add libraries of the user's own, which are made for this machine."""
        for name, cells in names.items():
            for searched in self.libraries:
                path = next((path for end in (name, f"{name}.so", f"lib{name}.so") if (path := searched.path / Path(end).expanduser()).is_file()), None)
                if path is None or not _is_own(path):
                    continue
                path = self.contents.places.resolve(str(path))
                is_own = searched.path == self.contents.places.folder
                root = _Searched(str(Path(name).parent), path.parent) if is_own else searched
                place = f"{self.contents.places.of(root.path, root.named, 'code')}/{path.relative_to(root.path).as_posix()}".removeprefix("./")
                if self.contents.add_file(path, place, "code", tuple(cells)):
                    self.contents.tell("binary", f"{place} is made for machines as this one: others have to build it", tuple(cells))
                break


def add_code(contents: Contents, needed: Needed, session: Session | None, installed: Installed) -> tuple[list[tuple[Needed, Cells]], set[str]]:
    """Add it, and return what it names itself, such as data, and the names of its modules.

    What the record has and is not found, or is another one, is told.
    """
    own = _Searched(".", contents.places.folder)
    code = _Code(
        contents,
        installed,
        [own, *_searched(contents, needed.include_folders)],
        [own, *_searched(contents, needed.module_folders)],
        [own, *_searched(contents, needed.library_folders)],
    )
    code.headers(needed.headers, contents.places.folder)
    code.imports(needed.modules)
    code.shared(needed.libraries)
    for name, places in needed.scripts.items():
        code.script(name, tuple(places))
    if session is not None:
        _compare(contents, (*session.own_modules, *session.headers))
    return code.found, code.own


def _searched(contents: Contents, names: Iterable[str]) -> Iterator[_Searched]:
    for name in names:
        path = contents.places.resolve(name)
        if path.is_dir() and _is_own(path):
            yield _Searched(name, path)


def _compare(contents: Contents, parts: Iterable[Part]) -> None:
    """Tell of modules and headers that are not those of the record."""
    for part in parts:
        there = [item for item in contents.items.values() if item.role == "code" and isinstance(item.content, Path) and item.content.name == part.name]
        if not there:
            contents.tell("missing", f"{part.name}, which was used, is not found: add it by --add FILE")
        elif part.sha256 and all(sha256(item.content) != part.sha256 for item in there if isinstance(item.content, Path)):
            contents.tell("changed", f"{there[0].place} is not the file that was used: execute the notebook again", there[0].cells, stops=True)


def _files(path: Path) -> Iterator[Path]:
    """A file, or those in a folder, without what is hidden or made anew."""
    if path.is_file():
        yield path
        return
    for inner in sorted(path.iterdir()):
        if not inner.name.startswith(".") and inner.name not in _LEFT_OUT and inner.suffix != ".pyc":
            yield from _files(inner)


def _is_own(path: Path) -> bool:
    """Whether it is the user's, and no package's."""
    folders = (*map(Path, _OF_SYSTEM), INCLUDE, *(Path(sysconfig.get_path(key)) for key in ("stdlib", "purelib", "platlib", "include")))
    return not any(path.is_relative_to(folder) for folder in folders)
