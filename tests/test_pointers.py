"""Pointers of C++ in Python, of which nobody knows where what they point to ends."""

from __future__ import annotations

import gc
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from running import run

if TYPE_CHECKING:
    from conftest import Engine
    from IPython.core.interactiveshell import InteractiveShell

DECLARED = """
#include <vector>
namespace pointers_all {
double first[2] = {1.5, 2.5}; double* both[2] = {first, first}; const char* names[2] = {"a", "b"};
double* numbers() { return first; }
double** rows() { return both; }
double sum(const double* x, int n) { double s = 0; for (int i = 0; i < n; ++i) s += x[i]; return s; }
double diagonal(double** x) { return x[0][0] + x[1][1]; }
struct Base { int n = 0; };
struct Part : Base { Part(int value) { n = value; } };
Part one(1), two(2); Part* parts[2] = {&one, &two};
Part** all_parts() { return parts; }
struct Holder { float** matrix = nullptr; const char** texts = names; Part** parts = all_parts(); static Part* fixed[2]; static const Part* const grid[2][1]; double* here[2] = {first, first}; };
Part* Holder::fixed[2] = {&one, nullptr};
const Part* const Holder::grid[2][1] = {{&one}, {&two}};
Holder holder;
struct Three { double d[3] = {1, 2, 3}; double operator[](int i) const { return d[i]; } };
struct Ranged : Base { std::vector<double> d{4, 5}; auto begin() const { return d.begin(); } auto end() const { return d.end(); } };
}
"""
NEEDS_AN_END: dict[str, Callable[[Any], Any]] = {
    "len": len,
    "list": list,
    "slice": lambda x: x[:],
    "slice with a stop": lambda x: x[:2],
    "from behind": lambda x: x[-1],
    "in": lambda x: 7.25 in x,
    "array": np.asarray,
    "sum": np.sum,
}


@pytest.fixture(name="made")
def _made(cpp: Engine) -> Any:
    try:
        return cpp.interpreter.lookup("pointers_all")
    except AttributeError:
        cpp(DECLARED)
        return cpp.interpreter.lookup("pointers_all")


@pytest.mark.parametrize("use", NEEDS_AN_END.values(), ids=NEEDS_AN_END)
def test_what_needs_the_end_of_a_pointer_is_refused_with_its_type_and_a_way(made: Any, use: Callable[[Any], Any]) -> None:
    for pointer, kind in ((made.numbers(), r"double\*"), (made.rows(), r"double\*\*"), (made.holder.matrix, r"float\*\*"), (made.holder.texts, r"char\*\*")):
        with pytest.raises(TypeError, match=f"this {kind} has no end that Python could know: index it from 0, .*std::span"):
            use(pointer)


def test_pointers_are_indexed_written_through_and_passed_on(made: Any) -> None:
    assert (made.numbers()[1], made.rows()[1][1], made.sum(made.numbers(), 2), made.diagonal(made.rows())) == (2.5, 2.5, 4, 4)
    with pytest.raises(TypeError, match="no end"):
        made.numbers()[-1] = 3.0
    made.numbers()[1] = 3.0
    assert made.first.tolist() == [1.5, 3.0]
    made.first[1] = 2.5


def test_a_pointer_whose_length_is_told_is_an_array(made: Any) -> None:
    assert np.frombuffer(made.numbers(), float, 2).tolist() == [1.5, 2.5]
    pointer = made.numbers()
    pointer.reshape((2,))
    assert (list(pointer), len(pointer), np.asarray(pointer).tolist(), pointer[-1]) == ([1.5, 2.5], 2, [1.5, 2.5], 2.5)


def test_an_array_of_pointers_to_numbers_has_an_end_and_its_rows_have_none(made: Any) -> None:
    assert [row[1] for row in made.holder.here] == [2.5, 2.5]
    with pytest.raises(TypeError, match=r"elements of this double\*\[2\] are pointers"):
        np.asarray(made.holder.here)


