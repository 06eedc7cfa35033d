"""Which environment variables a cell reads, by name; their values are nobody's business."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Literal

from doublet.notebook.provenance.names import Aliases
from doublet.notebook.provenance.sources import cpp_text, python_tree

__all__ = ["variables_read", "variables_required", "variables_set"]

Use = Literal["read", "required", "set"]

_WORTH_READING = re.compile(r"env|expandvars")
_CPP = re.compile(r"\b(?:getenv|secure_getenv)\s*\(\s*\"(\w+)\"")
_IN_TEXT = re.compile(r"\$\{?([A-Za-z_]\w*)")


def variables_read(source: str, aliases: Aliases | None = None, *, cpp_first: bool = False) -> list[str]:
    """The names, as far as the source says them, in their order; one that is only set is none of them."""
    return [name for name, how in _uses(source, aliases, cpp_first) if how != "set"]


def variables_required(source: str, aliases: Aliases | None = None, *, cpp_first: bool = False) -> list[str]:
    """Those without which the code fails: ``os.environ["NAME"]``."""
    return [name for name, how in _uses(source, aliases, cpp_first) if how == "required"]


def variables_set(source: str, aliases: Aliases | None = None, *, cpp_first: bool = False) -> list[str]:
    """Those that the code sets itself."""
    return [name for name, how in _uses(source, aliases, cpp_first) if how == "set"]


def _uses(source: str, aliases: Aliases | None, cpp_first: bool) -> list[tuple[str, Use]]:
    if not _WORTH_READING.search(source):
        return []
    if text := cpp_text(source, cpp_first=cpp_first):
        return [(name, "read") for name in dict.fromkeys(_CPP.findall(text))]
    tree = python_tree(source, cpp_first=cpp_first)
    if tree is None:
        return []
    known = aliases or Aliases()
    known.note(tree)
    return list(dict.fromkeys(use for node in ast.walk(tree) for use in _of_node(node, known)))


def _of_node(node: ast.AST, aliases: Aliases) -> Iterator[tuple[str, Use]]:
    if isinstance(node, ast.Subscript) and aliases.full(node.value) == "os.environ":
        how: Use = "required" if isinstance(node.ctx, ast.Load) else "set"
        yield from ((name, how) for name in _text(node.slice))
    elif isinstance(node, ast.Compare) and any(aliases.full(part) == "os.environ" for part in node.comparators):
        yield from ((name, "read") for name in _text(node.left))
    elif isinstance(node, ast.Call) and node.args:
        called = aliases.full(node.func)
        if called in ("os.getenv", "os.environ.get", "os.environ.pop"):
            yield from ((name, "read") for name in _text(node.args[0]))
        elif called in ("os.putenv", "os.environ.setdefault"):
            yield from ((name, "set") for name in _text(node.args[0]))
        elif called == "os.path.expandvars":
            yield from ((name, "read") for text in _text(node.args[0]) for name in _IN_TEXT.findall(text))
        elif isinstance(node.func, ast.Attribute) and node.func.attr == "run_line_magic":
            yield from _of_magic(node.args)


def _of_magic(arguments: list[ast.expr]) -> Iterator[tuple[str, Use]]:
    words = [text for argument in arguments for text in _text(argument)]
    if len(words) == 2 and words[0] in ("env", "set_env") and (match := re.fullmatch(r"(\w+)\s*(\S.*)?", words[1].strip())):
        yield match[1], "set" if match[2] else "read"


def _text(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
