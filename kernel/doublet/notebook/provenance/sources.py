"""What a cell's source is: its language, and its text as that language's compiler reads it."""

from __future__ import annotations

import ast
import re
import warnings
from functools import cache
from typing import TYPE_CHECKING, Any

from doublet.handover import cpp_part, python_part

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["cpp_text", "dotted", "language_of", "python_tree"]

_CELL_MAGIC = re.compile(r"\s*%%(\w+)")
_OF_PYTHON = frozenset(("time", "timeit", "capture", "prun"))
"""Magics whose body is Python."""
_OTHER_NAMES = {"python3": "python", "sh": "bash"}


def language_of(source: str, *, cpp_first: bool = False, is_known: Callable[[str], bool] = lambda _: False) -> str:
    """``python``, ``cpp``, or what the magic at the beginning of a cell is for; `cpp_first` tells whether other cells are C++."""
    if cpp_part(source, cpp_first=cpp_first, is_known=is_known) is not None:
        return "cpp"
    if cpp_first and python_part(source) is not None:
        return "python"
    magic = _CELL_MAGIC.match(source)
    if magic is None or magic[1] in _OF_PYTHON:
        return "python"
    return _OTHER_NAMES.get(magic[1], magic[1])


def cpp_text(source: str, *, cpp_first: bool = False) -> str:
    """The C++ of a cell; empty if there is none."""
    part = cpp_part(source, cpp_first=cpp_first)
    return "" if part is None else part.text


def python_tree(source: str, *, cpp_first: bool = False) -> ast.Module | None:
    """The syntax of a cell of Python, with magics as the calls that they are; None for what is not Python."""
    text = source if not cpp_first else python_part(source)
    if text is None:
        return None
    magic = _CELL_MAGIC.match(text)
    if magic is not None and magic[1] in _OF_PYTHON:
        text = text[magic.end() :].partition("\n")[2]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of escapes in texts, which are told when the cell runs
            tree: ast.Module = ast.parse(_transformer().transform_cell(text))
    except (SyntaxError, ValueError, RecursionError):
        return None
    return tree


def dotted(node: ast.expr) -> str:
    """``np.random.seed`` of an expression that is such a name; empty for others."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join(reversed([*parts, node.id])) if isinstance(node, ast.Name) else ""


@cache
def _transformer() -> Any:
    from IPython.core.inputtransformer2 import TransformerManager

    return TransformerManager()
