"""C++ fills the same bins as boost-histogram does, bit by bit: any axes, any storages, any numbers."""

from __future__ import annotations

import ctypes
import math
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Any

import boost_histogram as bh
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from doublet.bridge.histogram_layout import cpp_type

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

_REALS = st.floats() | st.floats(-10, 10) | st.sampled_from([0.0, -0.0, 5e-324, -5e-324, 1e308, -1e308, math.inf, -math.inf, math.nan])
_INTEGERS = st.integers(-6, 12) | st.integers(-(2**31) + 16, 2**31 - 16)
_TEXTS = st.sampled_from(["", "e", "mu", "τ", "e ", "a longer text than is kept in place"])
_EDGES = st.lists(st.floats(-20, 20), min_size=2, max_size=9, unique=True).map(sorted) | st.sampled_from([[-1e308, 0.0, 1.0, 1e308], [0.0, 5e-324, 1e-323], [0.0, 1e-300, 1e300]])
_RANGES = st.tuples(st.integers(1, 30), st.floats(-9, 9), st.floats(0.01, 9)).map(lambda r: (r[0], r[1], r[1] + r[2]))
_POSITIVE = st.tuples(st.integers(1, 30), st.floats(0.01, 9), st.floats(0.01, 9)).map(lambda r: (r[0], r[1], r[1] + r[2]))
_SLICES = st.tuples(st.integers(-5, 5), st.integers(1, 9)).map(lambda s: (s[0], s[0] + s[1]))
_SOME_INTEGERS = st.lists(st.integers(-3, 6), max_size=5, unique=True)
_SOME_TEXTS = st.lists(_TEXTS, max_size=4, unique=True)

_function = ctypes.CFUNCTYPE(ctypes.c_double, ctypes.c_double)
_CUBE, _ROOT = _function(lambda x: x * x * x), _function(math.cbrt)


@dataclass(frozen=True)
class Kind:
    """A kind of axis: strategies for one and for what it is filled with, and the C++ type of that."""

    axes: st.SearchStrategy[Any]
    values: st.SearchStrategy[Any]
    element: str = "double"


def _real(strategy: st.SearchStrategy[Any], make: Callable[..., Any], **options: Any) -> Kind:
    return Kind(strategy.map(lambda given: make(*given, **options)), _REALS)


def _one(strategy: st.SearchStrategy[Any], make: Callable[..., Any], values: st.SearchStrategy[Any], element: str, **options: Any) -> Kind:
    return Kind(strategy.map(lambda given: make(given, **options)), values, element)


