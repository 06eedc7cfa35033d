"""Awkward arrays in C++ cells: ranges of records in the same memory."""

from __future__ import annotations

import gc
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import awkward as ak
import numpy as np
import pytest
import uproot
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from running import run, shown

from doublet.bridge import bind
from doublet.errors import BridgeError, CppCompileError

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

HZZ = Path(__file__).parent.parent / "examples" / "data" / "HZZ.root"


@pytest.fixture(scope="module")
def events() -> ak.Array:
    read = uproot.open(f"{HZZ}:events").arrays()
    muons = ak.zip({"px": read.Muon_Px, "py": read.Muon_Py, "pz": read.Muon_Pz, "E": read.Muon_E, "q": read.Muon_Charge})
    return ak.zip({"met": read.MET_px, "muons": muons}, depth_limit=1)


def test_a_loop_over_events_and_their_muons_finds_the_pairs_that_awkward_finds(shell: InteractiveShell, events: ak.Array) -> None:
    pairs = run(
        shell,
        """std::vector<double> awkward_masses;
        for (const auto& event : awkward_events)
          for (std::size_t i = 0; i < event.muons.size(); ++i)
            for (std::size_t j = i + 1; j < event.muons.size(); ++j) {
              const auto a = event.muons[i], b = event.muons[j];
              if (a.q * b.q > 0) continue;
              const double E = a.E + b.E, x = a.px + b.px, y = a.py + b.py, z = a.pz + b.pz;
              awkward_masses.push_back(std::sqrt(E * E - x * x - y * y - z * z));
            }
        std::count_if(awkward_masses.begin(), awkward_masses.end(), [](double m) { return m > 80 && m < 100; })""",
        awkward_events=events,
    )
    assert pairs == 1218
    first, second = ak.unzip(ak.combinations(events.muons, 2))
    kept = first.q * second.q < 0
    energy, *momentum = (ak.to_numpy(ak.flatten((first[of] + second[of])[kept])).astype(float) for of in ("E", "px", "py", "pz"))
    masses = np.sqrt(energy**2 - sum(p**2 for p in momentum))
    assert np.allclose(np.asarray(shell.user_ns["cpp"].awkward_masses), masses, rtol=1e-5)


def test_cpp_reads_the_same_memory(shell: InteractiveShell) -> None:
    numbers = np.array([1.0, 2.0, 3.0])
    jagged = ak.unflatten(ak.Array(numbers), [2, 0, 1])
    assert run(shell, "awkward_same[0][1]", awkward_same=jagged) == 2
    numbers[1] = 20
    assert run(shell, "awkward_same[0][1]") == 20
    assert run(shell, "reinterpret_cast<unsigned long>(awkward_same[0].data())") == numbers.ctypes.data


def test_an_array_that_only_cpp_knows_stays_alive(shell: InteractiveShell) -> None:
    run(shell, "double awkward_sum() { double sum = 0; for (auto list : awkward_kept) for (double x : list) sum += x; return sum; }", awkward_kept=ak.Array([[1.0, 2.0]] * 1000))
    del shell.user_ns["awkward_kept"]
    gc.collect()
    np.ones(3000)
    assert run(shell, "1 + 1") == 2
    shell.push({"awkward_kept": ak.Array([[5.0], []])})
    assert shell.user_ns["cpp"].awkward_sum() == 5


def test_a_function_follows_an_array_that_is_rebound_or_gets_a_field(shell: InteractiveShell, events: ak.Array) -> None:
    array = ak.Array([{"x": 1.0}, {"x": 2.0}])
    run(shell, "double awkward_first() { return awkward_rows[0].x; }", awkward_rows=array)
    cpp = shell.user_ns["cpp"]
    shell.push({"awkward_rows": array[::-1]})
    assert cpp.awkward_first() == 2
    array["x"] = [7.0, 8.0]
    shell.push({"awkward_rows": array})
    assert cpp.awkward_first() == 7
    array["x"] = [9, 8]
    assert cpp.awkward_first() == 9
    shell.push({"awkward_rows": object()})
    with pytest.raises(BridgeError, match="awkward_rows"):
        cpp.awkward_first()


