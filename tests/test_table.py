"""``doublet::table``: what C++ fills row by row and Python's libraries read in place."""

from __future__ import annotations

import gc
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import awkward as ak
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from running import run

from doublet.errors import BridgeError, CppCompileError, CppException

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

FILL = """
doublet::table table_filled;
for (int i = 0; i < 3; ++i)
    table_filled.row("i", i, "x", i / 2., "pts", std::vector<float>(i, 1.5f), "name", "n" + std::to_string(i), "even", i % 2 == 0,
                     "best", i ? std::optional(i) : std::nullopt, "nested", std::vector<std::vector<int>>(1, std::vector<int>(i, i)), "z", std::complex<double>(i, 1));
"""
ROWS = [
    {"i": i, "x": i / 2, "pts": [1.5] * i, "name": f"n{i}", "even": i % 2 == 0, "best": i or None, "nested": [[i] * i], "z": complex(i, 1)}
    for i in range(3)
]


@pytest.fixture
def filled(shell: InteractiveShell) -> Any:
    run(shell, FILL)
    return shell.user_ns["cpp"].table_filled


def test_an_awkward_array_has_the_rows_that_were_filled(filled: Any) -> None:
    assert filled.to_awkward().to_list() == ROWS
    assert (len(filled), filled.columns, list(filled)) == (3, [*ROWS[0]], [*ROWS[0]])


def test_columns_of_numbers_are_numpy_arrays_of_the_same_memory(filled: Any) -> None:
    assert filled["x"].dtype == np.float64
    assert filled["x"].tolist() == [0, 0.5, 1]
    filled["x"][0] = 7
    assert filled["x"][0] == 7
    assert filled.to_awkward().x[0] == 7
    assert isinstance(filled["pts"], ak.Array)
    with pytest.raises(KeyError, match="the table has no column 'y', but i, x, pts"):
        filled["y"]


def test_data_frames_and_arrow_tables_are_made_of_it(shell: InteractiveShell) -> None:
    run(shell, 'doublet::table table_frames; for (int i = 0; i < 3; ++i) table_frames.row("i", i, "pts", std::vector<float>(i, 1.5f), "name", "n" + std::to_string(i));')
    table = shell.user_ns["cpp"].table_frames
    rows = [{"i": i, "pts": [1.5] * i, "name": f"n{i}"} for i in range(3)]
    assert table.to_arrow().to_pylist() == pa.table(table).to_pylist() == rows
    assert table.to_polars().to_dicts() == pl.DataFrame(table).to_dicts() == rows
    df = table.to_pandas()
    assert isinstance(df, pd.DataFrame)
    assert (df.i.dtype, df.i.tolist(), df.name.tolist()) == (np.int32, [0, 1, 2], ["n0", "n1", "n2"])
    assert [list(pts) for pts in df.pts] == [row["pts"] for row in rows]
    assert np.shares_memory(df.i.to_numpy(), table["i"])


def test_what_python_has_stays_what_it_is_while_the_table_grows_and_goes(shell: InteractiveShell) -> None:
    run(shell, 'auto table_grows = std::make_unique<doublet::table>(); for (int i = 0; i < 100; ++i) table_grows->row("i", i, "s", std::string(i % 5, \'s\'));')
    run(shell, 'void table_grow() { for (int i = 0; i < 100000; ++i) table_grows->row("i", -1, "s", "other"); }')
    cpp = shell.user_ns["cpp"]
    before = cpp.table_grows.to_awkward()
    numbers = cpp.table_grows["i"]
    expected = [{"i": i, "s": "s" * (i % 5)} for i in range(100)]
    for _ in range(3):
        cpp.table_grow()
        assert before.to_list() == expected
    assert len(cpp.table_grows) == 300100
    assert cpp.table_grows["i"][-1] == -1
    run(shell, "table_grows.reset();")
    gc.collect()
    np.full(500000, 3)
    assert before.to_list() == expected
    assert numbers.tolist() == list(range(100))


def test_records_of_an_array_are_columns_too(shell: InteractiveShell) -> None:
    events = ak.Array([{"met": 1.0, "muons": [{"pt": 3.0, "q": 1}, {"pt": 4.0, "q": -1}]}, {"met": 2.0, "muons": []}])
    run(shell, 'doublet::table table_kept; for (const auto& event : table_events) if (!event.muons.empty()) table_kept.row("event", event, "leading", event.muons[0]);', table_events=events)
    assert shell.user_ns["cpp"].table_kept.to_awkward().to_list() == [{"event": events[0].to_list(), "leading": {"pt": 3.0, "q": 1}}]


