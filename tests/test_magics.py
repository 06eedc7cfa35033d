"""C++ cells, names and objects in an IPython shell without a kernel."""

from __future__ import annotations

import math
import re
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from running import run

from doublet.errors import CppCompileError, CppException

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell


def test_the_value_of_a_cell_is_returned(shell: InteractiveShell) -> None:
    assert run(shell, "int m1(int x) { return x + 1; }\nm1(2)") == 3


@pytest.mark.parametrize("value", [3, -(2**62), 2**63 + 5, 1.5, math.inf, True, 'ħ "quoted" \\ \n?', 1 + 2j])
def test_a_constant_of_python_is_the_same_in_cpp(shell: InteractiveShell, value: Any) -> None:
    shell.push({"crossing": value})
    result = run(shell, "auto copy = crossing; copy")
    assert (str(result) if isinstance(value, str) else complex(result.real, result.imag) if isinstance(value, complex) else result) == value


@pytest.mark.parametrize("dtype", ["?", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f4", "f8"])
def test_an_array_of_each_type_is_seen_in_place(shell: InteractiveShell, dtype: str) -> None:
    array = np.ones(4, dtype)
    shell.push({"array": array})
    assert run(shell, "double total = 0; for (auto x : array) total += x;\narray[1] = 0;\ntotal") == 4
    assert array[1] == 0


def test_a_matrix_is_seen_with_its_strides(shell: InteractiveShell) -> None:
    matrix = np.arange(12.0).reshape(3, 4)[:, ::2].T
    shell.push({"matrix": matrix})
    assert run(shell, "matrix(1, 2) * 100 + matrix.extent(0) * 10 + matrix.extent(1)") == 1000 + 20 + 3
    run(shell, "matrix(0, 1) = -1;")
    assert matrix[0, 1] == -1


def test_a_read_only_array_cannot_be_written(shell: InteractiveShell) -> None:
    locked = np.arange(3.0)
    locked.flags.writeable = False
    shell.push({"locked": locked})
    with pytest.raises(CppCompileError, match="const"):
        run(shell, "locked[0] = 1;")


def test_a_foreign_byte_order_is_refused_with_the_remedy(shell: InteractiveShell) -> None:
    shell.push({"swapped": np.arange(3.0).astype(">f8")})
    with pytest.raises(CppCompileError) as caught:
        run(shell, "swapped[0]")
    assert re.search(r"byte order.*astype", "\n".join(caught.value.render(color=False)))


def test_rebinding_in_python_is_seen_by_the_next_cell_and_by_functions(shell: InteractiveShell) -> None:
    shell.push({"rebound": 1})
    run(shell, "int uses_rebound() { return rebound; }")
    shell.push({"rebound": 2})
    assert run(shell, "rebound + 10 * uses_rebound()") == 22


def test_a_list_is_copied_as_it_is_now(shell: InteractiveShell) -> None:
    list_in_python = [1, 2, 3.5]
    shell.push({"list_in_python": list_in_python})
    assert run(shell, "list_in_python[2] + list_in_python.size()") == 6.5
    list_in_python.append(4)
    assert run(shell, "list_in_python.size()") == 4


def test_a_python_function_is_called_from_cpp(shell: InteractiveShell) -> None:
    def double_it(x: float) -> float:
        return 2 * x

    shell.push({"double_it": double_it})
    assert run(shell, "double_it(21)") == 42


def test_a_cpp_object_made_in_python_is_the_same_object_in_cpp(shell: InteractiveShell) -> None:
    run(shell, "struct Made { int x = 1; };")
    shell.run_cell("made = cpp.Made()")
    run(shell, "made.x = 5;")
    assert shell.user_ns["made"].x == 5


def test_a_vector_is_a_numpy_array_without_a_copy(shell: InteractiveShell) -> None:
    run(shell, "std::vector<double> shared{1, 2, 3};")
    view = np.asarray(shell.user_ns["cpp"].shared)
    run(shell, "shared[0] = 50;")
    assert view[0] == 50


def test_a_type_that_does_not_cross_is_named(shell: InteractiveShell) -> None:
    shell.push({"impossible": object()})
    with pytest.raises(CppCompileError) as caught:
        run(shell, "impossible")
    assert "'impossible' (object) cannot cross" in "\n".join(caught.value.render(color=False))


def test_python_writes_a_cpp_variable(shell: InteractiveShell) -> None:
    run(shell, "int written = 1;")
    shell.run_cell("cpp.written = 7")
    assert run(shell, "written") == 7


def test_a_name_that_cpp_does_not_have_is_an_attribute_error(shell: InteractiveShell) -> None:
    with pytest.raises(AttributeError, match="no_such_name_in_cpp"):
        _ = shell.user_ns["cpp"].no_such_name_in_cpp
    with pytest.raises(AttributeError, match="define it in a C\\+\\+ cell"):
        shell.user_ns["cpp"].no_such_name_in_cpp = 1


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("std::vector<int>{1, 2, 3}", "{1, 2, 3}"),
        ('std::string("hé")', "'hé'"),
        ('std::map<std::string, int>{{"a", 1}}', "{'a': 1}"),
        ("struct Shown { int x = 1; double y = 2.5; };\nShown{}", "Shown(x=1, y=2.5)"),
        ("std::optional<int>{}", "nullopt"),
        ("std::optional<int>{3}", "3"),
        ("std::pair<int, double>{1, 2.5}", "(1, 2.5)"),
    ],
)
def test_objects_are_shown_by_what_they_hold(shell: InteractiveShell, text: str, shown: str) -> None:
    assert shell.display_formatter is not None
    bundle, _ = shell.display_formatter.format(run(shell, text))
    assert bundle["text/plain"] == shown


def test_a_long_container_is_abbreviated(shell: InteractiveShell) -> None:
    assert shell.display_formatter is not None
    bundle, _ = shell.display_formatter.format(run(shell, "std::vector<int>(5000, 1)"))
    assert bundle["text/plain"].endswith("... (5000 elements)}")


def test_a_python_function_called_by_a_cell_may_run_cells_itself(shell: InteractiveShell) -> None:
    def nested(x: float) -> float:
        return float(run(shell, "int inner = 7; std::vector<int> inside{inner, 2}; inside[0] * inside[1]") + x)

    shell.push({"nested": nested})
    text = "struct Made { double x = 3; }; double first = nested(1.0); int second = 4; first += nested(0);\nMade{first + second}"
    assert run(shell, text).x == 33
    assert run(shell, "inner + second") == 11


def test_an_exception_after_a_nested_cell_is_that_of_the_outer_one(shell: InteractiveShell) -> None:
    def nested(x: float) -> float:
        with pytest.raises(Exception, match="inner"):
            run(shell, 'int before_inner = 1; throw std::runtime_error("inner");')
        return x

    shell.push({"nested": nested})
    with pytest.raises(CppException, match="outer") as caught:
        run(shell, 'double done = nested(2.0); int reached_too = 1; throw std::logic_error("outer"); int not_reached = 1;')
    assert type(caught.value).__name__ == "std::logic_error"
    assert run(shell, "done + reached_too") == 3
    with pytest.raises(CppCompileError):
        run(shell, "not_reached")


def test_cells_of_several_threads_run_one_after_the_other(shell: InteractiveShell) -> None:
    def work(thread: int) -> int:
        texts = (f"int t{thread}_{i} = {i}; std::vector<int> of_{thread}(3, {i}); t{thread}_{i} + of_{thread}[2]" for i in range(10))
        return sum(run(shell, text) for text in texts)

    with ThreadPoolExecutor(3) as pool:
        assert list(pool.map(work, range(3))) == [90, 90, 90]
