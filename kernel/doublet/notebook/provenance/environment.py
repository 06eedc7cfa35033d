"""Which environment variables a cell reads, by name; their values are nobody's business."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from doublet.notebook.provenance.names import Aliases
from doublet.notebook.provenance.sources import cpp_text, python_tree

__all__ = ["variables_read"]

_WORTH_READING = re.compile(r"env|expandvars")
_CPP = re.compile(r"\b(?:getenv|secure_getenv)\s*\(\s*\"(\w+)\"")
_IN_TEXT = re.compile(r"\$\{?([A-Za-z_]\w*)")


def variables_read(source: str, aliases: Aliases | None = None, *, cpp_first: bool = False) -> list[str]:
    """The names, as far as the source says them, in their order; one that is only set is none of them."""
    if not _WORTH_READING.search(source):
        return []
    if text := cpp_text(source, cpp_first=cpp_first):
        return list(dict.fromkeys(_CPP.findall(text)))
    tree = python_tree(source, cpp_first=cpp_first)
    if tree is None:
        return []
    known = aliases or Aliases()
    known.note(tree)
    return list(dict.fromkeys(name for node in ast.walk(tree) for name in _names(node, known)))


def _names(node: ast.AST, aliases: Aliases) -> Iterator[str]:
    if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load) and aliases.full(node.value) == "os.environ":
        yield from _text(node.slice)
    elif isinstance(node, ast.Compare) and any(aliases.full(part) == "os.environ" for part in node.comparators):
        yield from _text(node.left)
    elif isinstance(node, ast.Call) and node.args:
        called = aliases.full(node.func)
        if called in ("os.getenv", "os.environ.get", "os.environ.pop"):
            yield from _text(node.args[0])
        elif called == "os.path.expandvars":
            yield from (name for text in _text(node.args[0]) for name in _IN_TEXT.findall(text))
        elif isinstance(node.func, ast.Attribute) and node.func.attr == "run_line_magic":
            yield from _of_magic(node.args)


def _of_magic(arguments: list[ast.expr]) -> Iterator[str]:
    words = [text for argument in arguments for text in _text(argument)]
    if len(words) == 2 and words[0] == "env" and re.fullmatch(r"\w+", words[1].strip()):
        yield words[1].strip()


def _text(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
