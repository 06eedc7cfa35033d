"""Bit-fields of C++ classes, read and written from Python, and as values of cells."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from doublet.bridge.names import Names
from doublet.bridge.namespace import Cpp

if TYPE_CHECKING:
    from conftest import Engine


@pytest.fixture
def gbl(cpp: Engine) -> Cpp:
    return Cpp(cpp.interpreter, Names(cpp.interpreter, {}))


def test_a_bit_field_is_read_as_what_it_holds(cpp: Engine, gbl: Cpp) -> None:
    cpp("struct Packed { unsigned a : 3; unsigned b : 5; int c : 7; bool d : 1; int whole; };\nPacked packed{1, 2, -3, true, 77};")
    packed = gbl.packed
    assert (packed.a, packed.b, packed.c, packed.d, packed.whole) == (1, 2, -3, True, 77)
    assert packed.d is True


def test_writing_a_bit_field_leaves_its_neighbours_alone(cpp: Engine, gbl: Cpp) -> None:
    cpp("struct Beside { unsigned a : 3; unsigned b : 5; unsigned c : 24; };\nBeside beside{1, 2, 3};")
    gbl.beside.b = 31
    assert cpp("beside.a * 10000 + beside.b * 100 + beside.c") == 13103
    with pytest.raises(OverflowError, match="the bit-field 'b' of Beside cannot hold 32"):
        gbl.beside.b = 32
    assert gbl.beside.b == 31


def test_a_bit_field_that_is_alone_in_its_word_is_none_of_the_bits_around_it(cpp: Engine, gbl: Cpp) -> None:
    cpp("struct Alone { int a : 3; };\nunsigned word = 0xfffffff1;\nAlone& alone = reinterpret_cast<Alone&>(word);")
    assert gbl.alone.a == 1


def test_an_object_of_a_derived_class_has_the_bit_fields_of_its_second_base(cpp: Engine, gbl: Cpp) -> None:
    cpp("struct First { long number; };\nstruct Second { int a : 4; int b : 4; };\nstruct Both : First, Second {};\nBoth both;")
    gbl.both.b = -8
    assert cpp("both.b") == -8
    assert gbl.both.b == -8


def test_a_class_made_from_python_takes_its_bit_fields(cpp: Engine, gbl: Cpp) -> None:
    cpp("struct Given { unsigned low : 4; unsigned high : 4; };")
    given = gbl.Given(3, high=12)
    assert (given.low, given.high) == (3, 12)


def test_a_bit_field_can_be_the_value_of_a_cell(cpp: Engine) -> None:
    cpp("enum class Paint { red, green };\nstruct Valued { unsigned a : 3; bool b : 1; Paint paint : 4; } valued{5, true, Paint::green};")
    assert cpp("valued.a") == 5
    assert cpp("valued.b") is True
    assert cpp("valued.paint") == 1


def test_a_class_with_bit_fields_may_have_enumerators_and_static_members(cpp: Engine) -> None:
    cpp(
        "struct BitsBesideEnum { enum Kind { small, large = 5 }; unsigned a : 3 = 1; unsigned b : 5 = 2; "
        "static const int limit = 7; static constexpr bool flag = true; };"
    )
    found = cpp.interpreter.lookup("BitsBesideEnum")
    assert (found.large, found.limit, found.flag) == (5, 7, True)
    assert (found().a, found().b) == (1, 2)
