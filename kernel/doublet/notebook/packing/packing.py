"""A notebook and all that it takes, as one file."""

from __future__ import annotations

import datetime as dt
import os
import re
import sys
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from doublet.errors import CppUsageError
from doublet.notebook.errors import NotebookError, PackError, RefusedError
from doublet.notebook.needs.environments import Kernel
from doublet.notebook.needs.finding import names_of
from doublet.notebook.packing.archive import write_archive
from doublet.notebook.packing.citation import Authors, Citation
from doublet.notebook.packing.code import add_code
from doublet.notebook.packing.containers import Recipe, compiler_of, debian_packages
from doublet.notebook.packing.contents import Contents, Item
from doublet.notebook.packing.crate import METADATA, REQUIREMENTS, Part, described
from doublet.notebook.packing.data import add_data, add_shown
from doublet.notebook.packing.installed import Installed
from doublet.notebook.packing.lock import Lock, lock
from doublet.notebook.packing.places import Places
from doublet.notebook.packing.screening import screened, screened_notebook
from doublet.notebook.packing.wheels import WHEELS, wheel
from doublet.notebook.provenance.stored import provenance_of
from doublet.notebook.reading import Notebook, code_cells, read

if TYPE_CHECKING:
    from doublet.notebook.needs.mapping import Mapping
    from doublet.notebook.needs.reading import Needed
    from doublet.notebook.notes import Finding
    from doublet.notebook.provenance.record import Session

__all__ = ["Options", "Pack", "pack", "today"]

_HEADING = re.compile(r"(?m)^#\s+(\S.*?)\s*#*\s*$")
_README = """\
# {title}

A notebook, {notebook}, with its outputs, code and data. `doublet rerun {name}` executes it again and says whether the
results agree; `doublet unpack {name}` only unpacks it. Without Doublet:

    docker build -t pack . && docker run --rm pack
    reana-client run

`{metadata}` lists what is here, with checksums (an RO-Crate, https://www.researchobject.org/ro-crate/).
"""


@dataclass(frozen=True)
class Options:
    """How it is packed: `limit` is how many bytes a file may have, `data` where data is here, `added` what goes in besides.

    With `wheels`, packages that are installed from folders of this machine are built, which executes what builds them, and packed.
    """

    limit: int = 100_000_000
    title: str = ""
    authors: Authors = field(default_factory=Authors)
    licence: str = ""
    date: str = ""
    data: Sequence[Mapping] = ()
    added: Sequence[Path] = ()
    wheels: bool = False


@dataclass(frozen=True)
class Pack:
    """What would be written: the files with their places, what is to be said of them, and how it is cited."""

    path: Path
    items: tuple[Item, ...]
    parts: dict[str, Part]
    findings: tuple[Finding, ...]
    citation: Citation

    def write(self, target: Path, force: Collection[str] = ()) -> None:
        """Write it; raises `RefusedError` for what stops it and is not among the rules in `force`, and `PackError`."""
        if stopping := [finding for finding in self.findings if finding.stops and finding.rule not in force]:
            raise RefusedError(str(self.path), stopping, ("pack", "packed"))
        write_archive(target, self.items, self.parts)


def today() -> str:
    """The date that is stated where none is given: ``SOURCE_DATE_EPOCH``'s, else today's, of UTC."""
    told = os.environ.get("SOURCE_DATE_EPOCH", "")
    now = dt.datetime.fromtimestamp(int(told), dt.UTC) if told.isdigit() else dt.datetime.now(dt.UTC)
    return now.date().isoformat()


def pack(path: Path, options: Options, name: str) -> Pack:
    """Collect what a notebook takes into a pack that will be called `name`; nothing of it is executed.

    Raises `NotebookError` for what is no notebook, `PackError` for files that cannot be read, `CppUsageError` for bad options.
    """
    if path.suffix != ".ipynb":
        raise NotebookError(str(path), "does not end in .ipynb, by which others know a notebook: rename it")
    notebook = read(path)
    provenance = provenance_of(notebook, str(path))
    session = provenance.sessions[-1] if provenance.sessions else None
    try:
        contents = Contents(Places(Path(os.path.normpath(path.absolute().parent))), options.limit)
        contents.notes += screened_notebook(notebook)
        contents.add(Item(path.name, path.read_bytes(), "notebook"))
        locked, names = _collect(contents, notebook, session, options)
        citation = Citation(path.name, options.title or _title(notebook, path), options.authors if options.authors.names else Authors.of_notebook(notebook.metadata), options.date or today(), options.licence)
        if options.wheels:
            locked = _with_wheels(contents, locked)
        contents.notes += locked.notes
        _describe(contents, path.name, name, session, locked, names, citation)
        for item in contents.items.values():
            if item.role in ("code", "data", "environment"):
                contents.notes += screened(item)
        parts = {place: Part(item.size(), item.sha256()) for place, item in contents.items.items()}
    except OSError as error:
        raise PackError(error.filename or str(path), f"cannot be read: {error.strerror or error}") from None
    text = described(contents, parts, path.name, citation, _programs(session, locked))
    items = (Item(METADATA, text, "description"), *(contents.items[place] for place in sorted(contents.items)))
    return Pack(path, items, parts, tuple(sorted(contents.notes, key=lambda finding: finding.cell)), citation)