_NO_FLOW: dict[str, Any] = {"underflow": False, "overflow": False}
_REGULAR = {
    "regular": _real(_RANGES, bh.axis.Regular),
    "regular without underflow": _real(_RANGES, bh.axis.Regular, underflow=False),
    "regular without overflow": _real(_RANGES, bh.axis.Regular, overflow=False),
    "regular without flow": _real(_RANGES, bh.axis.Regular, **_NO_FLOW),
    "regular that goes down": _real(_RANGES.map(lambda r: (r[0], r[2], r[1])), bh.axis.Regular),
    "regular circular": _real(_RANGES, bh.axis.Regular, circular=True),
    "regular growing": Kind(_RANGES.map(lambda r: bh.axis.Regular(*r, growth=True)), st.floats(-30, 30) | st.sampled_from([math.nan, math.inf, -math.inf])),
    "log": _real(_POSITIVE, bh.axis.Regular, transform=bh.axis.transform.log),
    "sqrt": _real(_POSITIVE, bh.axis.Regular, transform=bh.axis.transform.sqrt),
    "pow": Kind(
        st.tuples(_POSITIVE, st.sampled_from([0.3, 0.5, 2.0, -1.0])).map(lambda r: bh.axis.Regular(*r[0], transform=bh.axis.transform.Pow(r[1]))), _REALS
    ),
    "function": _real(_RANGES, bh.axis.Regular, transform=bh.axis.transform.Function(_CUBE, _ROOT)),
}
_OTHERS = {
    "variable": _one(_EDGES, bh.axis.Variable, _REALS, "double"),
    "variable without underflow": _one(_EDGES, bh.axis.Variable, _REALS, "double", underflow=False),
    "variable without overflow": _one(_EDGES, bh.axis.Variable, _REALS, "double", overflow=False),
    "variable without flow": _one(_EDGES, bh.axis.Variable, _REALS, "double", **_NO_FLOW),
    "variable circular": _one(_EDGES, bh.axis.Variable, _REALS, "double", circular=True),
    "variable growing": _one(_EDGES, bh.axis.Variable, st.floats(-30, 30) | st.just(math.nan), "double", growth=True),
    "integer": Kind(_SLICES.map(lambda s: bh.axis.Integer(*s)), _INTEGERS, "int"),
    "integer without underflow": Kind(_SLICES.map(lambda s: bh.axis.Integer(*s, underflow=False)), _INTEGERS, "int"),
    "integer without overflow": Kind(_SLICES.map(lambda s: bh.axis.Integer(*s, overflow=False)), _INTEGERS, "int"),
    "integer without flow": Kind(_SLICES.map(lambda s: bh.axis.Integer(*s, **_NO_FLOW)), _INTEGERS, "int"),
    "integer circular": Kind(_SLICES.map(lambda s: bh.axis.Integer(*s, circular=True)), _INTEGERS, "int"),
    "integer growing": Kind(_SLICES.map(lambda s: bh.axis.Integer(*s, growth=True)), st.integers(-20, 20), "int"),
    "integers": _one(_SOME_INTEGERS, bh.axis.IntCategory, _INTEGERS, "int"),
    "integers without overflow": _one(_SOME_INTEGERS, bh.axis.IntCategory, _INTEGERS, "int", overflow=False),
    "integers growing": _one(_SOME_INTEGERS, bh.axis.IntCategory, st.integers(-20, 20), "int", growth=True),
    "texts": _one(_SOME_TEXTS, bh.axis.StrCategory, _TEXTS, "std::string"),
    "texts without overflow": _one(_SOME_TEXTS, bh.axis.StrCategory, _TEXTS, "std::string", overflow=False),
    "texts growing": _one(_SOME_TEXTS, bh.axis.StrCategory, _TEXTS, "std::string", growth=True),
    "boolean": Kind(st.builds(bh.axis.Boolean), st.booleans() | st.integers(-2, 3), "int"),
}
_KINDS = _REGULAR | _OTHERS

_STORAGES = {
    "Double": bh.storage.Double,
    "Int64": bh.storage.Int64,
    "AtomicInt64": bh.storage.AtomicInt64,
    "Weight": bh.storage.Weight,
    "Mean": bh.storage.Mean,
    "WeightedMean": bh.storage.WeightedMean,
}

_ONE_AXIS = [((kind,), storage) for kind, storage in zip(_KINDS, [*_STORAGES] * 6, strict=False)]
_MORE_AXES = [
    (("regular", "integer without flow"), "Weight"),
    (("variable without underflow", "texts"), "Double"),
    (("log", "boolean"), "Mean"),
    (("regular circular", "integer circular", "variable circular"), "WeightedMean"),
    (("texts growing", "regular without overflow"), "Weight"),
    (("regular growing", "integers growing", "texts growing"), "Double"),
    (("integers without overflow", "variable growing"), "Int64"),
    (("boolean", "regular", "variable", "integer", "integers", "texts", "sqrt", "regular without flow"), "AtomicInt64"),
]
_fillers: dict[tuple[str, ...], Any] = {}
_names = count()


