"""C++ objects in the hands of libraries that ask what they can do: pandas, Awkward Array, NumPy, Python's own abstract classes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import awkward as ak
import numpy as np
import pandas as pd
import pytest

if TYPE_CHECKING:
    from conftest import Engine

DECLARED = """
struct Walked { double pt = 3; std::vector<int> hits{1, 2, 3}; };
std::vector<double> walk_vector{1, 2, 3}; const std::vector<float> walk_constant{1, 2, 3}; std::vector<bool> walk_bools{true, false};
std::vector<std::vector<int>> walk_nested{{1, 2}, {}, {3}}; std::array<short, 3> walk_array{1, 2, 3}; std::deque<double> walk_deque{1, 2, 3};
std::vector<std::string> walk_texts{"a", "b"}; std::map<std::string, int> walk_map{{"a", 1}}; std::vector<Walked> walk_objects(2);
std::set<int> walk_set{1, 2}; std::optional<double> walk_optional = 1.5; std::tuple<int, double> walk_tuple{1, 2.5}; std::vector<Walked*> walk_pointers;
std::vector<Walked> walk_made(int n) { return std::vector<Walked>(n); }
"""
GONE_THROUGH = ("vector", "constant", "bools", "nested", "array", "deque", "texts", "map", "objects", "set", "tuple", "pointers")


@pytest.fixture
def walk(cpp: Engine) -> Any:
    """The objects by their names without ``walk_``."""
    cpp(DECLARED)
    return lambda name: cpp.interpreter.lookup(f"walk_{name}")


@pytest.mark.parametrize("name", GONE_THROUGH)
def test_what_can_be_gone_through_says_so(walk: Any, name: str) -> None:
    assert isinstance(walk(name), Iterable)
    assert len(list(walk(name).__iter__())) == len(list(walk(name))) == len(walk(name))


@pytest.mark.parametrize(
    ("name", "elements", "kind"),
    [
        ("vector", [1, 2, 3], "float64"),
        ("constant", [1, 2, 3], "float32"),
        ("bools", [True, False], "bool"),
        ("nested", [[1, 2], [], [3]], "var * int64"),
        ("array", [1, 2, 3], "int16"),
        ("deque", [1, 2, 3], "float64"),
        ("texts", ["a", "b"], "string"),
        ("set", [1, 2], "int64"),
    ],
)
def test_awkward_makes_an_array_of_it(walk: Any, name: str, elements: list[Any], kind: str) -> None:
    made = ak.Array(walk(name))
    assert made.to_list() == elements
    assert str(made.type) == f"{len(elements)} * {kind}"


@pytest.mark.parametrize(("name", "elements"), [("vector", [1, 2, 3]), ("constant", [1, 2, 3]), ("bools", [True, False]), ("texts", ["a", "b"]), ("deque", [1, 2, 3])])
def test_pandas_makes_a_series_and_a_column_of_it(walk: Any, name: str, elements: list[Any]) -> None:
    assert pd.Series(walk(name)).to_list() == pd.DataFrame({"column": walk(name)})["column"].to_list() == elements


def test_numbers_are_the_same_memory_for_what_takes_dlpack_and_constants_a_copy(walk: Any) -> None:
    shared, apart = np.from_dlpack(walk("vector")), np.from_dlpack(walk("constant"))
    walk("vector")[0] = 7
    assert shared.tolist() == ak.Array(walk("vector")).to_list() == [7, 2, 3]
    del apart
    assert np.asarray(walk("constant")).tolist() == [1, 2, 3]


def test_elements_outlive_a_vector_that_nobody_else_keeps(cpp: Engine, walk: Any) -> None:
    kept = [*walk("made")(500), *cpp.interpreter.lookup("std").vector["Walked"](500)]
    for _ in range(20):
        walk("made")(500)
    assert all(each.pt == 3 and list(each.hits) == [1, 2, 3] for each in kept)


@pytest.mark.parametrize(
    ("calculation", "message"),
    [
        (lambda walk: walk("vector") * 2, r"C\+\+ has no \* for std::vector<double> and int: take np.asarray\(\) of it"),
        (lambda walk: 2 * walk("vector"), r"C\+\+ has no \* for std::vector<double> and int: take np.asarray\(\) of it"),
        (lambda walk: walk("deque") + walk("deque"), r"C\+\+ has no \+ for std::deque<double> and std::deque<double>: take np.asarray\(\) of it"),
        (lambda walk: -walk("vector"), r"C\+\+ has no - for std::vector<double>: take np.asarray\(\) of it"),
        (lambda walk: walk("optional") + 1, r"C\+\+ has no \+ for std::optional<double> and int: take its value\(\)"),
        (lambda walk: walk("tuple") * 2, r"C\+\+ has no \* for std::tuple<int,double> and int: take its elements"),
    ],
)
def test_what_cpp_cannot_calculate_is_told_in_a_sentence(walk: Any, calculation: Any, message: str) -> None:
    with pytest.raises(TypeError, match=message):
        calculation(walk)


def test_numpy_calculates_where_it_has_a_part(walk: Any) -> None:
    assert (walk("vector") * np.array([1, 10, 100])).tolist() == (np.array([1, 10, 100]) * walk("vector")).tolist() == [1, 20, 300]
    assert (walk("vector") + np.float64(0.5)).tolist() == [1.5, 2.5, 3.5]

POINTERS = """
struct WalkedBase { virtual ~WalkedBase() = default; int number = 1; }; struct WalkedMore : WalkedBase { double more[4] = {1, 2, 3, 4}; };
template <class T> struct WalkAll { T data[2]; T* begin() { return data; } T* end() { return data + 2; } const T* begin() const { return data; } const T* end() const { return data + 2; } };
WalkAll<float> walk_floats{{1.5f, 2}}; WalkAll<char> walk_chars{{'a', 'b'}}; WalkAll<std::string> walk_all_texts{{"ab", "c"}}; WalkAll<WalkedBase> walk_bases; const WalkAll<WalkedBase> walk_const_bases{};
WalkAll<WalkedBase*> walk_all_pointers{{new WalkedBase, new WalkedMore}};
struct WalkNone { int* begin() { return nullptr; } int* end() { return nullptr; } } walk_none;
WalkAll<WalkedBase> walk_temporary() { return {}; }
"""


def test_what_begins_and_ends_at_pointers_is_gone_through(cpp: Engine) -> None:
    cpp(POINTERS)
    found = cpp.interpreter.lookup
    assert ([*found("walk_floats")], [*found("walk_chars")], [*found("walk_all_texts")], [*found("walk_none")]) == ([1.5, 2], ["a", "b"], ["ab", "c"], [])
    assert (sum(found("walk_floats")), 2 in found("walk_floats"), isinstance(found("walk_floats"), Iterable)) == (3.5, True, True)
    for each in found("walk_bases"):
        each.number = 7
    assert [each.number for each in found("walk_bases")] == [7, 7]
    assert [type(each).__name__ for each in found("walk_all_pointers")] == ["WalkedBase", "WalkedMore"]
    assert [each.number for each in [*found("walk_temporary")()]] == [1, 1]
    with pytest.raises(TypeError, match="this WalkedBase is constant in C\\+\\+"):
        next(iter(found("walk_const_bases"))).number = 3