@pytest.mark.parametrize("read", [lambda made: made.all_parts(), lambda made: made.holder.parts])
def test_a_loop_over_a_pointer_to_pointers_to_objects_is_refused(made: Any, read: Callable[[Any], Any]) -> None:
    assert [read(made)[0].n, read(made)[1].n] == [1, 2]
    for use in (list, iter, lambda x: [*x]):
        with pytest.raises(TypeError, match=r"Part\*\* has no end that Python could know: index it from 0"):
            use(read(made))


def test_a_class_with_an_operator_but_without_an_end_is_indexed_only(made: Any) -> None:
    assert made.Three()[2] == 3
    with pytest.raises(TypeError, match=r"give the class begin\(\) and end\(\)"):
        list(made.Three())


def test_other_objects_are_as_they_were_in_loops(made: Any) -> None:
    assert not hasattr(made.one, "__iter__")
    assert list(made.Ranged()) == [4, 5]
    with pytest.raises(TypeError, match="Part is one object that has no elements"):
        list(made.one)


def test_a_static_member_that_is_an_array_of_pointers_is_a_tuple_of_objects(made: Any) -> None:
    for owner in (made.Holder, made.holder):
        assert (type(owner.fixed), owner.fixed[0].n, [bool(each) for each in owner.fixed]) == (tuple, 1, [True, False])
        assert [[each.n for each in row] for row in owner.grid] == [[1], [2]]
    with pytest.raises(TypeError, match="constant in C"):
        made.Holder.grid[1][0].n = 5
    made.Holder.fixed[0].n = 8
    assert made.one.n == 8
    made.one.n = 1


def test_an_initializer_list_is_gone_through_to_its_end(cpp: Engine) -> None:
    cpp(
        """
        struct Listed { float x; int n; }; std::initializer_list<int> listed_numbers{1, 2}; std::initializer_list<Listed> listed_objects{{1, 2}, {3, 4}};
        std::initializer_list<std::string> listed_texts{"a", "b"}; std::initializer_list<double> listed_nothing;
        int listed_sum(std::initializer_list<int> all) { return std::accumulate(all.begin(), all.end(), 0); }
        """
    )
    numbers, objects, texts, nothing, total = (cpp.interpreter.lookup(f"listed_{name}") for name in ("numbers", "objects", "texts", "nothing", "sum"))
    assert ([*numbers], 2 in numbers, 3 in numbers, len(numbers), numbers == [1, 2]) == ([1, 2], True, False, 2, True)
    assert ([each.n for each in objects], [*texts], [*nothing]) == ([2, 4], ["a", "b"], [])
    assert (total([1, 2, 3]), total(numbers)) == (6, 3)
    with pytest.raises(TypeError, match="this Listed is constant in C"):
        next(iter(objects)).n = 3


def test_a_smart_pointer_to_an_array_is_indexed_from_its_start(shell: InteractiveShell) -> None:
    run(
        shell,
        """struct ArrayPart { double x = 1; ~ArrayPart() { x = -1; } };
        std::unique_ptr<double[]> array_numbers = std::make_unique<double[]>(3); std::shared_ptr<double[]> array_shared(new double[3]{1, 2, 3}); std::unique_ptr<ArrayPart[]> array_parts(new ArrayPart[2]), array_none;
        std::unique_ptr<ArrayPart[]> array_made() { return std::unique_ptr<ArrayPart[]>(new ArrayPart[2]); } double array_second(const std::unique_ptr<double[]>& numbers) { return numbers[1]; }""",
    )
    cpp = shell.user_ns["cpp"]
    cpp.array_numbers[1] = 5
    assert (cpp.array_numbers[1], cpp.array_second(cpp.array_numbers), cpp.array_shared[2], cpp.array_parts[1].x) == (5, 5, 3, 1)
    part = cpp.array_made()[1]
    gc.collect()
    assert part.x == 1
    for refused in (lambda: cpp.array_numbers[-1], lambda: np.asarray(cpp.array_numbers), lambda: [*cpp.array_numbers], lambda: cpp.array_none[0]):
        with pytest.raises((IndexError, TypeError, ValueError), match=r"whose end is not known|no end that Python could know|not iterable|the pointer is null"):
            refused()
