"""What the cells of a notebook name: modules, headers, libraries, files and environment variables, each with its cells."""

from __future__ import annotations

import ast
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeVar

from doublet.habits import commands
from doublet.notebook.needs.paths import Named, PythonPaths, files_in_cpp
from doublet.notebook.provenance.environment import variables_read, variables_required, variables_set
from doublet.notebook.provenance.names import Aliases
from doublet.notebook.provenance.sources import cpp_text, dotted, python_tree
from doublet.notebook.reading import Notebook, code_cells

__all__ = ["Needed", "comparable", "needed", "needed_by_header", "needed_by_module"]

_LINE_MAGIC = re.compile(r"(?m)^[ \t]*%(cpp_load|cpp_include)[ \t]+([^\n]+)$")
_RUN_MAGIC = re.compile(r"""(?m)^[ \t]*%run[ \t]+(?:-[a-z]+[ \t]+)*(?:"([^"\n]+)"|'([^'\n]+)'|([^\s"']\S*))""")
_INSTALL = re.compile(r"(?m)^[ \t]*[!%][ \t]*(?:python\S*[ \t]+-m[ \t]+)?(?:pip\d?|uv[ \t]+pip|conda|mamba)[ \t]+install[ \t]+([^\n]+)$")
_REQUIREMENT = re.compile(r"['\"]?([A-Za-z0-9][\w.-]*)")
_WRITE_FILE = re.compile(r"\s*%%(?:writefile|file)[ \t]+(?:-a[ \t]+)?(\S+)")
_INCLUDE = re.compile(r"""(?m)^[ \t]*#[ \t]*include[ \t]*([<"])([^>"\n]+)[>"]""")
_OPTIONAL = ("ImportError", "ModuleNotFoundError", "Exception", "")
T = TypeVar("T")


@dataclass
class Needed:
    """Names, and the places of the cells that need them."""

    modules: dict[str, list[int]] = field(default_factory=dict)
    optional: set[str] = field(default_factory=set)
    """Modules whose absence a notebook expects."""
    headers: dict[str, list[int]] = field(default_factory=dict)
    libraries: dict[str, list[int]] = field(default_factory=dict)
    files: dict[Named, list[int]] = field(default_factory=dict)
    variables: dict[str, list[int]] = field(default_factory=dict)
    required: set[str] = field(default_factory=set)
    """Variables without which the notebook fails."""
    questions: list[int] = field(default_factory=list)
    """Cells that ask somebody for something."""
    include_folders: list[str] = field(default_factory=list)
    library_folders: list[str] = field(default_factory=list)
    module_folders: list[str] = field(default_factory=list)
    scripts: dict[str, list[int]] = field(default_factory=dict)
    """What ``%run`` executes."""
    installs: dict[str, int] = field(default_factory=dict)
    """Packages that cells install, and the cells; names as PyPI compares them."""
    writes: dict[str, int] = field(default_factory=dict)
    """Files that cells write by ``%%writefile``, and the cells."""
    unread: list[int] = field(default_factory=list)
    """Cells that are not Python, though they should be."""


def needed(notebook: Notebook, *, cpp_first: bool) -> Needed:
    """Read all cells; `cpp_first` tells whether cells are C++ that do not say."""
    found = Needed()
    aliases = Aliases()
    paths = PythonPaths(aliases)
    set_already: set[str] = set()
    for place, cell in code_cells(notebook):
        source: str = cell.source
        _read_magics(found, source, place)
        for name in variables_read(source, aliases, cpp_first=cpp_first):
            if name not in set_already:
                _add(found.variables, name, place)
        found.required |= set(variables_required(source, aliases, cpp_first=cpp_first)) - set_already
        set_already |= set(variables_set(source, aliases, cpp_first=cpp_first))
        if text := cpp_text(source, cpp_first=cpp_first):
            _read_cpp(found, text, place)
        elif not source.lstrip().startswith("%%") or source.lstrip().startswith(("%%time", "%%capture", "%%prun", "%%python")):
            tree = python_tree(source, cpp_first=cpp_first)
            try:
                if tree is not None:
                    _read_python(found, tree, place, aliases, paths)
            except RecursionError:  # an expression of thousands of terms
                tree = None
            if tree is None:
                found.unread.append(place)
    return found


def needed_by_module(text: str) -> Needed:
    """What a module of the user's own names, as one cell at place 0."""
    found, aliases = Needed(), Aliases()
    if (tree := python_tree(text)) is not None:
        _read_python(found, tree, 0, aliases, PythonPaths(aliases))
    return found


def needed_by_header(text: str) -> Needed:
    """What a header of the user's own names, as one cell at place 0."""
    found = Needed()
    _read_cpp(found, text, 0)
    return found


def _read_magics(found: Needed, source: str, place: int) -> None:
    for script in _RUN_MAGIC.finditer(source):
        _add(found.scripts, script[script.lastindex or 0], place)
    for magic, line in _LINE_MAGIC.findall(source):
        try:
            words = shlex.split(line)
        except ValueError:
            words = [line]
        for word in words:
            if magic == "cpp_load":
                _add(found.libraries, word, place)
            else:
                found.include_folders.append(word)
    for line in _INSTALL.findall(source):
        for word in line.split():
            if match := _REQUIREMENT.match(word):
                found.installs.setdefault(comparable(match[1]), place)
    if match := _WRITE_FILE.match(source):
        found.writes.setdefault(match[1], place)


def _read_cpp(found: Needed, text: str, place: int) -> None:
    for _, header in _INCLUDE.findall(text):
        _add(found.headers, header, place)
    for command in commands(text):
        if command.action == "load":
            _add(found.libraries, command.value, place)
        else:
            (found.include_folders if command.action == "add_include_path" else found.library_folders).append(command.value)
    for named in files_in_cpp(text):
        _add(found.files, named, place)


def _read_python(found: Needed, tree: ast.Module, place: int, aliases: Aliases, paths: PythonPaths) -> None:
    aliases.note(tree)
    expected = {name for node in ast.walk(tree) if isinstance(node, ast.Try) and _expects_absence(node) for part in node.body for name in _imports(part)}
    for name in dict.fromkeys(_imports(tree)):
        _add(found.modules, name, place)
        if name in expected:
            found.optional.add(name)
    for named in paths.read(tree):
        _add(found.files, named, place)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = aliases.full(node.func) or dotted(node.func)
            texts = [argument.value for argument in node.args if isinstance(argument, ast.Constant) and isinstance(argument.value, str)]
            if called == "doublet.load":
                for text in texts:
                    _add(found.libraries, text, place)
            elif called in ("sys.path.append", "sys.path.insert"):
                found.module_folders += texts
            elif called in ("input", "getpass.getpass") and place not in found.questions:
                found.questions.append(place)


def comparable(name: str) -> str:
    """A package's name as PyPI compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _imports(tree: ast.AST) -> Iterator[str]:
    """Top-level modules that code imports."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name.partition(".")[0] for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


def _expects_absence(node: ast.Try) -> bool:
    caught = [name for handler in node.handlers for name in ([dotted(part) for part in handler.type.elts] if isinstance(handler.type, ast.Tuple) else [dotted(handler.type) if handler.type is not None else ""])]
    return any(name in _OPTIONAL for name in caught)


def _add(names: dict[T, list[int]], name: T, place: int) -> None:
    places = names.setdefault(name, [])
    if place not in places:
        places.append(place)
