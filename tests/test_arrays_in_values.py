"""NumPy's arrays in dicts, lists, tuples and dataclasses: C++ sees the same memory, which is there as long as it may refer to it."""

from __future__ import annotations

import copy
import gc
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from doublet.bridge import bind
from doublet.bridge.snapshots import snapshot
from doublet.errors import BridgeError

if TYPE_CHECKING:
    from conftest import Kernel


@dataclass
class Jets:
    number: int
    pt: np.ndarray
    matrix: Any


def test_cpp_reads_and_writes_the_arrays_themselves(kernel: Kernel) -> None:
    kernel(
        "import numpy as np\nfrom dataclasses import dataclass\n@dataclass\nclass Jets:\n    number: int\n    pt: np.ndarray\n    matrix: object\n"
        "columns = {'pt': np.array([1.0, 2.0, 3.0]), 'eta': np.array([0.5])}\nmatrices = [np.zeros((2, 3)), np.ones((1, 2))]\n"
        "jets = Jets(3, np.arange(3, dtype='f4'), np.arange(6.0).reshape(2, 3)[:, ::2])\nfixed = np.arange(3.0)\nfixed.flags.writeable = False\n"
        "mixed = [np.arange(3.0), fixed]\nrecords = ({'m': np.array([(1, 2.5)], dtype=[('id', 'i4'), ('e', 'f8')])}, 1)"
    )
    told = kernel(
        '%%cpp\ncolumns["pt"][1] = 20; matrices[0](1, 2) = 7; jets.matrix(1, 1) = 50;\n'
        'std::cout << columns["eta"][0] << " " << matrices[1].extent(1) << " " << jets.number + jets.pt[2] << " " << mixed[1][2] << " " << std::get<0>(records)["m"][0].e;'
    )
    assert (told.status, told.stdout) == ("ok", "0.5 2 5 2 2.5")
    assert kernel("columns['pt'].tolist(), matrices[0][1, 2], jets.matrix[1, 1]").value == "([1.0, 20.0, 3.0], np.float64(7.0), np.float64(50.0))"


def test_what_cpp_has_copied_of_a_dict_keeps_the_arrays(kernel: Kernel) -> None:
    kernel("import gc, numpy as np\nlent = {'pt': np.array([1.0, 20.0]), 'eta': np.array([0.5])}")
    kernel("%%cpp\nauto borrowed = lent; std::vector<std::span<double>> spans; for (auto& [name, span] : lent) spans.push_back(span);")
    kernel("lent['pt'] = np.full(2, -1.0)\ngc.collect()\njunk = [np.full(2, -7.0) for _ in range(1000)]")
    assert kernel('%%cpp\nlent["pt"][0]').value == "-1.0"
    kernel("lent = {'pt': np.full(2, -2.0)}\ngc.collect()\njunk = [np.full(2, -7.0) for _ in range(1000)]")
    assert kernel('%%cpp\nstd::cout << borrowed["pt"][1] << " " << spans[0][0] << " " << spans[1][1] << " " << lent["pt"][0];').stdout == "20 0.5 20 -2"


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ([np.arange(3.0), np.arange(3)], "arrays of 1 dimension of float64 and arrays of 1 dimension of int64"),
        ([np.arange(3.0), np.zeros((2, 2))], "arrays of 1 dimension of float64 and arrays of 2 dimensions of float64"),
        ([np.arange(6.0)[::2], np.arange(3.0)], "arrays of 1 dimension of float64 and arrays of 1 dimension of float64 with gaps"),
        ({"a": np.arange(3.0), "b": 1.0}, "arrays of 1 dimension of float64 and float"),
        ({"a": [np.array([1.0]).astype(">f8")]}, "byte order"),
        ([np.array(["a"])], "no such element type"),
        ((np.ma.array([1.0]),), "MaskedArray"),
        ((np.array(1.0),), "no dimension"),
        (Jets(1, np.array([None]), 0), "no such element type"),
    ],
)
def test_arrays_that_cpp_cannot_read_in_place_are_refused_where_they_are(value: object, reason: str) -> None:
    with pytest.raises(BridgeError, match=reason):
        bind("held", value)


LEAVES = st.one_of(st.integers(-5, 5), st.floats(allow_nan=False), st.text(max_size=3), st.none(), st.booleans(), st.just(np.float32(1)))
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.integers(0, 9), inner, max_size=4), st.tuples(inner, inner), st.sets(st.integers(0, 9), max_size=4)
    ),
    max_leaves=12,
)


def _containers(value: Any) -> list[Any]:
    """All that can be changed in a value."""
    inner = [*value.values()] if isinstance(value, dict) else [*value] if isinstance(value, (list, tuple)) else []
    own = [value] if isinstance(value, (list, dict, set)) else []
    return own + [found for part in inner for found in _containers(part)]


@given(value=VALUES, data=st.data())
def test_a_snapshot_tells_each_change_and_no_other(value: Any, data: st.DataObject) -> None:
    unchanged = snapshot(value)
    assert unchanged is not None
    assert unchanged(value)
    if isinstance(value, (list, dict, set)):
        assert not unchanged(copy.copy(value))
    if found := _containers(value):
        changed = found[data.draw(st.integers(0, len(found) - 1))]
        if isinstance(changed, list):
            changed[-1:] = [*changed[-1:], 10.5] if data.draw(st.booleans()) else [object()]
        elif isinstance(changed, dict):
            changed[data.draw(st.integers(0, 9))] = 123456.5
        else:
            changed.symmetric_difference_update({data.draw(st.integers(0, 9))})
        assert not unchanged(value)


def test_a_number_that_is_equal_but_of_another_type_is_a_change() -> None:
    value: dict[str, Any] = {"a": 1}
    unchanged = snapshot(value)
    assert unchanged is not None
    for other in (1.0, True, np.int64(1)):
        value["a"] = other
        assert not unchanged(value)
    value["a"] = 1
    assert unchanged(value)


def test_what_may_change_unseen_has_no_snapshot_and_arrays_are_the_same_as_long_as_they_look_the_same() -> None:
    assert snapshot({"a": Jets(1, np.zeros(1), 0)}) is None
    assert snapshot([type("Own", (float,), {})(1)]) is None
    array = np.zeros(3)
    unchanged = snapshot({"a": [array]})
    assert unchanged is not None
    array[0] = 5
    gc.collect()
    value = {"a": [array]}
    unchanged = snapshot(value)
    assert unchanged is not None
    array[1] = 5
    assert unchanged(value)
    array.flags.writeable = False
    assert not unchanged(value)


def test_a_large_dict_is_found_unchanged_in_little_time() -> None:
    value = {f"key {number}": float(number) for number in range(20_000)}
    unchanged = snapshot(value)
    assert unchanged is not None
    begun = time.process_time()
    for _ in range(10):
        assert unchanged(value)
    assert (time.process_time() - begun) / 10 < 0.02
