"""Whether what a notebook needs is there, and what its record says of its outputs."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from doublet.engine.toolchain import Toolchain, compiler_version
from doublet.errors import CppUsageError, ToolchainError
from doublet.loading import PACKAGES
from doublet.notebook.needs.environments import Kernel, header_folders, library_found
from doublet.notebook.needs.need import Need
from doublet.notebook.needs.paths import Named, is_remote
from doublet.notebook.needs.reading import Needed, comparable, needed
from doublet.notebook.provenance.checksums import root_uuid, sha256
from doublet.notebook.provenance.states import hidden_executions, states
from doublet.notebook.provenance.stored import provenance_of

if TYPE_CHECKING:
    from doublet.notebook.needs.mapping import Mapping
    from doublet.notebook.provenance.record import InputFile, Provenance, Session, Setting
    from doublet.notebook.reading import Notebook

__all__ = ["DISTRIBUTIONS", "LIBRARY_OF_HEADER", "difference", "examine", "is_local", "names_of"]

DISTRIBUTIONS = {
    "bs4": "beautifulsoup4",
    "coffea": "coffea",
    "cv2": "opencv-python",
    "dateutil": "python-dateutil",
    "PIL": "pillow",
    "skimage": "scikit-image",
    "sklearn": "scikit-learn",
    "yaml": "PyYAML",
}
"""How pip calls what modules are in, where it is called otherwise."""
LIBRARY_OF_HEADER = {
    "boost": "boost",
    "Eigen": "eigen3",
    "fastjet": "fastjet",
    "fmt": "fmt",
    "gsl": "gsl",
    "HepMC3": "hepmc3",
}
_NOT_BY_PIP = {"ROOT": "install ROOT: conda install -c conda-forge root"}


def examine(notebook: Notebook, path: Path, data: Sequence[Mapping] = ()) -> list[Need]:
    """All that there is to say of a notebook from a file: what it needs, and whether its outputs can come from its cells.

    Raises `CppUsageError` for a mapping that is about nothing in it. Nothing of the notebook is executed.
    """
    provenance = provenance_of(notebook, str(path))
    session = provenance.sessions[-1] if provenance.sessions else None
    kernel = Kernel.named(str(notebook.metadata.get("kernelspec", {}).get("name") or "python3"))
    told, language = names_of(notebook, kernel)
    names = _mapped(told, data)
    folder = path.absolute().parent
    modules = [name for name in names.modules if name not in sys.stdlib_module_names and not is_local(name, folder, names)]
    kernel.ask(modules, [*(session.packages if session else ()), *(DISTRIBUTIONS.get(name, name) for name in modules)])
    return [
        _kernel(kernel),
        *_platform(kernel, session),
        *_modules(kernel, names, modules, session),
        *_versions(kernel, session),
        *_libraries(names, folder),
        *_headers(names, folder, data),
        *_files(names, session, folder, data),
        *_variables(names),
        *_settings(notebook, provenance),
        *(Need("cell", str(place), "unknown", "is not Python, so what it needs is not known", (place,)) for place in names.unread),
        *(() if not language else (Need("cells", "", "unknown", f"are {language}, so what they need is not known"),)),
        *_outputs(notebook, provenance),
    ]


def names_of(notebook: Notebook, kernel: Kernel) -> tuple[Needed, str]:
    """What the cells of a notebook of this kernel name, and the language that they are in if it is none that is read here."""
    language = kernel.language or str(notebook.metadata.get("kernelspec", {}).get("language", "")).lower()
    if language not in ("", "python", "c++", "cpp"):
        return Needed(), language
    return needed(notebook, cpp_first=language in ("c++", "cpp")), ""


def _kernel(kernel: Kernel) -> Need:
    if kernel.is_installed:
        return Need("kernel", kernel.name, "ok", kernel.python or kernel.language)
    package = "doublet" if kernel.name.startswith("doublet") else "ipykernel" if kernel.name.startswith("python") else ""
    remedy = kernel.pip(package) if package else f"install it, or doublet run --kernel NAME with one of {', '.join(kernel.others)}"
    return Need("kernel", kernel.name, "MISSING", "not installed", remedy=remedy)


def _platform(kernel: Kernel, session: Session | None) -> Iterator[Need]:
    """Python and compiler, where the record names others."""
    if session is None:
        return
    recorded = session.python.get("version", "")
    if recorded and kernel.version and recorded != kernel.version:
        yield Need("Python", recorded, "differs", f"{kernel.version} here")
    compiler = session.cpp.get("compiler", "")
    try:
        here = f"g++ {compiler_version()}" if compiler else ""
    except ToolchainError:
        yield Need("compiler", compiler, "MISSING", "no g++ here", remedy="apt-get install g++")
        return
    if compiler != here:
        yield Need("compiler", compiler, "differs", f"{here} here")
    standard = session.cpp.get("standard", "")
    if standard and (ours := Toolchain.from_environment().standard) != standard:
        yield Need("C++ standard", standard, "differs", f"{ours} here", remedy=f"export DOUBLET_STDCXX={standard}")


def _modules(kernel: Kernel, names: Needed, modules: Iterable[str], session: Session | None) -> Iterator[Need]:
    for name in modules:
        cells = tuple(names.modules[name])
        if not kernel.python:
            yield Need("module", name, "unknown", "the kernel's Python is not there to be asked", cells)
            continue
        distribution = (session.modules.get(name) if session else None) or DISTRIBUTIONS.get(name, name)
        recorded = session.packages.get(distribution, "") if session else ""
        here = kernel.packages.get(distribution, "")
        requirement = f"{distribution}=={recorded}" if recorded else distribution
        if not kernel.modules.get(name):
            installer = names.installs.get(comparable(distribution)) or names.installs.get(comparable(name))
            excuse = f"cell {installer} installs it" if installer else "the notebook goes on without" if name in names.optional else ""
            found = "; ".join(filter(None, (f"not installed{f', {recorded} recorded' if recorded else ''}", excuse)))
            yield Need("module", name, "note" if excuse else "MISSING", found, cells, _NOT_BY_PIP.get(name) or kernel.pip(requirement))
        elif recorded and here and recorded != here:
            yield Need("module", name, "differs", f"{here} here, {recorded} recorded", cells, kernel.pip(requirement))
        else:
            yield Need("module", name, "ok", here, cells)


def _versions(kernel: Kernel, session: Session | None) -> Iterator[Need]:
    """Packages that no cell names, of which the record has another version."""
    if session is None:
        return
    named = {session.modules.get(name) or DISTRIBUTIONS.get(name, name) for name in kernel.modules}
    for name, recorded in session.packages.items():
        here = kernel.packages.get(name, "")
        if name not in named and here and here != recorded:
            yield Need("package", name, "differs", f"{here} here, {recorded} recorded", remedy=kernel.pip(f"{name}=={recorded}"))


def _libraries(names: Needed, folder: Path) -> Iterator[Need]:
    folders = [folder, *(folder / Path(each).expanduser() for each in names.library_folders)]
    for name, cells in names.libraries.items():
        found = library_found(name, folders)
        yield Need("library", name, "ok", found, tuple(cells)) if found else Need("library", name, "MISSING", "not found", tuple(cells), _package(name))


def _mapped(names: Needed, data: Sequence[Mapping]) -> Needed:
    """With the folders in which headers, modules and libraries are looked for as they are here."""
    includes, libraries, modules = ([_there(name, data) for name in kind] for kind in (names.include_folders, names.library_folders, names.module_folders))
    return replace(names, include_folders=includes, library_folders=libraries, module_folders=modules)


def _there(name: str, data: Sequence[Mapping]) -> str:
    return next((new for mapping in data if (new := mapping.of(name)) is not None), name)


def _headers(names: Needed, folder: Path, data: Sequence[Mapping]) -> Iterator[Need]:
    if not names.headers:
        return
    folders = header_folders(folder, names.include_folders, list(names.libraries))
    for name, cells in names.headers.items():
        if any((place / _there(name, data)).is_file() for place in folders):
            if "." in name:  # not of the standard library
                yield Need("header", name, "ok", cells=tuple(cells))
        elif name in names.writes:
            yield Need("header", name, "note", f"cell {names.writes[name]} writes it", tuple(cells))
        else:
            library = LIBRARY_OF_HEADER.get(name.partition("/")[0], "")
            remedy = _package(library) if library else f"apt-file search {shlex.quote(name)} tells Debian's package"
            yield Need("header", name, "MISSING", "not found", tuple(cells), remedy)


def _package(library: str) -> str:
    known = PACKAGES.get(library.lower())
    return f"apt-get install {known}" if known else f"Debian's package may be called lib{library.lower()}-dev" if library.isidentifier() else "give its file"


def _files(names: Needed, session: Session | None, folder: Path, data: Sequence[Mapping]) -> Iterator[Need]:
    """Files that the sources name, and those that the record has besides."""
    recorded = {file.name: file for file in (session.files if session else []) if not file.is_written}
    written = {os.path.basename(file.name) for file in (session.files if session else []) if file.is_written}  # noqa: PTH119 - a text
    code = (*names.headers, *names.include_folders, *names.module_folders, *names.library_folders)
    used = {mapping for mapping in data if any(mapping.of(name) is not None or name == mapping.new for name in code)}
    told: set[str] = set()
    for named, cells in names.files.items():
        base = os.path.basename(named.path)  # noqa: PTH119 - a text
        if base in written or named.path in names.writes:
            continue
        known = recorded.get(os.path.normpath(named.path)) or recorded.get(base)
        told.add(known.name if known else "")
        yield _file(named, tuple(cells), known, folder, data, used)
    for name, known in recorded.items():
        if name not in told:
            yield _file(Named(name, is_whole="/" in name or (folder / name).exists()), (), known, folder, data, used)
    if unused := [mapping for mapping in data if mapping not in used]:
        raise CppUsageError(f"the notebook names no data '{unused[0].old}'", "'doublet doctor NOTEBOOK' lists what it names")


def _file(named: Named, cells: tuple[int, ...], known: InputFile | None, folder: Path, data: Sequence[Mapping], used: set[Mapping]) -> Need:
    path, mapped = named.path, ""
    for mapping in data:
        if (new := mapping.of(path)) is not None:
            used.add(mapping)
            path, mapped = new, f" (mapped to {new})"
    if is_remote(path):
        return Need("data", named.path, "unknown", f"comes from {urlsplit(path).netloc}, which is not asked{mapped}", cells)
    place = Path(path) if mapped else folder / Path(path).expanduser()
    if place.is_file():
        reason = "" if known is None else difference(place, known)
        return Need("data", named.path, "differs" if reason else "ok", (reason or ("as recorded" if known else "")) + mapped, cells)
    if not named.is_whole:
        return Need("data", named.path, "unknown", "its folder is known only when it runs", cells)
    recorded = f"; {known.size:,} bytes recorded" if known and known.size else ""
    return Need("data", named.path, "MISSING", f"not there{recorded}{mapped}", cells, f"--data {shlex.quote(named.path)}=PATH, if it is elsewhere")


def difference(path: Path, known: InputFile) -> str:
    """Why a file is not the one that was recorded; empty if it may be."""
    size = path.stat().st_size
    if size != known.size:
        return f"another file: {size:,} bytes, {known.size:,} recorded"
    if known.uuid and root_uuid(path) != known.uuid:
        return "another ROOT file: its UUID is not the recorded one"
    if known.sha256 and sha256(path) != known.sha256:
        return "another file: its checksum is not the recorded one"
    return ""


def _variables(names: Needed) -> Iterator[Need]:
    for name, cells in names.variables.items():
        if name in os.environ:
            yield Need("variable", name, "ok", "set", tuple(cells))
        elif name in names.required:
            yield Need("variable", name, "MISSING", "not set", tuple(cells), f"export {name}=...")
        else:
            yield Need("variable", name, "note", "not set; the notebook may do without", tuple(cells), f"export {name}=...")
    for place in names.questions:
        yield Need("answer", "", "unknown", "somebody has to type something", (place,))


def _settings(notebook: Notebook, provenance: Provenance) -> Iterator[Need]:
    """What the record says that variables held, a line for each variable."""
    cells = {state.execution.count: state.place for state in states(notebook, provenance) if state.execution is not None}
    variables: dict[str, list[Setting]] = {}
    for setting in provenance.sessions[-1].settings if provenance.sessions else ():
        variables.setdefault(setting.name.partition(".")[0], []).append(setting)
    for name, held in variables.items():
        found = ", ".join(f"{each.name.partition('.')[2]} = {each.text}".removeprefix(" = ") for each in held)
        yield Need("setting", name, "note", found, (cells[held[0].count],) if held[0].count in cells else ())
    left_out = provenance.sessions[-1].settings_left_out if provenance.sessions else 0
    if left_out:
        yield Need("settings", "", "note", f"{left_out} more are not in the record")


def _outputs(notebook: Notebook, provenance: Provenance) -> Iterator[Need]:
    """Whether the outputs can come from the cells."""
    if not provenance.sessions:
        yield Need("record", "", "note", "there is none, so whether the outputs come from these cells is not known", remedy="doublet run records it")
        return
    last = last_place = 0
    for state in states(notebook, provenance):
        where = (state.place,)
        if state.kind == "edited":
            yield Need("outputs", "", "differs", "edited since it was executed: they come from another source", where)
        elif state.kind == "not recorded":
            yield Need("outputs", "", "unknown", "the record does not know this execution", where)
        elif state.kind == "not executed":
            yield Need("outputs", "", "note", "not executed", where)
        if state.execution is not None:
            if state.execution.count < last:
                yield Need("outputs", "", "differs", f"executed before cell {last_place}, which stands above it", where)
            last, last_place = state.execution.count, state.place
    for hidden in hidden_executions(notebook, provenance):
        number = f"execution [{hidden.execution.count}]"
        if not hidden.place:
            yield Need("outputs", "", "differs", f"{number} is of a cell that was deleted since, or edited: others may depend on it")
        elif hidden.is_same:
            yield Need("outputs", "", "note", f"{number} was of the same source: it ran more than once", (hidden.place,))
        else:
            yield Need("outputs", "", "differs", f"{number} was of another source that stood here: others may depend on it", (hidden.place,))


def is_local(name: str, folder: Path, names: Needed) -> bool:
    """Whether a module lies beside the notebook, or where it says."""
    places = (folder, *(folder / Path(each).expanduser() for each in names.module_folders))
    return f"{name}.py" in names.writes or any((place / f"{name}.py").is_file() or (place / name).is_dir() for place in places)
