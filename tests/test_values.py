"""Python values that hold others, times, paths, enumerators and None in C++ cells: what they are there, and what is refused."""

from __future__ import annotations

import gc
import weakref
from collections import namedtuple
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, timezone
from enum import Enum, Flag
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st
from running import run

from doublet.bridge import bind
from doublet.engine.interpreter import interpreter
from doublet.errors import BridgeError, CppCompileError, CppException

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell


class ValuesColour(Enum):
    red = "r"
    green = "g"


class ValuesBits(Flag):
    one = 1
    two = 2


@dataclass
class ValuesMuon:
    pt: float
    charge: int = 1
    hits: list[int] = field(default_factory=list)
    iso: float | None = None


ValuesPoint = namedtuple("ValuesPoint", "x y")  # noqa: PYI024 - without types

ValuesNew = namedtuple("ValuesNew", "delete")  # noqa: PYI024 - without types
ZONE = timezone(timedelta(hours=2))


@pytest.mark.parametrize(
    ("value", "cpp"),
    [
        ({"pt": 20, "eta": 2.4}, "doublet::dict<std::string, double>"),
        ({1: [1.5], 2: []}, "doublet::dict<long, std::vector<double>>"),
        ({(1, "a"): None, (2, "b"): 3}, "doublet::dict<std::tuple<long, std::string>, std::optional<long>>"),
        ({1, 2.5}, "std::set<double>"),
        (frozenset(["a"]), "std::set<std::string>"),
        ((1, "a", 2.5), "std::tuple<long, std::string, double>"),
        ((), "std::tuple<>"),
        ([[1, 2], [3.5]], "std::vector<std::vector<double>>"),
        ([1, None], "std::vector<std::optional<long>>"),
        ([{"a": True}], "std::vector<doublet::dict<std::string, bool>>"),
        (datetime(2026, 1, 1, tzinfo=UTC), "std::chrono::sys_time<std::chrono::microseconds>"),
        (date(2026, 1, 1), "std::chrono::time_point<std::chrono::system_clock, std::chrono::duration<int, std::ratio<86400>>>"),
        (timedelta(seconds=1), "std::chrono::microseconds"),
        (np.datetime64("2026-01-01T00:00:00.123456789"), "std::chrono::sys_time<std::chrono::nanoseconds>"),
        (np.timedelta64(5, "ms"), "std::chrono::milliseconds"),
        (Path("a/b"), "std::filesystem::path"),
        ([2**63, 1], "std::vector<unsigned long>"),
    ],
)
def test_each_kind_of_value_has_its_type(shell: InteractiveShell, value: object, cpp: str) -> None:
    shell.push({"values_it": value})
    assert run(shell, f"std::is_same_v<std::decay_t<decltype(values_it)>, {cpp}>") is True
    assert run(shell, "std::is_const_v<std::remove_reference_t<decltype(values_it)>>") is True


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"pt": 20, "eta": 2.4}, 'values_is["pt"] == 20 && values_is.at("eta") == 2.4 && values_is.size() == 2'),
        ({3, 1, 2}, "*values_is.begin() == 1 && values_is.count(3) == 1"),
        ((1, "a", 2.5), 'values_is == std::tuple<long, std::string, double>(1, "a", 2.5)'),
        ({"é": (b"\0x", 1j)}, 'std::get<0>(values_is["é"]).size() == 2 && std::get<1>(values_is["é"]).imag() == 1'),
        ([1, None], "values_is[0] == 1 && !values_is[1]"),
        (datetime(2026, 1, 1, 2, 0, 0, 1, tzinfo=ZONE), "values_is.time_since_epoch().count() == 1767225600000001"),
        (datetime(1969, 12, 31, 23, 59, 59, 999999, tzinfo=UTC), "values_is.time_since_epoch().count() == -1"),
        (date(1970, 1, 3), "values_is.time_since_epoch().count() == 2"),
        (timedelta(days=-1, microseconds=1), "values_is == std::chrono::microseconds(1) - std::chrono::hours(24)"),
        (np.datetime64("1970-01-01T00:00:00.000000001"), "values_is.time_since_epoch() == std::chrono::nanoseconds(1)"),
        (pd.Timestamp("1970-01-01 00:00:01"), "values_is.time_since_epoch() == std::chrono::seconds(1)"),
        (Path("a/é.root"), 'values_is.extension() == ".root" && values_is.string().size() == 9'),
        (ValuesColour.green, "static_cast<long>(values_is) == 1 && values_is == decltype(values_is)::green"),
        (ValuesBits.one | ValuesBits.two, "static_cast<long>(values_is) == 3"),
        (ValuesMuon(3, hits=[1, 2], iso=0.5), "values_is.pt == 3 && values_is.charge == 1 && values_is.hits.size() == 2 && values_is.iso == 0.5"),
        ([ValuesMuon(1), ValuesMuon(2.5)], "values_is[1].pt == 2.5 && values_is[0].hits.empty() && !values_is[0].iso"),
        (ValuesPoint(1, 2.5), "values_is.x + values_is.y == 3.5"),
        ({"m": {"n": {1: "x"}}}, 'values_is["m"]["n"][1] == "x"'),
    ],
)
def test_values_are_the_same_in_cpp(shell: InteractiveShell, value: object, text: str) -> None:
    shell.push({"values_is": value})
    assert run(shell, text) is True
    assert shell.user_ns["cpp"].values_is is value


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ({"a": 1, "b": "x"}, "it holds int and str, but a C.. container elements of one type"),
        ([1, [2]], "it holds int and list"),
        ({"a": object()}, "C.. has no counterpart of object"),
        ({}, "a part of it is empty or only None, so nothing tells the type"),
        ([None], "only None"),
        (set(), "empty"),
        ({1j: 2}, "C.. does not put complex in order"),
        ({float("nan")}, "NaN, which has no place"),
        ({2**64: 1}, "not all of its numbers fit into 64 bits"),
        ([(2**63,), (-1,)], "not all of its numbers fit into 64 bits"),
        ({"a": 2**53 + 1, "b": 0.5}, "9007199254740993 would be rounded among floats"),
        ({"a": "\ud800"}, r"half a character, U\+D800"),
        ([datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None)], "datetime and datetime with a time zone"),
        (pd.Timestamp("2026-01-01 00:00:00.000000001"), "it has nanoseconds, and would lose them; use .to_numpy"),
        (pd.NaT, "no time .NaT."),
        (np.datetime64("NaT"), "no time .NaT."),
        (np.timedelta64(1, "Y"), "no counterpart of the unit"),
        (timedelta(days=815824148), "not all of its numbers fit into 64 bits"),
        (ValuesMuon("x"), "its field 'pt' is annotated as float, but is str"),  # type: ignore[arg-type]
        (ValuesMuon(object()), "of its field 'pt': C.. has no counterpart of object"),  # type: ignore[arg-type]
        (ValuesNew(1), "'delete' of ValuesNew cannot be a name in C"),
    ],
)
def test_what_does_not_cross_is_refused_in_one_sentence(shell: InteractiveShell, value: object, reason: str) -> None:
    shell.push({"values_not": value})
    with pytest.raises(BridgeError, match=rf"^'values_not' \(\w+\) cannot cross to C\+\+: .*{reason}[^\n]*$"):
        bind("values_not", value)


