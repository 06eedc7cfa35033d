"""Tables of Arrow, pandas and Polars in C++ cells: rows and columns in the same memory."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from running import run, shown

from doublet.bridge import bind, frames
from doublet.errors import BridgeError, CppCompileError

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell


def test_columns_of_numbers_are_spans_of_the_frame_itself(shell: InteractiveShell) -> None:
    df = pd.DataFrame({"pt": [1.5, 2.5], "n": [1, 2]})
    assert run(shell, "std::span<const double> frames_pt = frames_df.pt; std::accumulate(frames_pt.begin(), frames_pt.end(), 0.)", frames_df=df) == 4
    assert run(shell, "reinterpret_cast<unsigned long>(frames_df.n.data())") == df.n.to_numpy().ctypes.data
    assert run(shell, "double frames_sum = 0; for (const auto& row : frames_df) frames_sum += row.pt * row.n; frames_sum") == 6.5
    assert run(shell, "frames_df.size() + frames_df[1].n") == 4


def test_a_function_follows_what_python_does_to_a_frame(shell: InteractiveShell) -> None:
    df = pd.DataFrame({"x": [1.0, 2.0], "label": pd.Categorical(["a", "b"]), "word": ["p", "q"]})
    run(shell, "std::string frames_state() { return std::to_string(int(frames_changed.x[0])) + std::string(frames_changed.label[0]) + std::string(frames_changed.word[0]); }", frames_changed=df)
    state = shell.user_ns["cpp"].frames_state
    assert str(state()) == "1ap"
    df.loc[0, "x"] = 5
    assert str(shell.user_ns["cpp"].frames_state()) == "5ap"
    df["x"] = [7.0, 8.0]
    df["label"] = pd.Categorical(["b", "a"])
    df.loc[0, "word"] = "changed"
    assert str(shell.user_ns["cpp"].frames_state()) == "7bchanged"
    gc.collect()
    frame = pl.DataFrame({"x": [3.0], "label": ["c"], "word": ["r"]})
    shell.push({"frames_changed": frame})
    assert str(shell.user_ns["cpp"].frames_state()) == "3cr"
    frame[0, "x"] = 4.0
    frame[0, "word"] = "s"
    assert str(shell.user_ns["cpp"].frames_state()) == "4cs"


def test_what_has_not_changed_is_not_bound_again() -> None:
    for frame in (
        pd.DataFrame({"x": [1.0, np.nan], "s": ["a", None], "c": pd.Categorical(["a", "b"]), "i": pd.array([1, None], "Int64"), "o": [[1], {}]}),
        pl.DataFrame({"x": [1.0, None], "s": ["a", None], "l": [[1], []]}),
    ):
        binding = bind("frames_same", frame)
        assert binding.unchanged(frame)
        assert not binding.unchanged(frame.copy() if isinstance(frame, pd.DataFrame) else frame.clone())


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (lambda: pd.Series([1.5, np.nan]), "{1.5, nan}"),
        (lambda: pd.Series([1.0, 2.0, 3.0, 4.0])[::-2], "{4.0, 2.0}"),
        (lambda: pd.Series(["a", None]), "{'a', nullopt}"),
        (lambda: pd.Series(["a", "bé"]), "{'a', 'bé'}"),
        (lambda: pd.Series([True, False]), "{true, false}"),
        (lambda: pd.Series(pd.array([1, None, 3], "Int64")), "{1, nullopt, 3}"),
        (lambda: pd.Series(pd.Categorical(["a", "b", "a"])), "{'a', 'b', 'a'}"),
        (lambda: pd.to_datetime(pd.Series(["2020-01-01", None])), "{2020-01-01 00:00:00 UTC, nullopt}"),
        (lambda: pd.Series(pd.date_range("2020-01-01", periods=1, tz="UTC")), "{2020-01-01 00:00:00 UTC}"),
        (lambda: pd.Series([1, 2], dtype="float32[pyarrow]"), "{1.0, 2.0}"),
        (lambda: pl.Series([1, None]), "{1, nullopt}"),
        (lambda: pl.Series([[1, 2], []]), "{{1, 2}, {}}"),
        (lambda: pl.Series(["a", None]), "{'a', nullopt}"),
        (lambda: pl.Series([True, False, True])[1:], "{false, true}"),
        (lambda: pl.Series(["u", "v"], dtype=pl.Categorical), "{'u', 'v'}"),
        (lambda: pl.Series([None, None]), "{nullopt, nullopt}"),
        (lambda: pa.array([1, None, 3]).slice(1), "{nullopt, 3}"),
        (lambda: pa.array([1, 2, 3], pa.uint8()).slice(1), "{2, 3}"),
        (lambda: pa.array([None, [True, None, False], []]).slice(1), "{{true, nullopt, false}, {}}"),
        (lambda: pa.array([[1, 2], [3, 4], None], pa.list_(pa.int32(), 2)).slice(1), "{{3, 4}, nullopt}"),
        (lambda: pa.array(["p", "q", "p"]).dictionary_encode().slice(1), "{'q', 'p'}"),
        (lambda: pa.array([b"ab"], pa.large_binary()), "{'ab'}"),
        (lambda: pa.array([0, None], pa.timestamp("ms")), "{1970-01-01 00:00:00 UTC, nullopt}"),
        (lambda: pa.array([7], pa.duration("us")), "{7 us}"),
        (lambda: pa.chunked_array([], pa.float64()), "{}"),
        (lambda: pa.array([[1.5], [2.5, 3.5]], pa.large_list(pa.float32())).slice(1), "{{2.5, 3.5}}"),
    ],
)
def test_every_kind_of_column_has_its_counterpart(shell: InteractiveShell, make: Any, expected: str) -> None:
    assert shown(shell, run(shell, "frames_column", frames_column=make())) == expected


def test_structs_inside_tables_are_records(shell: InteractiveShell) -> None:
    table = pa.table({"x": [{"a": 1, "b": [{"c": 2}]}, {"a": 3, "b": []}], "class": [True, False]}).slice(0, 2)
    assert shown(shell, run(shell, "frames_structs", frames_structs=table)) == "{frames_structs(x=x(a=1, b={b(c=2)}), class_=true), frames_structs(x=x(a=3, b={}), class_=false)}"
    batch = table.slice(1).combine_chunks().to_batches()[0]
    assert run(shell, "frames_structs[0].x.a", frames_structs=batch) == 3


def test_a_column_that_does_not_cross_says_so_where_it_is_used(shell: InteractiveShell) -> None:
    df = pd.DataFrame({"x": [1.0], "objects": [[1]], "f16": np.array([1], "f2")})
    assert run(shell, "frames_partly.x[0]", frames_partly=df) == 1
    with pytest.raises(CppCompileError, match="'objects' cannot cross to C\\+\\+: it holds Python objects; convert it with astype"):
        run(shell, "frames_partly.objects[0]")
    with pytest.raises(CppCompileError, match="'f16' cannot cross to C\\+\\+: C\\+\\+ has no counterpart of elements of float16"):
        run(shell, "frames_partly[0].f16")
    table = pa.table({"x": pa.chunked_array([[1], [2]]), "y": pa.array([1, 2], pa.decimal128(3))})
    with pytest.raises(CppCompileError, match="'x' cannot cross to C\\+\\+: it is in 2 pieces; bind what its combine_chunks"):
        run(shell, "frames_pieces.x[0]", frames_pieces=table)
    with pytest.raises(CppCompileError, match=r"'y' cannot cross to C\+\+: C\+\+ has no counterpart of elements of decimal128"):
        run(shell, "frames_pieces[0].y")
    assert run(shell, "frames_pieces.x[1]", frames_pieces=table.combine_chunks()) == 2


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (pd.Series([[1]]), "it holds Python objects"),
        (pl.concat([pl.Series([1]), pl.Series([2])], rechunk=False), "it is in 2 pieces; bind what its rechunk"),
        (pd.DataFrame([[1, 2]], columns=["a", "a"]), "several of its columns have the same name"),
        (pd.DataFrame({"a b": [1], "a_b": [2]}), "would both be 'a_b'"),
        (pa.Table.from_arrays([pa.array([1]), pa.array([2])], ["a", "a"]), "several of its columns have the same name"),
        (pl.Series([object()]), "it holds Python objects"),
        (pa.array([1], pa.date32()), "no counterpart of elements of date32"),
    ],
)
def test_what_does_not_cross_says_why(value: object, reason: str) -> None:
    with pytest.raises(BridgeError, match=reason):
        bind("refused", value)


def test_without_pyarrow_numbers_of_pandas_cross_and_the_rest_says_what_it_needs(monkeypatch: pytest.MonkeyPatch, shell: InteractiveShell) -> None:
    monkeypatch.setattr(frames, "find_spec", lambda name: None)
    df = pd.DataFrame({"x": [1.0], "s": ["a"]})
    assert run(shell, "frames_bare.x[0]", frames_bare=df) == 1
    with pytest.raises(CppCompileError, match="'s' cannot cross to C\\+\\+: that needs pyarrow, which is not installed; run 'pip install pyarrow'"):
        run(shell, "frames_bare.s[0]")


def test_names_of_several_parts_are_joined(shell: InteractiveShell) -> None:
    df = pd.DataFrame([[1, 2]], columns=pd.MultiIndex.from_tuples([("muon", "pt"), ("muon", "eta")]))
    assert run(shell, "frames_multi[0].muon_eta", frames_multi=df) == 2
