"""What names in Python cells stand for, as their imports say: ``np.random.seed`` is ``numpy.random.seed``."""

from __future__ import annotations

import ast

from doublet.notebook.provenance.sources import dotted

__all__ = ["Aliases"]


class Aliases:
    """What the imports of all cells so far have bound."""

    def __init__(self) -> None:
        self._full: dict[str, str] = {}

    def note(self, tree: ast.AST) -> None:
        """Take note of the imports in a cell."""
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                for name in node.names:
                    self._full[name.asname or name.name.partition(".")[0]] = name.name if name.asname else name.name.partition(".")[0]
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                for name in node.names:
                    self._full[name.asname or name.name] = f"{node.module}.{name.name}"

    @property
    def modules(self) -> set[str]:
        """The top-level modules that they are of."""
        return {name.partition(".")[0] for name in self._full.values()}

    def full(self, node: ast.expr) -> str:
        """The full name of an expression that is a name; empty for others, and for names that no import has bound."""
        first, dot, rest = dotted(node).partition(".")
        return self._full[first] + dot + rest if first in self._full else ""
