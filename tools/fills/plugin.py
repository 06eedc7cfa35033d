"""The part of `tools.fills` that runs in the process of the tests, as a plug-in of pytest."""

from __future__ import annotations

import copy
import json
import os
import threading
from pathlib import Path
from typing import Any

import boost_histogram as bh
import numpy as np
import pytest
from IPython.core.interactiveshell import InteractiveShell

from doublet.bridge.histogram_layout import UnfitError, cpp_type

from .outcomes import BROADCAST, ORDER, OTHER, REFUSED, SAME

_ELEMENTS = {"double": np.float64, "long": np.int64}


class NotForCppError(Exception):
    """C++ takes no such entries."""


class Checker:
    """Fills a copy of each histogram from C++."""

    def __init__(self) -> None:
        self.found: list[tuple[str, str, str]] = []
        self._fill = bh.Histogram.fill
        self._functions: dict[str, Any] = {}
        self._is_busy = False
        self._shell: Any = InteractiveShell.instance(colors="nocolor")
        self._shell.run_line_magic("load_ext", "doublet")
        checker, original, lock = self, self._fill, threading.RLock()

        def fill(self: Any, *args: Any, **options: Any) -> Any:
            with lock:  # threads of a test fill one after the other, for each is compared with what was before
                before = None if checker._is_busy else copy.deepcopy(self)
                result = original(self, *args, **options)
                if before is not None:
                    checker._check(self, before, args, options)
                return result

        bh.Histogram.fill = fill  # type: ignore[method-assign] # the check itself

    def _check(self, expected: Any, before: Any, args: tuple[Any, ...], options: dict[str, Any]) -> None:
        self._is_busy = True
        try:
            outcome, detail = self._compared(expected, before, args, options)
        except (UnfitError, NotForCppError) as error:
            outcome, detail = f"not for C++: {error}", ""
        except Exception as error:
            first = next(iter(str(error).splitlines()), "")
            outcome, detail = REFUSED, f"{type(error).__name__}: {first}"
        finally:
            self._is_busy = False
        self.found.append((outcome, os.environ.get("PYTEST_CURRENT_TEST", "").partition(" ")[0], detail))

    def _compared(self, expected: Any, before: Any, args: tuple[Any, ...], options: dict[str, Any]) -> tuple[str, str]:
        kind = cpp_type(before)
        if options.get("weight") is not None and np.issubdtype(before.view().dtype, np.integer):
            raise NotForCppError("weights in a storage of whole numbers")
        elements = [_element(axis) for axis in before.axes]
        columns = [_column(value, element) for value, element in zip(args, elements, strict=True)]
        extras = {name: _column(options[name], "double") for name in ("weight", "sample") if options.get(name) is not None}
        size = max((len(column) for column in (*columns, *extras.values()) if len(column) != 1), default=1)
        columns = [column * size if isinstance(column, list) and len(column) == 1 else column for column in columns]
        columns = [column if isinstance(column, list) or len(column) == size else np.repeat(column, size) for column in columns]
        extras = {name: column if len(column) == size else np.repeat(column, size) for name, column in extras.items()}
        cpp, python = before.copy(), before.copy()
        self._function(kind, elements, list(extras))(cpp, *columns, *extras.values())
        if _same(cpp, expected):
            return SAME, ""
        whole = before.copy()
        self._fill(whole, *columns, **{name: option for name, option in options.items() if name not in extras}, **extras)
        if _same(cpp, whole):
            return BROADCAST, f"{kind}, {size} entries, {', '.join(options) or 'no options'}"
        for at in range(size):
            self._fill(python, *(column[at] for column in columns), **{name: column[at] for name, column in extras.items()})
        return (ORDER if _same(cpp, python) else OTHER), f"{kind}, {size} entries, {', '.join(options) or 'no options'}"

    def _function(self, kind: str, elements: list[str], extras: list[str]) -> Any:
        key = f"{kind} {extras}"
        if key not in self._functions:
            name = f"doublet_fills_{len(self._functions)}"
            parameters = [f"const std::vector<{element}>& a{number}" for number, element in enumerate(elements)]
            parameters += [f"const std::vector<double>& {extra}s" for extra in extras]
            filled = [*(f"a{number}" for number in range(len(elements))), *(f"doublet::{extra}({extra}s)" for extra in extras)]
            self._shell.run_cell_magic("cpp", "", f"void {name}({kind}& h, {', '.join(parameters)}) {{ h.fill({', '.join(filled)}); }}")
            self._functions[key] = getattr(self._shell.user_ns["cpp"], name)
        return self._functions[key]


def _element(axis: Any) -> str:
    """The C++ type of what an axis is filled with."""
    if isinstance(axis, bh.axis.StrCategory):
        return "std::string"
    return "long" if isinstance(axis, bh.axis.Integer | bh.axis.IntCategory | bh.axis.Boolean) else "double"


def _column(value: Any, element: str) -> Any:
    if element == "std::string":
        texts = [value] if isinstance(value, str) else np.asarray(value).ravel().tolist()
        return [text.decode() if isinstance(text, bytes) else text for text in texts]
    given = np.atleast_1d(np.asarray(value))
    if given.ndim > 1:
        raise NotForCppError("arrays of more than one dimension")
    column = given.astype(_ELEMENTS[element])
    if element == "long" and not (column == given).all():
        raise NotForCppError("real numbers in an axis of integers")
    return np.ascontiguousarray(column)


def _same(found: Any, expected: Any) -> bool:
    """Whether two histograms are the same to the last bit, but for which of all NaNs a NaN is."""
    if any(a != b for a, b in zip(found.axes, expected.axes, strict=True)):
        return False
    one, other = (np.ascontiguousarray(np.asarray(h.view(flow=True))) for h in (found, expected))
    if one.dtype == np.int64:
        return bool((one == other).all())
    one, other = one.view("f8"), other.view("f8")
    nan = np.isnan(one)
    return bool((nan == np.isnan(other)).all() and (np.where(nan, 0, one).view("i8") == np.where(nan, 0, other).view("i8")).all())


_checkers: list[Checker] = []


def pytest_sessionstart() -> None:
    _checkers.append(Checker())


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish() -> None:
    Path(os.environ["DOUBLET_FILLS"]).write_text(json.dumps(_checkers[-1].found), encoding="utf-8")
