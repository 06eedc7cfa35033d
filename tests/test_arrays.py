"""C arrays of numbers in Python."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from doublet.bridge.names import Names
from doublet.bridge.namespace import Cpp

if TYPE_CHECKING:
    from conftest import Engine
    from IPython.core.interactiveshell import InteractiveShell


@pytest.fixture
def gbl(cpp: Engine) -> Any:
    return Cpp(cpp.interpreter, Names(cpp.interpreter, {}))


@pytest.mark.parametrize(
    ("declared", "expected"),
    [
        ("double {}[3]{{1, 2, 3}}", np.array([1.0, 2, 3])),
        ("int {}[2][3]{{{{1, 2, 3}}, {{4, 5, 6}}}}", np.array([[1, 2, 3], [4, 5, 6]], "i4")),
        ("float {}[2][2]{{{{1, 2}}, {{3, 4}}}}", np.array([[1, 2], [3, 4]], "f4")),
        ("long double {}[2]{{1, 2}}", np.array([1, 2], "g")),
        ("std::complex<double> {}[1]{{{{1, 2}}}}", np.array([1 + 2j])),
        ("std::uint8_t {}[2][1][2]{{1, 2, 3, 200}}", np.array([[[1, 2]], [[3, 200]]], "u1")),
        ("bool {}[2]{{true, false}}", np.array([True, False])),
    ],
)
@pytest.mark.parametrize("where", ["", "namespace arrays_in"])
def test_an_array_of_numbers_is_one_of_NumPy_in_the_same_memory(cpp: Engine, gbl: Any, declared: str, expected: np.ndarray, where: str) -> None:
    cpp("#include <complex>\n#include <cstdint>")
    cpp(f"{where} {{ {declared.format('arrays_here')}; }}" if where else f"{declared.format('arrays_here')};")
    scope = gbl.arrays_in if where else gbl
    found = scope.arrays_here
    assert (found.dtype, found.shape) == (expected.dtype, expected.shape)
    assert np.array_equal(found, expected)
    found[-1] = 0
    assert not np.any(scope.arrays_here[-1])
    assert not np.any(cpp(f"{'arrays_in::' if where else ''}arrays_here")[-1])


@pytest.mark.parametrize(
    "declared",
    ["const double arrays_fixed[3] = {1, 2, 3}", "constexpr int arrays_fixed[3] = {1, 2, 3}", "static const float arrays_fixed[] = {1, 2, 3}"],
)
def test_a_constant_array_is_read_but_not_written(cpp: Engine, gbl: Any, declared: str) -> None:
    cpp(f"{declared};\nnamespace arrays_const {{ {declared}; }}")
    for fixed in (gbl.arrays_fixed, gbl.arrays_const.arrays_fixed, np.asarray(gbl.arrays_fixed)):
        assert (len(fixed), fixed[1], fixed.tolist()) == (3, 2, [1, 2, 3])
        with pytest.raises(ValueError, match="read-only"):
            fixed[0] = 5


def test_an_array_that_is_defined_again_is_the_new_one(cpp: Engine, gbl: Any) -> None:
    cpp("int arrays_again[2] = {1, 2};")
    assert gbl.arrays_again.tolist() == [1, 2]
    cpp("double arrays_again[2][1] = {{3}, {4}};")
    assert gbl.arrays_again.tolist() == [[3], [4]]
    cpp("std::vector<int> arrays_again{5};")
    assert list(gbl.arrays_again) == [5]


def test_functions_take_arrays_in_place(cpp: Engine, gbl: Any) -> None:
    cpp(
        "#include <span>\ndouble arrays_mine[2] = {1, 2}; const double arrays_read[2] = {3, 4};\n"
        "void arrays_double(double* x) { x[0] *= 2; } double arrays_first(std::span<const double> x) { return x[0]; }"
    )
    gbl.arrays_double(gbl.arrays_mine)
    assert [gbl.arrays_first(gbl.arrays_mine), gbl.arrays_first(gbl.arrays_read)] == [2, 3]
    with pytest.raises(TypeError, match="read-only"):
        gbl.arrays_double(gbl.arrays_read)


def test_an_array_looks_like_one_of_Cpp(shell: InteractiveShell) -> None:
    shell.run_cell_magic("cpp", "", "int arrays_shown[2][2] = {{1, 2}, {3, 4}};")
    assert shell.display_formatter is not None
    assert shell.display_formatter.format(shell.user_ns["cpp"].arrays_shown)[0]["text/plain"] == "{{1, 2}, {3, 4}}"


@pytest.fixture(name="made")
def _made(cpp: Engine) -> Any:
    cpp(
        "#include <string>\nnamespace arrays_made {\n"
        "struct Part { int value = 7; ~Part() { value = -1; } };\n"
        "struct First { virtual ~First() {} };\n"
        "struct Table {\n"
        "  double row[3] = {1, 2, 3}; int grid[2][2] = {{1, 2}, {3, 4}}; const short fixed[2] = {5, 6}; using Real = float; Real real[2] = {7, 8};\n"
        '  Part parts[2]; std::string names[1] = {"a name that is too long for the string itself"};\n'
        "  ~Table() { for (auto& x : row) x = -1; for (auto& x : grid) x[0] = x[1] = -1; }\n"
        "};\n"
        "struct Derived : First, Table { long own[2] = {9, 10}; };\n"
        "Derived held; const Derived constant;\n"
        "Derived temporary() { return {}; }\n"
        "}"
    )
    return cpp.interpreter.lookup("arrays_made")


def test_a_member_that_is_an_array_keeps_the_temporary_object_that_it_is_of(made: Any) -> None:
    row, grid, own, real = (getattr(made.temporary(), name) for name in ("row", "grid", "own", "real"))
    part, name, line = made.temporary().parts[1], made.temporary().names[0], made.temporary().grid[1]
    gc.collect()
    others = [made.temporary() for _ in range(20)]
    assert (row.tolist(), grid.tolist(), own.tolist(), real.tolist()) == ([1, 2, 3], [[1, 2], [3, 4]], [9, 10], [7, 8])
    assert (part.value, str(name), line.tolist()) == (7, "a name that is too long for the string itself", [3, 4])
    assert len(others) == 20


def test_a_member_that_is_an_array_is_written_in_place_unless_it_is_constant(cpp: Engine, made: Any) -> None:
    made.held.grid[1, 0] = 8
    made.held.row = np.array([4.0, 5.0, 6.0])
    assert cpp("arrays_made::held.grid[1][0]") == 8
    assert cpp("arrays_made::held.row[2]") == 6
    with pytest.raises(ValueError, match="read-only"):
        made.held.fixed[0] = 1


@pytest.mark.usefixtures("made")
def test_a_cell_s_value_that_is_an_array_of_a_temporary_object_is_a_copy(cpp: Engine) -> None:
    assert cpp("arrays_made::temporary().row").tolist() == [1, 2, 3]
    assert cpp("arrays_made::temporary().grid").tolist() == [[1, 2], [3, 4]]
    cpp("arrays_made::held.grid")[0] = 5
    assert cpp("arrays_made::held.grid[0][1]") == 5


DECLARED_POINTERS = """
struct PointedAt { int v = 3; virtual ~PointedAt() = default; }; struct PointedFrom : PointedAt { int w = 4; };
PointedAt pointed_one; PointedFrom pointed_two;
PointedAt* pointed_all[2] = {&pointed_one, &pointed_two}; const PointedAt* pointed_constant[2] = {&pointed_one, nullptr};
PointedAt* pointed_grid[2][2] = {{&pointed_one, &pointed_two}, {nullptr, &pointed_one}};
struct PointedHolder { PointedAt* parts[2] = {&pointed_one, &pointed_two}; double* numbers[2] = {}; }; PointedHolder pointed_holder;
"""


@pytest.mark.parametrize("read", [lambda gbl: gbl.pointed_all, lambda gbl: gbl.pointed_holder.parts, lambda gbl: gbl.pointed_grid[0]])
def test_an_array_of_pointers_is_a_tuple_of_the_objects_as_what_they_are(cpp: Engine, gbl: Any, read: Any) -> None:
    cpp(DECLARED_POINTERS)
    found = read(gbl)
    assert (type(found), [each.v for each in found], found[1].w) == (tuple, [3, 3], 4)
    found[0].v = 5
    assert cpp("pointed_one.v") == 5


def test_pointers_in_arrays_may_be_null_and_point_to_constants(cpp: Engine, gbl: Any) -> None:
    cpp(DECLARED_POINTERS)
    assert [[bool(each) for each in row] for row in gbl.pointed_grid] == [[True, True], [False, True]]
    assert [bool(each) for each in gbl.pointed_constant] == [True, False]
    with pytest.raises(TypeError, match="constant in C"):
        gbl.pointed_constant[0].v = 5