def _collect(contents: Contents, notebook: Notebook, session: Session | None, options: Options) -> tuple[Lock, Needed]:
    kernel = Kernel.named(str(notebook.metadata.get("kernelspec", {}).get("name") or "python3"))
    names, language = names_of(notebook, kernel)
    if language:
        contents.tell("unread", f"its cells are {language}, so what they need is not known: add it by --add FILE")
    if not kernel.python:
        contents.tell("kernel", f"the kernel '{kernel.name}' is not here to be asked, so that versions are those of the record and of this Python")
    own = Installed.of(sys.executable, list(names.modules))
    there = Installed.of(kernel.python, list(names.modules)) if kernel.python and kernel.python != sys.executable else own
    inner, own_modules = add_code(contents, names, session, there)
    for place in names.unread:
        contents.tell("unread", "is not Python, so what it needs is not known", (place,))
    for path in options.added:
        _add(contents, path)
    sources = [cell.source for _, cell in code_cells(notebook)]
    files = [(named, tuple(cells)) for named, cells in names.files.items() if named.path not in names.writes]
    files += [(named, cells) for each, cells in inner for named in each.files]
    add_data(contents, files, session, sources, options.data)
    add_shown(contents, notebook)
    modules = {name: list(cells) for name, cells in names.modules.items()}
    for each, cells in inner:
        for name in each.modules:
            modules.setdefault(name, list(cells))
    foreign = {name: cells for name, cells in modules.items() if name not in sys.stdlib_module_names and name not in own_modules}
    return lock(kernel.name, foreign, session, there, own), names


def _with_wheels(contents: Contents, locked: Lock) -> Lock:
    """Add the packages that no index has."""
    places = {}
    for name, distribution in locked.local.items():
        file, content = wheel(distribution)
        places[name] = f"{WHEELS}/{file}"
        contents.add(Item(places[name], content, "environment"))
    return locked.with_wheels(places)


def _add(contents: Contents, path: Path) -> None:
    place = contents.places.inside(Path(os.path.normpath(path.absolute())))
    if not path.is_file():
        raise CppUsageError(f"there is no file '{path}' to add", "write --add FILE")
    if place is None:
        raise CppUsageError(f"'{path}' lies outside of the notebook's folder, where the notebook would not find it", "move it there, or say what stands for it by --data OLD=NEW")
    if place not in contents.items:
        contents.items[place] = Item(place, path.absolute(), "data")


def _describe(contents: Contents, notebook: str, name: str, session: Session | None, locked: Lock, names: Needed, citation: Citation) -> None:
    """Add the files that say how to execute and to cite it."""
    contents.add(Item(REQUIREMENTS, locked.text(notebook).encode(), "environment"))
    inputs = list(contents.items)
    recipe = Recipe(notebook, locked.python, compiler_of(session), debian_packages(names), contents.places.mappings)
    for place, text in recipe.files(inputs).items():
        contents.add(Item(place, text.encode(), "environment"))
    if more := [package for package in recipe.packages if package not in ("g++", "make")]:
        contents.tell("reana", f"REANA needs an image that has {', '.join(more)}: build the Dockerfile's, push it, and name it in reana.yaml")
    readme = _README.format(title=citation.title, notebook=notebook, name=name, metadata=METADATA)
    for place, text in {"CITATION.cff": citation.cff(), ".zenodo.json": citation.zenodo(), "README.md": readme}.items():
        contents.add(Item(place, text.encode(), "description"))
    if not citation.authors.names:
        contents.tell("authors", "nobody is named as its author: --author 'Family, Given'")


def _title(notebook: Notebook, path: Path) -> str:
    """The first heading."""
    headings = (match[1] for cell in notebook.cells if cell.cell_type == "markdown" and (match := _HEADING.search(cell.source)))
    return next(headings, path.stem)


def _programs(session: Session | None, locked: Lock) -> dict[str, str]:
    """What executed the notebook, with versions."""
    recorded = dict(sorted(session.packages.items())) if session else {}
    compiler = compiler_of(session)
    return {"Python": locked.python, **({"g++": compiler.removeprefix("g++ ")} if compiler else {}), **recorded}
