"""Python's arrays, tables and values as arguments of C++ functions that Python calls: what cells see."""

from __future__ import annotations

import gc
from array import array as array_of_python
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import awkward as ak
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
import uproot
from hypothesis import given, settings
from hypothesis import strategies as st
from running import run
from test_awkward_arrays import HZZ

from doublet.errors import CppCompileError

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

RECORDS = [{"met": 20.5, "muons": [{"pt": 31.0}, {"pt": 24.0}]}, {"met": 7.0, "muons": []}]


@pytest.fixture(scope="module")
def functions(shell: InteractiveShell) -> Any:
    run(
        shell,
        """double given_sum(const auto& numbers) { double sum = 0; for (const auto& number : numbers) sum += number; return sum; }
        template <class Lists> double given_sums(const Lists& lists) { double sum = 0; for (const auto& one : lists) sum += given_sum(one); return sum; }
        template <class T> T given_span(std::span<const T> numbers) { T sum = 0; for (T number : numbers) sum += number; return sum; }
        template <class T> void given_doubled(std::span<T> numbers) { for (T& number : numbers) number *= 2; }
        template <class T> T given_view(doublet::view<T, 2> matrix) { return matrix(1, 2); }
        template <class T> T given_copy(const std::vector<T>& numbers) { return numbers.at(1); }
        double given_met(const auto& events) { double sum = 0; for (const auto& event : events) sum += event.met; return sum; }
        double given_one(const auto& event) { return event.met; }
        auto given_first(const auto& events) { return events[0]; }
        auto given_muons(const auto& event) { return event.muons; }
        double given_column(const auto& table) { double sum = 0; for (double pt : table.pt) sum += pt; return sum; }
        double given_rows(const auto& table) { double sum = 0; for (const auto& row : table) sum += row.pt * row.n; return sum; }
        std::string given_texts(const auto& texts) { std::string all; for (const auto& text : texts) all += text; return all; }
        double given_there(const auto& options) { double sum = 0; for (const auto& one : options) sum += one.value_or(100); return sum; }
        double given_value(const auto& of) { return of.at("pt"); }
        double given_field(const auto& of) { return of.pt; }
        long given_microseconds(const auto& time) { return std::chrono::duration_cast<std::chrono::microseconds>(time).count(); }
        struct GivenSum { double sum = 0; template <class T> void add(const T& numbers) { for (const auto& n : numbers) sum += n; } };
        struct GivenMade { double sum; template <class T> explicit GivenMade(const T& numbers) : sum(given_sum(numbers)) {} };""",
    )
    return shell.user_ns["cpp"]


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    return pd.DataFrame({"pt": [1.5, 2.5, 3.5], "n": [1, 2, 3]})


def test_a_template_goes_through_events_in_place_as_a_cell_does(functions: Any) -> None:
    events = uproot.open(f"{HZZ}:events").arrays(["MET_px", "Muon_Px"])
    events = ak.zip({"met": events.MET_px, "muons": events.Muon_Px}, depth_limit=1)
    assert functions.given_met(events) == pytest.approx(float(ak.sum(events.met)), rel=1e-4)
    assert functions.given_sums(events.muons) == pytest.approx(float(np.sum(ak.to_numpy(ak.flatten(events.muons)).astype(float))))


def test_an_awkward_array_of_numbers_texts_or_options_is_what_cells_see(functions: Any) -> None:
    assert functions.given_sum(ak.Array([1.5, 2.5])) == 4
    assert functions.given_span(ak.Array([1.5, 2.5])) == 4
    assert functions.given_sums(ak.Array([[1.5, 2.5], [], [3]])) == 7
    assert functions.given_texts(ak.Array(["ab", "é"])) == "abé"
    assert functions.given_there(ak.Array([1.5, None])) == 101.5
    assert functions.given_one(ak.Array(RECORDS)[1]) == 7


def test_what_a_template_returns_keeps_an_array_that_nobody_else_has(functions: Any) -> None:
    event = functions.given_first(ak.Array(RECORDS))
    muons = functions.given_muons(event)
    del event
    gc.collect()
    np.ones(1000).sum()
    assert [muon.pt for muon in muons] == [31, 24]


def test_a_function_takes_what_is_declared_as_the_type_of_a_name(shell: InteractiveShell) -> None:
    events = ak.Array(RECORDS)
    run(shell, "double given_named(const decltype(given_events)& all) { double sum = 0; for (const auto& one : all) sum += one.met; return sum; }", given_events=events)
    run(shell, "double given_listed(decltype(given_jagged) all) { double sum = 0; for (auto one : all) for (double x : one) sum += x; return sum; }", given_jagged=ak.Array([[1.5], []]))
    cpp = shell.user_ns["cpp"]
    assert cpp.given_named(events) == 27.5
    assert cpp.given_named(ak.Array(RECORDS[:1] * 3)) == 61.5
    assert cpp.given_listed(ak.Array([[1.0, 2.0], [3.0]])) == 6
    with pytest.raises(TypeError):
        cpp.given_named(ak.Array([[1.5], []]))
    with pytest.raises(TypeError):
        cpp.given_listed(3)


