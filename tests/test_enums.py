"""Enums of C++ in Python, whatever type holds them, and the small numbers that C++ keeps in characters."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from running import run

from doublet.errors import BridgeError, CppCompileError

if TYPE_CHECKING:
    from conftest import Engine
    from IPython.core.interactiveshell import InteractiveShell


@pytest.mark.parametrize(
    ("number", "held"),
    list(enumerate(("char", "signed char", "unsigned char", "std::int8_t", "std::uint8_t", "short", "long", "std::uint64_t"))),
)
def test_a_value_of_the_first_enum_of_a_cell_is_its_enumerator(cpp: Engine, number: int, held: str) -> None:
    kind = f"EnumsHeld{number}"
    cpp(f"enum class {kind} : {held} {{ one = 1, most = 100 }};")
    cpp(f"struct In{kind} {{ {kind} before = {kind}::one, inside = {kind}::most, after = {kind}::one; }}; In{kind} in_{kind};")
    inside = cpp.interpreter.lookup(f"in_{kind}").inside
    assert inside == cpp.interpreter.lookup(kind).most
    assert inside != cpp.interpreter.lookup(kind).one


def test_small_integers_are_numbers_and_characters_are_characters(cpp: Engine) -> None:
    cpp(
        "std::vector<std::int8_t> enums_signed{-1, 5}; std::vector<std::uint8_t> enums_unsigned{1, 200};\n"
        "std::vector<char> enums_characters{'a'};\n"
        "struct EnumsSmall { std::int8_t s = -3; unsigned char u = 200; char c = 'e'; }; EnumsSmall enums_small;\n"
        "unsigned char enums_same(unsigned char c) { return c; }"
    )
    find = cpp.interpreter.lookup
    assert list(find("enums_signed")) == [-1, 5]
    assert list(find("enums_unsigned")) == [1, 200]
    assert find("enums_unsigned")[1] == 200
    assert list(find("enums_characters")) == ["a"]
    assert find("enums_same")(200) == 200
    small = find("enums_small")
    assert (small.s, small.u, small.c) == (-3, 200, "e")
    small.u = 7
    assert cpp("int(enums_small.u)") == 7


def test_an_optional_made_in_Python_holds_what_it_is_given(cpp: Engine) -> None:
    optional = cpp.interpreter.lookup("std").optional
    assert optional["int"](3).value() == 3
    assert not optional["int"]().has_value()
    assert not optional["int"](None).has_value()
    assert optional["int"](optional["int"](4)).value() == 4
    with pytest.raises(TypeError, match=r"cannot hold 3\.5"):
        optional["int"](3.5)


def test_an_enum_that_is_defined_again_has_its_new_enumerators(cpp: Engine) -> None:
    for value in (5, 7, 9):
        cpp(f"enum Again {{ again_a = 2, again_b = {value} }}; enum class AgainScoped {{ a = 3, b = {value} }};")
        look = cpp.interpreter.lookup
        again = look("Again")
        assert (again.again_a, again.again_b, look("again_b"), look("AgainScoped").b) == (2, value, value, value)
    assert repr(again) == "<class 'cppyy.gbl.Again'>"
    with pytest.raises(AttributeError, match="enum 'Again' has no enumerator 'again_c'"):
        _ = again.again_c


SMALL = """#include <cstddef>
    #include <span>
    enum SmallSigned : short { small_five = 5, small_minus = -6 }; enum class SmallByte : unsigned char { low = 200, high = 255 };
    enum class LargeOne : long long { big = 1LL << 40 };
    std::vector<SmallSigned> small_signed{small_five, small_minus}; std::vector<SmallByte> small_bytes{SmallByte::low, SmallByte::high};
    std::vector<std::byte> small_std_bytes{std::byte{1}, std::byte{255}}; std::vector<LargeOne> large_ones{LargeOne::big}; std::array<SmallByte, 2> small_array{SmallByte::low, SmallByte::high};
    int small_sum(const std::vector<SmallSigned>& values) { int sum = 0; for (auto value : values) sum += value; return sum; }
    int small_total(std::span<const SmallByte> values) { int sum = 0; for (auto value : values) sum += static_cast<int>(value); return sum; }"""


@pytest.mark.parametrize(
    ("name", "values", "kind"),
    [
        ("small_signed", [5, -6], "int16"),
        ("small_bytes", [200, 255], "uint8"),
        ("small_std_bytes", [1, 255], "uint8"),
        ("large_ones", [1 << 40], "int64"),
        ("small_array", [200, 255], "uint8"),
    ],
)
def test_elements_of_any_size_are_the_enumerators_that_they_are(shell: InteractiveShell, name: str, values: list[int], kind: str) -> None:
    run(shell, SMALL)
    found = getattr(shell.user_ns["cpp"], name)
    array = np.asarray(found)
    assert [*found] == values == [found[place] for place in range(len(values))] == array.tolist()
    assert array.dtype == kind
    array[0] = values[-1]
    assert found[0] == values[-1]


def test_arrays_of_their_numbers_become_enums_in_vectors_and_spans(shell: InteractiveShell) -> None:
    run(shell, SMALL)
    cpp = shell.user_ns["cpp"]
    assert (cpp.small_sum(np.array([5, -6])), cpp.small_total(np.array([200, 255], np.uint8)), cpp.small_total(cpp.small_bytes)) == (-1, 455, 455)
    assert [*cpp.std.vector["SmallByte"](np.array([200], np.uint8))] == [200]
    with pytest.raises(TypeError, match=r"the array has the value 70000, which .* cannot hold"):
        cpp.small_sum(np.array([70000]))
    with pytest.raises(TypeError, match=r"C\+\+ takes SmallByte in place, not int64; pass array.astype\('uint8'\)"):
        cpp.small_total(np.array([200]))


OTHERS = """enum OtherColour { other_red, other_green }; enum OtherShape { other_square = 5, other_circle }; enum class OtherLevel { low = 1, high };
using OtherName = OtherColour; OtherColour other_kept = other_red; std::vector<OtherColour> other_all{other_red}; std::map<OtherColour, int> other_counts;
struct OtherHolder { OtherColour colour = other_red; };
int other_by_value(OtherColour c) { return c; } int other_by_reference(const OtherColour& c) { return c; } int other_by_name(OtherName c) { return c; }
int other_level(OtherLevel level) { return static_cast<int>(level); }"""


def test_an_enumerator_is_one_of_its_own_enum_only(shell: InteractiveShell) -> None:
    run(shell, OTHERS)
    cpp = shell.user_ns["cpp"]
    functions = (cpp.other_by_value, cpp.other_by_reference, cpp.other_by_name)
    assert [function(cpp.other_green) for function in functions] == [1, 1, 1]
    assert [function(1) for function in functions] == [1, 1, 1]
    assert cpp.other_level(cpp.OtherLevel.high) == 2
    for function in functions:
        with pytest.raises(TypeError, match="an enumerator of OtherShape is no Other"):
            function(cpp.other_circle)
    with pytest.raises(TypeError, match="an enumerator of OtherColour is no OtherLevel"):
        cpp.other_level(cpp.other_red)


def test_an_enumerator_of_another_enum_is_not_stored(shell: InteractiveShell) -> None:
    run(shell, OTHERS)
    cpp = shell.user_ns["cpp"]
    holder = cpp.OtherHolder()
    with pytest.raises(TypeError, match="an enumerator of OtherShape is no OtherColour"):
        holder.colour = cpp.other_circle
    with pytest.raises(TypeError, match="an enumerator of OtherShape is no OtherColour"):
        cpp.other_all.push_back(cpp.other_circle)
    with pytest.raises(TypeError, match="an enumerator of OtherShape is no OtherColour"):
        cpp.other_counts[cpp.other_circle] = 3
    with pytest.raises(BridgeError, match="'other_kept' cannot hold"):
        cpp.other_kept = cpp.other_circle
    assert (holder.colour, [*cpp.other_all], len(cpp.other_counts), cpp.other_kept) == (0, [0], 0, 0)
    holder.colour = cpp.other_kept = cpp.other_green
    cpp.other_all.push_back(cpp.other_green)
    assert (holder.colour, [*cpp.other_all], cpp.other_kept) == (1, [0, 1], 1)


def test_an_enumerator_stays_one_in_a_cell(shell: InteractiveShell) -> None:
    run(shell, OTHERS)
    cpp = shell.user_ns["cpp"]
    run(shell, "OtherLevel other_copied = other_level_given; int other_number = other_colour_given + 1;", other_level_given=cpp.OtherLevel.high, other_colour_given=cpp.other_green)
    assert (cpp.other_copied, cpp.other_number) == (2, 2)
    with pytest.raises(CppCompileError, match="cannot initialize a variable of type 'OtherColour'"):
        run(shell, "OtherColour other_wrong = other_shape_given;", other_shape_given=cpp.other_circle)
