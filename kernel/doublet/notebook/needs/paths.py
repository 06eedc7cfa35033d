"""Files that Python code names: texts that look like data files, with what a cell puts together of constant parts.

Only what is told apart without running anything: ``Path("data") / "HZZ.root"``, ``os.path.join(FOLDER, "a.csv")``,
``f"{FOLDER}/a.csv"`` where ``FOLDER`` is a constant of an earlier line. The rest is unknown, with what is known of it.
"""

from __future__ import annotations

import ast
import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from doublet.notebook.provenance.sources import dotted

if TYPE_CHECKING:
    from doublet.notebook.provenance.names import Aliases

__all__ = ["Named", "PythonPaths", "files_in_cpp", "is_data_file", "is_remote"]

_DATA = re.compile(
    r"[^\n\r\0<>|\"'{}]*[^/\n\r\0<>|\"'{}]\.(?:root|csv|tsv|parquet|feather|arrow|npy|npz|h5|hdf5?|json|txt|dat|pkl|pickle|ya?ml|toml|hepmc3?|lhe|fits|xlsx?|avro|db|sqlite|onnx|pt|joblib)(?:\.(?:gz|bz2|xz|zst))?"
)
_REMOTE = re.compile(r"(?:root|roots|xroot|https?|s3|gs|ftp|davs?)://")
_WRITERS = re.compile(r"(?:to_\w+|save\w*|dump|imsave|write\w*|recreate|update|mkdir|touch|unlink|remove|exists|is_file|urlretrieve|basicConfig|FileHandler)")
"""What writes the file that it is given, or asks for one that need not be there."""
_STRING = re.compile(r'(?<!\\)"((?:[^"\\\n]|\\.)*)"')
_OUTPUT = re.compile(r'\bofstream\b[^;"]*"((?:[^"\\\n]|\\.)*)"|\bfopen\s*\(\s*"((?:[^"\\\n]|\\.)*)"\s*,\s*"[wa]|"((?:[^"\\\n]|\\.)*)"\s*,\s*"(?:RECREATE|NEW|CREATE)"', re.IGNORECASE)
_INCLUDE = re.compile(r"(?m)^[ \t]*#.*$")


@dataclass(frozen=True)
class Named:
    """A file as a cell names it; `is_whole` is false where only its end is known."""

    path: str
    is_whole: bool = True


def is_data_file(text: str) -> bool:
    """Whether a text is the path or address of a file with data, by how it ends."""
    return len(text) < 500 and _DATA.fullmatch(_without_tree(text)) is not None


def is_remote(path: str) -> bool:
    """Whether it is an address rather than a path."""
    return _REMOTE.match(path) is not None


def files_in_cpp(text: str) -> list[Named]:
    """The data files that C++ names, without those that it writes."""
    code = _INCLUDE.sub("", text)
    written = {part for match in _OUTPUT.findall(code) for part in match if part}
    return [Named(_without_tree(name)) for name in dict.fromkeys(_STRING.findall(code)) if is_data_file(name) and name not in written]


@dataclass
class PythonPaths:
    """The files that the cells so far have named."""

    aliases: Aliases
    _constants: dict[str, str | None] = field(default_factory=dict)

    def read(self, tree: ast.Module) -> list[Named]:
        """Those of one more cell, without those that it writes."""
        found: list[Named] = []
        for statement in tree.body:
            found += self._statement(statement)
        return list(dict.fromkeys(found))

    def _statement(self, statement: ast.stmt) -> Iterator[Named]:
        yield from self._files(statement)
        for node in ast.walk(statement):
            if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
                self._constants[node.targets[0].id] = self._text(node.value)

    def _files(self, node: ast.AST) -> Iterator[Named]:
        if isinstance(node, ast.expr) and (text := self._text(node)) is not None:
            if isinstance(node, ast.Name):
                return  # it was told where it got its value
            if is_data_file(text):
                yield Named(_without_tree(text))
            return
        if isinstance(node, (ast.BinOp, ast.JoinedStr)) and (end := self._end(node)) and is_data_file(end):
            yield Named(posixpath.basename(_without_tree(end)), is_whole=False)
            return
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            return  # a text that does nothing
        if isinstance(node, ast.Call) and _is_writing(node):
            for argument in (*node.args[1:], *(keyword.value for keyword in node.keywords if keyword.arg not in ("path", "file", "fname", "filename"))):
                if not _is_text(argument):
                    yield from self._files(argument)
            return
        for child in ast.iter_child_nodes(node):
            yield from self._files(child)

    def _text(self, node: ast.expr) -> str | None:
        """The text or path that an expression is; None where only running it tells."""
        if isinstance(node, ast.Constant):
            return node.value if isinstance(node.value, str) else None
        if isinstance(node, ast.Name):
            return self._constants.get(node.id)
        if isinstance(node, ast.JoinedStr):
            return _joined(self._text(part.value if isinstance(part, ast.FormattedValue) else part) for part in node.values)
        if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Div)):
            left, right = self._text(node.left), self._text(node.right)
            if left is None or right is None:
                return None
            return left + right if isinstance(node.op, ast.Add) else posixpath.join(left, right)
        if isinstance(node, ast.Call) and node.args and not node.keywords:
            called = self.aliases.full(node.func) or dotted(node.func)
            if called in ("pathlib.Path", "Path", "os.path.join", "os.fspath", "str", "os.path.abspath", "os.path.expanduser"):
                parts = [self._text(argument) for argument in node.args]
                return None if None in parts else posixpath.join(*(part for part in parts if part is not None))
        return None

    def _end(self, node: ast.expr) -> str:
        """The last part of a text that is put together, if that is known."""
        last = node.values[-1] if isinstance(node, ast.JoinedStr) and node.values else node.right if isinstance(node, ast.BinOp) else node
        return self._text(last) or ""


def _joined(parts: Iterator[str | None]) -> str | None:
    found = list(parts)
    return None if None in found else "".join(part for part in found if part is not None)


def _without_tree(path: str) -> str:
    """``a.root`` of uproot's ``a.root:events``."""
    return re.sub(r"(\.root):[^/:\\]+(?:/[^:\\]*)?$", r"\1", path)


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _is_writing(call: ast.Call) -> bool:
    name = dotted(call.func).rpartition(".")[2] if dotted(call.func) else call.func.attr if isinstance(call.func, ast.Attribute) else ""
    modes = [argument.value for argument in (*call.args[:2], *(keyword.value for keyword in call.keywords if keyword.arg == "mode")) if isinstance(argument, ast.Constant)]
    return bool(_WRITERS.fullmatch(name)) or (name == "open" and any(isinstance(mode, str) and re.fullmatch(r"[wax][bt+]*", mode) for mode in modes))