@pytest.mark.parametrize("made", [lambda f: f, pl.from_pandas, pa.Table.from_pandas])
def test_a_template_goes_through_tables_by_rows_and_columns(functions: Any, frame: pd.DataFrame, made: Any) -> None:
    table = made(frame)
    assert functions.given_column(table) == 7.5
    assert functions.given_rows(table) == 17


@pytest.mark.parametrize("made", [lambda s: s, pl.from_pandas, pa.array])
def test_a_column_is_a_span_for_a_template(functions: Any, frame: pd.DataFrame, made: Any) -> None:
    assert functions.given_span(made(frame.pt)) == 7.5


def test_a_structured_array_is_a_span_of_structs(functions: Any) -> None:
    assert functions.given_rows(np.array([(1.5, 1), (2.5, 2)], [("pt", "f8"), ("n", "i4")])) == 6.5


def test_arrays_are_spans_and_views_of_the_same_memory(functions: Any) -> None:
    array = np.arange(3.0)
    functions.given_doubled(array)
    assert array.tolist() == [0, 2, 4]
    assert functions.given_view(np.arange(6).reshape(2, 3)) == 5
    assert functions.given_view(np.asfortranarray(np.arange(6).reshape(2, 3))) == 5
    assert functions.given_sum(np.arange(6.0)[::2]) == 6
    assert functions.given_sum(array_of_python("d", array)) == 6


def test_a_template_with_named_arguments_copies_an_array_into_a_constant_vector(functions: Any) -> None:
    assert functions.given_copy["double"](np.arange(3.0)) == 1


def test_a_read_only_array_is_not_written(functions: Any) -> None:
    array = np.arange(3.0)
    array.flags.writeable = False
    assert functions.given_sum(array) == 3
    with pytest.raises(CppCompileError, match="const-qualified"):
        functions.given_doubled(array)
    assert array.tolist() == [0, 1, 2]


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (np.ones(3, ">f8"), "byte order is not this machine's"),
        (np.array(["2020-01-01"], "M8[s]"), "no such element type"),
        (np.ma.masked_array([1.0, 2.0], [True, False]), "would not see its mask"),
    ],
)
def test_what_cells_do_not_see_is_refused_with_the_reason(functions: Any, value: Any, reason: str) -> None:
    with pytest.raises(TypeError, match=reason):
        functions.given_sum(value)


def test_dicts_dataclasses_and_times_are_what_cells_see(functions: Any) -> None:
    assert functions.given_value({"pt": 3, "eta": 2.5}) == 3
    assert functions.given_field(Given(31.5)) == 31.5
    assert functions.given_microseconds(timedelta(seconds=2)) == 2_000_000
    assert functions.given_microseconds(np.timedelta64(3_000, "ns")) == 3


@dataclass
class Given:
    pt: float


def test_methods_and_constructors_that_are_templates_take_arrays(functions: Any) -> None:
    sums = functions.GivenSum()
    sums.add(ak.Array([1.5, 2.5]))
    sums.add(np.ones(2))
    assert sums.sum == 6
    assert functions.GivenMade(ak.Array([1.5, 2.5])).sum == 4


def test_numbers_of_NumPy_are_numbers_for_templates(shell: InteractiveShell, functions: Any) -> None:
    run(shell, "template <class T> T given_next(T x) { return x + 1; }")
    assert functions.given_next(np.float64(1.5)) == 2.5
    assert functions.given_next(np.int32(2**31 - 2)) == 2**31 - 1


def test_an_error_in_a_python_function_does_not_have_the_template_called_again(shell: InteractiveShell, functions: Any) -> None:
    calls = []

    def failing(x: float) -> float:
        calls.append(x)
        raise TypeError("mine")

    run(shell, "template <class T> double given_each(const T& numbers, std::function<double(double)> f) { double s = 0; for (double n : numbers) s += f(n); return s; }")
    with pytest.raises(TypeError, match="mine"):
        functions.given_each(np.ones(3), failing)
    assert calls == [1]


@settings(max_examples=20)
@given(st.lists(st.lists(st.floats(-1e6, 1e6), max_size=4), max_size=6))
def test_jagged_arrays_of_any_shape_add_up(functions: Any, lists: list[list[float]]) -> None:
    array = ak.Array(ak.contents.ListOffsetArray(ak.index.Index64(np.cumsum([0, *map(len, lists)])), ak.contents.NumpyArray(np.array([x for one in lists for x in one], float))))
    assert functions.given_sums(array) == pytest.approx(sum(map(sum, lists)), abs=1e-3)


@pytest.mark.parametrize("argument", [np.ones(3), ak.Array([1.0]), [1.0], 1.0])
def test_a_template_that_throws_has_been_called_once(shell: InteractiveShell, functions: Any, argument: Any) -> None:
    if "given_calls" not in dir(functions):
        run(
            shell,
            """int given_calls = 0;
            bool given_throws = false;
            template <class T> void given_throwing(const T&) { ++given_calls; if (given_throws) throw std::runtime_error("no"); }
            void given_throwing(const std::vector<double>&) { ++given_calls; if (given_throws) throw std::runtime_error("no"); }""",
        )
    for throws in (False, True, True):  # the second time, cppyy knows which function that is
        functions.given_throws = throws
        functions.given_calls = 0
        with pytest.raises(functions.std.runtime_error, match=r"^no$") if throws else nullcontext():
            functions.given_throwing(argument)
        assert functions.given_calls == 1