ARRAYS: list[tuple[str, Any, str]] = [
    ("options", lambda: ak.Array([None, [1, None, 3], []]), "{nullopt, {1, nullopt, 3}, {}}"),
    ("masks", lambda: ak.mask(ak.Array([1, 2, 3]), [True, False, True]), "{1, nullopt, 3}"),
    ("bit_masks", lambda: ak.Array(ak.contents.BitMaskedArray(ak.index.IndexU8(np.array([0b101], "u1")), ak.contents.NumpyArray(np.arange(3)), valid_when=False, length=3, lsb_order=False)), "{0, 1, 2}"),
    ("texts", lambda: ak.Array([["a", "bcé"], ["d"]]), "{{'a', 'bcé'}, {'d'}}"),
    ("bytes", lambda: ak.Array([b"ab", b""]), "{'ab', ''}"),
    ("unions", lambda: ak.Array([1, "x", [1.5]]), "{1, 'x', {1.5}}"),
    ("regular", lambda: ak.Array(np.arange(6).reshape(2, 3)), "{{0, 1, 2}, {3, 4, 5}}"),
    ("regular_lists", lambda: ak.to_regular(ak.Array([[[1], [2, 3]], [[], [4]]]), axis=1), "{{{1}, {2, 3}}, {{}, {4}}}"),
    ("strided", lambda: ak.Array(np.arange(6))[::-2], "{5, 3, 1}"),
    ("booleans", lambda: ak.Array([[True], [], [False]]), "{{true}, {}, {false}}"),
    ("complex", lambda: ak.Array(np.array([1 + 2j])), "{(1+2j)}"),
    ("times", lambda: ak.Array(np.array(["2020-01-01"], "M8[s]")), "{2020-01-01 00:00:00 UTC}"),
    ("categories", lambda: ak.str.to_categorical(ak.Array(["a", "b", "a"])), "{'a', 'b', 'a'}"),
    ("sorted", lambda: ak.sort(ak.Array([[3, 1], [2]])), "{{1, 3}, {2}}"),
    ("picked", lambda: ak.Array([{"x": 1}, {"x": 2}])[[1, 0, 1]], "{picked(x=2), picked(x=1), picked(x=2)}"),
    ("empty", lambda: ak.Array([]), "{}"),
    ("empty_lists", lambda: ak.Array([[], []]), "{{}, {}}"),
    ("nothing", lambda: ak.Array([{}]), "{nothing()}"),
    ("missing", lambda: ak.Array([{"a": 1}, None]), "{missing(a=1), nullopt}"),
    ("unmasked", lambda: ak.Array(ak.contents.UnmaskedArray(ak.contents.NumpyArray(np.arange(2)))), "{0, 1}"),
    ("own_names", lambda: ak.Array([{"own_names": 1, "get": 2, "columns": 3, "at_": 4, "value_type": 5, "doublet": 6, "list": 7, "start_": 8, "x": {"x": 9}}]), "{own_names_(own_names=1, get=2, columns=3, at_=4, value_type=5, doublet=6, list=7, start_=8, x=x_(x=9))}"),
    ("named", lambda: ak.Array([{"x": 1}], with_name="Muon"), "{Muon(x=1)}"),
    ("words", lambda: ak.Array([{"class": 1, "begin": 2.5, "a-b": 3, "1st": (4, 5)}]), "{words(class_=1, begin_=2.5, a_b=3, _1st=_1st(_0=4, _1=5))}"),
]


@pytest.mark.parametrize(("name", "make", "expected"), ARRAYS, ids=[row[0] for row in ARRAYS])
def test_every_kind_of_array_has_its_counterpart(shell: InteractiveShell, name: str, make: Any, expected: str) -> None:
    value = run(shell, f"awkward_{name}", **{f"awkward_{name}": make()})
    assert shown(shell, value) == expected.replace(f"{name}(", f"awkward_{name}(") if name in ("picked", "nothing", "missing", "words") else expected.replace("own_names_(", "awkward_own_names(")


def test_a_list_is_a_range_with_checked_access(shell: InteractiveShell) -> None:
    shell.push({"awkward_lists": ak.Array([[{"x": 3}, {"x": 1}], []])})
    assert run(shell, "std::ranges::max_element(awkward_lists[0], {}, [](auto row) { return row.x; }) - awkward_lists[0].begin()") == 0
    assert run(shell, "awkward_lists[1].empty() && awkward_lists[0].front().x == 3 && awkward_lists[0].back().x == 1 && (awkward_lists[0].end() - 1)[0].x == 1")
    assert run(shell, "int awkward_total = 0; for (auto [x] : awkward_lists[0]) awkward_total += x; awkward_total") == 4
    with pytest.raises(Exception, match="index 2 of a list of 2 elements"):
        run(shell, "awkward_lists[0].at(2)")


def test_a_record_and_its_lists_cross_by_themselves(shell: InteractiveShell, events: ak.Array) -> None:
    assert run(shell, "awkward_one.muons[1].q + awkward_one.muons.size()", awkward_one=events[0]) == events[0].muons[1].q + 2
    assert run(shell, "std::accumulate(awkward_met.begin(), awkward_met.end(), 0.)", awkward_met=events.met) == pytest.approx(np.sum(events.met.to_numpy(), dtype=float))
    assert run(shell, "awkward_events.met[5]", awkward_events=events) == events.met[5]