def test_it_is_shown_as_a_table_that_any_page_shows(shell: InteractiveShell, filled: Any) -> None:
    run(shell, 'doublet::table table_long; for (int i = 0; i < 1000; ++i) table_long.row("a<b", i, "s", "<script>");')
    assert shell.display_formatter is not None
    bundle = shell.display_formatter.format(shell.user_ns["cpp"].table_long)[0]
    assert "<th>a&lt;b<br><small>int32</small></th>" in bundle["text/html"]
    assert "<td>'&lt;script&gt;'</td>" in bundle["text/html"]
    assert bundle["text/html"].count("<tr>") == 11
    assert "1000 rows, 2 columns, the first 10 shown" in bundle["text/html"]
    assert bundle["text/plain"].startswith("doublet::table of 1000 rows, 2 columns\n{a<b: 0, s: '<script>'}")
    shown = shell.display_formatter.format(filled)[0]["text/plain"]
    assert "{i: 2, x: 1.0, pts: {1.5, 1.5}, name: 'n2', even: true, best: 2, nested: {{2, 2}}, z: (2+1j)}" in shown


def test_an_empty_table_is_an_empty_array(shell: InteractiveShell) -> None:
    run(shell, 'doublet::table table_none; doublet::table table_norows; table_norows.column<std::vector<std::string>>("words"); table_norows.column<double>("x");')
    cpp = shell.user_ns["cpp"]
    assert cpp.table_none.to_awkward().to_list() == []
    assert str(cpp.table_norows.to_awkward().type) == "0 * {words: var * string, x: float64}"
    assert cpp.table_norows.to_pandas().shape == (0, 2)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ('row("i", 1.5, "x", 2.)', "column 'i' holds int32, and float64 was given: convert it"),
        ('row("i", 1, "y", 2.)', "column 1 is 'x', and 'y' was given"),
        ('row("i", 1)', "the table has 2 columns, and a row of 1 was given"),
        ('column<float>("x")', "column 'x' holds float64, and float32 was given"),
    ],
)
def test_a_row_that_does_not_fit_is_refused_and_changes_nothing(shell: InteractiveShell, row: str, reason: str) -> None:
    run(shell, 'doublet::table table_strict; table_strict.row("i", 1, "x", 2.);')
    with pytest.raises(CppException, match=reason):
        run(shell, f"table_strict.{row};")
    assert shell.user_ns["cpp"].table_strict.to_awkward().to_list() == [{"i": 1, "x": 2.0}]


def test_a_row_whose_value_throws_is_taken_back(shell: InteractiveShell) -> None:
    run(
        shell,
        """struct table_Bad { int n; int* begin() const { if (n == 2) throw std::runtime_error("bad"); return nullptr; } int* end() const { return nullptr; } };
        doublet::table table_undone; table_undone.row("i", 1, "best", std::optional<int>(), "list", table_Bad{1}); table_undone.row("i", 2, "best", std::optional(5), "list", table_Bad{1});""",
    )
    with pytest.raises(CppException, match="bad"):
        run(shell, 'table_undone.row("i", 3, "best", std::optional(6), "list", table_Bad{2});')
    run(shell, 'table_undone.row("i", 4, "best", std::optional(7), "list", table_Bad{1});')
    assert shell.user_ns["cpp"].table_undone.to_awkward().to_list() == [{"i": i, "best": best, "list": []} for i, best in ((1, None), (2, 5), (4, 7))]


def test_columns_of_different_lengths_are_told(shell: InteractiveShell) -> None:
    run(shell, 'doublet::table table_uneven; table_uneven.column<int>("a").push_back(1); table_uneven.column<int>("b");')
    with pytest.raises(CppException, match="column 'a' has 1 element, and column 'b' has 0"):
        shell.user_ns["cpp"].table_uneven.to_awkward()
    with pytest.raises(CppException, match="column 'a' is given twice"):
        run(shell, 'doublet::table table_twice; table_twice.row("a", 1, "a", 2);')
    with pytest.raises(CppCompileError, match="a row has a value behind each name"):
        run(shell, 'doublet::table table_odd; table_odd.row("a", 1, "b");')


def test_without_awkward_it_says_what_it_needs(shell: InteractiveShell, filled: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "awkward", None)
    with pytest.raises(BridgeError, match="needs awkward, which is not installed; run 'pip install awkward'"):
        filled.to_awkward()


def test_neither_library_is_imported_before_it_is_used() -> None:
    code = (
        "import sys, doublet.kernel; from doublet.engine.interpreter import interpreter; engine = interpreter();"
        "engine.run('doublet::table t; t.row(\"a\", 1); t', 1); from doublet.bridge import bind; bind('a', 1);"
        "print({'awkward', 'pandas', 'polars', 'pyarrow'} & {*sys.modules})"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip().endswith("set()")