def filler(shell: InteractiveShell, kind: str, elements: tuple[str, ...], *, weights: bool, samples: bool) -> Any:
    """The C++ function that fills such a histogram, entry by entry or all at once."""
    key = (kind, *elements, str(weights))
    if key not in _fillers:
        name = f"histogram_fills_{next(_names)}"
        columns = [f"const std::vector<{element}>& a{number}" for number, element in enumerate(elements)]
        extras = ["doublet::weight(w{})"] * weights + ["doublet::sample(s{})"] * samples
        every = ", ".join([*(f"a{number}" for number in range(len(elements))), *(extra.format("") for extra in extras)])
        each = ", ".join([*(f"a{number}[i]" for number in range(len(elements))), *(extra.format("[i]") for extra in extras)])
        parameters = ", ".join([f"{kind}& h", *columns, "const std::vector<double>& w, const std::vector<double>& s, bool at_once"])
        body = f"if (at_once) h.fill({every}); else for (std::size_t i = 0; i < a0.size(); ++i) h({each});"
        shell.run_cell_magic("cpp", "", f"void {name}({parameters}) {{ {body} }}")
        _fillers[key] = getattr(shell.user_ns["cpp"], name)
    return _fillers[key]


def same(found: Any, expected: Any) -> bool:
    """Whether two histograms are the same to the last bit, but for which of all NaNs a NaN is."""
    if any(a != b for a, b in zip(found.axes, expected.axes, strict=True)):
        return False
    numbers = [np.ascontiguousarray(np.asarray(h.view(flow=True))).view("f8") for h in (found, expected)]
    if found.storage_type in (bh.storage.Int64, bh.storage.AtomicInt64):
        return bool((found.view(flow=True) == expected.view(flow=True)).all())
    nans = [np.isnan(n) for n in numbers]
    return bool((nans[0] == nans[1]).all() and (np.where(nans[0], 0, numbers[0]).view("i8") == np.where(nans[1], 0, numbers[1]).view("i8")).all())


@pytest.mark.slow
@pytest.mark.parametrize(("kinds", "storage"), [*_ONE_AXIS, *_MORE_AXES], ids=lambda value: value if isinstance(value, str) else ", ".join(value))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(data=st.data())
def test_cpp_and_boost_histogram_fill_the_same_bins(shell: InteractiveShell, kinds: tuple[str, ...], storage: str, data: st.DataObject) -> None:
    chosen = [_KINDS[kind] for kind in kinds]
    axes: list[Any] = [data.draw(kind.axes) for kind in chosen]
    expected: Any = bh.Histogram(*axes, storage=_STORAGES[storage]())
    found = expected.copy()
    size = data.draw(st.integers(0, 30))
    columns: list[Any] = []
    for kind, axis in zip(chosen, expected.axes, strict=True):
        values = kind.values
        if kind.element == "double" and not axis.traits.growth:
            edges = [float(edge) for edge in axis.edges]
            values |= st.sampled_from([*edges, *(math.nextafter(edge, side) for edge in edges for side in (-math.inf, math.inf))])
        columns.append(data.draw(st.lists(values, min_size=size, max_size=size)))
    samples, weights = "Mean" in storage, "Int64" not in storage and data.draw(st.booleans())
    numbers = st.lists(st.floats(-100, 100) | _REALS, min_size=size, max_size=size)
    weight, sample = data.draw(numbers), data.draw(numbers)
    fill = filler(shell, cpp_type(found), tuple(kind.element for kind in chosen), weights=weights, samples=samples)
    arrays = [column if kind.element == "std::string" else np.array(column, {"int": "i4", "double": "f8"}[kind.element]) for kind, column in zip(chosen, columns, strict=True)]
    with np.errstate(all="ignore"):
        fill(found, *arrays, np.array(weight, "f8"), np.array(sample, "f8"), data.draw(st.booleans()))
        # boost-histogram moves what it has filled of an array into other bins, also NaN, when a later entry makes an axis
        # grow; one by one, it does not. And it refuses an empty list of texts.
        step = 1 if any(axis.traits.growth for axis in expected.axes) else max(size, 1)
        for at in range(0, size, step):
            one = slice(at, at + step)
            extras = ({"weight": weight[one]} if weights else {}) | ({"sample": sample[one]} if samples else {})
            expected.fill(*(array[one] for array in arrays), **extras)
    assert same(found, expected)
