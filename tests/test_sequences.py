"""Elements of the standard library's sequences by index."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

if TYPE_CHECKING:
    from conftest import Engine

KINDS = ["std::array<int, 3>", "std::deque<int>", "std::span<int>", "std::valarray<int>", "std::vector<int>"]


@pytest.fixture(params=KINDS)
def sequence(cpp: Engine, request: pytest.FixtureRequest) -> Any:
    cpp("#include <array>\n#include <deque>\n#include <span>\n#include <valarray>\nstd::vector<int> numbered{1, 2, 3};")
    made = "(numbered)" if "span" in request.param else "{1, 2, 3}"
    cpp(f"{request.param} indexed{made};")
    return cpp.interpreter.lookup("indexed")


@pytest.mark.parametrize("index", [3, -4, 100, np.int64(3)])
def test_an_index_out_of_range_is_refused(sequence: Any, index: int) -> None:
    with pytest.raises(IndexError, match="out of range"):
        sequence[index]
    with pytest.raises(IndexError, match=r"index -?\d+ is out of range for a std::\w+<int(,3)?> of 3 elements"):
        sequence[index] = 1


@pytest.mark.parametrize("index", [1, -2, np.int64(1)])
def test_elements_are_read_and_written_from_either_end(sequence: Any, index: int) -> None:
    assert sequence[index] == 2
    sequence[index] = 7
    assert list(sequence) == [1, 7, 3]


@pytest.mark.parametrize("pointer", ["HeldOne*", "const HeldOne*", "std::shared_ptr<HeldOne>", "std::unique_ptr<HeldOne>", "std::shared_ptr<const HeldOne>"])
def test_a_vector_of_pointers_is_gone_through_whether_it_is_empty_or_not(cpp: Engine, pointer: str) -> None:
    number = cpp.cell
    cpp(f"struct HeldOne {{ int x = 1; }};\nstd::vector<{pointer}> none_held_{number}() {{ return {{}}; }}\nstd::vector<{pointer}> one_held_{number};\none_held_{number}.emplace_back(new HeldOne);")
    lookup = cpp.interpreter.lookup
    assert [held.x for held in lookup(f"none_held_{number}")()] == []
    assert [held.x for held in lookup(f"one_held_{number}")] == [1]
    assert next(iter(lookup(f"one_held_{number}"))).x == 1


def test_a_slice_is_given_as_many_elements_as_it_has(sequence: Any) -> None:
    sequence[1:] = [8, 9]
    assert list(sequence) == [1, 8, 9]
    sequence[::2] = np.array([4, 5])
    assert list(sequence) == [4, 8, 5]
    with pytest.raises(ValueError, match="the slice is of 2 elements, and not of 3"):
        sequence[:2] = [1, 2, 3]
    assert list(sequence) == [4, 8, 5]


def test_a_slice_takes_the_elements_that_others_in_it_were_before(cpp: Engine) -> None:
    cpp("struct SlicedHit { int n; }; std::vector<SlicedHit> sliced{{1}, {2}, {3}};")
    hits = cpp.interpreter.lookup("sliced")
    hits[:2] = [hits[1], hits[0]]
    assert [hit.n for hit in hits] == [2, 1, 3]


@pytest.mark.parametrize("kind", ["vector", "deque"])
def test_elements_are_deleted(cpp: Engine, kind: str) -> None:
    cpp(f"std::{kind}<int> deleted_{kind}{{1, 2, 3, 4, 5}}; const std::{kind}<int> deleted_not_{kind}{{1}};")
    numbers, fixed = cpp.interpreter.lookup(f"deleted_{kind}"), cpp.interpreter.lookup(f"deleted_not_{kind}")
    del numbers[0]
    del numbers[-1]
    assert list(numbers) == [2, 3, 4]
    del numbers[::2]
    assert list(numbers) == [3]
    with pytest.raises(IndexError, match=f"index 1 is out of range for a std::{kind}<int> of 1 elements"):
        del numbers[1]
    with pytest.raises(TypeError, match="constant in C"):
        del fixed[0]


@pytest.mark.parametrize("index", ["a", 1.5, None])
def test_what_is_no_index_is_named(sequence: Any, index: object) -> None:
    with pytest.raises(TypeError, match=r"is no index of a std::\w+<int.*>; give it a whole number, or a slice"):
        sequence[index]


@pytest.mark.parametrize(
    ("kind", "method", "instead"),
    [
        ("std::vector<int>", "append", "; use push_back(value)"),
        ("std::deque<int>", "pop", "; use [-1] and pop_back()"),
        ("std::set<int>", "add", "; use insert(value)"),
        ("std::map<int, int>", "update", "; use container[key] = value for each"),
        ("std::vector<std::string>", "sort", "; use cpp.std.sort(container.begin(), container.end()), or sorted(container) for a new list"),
        ("std::array<int, 2>", "append", ""),
        ("std::vector<int>", "unknown", ""),
    ],
)
def test_a_container_says_what_it_has_instead_of_a_method_of_pythons(cpp: Engine, kind: str, method: str, instead: str) -> None:
    cpp(f"#include <deque>\n#include <map>\n#include <set>\n#include <array>\n{kind} hinted;")
    container = cpp.interpreter.lookup("hinted")
    with pytest.raises(AttributeError) as told:
        getattr(container, method)
    assert str(told.value) == f"a {kind.replace(', ', ',')} has no '{method}'{instead}"


def test_a_vector_is_sorted_and_reversed_as_the_hints_say(cpp: Engine) -> None:
    cpp('#include <algorithm>\nstd::vector<std::string> to_sort{"b", "c", "a"};')
    names, std = cpp.interpreter.lookup("to_sort"), cpp.interpreter.gbl.std
    std.sort(names.begin(), names.end())
    assert names == ["a", "b", "c"]
    std.reverse(names.begin(), names.end())
    assert names == ["c", "b", "a"]


def test_numbers_are_assigned_to_an_array_member_as_many_as_it_holds(cpp: Engine) -> None:
    cpp("struct FilledArrays { double a[3] = {1, 2, 3}; signed char small[2] = {1, 2}; float m[2][2] = {}; const int fixed[2] = {1, 2}; } filled_arrays;")
    arrays = cpp.interpreter.lookup("filled_arrays")
    arrays.a, arrays.m = [4, 5, 6], np.eye(2)
    assert arrays.a.tolist() == [4, 5, 6]
    assert arrays.m.tolist() == [[1, 0], [0, 1]]
    for name, value, why in [
        ("a", [1, 2], "FilledArrays::a holds 3 numbers"),
        ("a", 1, "FilledArrays::a holds 3 numbers"),
        ("m", [[1], [2, 3]], "FilledArrays::m holds 2 x 2 numbers"),
        ("a", ["x", "y", "z"], "cannot hold"),
        ("small", [300, 1], "the array has the value 300, which FilledArrays::small cannot hold"),
        ("small", [1.5, 1], "cannot hold"),
        ("fixed", [3, 4], "constant in C"),
    ]:
        with pytest.raises(TypeError, match=why):
            setattr(arrays, name, value)
    assert arrays.small.tolist() == [1, 2]
