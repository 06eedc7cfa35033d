"""Vectors, arrays and spans of C++ as NumPy arrays."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

import numpy as np
import pytest

if TYPE_CHECKING:
    from conftest import Engine


def test_elements_are_converted_not_reinterpreted(cpp: Engine) -> None:
    vector = cpp("std::vector<double> views_double{1.5, 2.5}; views_double")
    assert np.asarray(vector, dtype=np.float32).tolist() == [1.5, 2.5]
    assert np.asarray(vector, dtype=int).tolist() == [1, 2]
    with pytest.raises(ValueError, match="copied"):
        np.asarray(vector, dtype=int, copy=False)


def test_an_array_is_the_elements_themselves(cpp: Engine) -> None:
    vector = cpp("std::vector<int> views_int{1, 2}; views_int")
    np.asarray(vector)[0] = 7
    assert cpp("views_int[0]") == 7
    np.array(vector)[0] = 8
    assert cpp("views_int[0]") == 7


@pytest.mark.parametrize(
    ("element", "values", "expected"),
    [
        ("long double", "1.5L, 2.5L", np.array([1.5, 2.5], np.longdouble)),
        ("std::complex<double>", "{1, 2}, {3, 4}", np.array([1 + 2j, 3 + 4j])),
        ("std::complex<float>", "{1, 2}", np.array([1 + 2j], np.complex64)),
        ("signed char", "1, -2", np.array([1, -2], np.int8)),
        ("std::uint8_t", "1, 200", np.array([1, 200], np.uint8)),
        ("char", "'a', 'b'", np.array([b"a", b"b"])),
        ("bool", "true, false", np.array([True, False])),
        ("std::string", '"a", "bc"', np.array(["a", "bc"])),
        ("double", "", np.array([], float)),
    ],
)
def test_elements_of_each_kind_are_what_they_are_in_Cpp(cpp: Engine, element: str, values: str, expected: np.ndarray) -> None:
    found = np.asarray(cpp(f"std::vector<{element}>{{{values}}}"))
    assert found.dtype == expected.dtype
    assert np.array_equal(found, expected)


def test_a_vector_inside_a_derived_class_is_found(cpp: Engine) -> None:
    vector = cpp(
        "struct ViewsTable { virtual ~ViewsTable() {} };\n"
        "struct ViewsDerived : ViewsTable, std::vector<double> { using std::vector<double>::vector; };\n"
        "ViewsDerived views_derived(2, 4.5); views_derived"
    )
    assert np.asarray(vector).tolist() == [4.5, 4.5]


def test_the_elements_of_a_temporary_vector_are_kept(cpp: Engine) -> None:
    cpp("std::vector<double> views_made() { return std::vector<double>(1000, 2.5); }")
    array = np.asarray(cpp.interpreter.lookup("views_made")())
    gc.collect()
    assert (array == 2.5).all()


@pytest.mark.parametrize("element", ["std::vector<int>", "ViewsPoint", "int*", "std::pair<int, int>"])
def test_other_elements_are_refused_with_what_to_do(cpp: Engine, element: str) -> None:
    vector = cpp(f"struct ViewsPoint {{ int x; std::string name; }};\nstd::vector<{element}>(2)")
    with pytest.raises(TypeError, match="give it a list"):
        np.asarray(vector)


@pytest.mark.parametrize(
    ("declared", "expected"),
    [
        ("std::array<float, 3> viewed{1, 2, 3}", np.array([1, 2, 3], "f4")),
        ("std::array<std::array<int, 2>, 3> viewed{{{1, 2}, {3, 4}, {5, 6}}}", np.array([[1, 2], [3, 4], [5, 6]], "i4")),
        ("std::vector<std::array<double, 2>> viewed{{1, 2}, {3, 4}}", np.array([[1, 2], [3, 4]], "f8")),
        ("std::vector<long> held{1, 2}; std::span<long> viewed(held)", np.array([1, 2], "i8")),
        ("std::vector<short> held{1, 2}; std::span<short, 2> viewed(held)", np.array([1, 2], "i2")),
    ],
)
def test_arrays_and_spans_are_the_elements_themselves(cpp: Engine, declared: str, expected: np.ndarray) -> None:
    cpp(f"#include <array>\n#include <span>\n{declared};")
    viewed = cpp.interpreter.lookup("viewed")
    array = np.asarray(viewed)
    assert array.dtype == expected.dtype
    assert np.array_equal(array, expected)
    array[-1] = 9
    assert np.all(np.asarray(cpp.interpreter.lookup("viewed"))[-1] == 9)


@pytest.mark.parametrize(
    "declared",
    [
        "const std::vector<double> fixed{1, 2}",
        "std::vector<double> changing{1, 2}; const auto& fixed = changing",
        "const std::array<double, 2> fixed{1, 2}",
        "std::vector<double> changing{1, 2}; std::span<const double> fixed(changing)",
    ],
)
def test_what_is_constant_in_Cpp_cannot_be_written_through_NumPy(cpp: Engine, declared: str) -> None:
    cpp(f"#include <array>\n#include <span>\n{declared};")
    array = np.asarray(cpp.interpreter.lookup("fixed"))
    assert array.tolist() == [1, 2]
    with pytest.raises(ValueError, match="read-only"):
        array[0] = 5