def test_what_holds_itself_is_refused(shell: InteractiveShell) -> None:
    looped: list[Any] = [1, None]
    looped.append(looped)
    with pytest.raises(BridgeError, match="it holds itself"):
        bind("values_loop", looped)


def test_a_key_that_is_not_there_is_named(shell: InteractiveShell) -> None:
    shell.push({"values_cuts": {"pt": 1.0}})
    with pytest.raises(CppException, match="the dict has no key 'mass'"):
        run(shell, 'values_cuts["mass"]')


def test_functions_take_a_dict_as_a_map_and_see_what_python_changes(shell: InteractiveShell) -> None:
    cuts = {"pt": 1.0}
    shell.push({"values_seen": cuts})
    run(shell, 'double values_pt(const std::map<std::string, double>& m) { return m.at("pt"); }\ndouble values_now() { return values_pt(values_seen); }')
    assert run(shell, "values_now()") == 1
    cuts["pt"] = 2.5
    assert shell.user_ns["cpp"].values_now() == 2.5
    cuts["pt"] = 3.5
    assert run(shell, "values_now()") == 3.5
    assert shell.user_ns["cpp"].values_pt({"pt": 4.5}) == 4.5


def test_a_dict_whose_type_changes_is_another_map(shell: InteractiveShell) -> None:
    changed: dict[Any, Any] = {"a": 1}
    shell.push({"values_turned": changed})
    assert run(shell, 'values_turned["a"]') == 1
    changed["a"] = "text"
    assert str(run(shell, 'values_turned["a"]')) == "text"


