"""Results in full precision, as ``application/vnd.doublet.result+json`` beside what is read: arrays, tables, fits.

What is shown has few digits; by this part two runs of a notebook can be compared. Viewers that do not know it show the others.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from doublet.display.fits import iminuit_fit, lmfit_fit, scipy_fit

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell
    from numpy.typing import NDArray

__all__ = ["RESULT", "show_results"]

RESULT = "application/vnd.doublet.result+json"
VERSION = 1
_TYPES = ("bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "float16", "float32", "float64", "complex64", "complex128")
_NUMBERS = 10_000
"""How many numbers a result holds at most; of larger ones there is only what is shown."""


def show_results(shell: InteractiveShell) -> None:
    """Have the shell keep the numbers of what it shows."""
    formatter = shell.display_formatter
    assert formatter is not None
    bundles = formatter.mimebundle_formatter
    for modules, name, made in (
        (("numpy",), "ndarray", _array),
        (("pandas", "pandas.core.frame"), "DataFrame", _frame),
        (("pandas", "pandas.core.series"), "Series", lambda series: _frame(series.to_frame())),
        (("builtins",), "tuple", _arrays),
        (("builtins",), "dict", _counts),
        (("iminuit.minuit",), "Minuit", iminuit_fit),
        (("lmfit.minimizer",), "MinimizerResult", lmfit_fit),
        (("lmfit.model",), "ModelResult", lmfit_fit),
        (("scipy.optimize._optimize",), "OptimizeResult", scipy_fit),
    ):
        for module in modules:
            bundles.for_type_by_name(module, name, _bundle(made))


def _bundle(made: Callable[[Any], dict[str, Any] | None]) -> Callable[..., dict[str, Any]]:
    def bundle(value: Any, include: Any = None, exclude: Any = None) -> dict[str, Any]:  # noqa: ARG001 - the shell sorts them out
        found = made(value)
        return {} if found is None else {RESULT: {"version": VERSION, **found}}

    return bundle


def _array(array: NDArray[Any]) -> dict[str, Any] | None:
    from doublet.display.histograms.arrays import encode

    values = _numbers(array)
    return None if values is None else {"kind": "array", "dtype": str(array.dtype), "shape": list(values.shape), "values": encode(values)}


def _frame(frame: Any) -> dict[str, Any] | None:
    from doublet.display.histograms.arrays import encode

    if frame.size > _NUMBERS:
        return None
    columns = []
    for place, name in enumerate(frame.columns):
        array = frame.iloc[:, place].to_numpy()
        values = _numbers(array)
        column = {"dtype": str(array.dtype), "values": encode(values)} if values is not None and values.ndim == 1 else {"texts": [str(item) for item in array]}
        columns.append({"name": str(name), **column})
    return {"kind": "table", "rows": [str(label) for label in frame.index], "columns": columns}


def _arrays(values: tuple[Any, ...]) -> dict[str, Any] | None:
    """A tuple of arrays, as ``curve_fit`` and ``np.histogram`` give them."""
    import sys

    numpy = sys.modules.get("numpy")
    if numpy is None or type(values) is not tuple or not values or not all(type(value) is numpy.ndarray for value in values):
        return None
    found = [_array(value) for value in values]
    if None in found or sum(value.size for value in values) > _NUMBERS:
        return None
    return {"kind": "arrays", "arrays": found}


def _counts(counts: dict[Any, Any]) -> dict[str, Any] | None:
    """A dictionary of names with whole numbers, such as a cutflow."""
    if type(counts) is not dict or not 0 < len(counts) <= _NUMBERS:
        return None
    if not all(type(name) is str and type(count) is int and abs(count) < 1 << 63 for name, count in counts.items()):
        return None
    import numpy as np

    from doublet.display.histograms.arrays import encode

    return {"kind": "table", "rows": list(counts), "columns": [{"name": "value", "dtype": "int64", "values": encode(np.array(list(counts.values())))}]}


def _numbers(array: NDArray[Any]) -> NDArray[Any] | None:
    """What is stored of an array: whole or floating-point numbers; complex ones with an axis more, real and imaginary part."""
    import numpy as np

    if array.size > _NUMBERS or array.dtype.name not in _TYPES:
        return None
    if array.dtype.kind == "c":
        return np.stack([array.real, array.imag], axis=-1).astype(float)
    return array