def test_a_field_that_is_not_there_or_not_read_says_so_where_it_is_used(shell: InteractiveShell) -> None:
    virtual = uproot.open(f"{HZZ}:events").arrays(filter_name=["MET_px", "MET_py"], virtual=True)
    ak.materialize(virtual.MET_px)
    shell.push({"awkward_virtual": virtual})
    with pytest.raises(CppCompileError, match="'MET_py' cannot cross to C\\+\\+: it has not been read yet"):
        run(shell, "awkward_virtual[0].MET_py")
    whole = ak.materialize(virtual)
    assert run(shell, "awkward_virtual[0].MET_py", awkward_virtual=whole) == whole.MET_py[0]
    with pytest.raises(CppCompileError, match="no member named 'MET_pz' in 'awkward_virtual'"):
        run(shell, "awkward_virtual[0].MET_pz")


@pytest.mark.parametrize(
    ("array", "reason"),
    [
        (ak.Array(np.array(["2020-01-01", "NaT"], "M8[s]")), "not all of its times are there"),
        (ak.Array([{"a b": 1, "a_b": 2}]), "would both be 'a_b'"),
        (ak.to_backend(ak.Array([1]), "typetracer"), "its backend is 'typetracer'"),
        (ak.Array(np.array([1.0], "f2")), "no counterpart of elements of float16"),
        (ak.Array(np.array([1], "M8[M]")), "no counterpart of elements of datetime64"),
    ],
)
def test_what_does_not_cross_says_why(array: ak.Array, reason: str) -> None:
    with pytest.raises(BridgeError, match=reason):
        bind("refused", array)


def test_an_array_of_a_thousand_columns_binds_and_compiles_at_once(shell: InteractiveShell) -> None:
    wide = ak.Array(ak.contents.RecordArray([ak.contents.NumpyArray(np.arange(3) + at) for at in range(1000)], [f"f{at}" for at in range(1000)]))
    assert run(shell, "awkward_wide[0].f0", awkward_wide=wide) == 0
    begun = time.perf_counter()
    assert run(shell, "double awkward_of_wide = 0; for (const auto& row : awkward_wide) awkward_of_wide += row.f999; awkward_of_wide") == 3000
    assert time.perf_counter() - begun < 3


_NUMBERS = st.one_of(st.integers(-(2**40), 2**40), st.floats(allow_nan=False))
_CONTENT = st.recursive(
    st.sampled_from(["number", "text", "bool"]),
    lambda inner: st.one_of(st.tuples(st.just("list"), inner), st.tuples(st.just("option"), inner), st.tuples(st.just("record"), inner, inner)),
    max_leaves=4,
)


def _values(kind: Any) -> st.SearchStrategy[Any]:
    if isinstance(kind, str):
        return {"number": st.floats(allow_nan=False), "text": st.text(max_size=3), "bool": st.booleans()}[kind]
    inner = [_values(of) for of in kind[1:]]
    if kind[0] == "list":
        return st.lists(inner[0], max_size=3)
    return st.none() | inner[0] if kind[0] == "option" else st.fixed_dictionaries({"a": inner[0], "b": inner[1]})


@pytest.mark.slow
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.data())
def test_what_cpp_copies_row_by_row_is_what_there_was(shell: InteractiveShell, data: st.DataObject) -> None:
    rows = data.draw(st.lists(_values(data.draw(_CONTENT)), min_size=1, max_size=5))
    array = ak.Array(rows)
    for each in (array, array[::-1], array[1:]):
        if "unknown" in str(each.type) or "union" in str(each.type):
            continue
        run(shell, 'doublet::table awkward_copy; for (const auto& row : awkward_random) awkward_copy.row("row", row);', awkward_random=each)
        copy = shell.user_ns["cpp"].awkward_copy
        assert (copy["row"].tolist() if len(copy) else []) == each.to_list()


def test_python_reads_the_fields_of_records_that_cpp_has(shell: InteractiveShell, events: ak.Array) -> None:
    run(shell, "auto awkward_record = awkward_events[1]; auto awkward_table = awkward_events;", awkward_events=events)
    cpp = shell.user_ns["cpp"]
    assert (cpp.awkward_record.met, cpp.awkward_record.muons.size()) == (events[1].met, len(events[1].muons))
    assert (cpp.awkward_table[0].muons[1].q, len(cpp.awkward_table), len(cpp.awkward_table.met)) == (events[0].muons[1].q, len(events), len(events))
    assert shown(shell, cpp.awkward_table).endswith(f"... ({len(events)} elements)}}")


def test_a_loop_by_reference_is_told_what_to_write(shell: InteractiveShell, events: ak.Array) -> None:
    with pytest.raises(CppCompileError) as caught:
        run(shell, "for (auto& event : awkward_events) event.met;", awkward_events=events)
    assert "write `const auto&` or `auto`" in str(caught.value.diagnostics)
