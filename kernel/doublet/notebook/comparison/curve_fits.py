"""What SciPy's ``curve_fit`` returns, parameters and their covariance, as the fit that it is, where cells show this pair.

Two arrays do not tell that they are a fit; the sources of the cells do. Nor do they tell how near the minimum is: what is known
is the share of the sum of squares, `ftol`, by which one more step could still lower it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from doublet.notebook.comparison.array import Array
from doublet.notebook.comparison.fit import Fit
from doublet.notebook.provenance.sources import dotted, python_tree
from doublet.notebook.reading import code_cells

if TYPE_CHECKING:
    from doublet.notebook.comparison.result import Result
    from doublet.notebook.reading import Cell, Notebook

__all__ = ["CurveFits", "as_fit"]

_TOLERANCE = 1e-8
"""The smaller one of ``curve_fit``'s own: 1.5e-8 for 'lm', 1e-8 for its other methods."""


class CurveFits:
    """The pairs of names that cells of a notebook give the results of ``curve_fit`` to."""

    def __init__(self, notebook: Notebook) -> None:
        self._cpp_first = notebook.metadata.get("kernelspec", {}).get("name") == "doublet-cpp"
        self._pairs = {names: tolerance for _, cell in code_cells(notebook) if "curve_fit" in cell.source for names, tolerance in _assigned(self._tree(cell))}

    def tolerance(self, cell: Cell) -> float | None:
        """The `ftol` of the fit whose result a cell ends with; None if it does not end with one, or this is not told."""
        tree = self._tree(cell)
        if tree is None or not tree.body or not isinstance(last := tree.body[-1], ast.Expr):
            return None
        return _of_call(last.value) if isinstance(last.value, ast.Call) else self._pairs.get(_names(last.value))

    def _tree(self, cell: Cell) -> ast.Module | None:
        return python_tree(cell.source, cpp_first=self._cpp_first)


def as_fit(results: Sequence[Result], tolerance: float) -> list[Result]:
    """The pair as a fit; what is no pair of parameters and a covariance, or one that is not known, as it was.

    With errors as ``curve_fit`` scales them, one standard deviation adds to the sum of squares its share per degree of freedom:
    the distance to the minimum is `ftol` times the degrees of freedom, of which there is at least one.
    """
    if len(results) != 2 or not all(isinstance(each, Array) for each in results):
        return [*results]
    values, covariance = (np.asarray(each.values, float) for each in results if isinstance(each, Array))
    if values.ndim != 1 or covariance.shape != (values.size, values.size) or not np.isfinite(covariance).all() or not (covariance.diagonal() > 0).all():
        return [*results]
    names = tuple(f"p[{number}]" for number in range(values.size))
    errors = np.sqrt(covariance.diagonal())
    return [Fit(names, values, errors, covariance, 0.0, is_valid=True, distance=tolerance, reach=np.sqrt(tolerance) * errors)]


def _assigned(tree: ast.Module | None) -> Iterator[tuple[tuple[str, ...], float | None]]:
    for node in ast.walk(tree) if tree is not None else ():
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call) and dotted(node.value.func).rpartition(".")[2] == "curve_fit":
            yield from ((_names(target), _of_call(node.value)) for target in node.targets)


def _names(node: ast.expr) -> tuple[str, ...]:
    """Of ``a, b`` the names, and of ``a`` its own; nothing of other expressions."""
    parts = node.elts if isinstance(node, ast.Tuple) else [node]
    return tuple(part.id for part in parts if isinstance(part, ast.Name)) if all(isinstance(part, ast.Name) for part in parts) else ()


def _of_call(call: ast.Call) -> float | None:
    """The `ftol` of a call of ``curve_fit``."""
    if dotted(call.func).rpartition(".")[2] != "curve_fit":
        return None
    for keyword in call.keywords:
        if keyword.arg in ("ftol", None):
            told = keyword.value.value if isinstance(keyword.value, ast.Constant) else None
            return float(told) if isinstance(told, (int, float)) and told > 0 else None
    return _TOLERANCE