def test_what_a_copy_is_looked_at_by_outlives_the_name(shell: InteractiveShell) -> None:
    shell.push({"values_old": {"a": "a text that is long enough to be on the heap"}})
    run(shell, 'std::string_view values_look = values_old["a"];')
    shell.push({"values_old": {"a": "b"}})
    assert run(shell, 'values_old["a"].size()') == 1
    gc.collect()
    assert str(run(shell, "std::string(values_look)")).startswith("a text that")


def test_copies_are_destroyed_when_python_binds_another_value(shell: InteractiveShell) -> None:
    shell.push({"values_freed": {1: 1.5}})
    assert run(shell, "values_freed[1]") == 1.5
    binding = interpreter().binding("values_freed")
    assert binding is not None
    copy: Any = binding.keeps
    assert int.from_bytes(copy.memory.raw[:8], "little") != 0, "C++ has made its object"
    gone = weakref.ref(copy)
    del copy, binding
    shell.push({"values_freed": {1: 2.5}})
    assert run(shell, "values_freed[1]") == 2.5
    gc.collect()
    assert gone() is None


def test_none_is_an_empty_optional_or_a_null_pointer(shell: InteractiveShell) -> None:
    shell.push({"values_none": None})
    run(shell, "bool values_empty(std::optional<double> o, const double* p, std::shared_ptr<int> s) { return !o && !p && !s; }")
    assert run(shell, "values_empty(values_none, values_none, values_none)") is True
    assert run(shell, "std::optional<int> values_no = values_none; values_no == values_none") is True
    assert shell.user_ns["cpp"].values_none is None


def test_none_where_a_number_is_wanted_is_named(shell: InteractiveShell) -> None:
    shell.push({"values_unset": None})
    with pytest.raises(CppCompileError) as caught:
        run(shell, "values_unset * 2")
    assert "'values_unset' is None in Python: C++ takes it where a std::optional or a pointer is wanted" in "\n".join(caught.value.render(color=False))


def test_cpp_makes_objects_of_pythons_classes(shell: InteractiveShell) -> None:
    shell.push({"ValuesMuon": ValuesMuon, "ValuesColour": ValuesColour, "values_first": ValuesMuon(1.5)})
    run(shell, "std::vector<ValuesMuon> values_made{values_first, {2.5, -1, {7}, 0.25}};")
    assert shell.user_ns["cpp"].values_made[1].hits[0] == 7
    assert run(shell, "values_made[0] == values_first && !(values_made[1] == values_first)") is True
    assert run(shell, "ValuesColour values_c = ValuesColour::green; values_c == ValuesColour::green") is True


def test_a_class_that_python_defines_again_is_the_new_one(shell: InteractiveShell) -> None:
    def classes(fields: str) -> None:
        shell.run_cell(f"import dataclasses, enum\n@dataclasses.dataclass\nclass ValuesAgain:\n    {fields}").raise_error()
        shell.run_cell("ValuesEnum = enum.Enum('ValuesEnum', 'b a' if 'ValuesEnum' in globals() else 'a b')").raise_error()

    classes("x: float")
    run(shell, "ValuesAgain values_make() { return {3}; }\nlong values_number() { return long(ValuesEnum::b); }")
    assert (shell.user_ns["cpp"].values_make().x, shell.user_ns["cpp"].values_number()) == (3, 2)
    classes("x: int; y: str = ''")
    assert (run(shell, "values_make().y.size()"), shell.user_ns["cpp"].values_number()) == (0, 1)


_texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=5)
_YEARS = timedelta(days=100_000_000)
_plain = st.one_of(st.integers(-(2**63), 2**63 - 1), st.booleans(), st.floats(allow_nan=False), _texts, st.timedeltas(-_YEARS, _YEARS), st.datetimes(), st.dates())


@settings(max_examples=8, deadline=None, phases=[Phase.generate], suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(_plain, st.dictionaries(_texts, st.lists(st.floats(allow_nan=False)), min_size=1)), min_size=1, max_size=4).map(tuple))
def test_any_nesting_of_values_is_read_to_its_end_and_the_same_each_time(shell: InteractiveShell, value: tuple[Any, ...]) -> None:
    assume(any(numbers for _, texts in value for numbers in texts.values()) and all(any(texts.values()) for _, texts in value))
    shell.push({"values_any": value})
    binding: Any = bind("values_any", value)
    cpp, data, _ = binding.content
    begin = f"reinterpret_cast<const char*>({binding.keeps.address:#x}UL + sizeof(doublet::copied::Slot))"
    text = f"[] {{ const char* at = {begin}; const auto read = doublet::copied::read<{cpp}>(at); return (at - {begin}) * (read == values_any ? 1 : -1); }}()"
    assert run(shell, text) == len(data)
