"""Spans that C++ takes, made of what Python has."""

from __future__ import annotations

import array
import gc
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

if TYPE_CHECKING:
    from conftest import Engine

FORMS = ["by_value", "by_reference", "by_move", "of_two", "Owner"]


@pytest.fixture(params=FORMS)
def first(cpp: Engine, request: pytest.FixtureRequest) -> Any:
    """A function of another form each, which gives the first element of a span."""
    name = f"spans_{request.param}"
    cpp(
        "#include <span>\n#include <array>\n"
        f"namespace {name} {{\n"
        "double by_value(std::span<const double> v) { return v[0]; }\n"
        "double by_reference(const std::span<const double>& v) { return v[0]; }\n"
        "double by_move(std::span<const double>&& v) { return v[0]; }\n"
        "double of_two(std::span<const double, 2> v) { return v[0]; }\n"
        "struct Owner { double value; Owner(std::span<const double> v) : value(v[0]) {} };\n"
        "}"
    )
    function = getattr(cpp.interpreter.lookup(name), request.param)
    return (lambda value: function(value).value) if request.param == "Owner" else function


def test_other_elements_are_refused_whatever_was_passed_before(first: Any) -> None:
    for _ in range(2):
        assert first(np.array([5.0, 6.0])) == 5
        assert first([3, 4.5]) == 3
        for wrong in (np.array([7, 8]), np.array([7, 8], "f4"), array.array("q", [7, 8])):
            with pytest.raises(TypeError):
                first(wrong)


def test_a_constant_span_is_of_any_sequence_of_its_numbers(cpp: Engine, first: Any) -> None:
    assert first((1, 2)) == 1
    assert first(array.array("d", [1, 2])) == 1
    std = cpp.interpreter.lookup("std")
    for wrong in (["a", "b"], [[1.0, 2.0]], b"abcdefgh", std.vector["int"]([1, 2])):
        with pytest.raises((TypeError, ValueError)):
            first(wrong)


def test_a_constant_span_is_of_another_sequence_of_Cpp(cpp: Engine) -> None:
    std = cpp.interpreter.lookup("std")
    for sequence in (std.array["double", 2]([1, 2]), std.span["double"](np.array([1.0, 2.0]))):
        assert list(std.span["const double"](sequence)) == [1, 2]


def test_a_span_is_of_a_vector_whatever_was_passed_before(cpp: Engine) -> None:
    cpp("#include <span>\ndouble spans_sum(std::span<const double> v) { double sum = 0; for (auto x : v) sum += x; return sum; }")
    total, vector = cpp.interpreter.lookup("spans_sum"), cpp.interpreter.lookup("std").vector["double"]([1, 2])
    assert [total([1.0]), total(vector), total([]), total(vector)] == [1, 3, 0, 3]


def test_a_span_that_C_plus_plus_writes_to_is_not_of_a_copy(cpp: Engine) -> None:
    cpp("#include <span>\nvoid spans_write(std::span<double> v) { v[0] = 7; }")
    write, std = cpp.interpreter.lookup("spans_write"), cpp.interpreter.lookup("std")
    vector, numbers = std.vector["double"]([1, 2]), np.ones(2)
    write(vector)
    write(numbers)
    assert (vector[0], numbers[0]) == (7, 7)
    for wrong in ([1.0], np.ones(2, int), np.ones(4)[::2]):
        with pytest.raises(TypeError):
            write(wrong)


def test_the_number_of_elements_is_that_of_a_fixed_extent(cpp: Engine) -> None:
    span = cpp.interpreter.lookup("std").span["const double", 2]
    with pytest.raises(TypeError, match="C\\+\\+ takes 2 elements, not 3"):
        span(np.ones(3))


def test_a_span_keeps_what_it_refers_to(cpp: Engine) -> None:
    std = cpp.interpreter.lookup("std")
    spans = [std.span["const double"](made) for made in ([1.0, 2.0], np.array([3.0, 4.0]), std.vector["double"]([5, 6]))]
    gc.collect()
    others = [np.zeros(2) for _ in range(50)]
    assert [list(span) for span in spans] == [[1, 2], [3, 4], [5, 6]]
    assert len(others) == 50


def test_bytes_are_a_span_of_numbers(cpp: Engine) -> None:
    cpp("#include <span>\n#include <cstdint>\nint spans_byte(std::span<const std::uint8_t> v) { return v[1]; }")
    assert cpp.interpreter.lookup("spans_byte")(b"ab") == ord("b")


def test_an_error_says_why(cpp: Engine) -> None:
    cpp("#include <span>\nint spans_why(std::span<const int> v) { return v[0]; }")
    with pytest.raises(TypeError, match=r"C\+\+ takes int in place, not int64; pass array.astype\('int32'\)"):
        cpp.interpreter.lookup("spans_why")(np.arange(2))
