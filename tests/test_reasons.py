"""Why a cell does not compile, where Python's names or two things of one name are the reason."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from doublet.engine.std_headers import hints_for
from doublet.errors import CppCompileError

if TYPE_CHECKING:
    from conftest import Engine, Kernel


def told(kernel: Kernel, code: str) -> str:
    reply = kernel(f"%%cpp\n{code}")
    assert reply.ename == "CppCompileError"
    return re.sub(r"\x1b\[[\d;]*m", "", reply.traceback)


def test_a_function_that_python_has_broken_is_named_with_the_reason(kernel: Kernel) -> None:
    kernel("broken_by = 3")
    assert kernel("%%cpp\nint broken() { return broken_by * 2; }\nint breaks_too() { return broken() + 1; }\nbroken()").value == "6"
    kernel("broken_by = 'text'")
    text = told(kernel, "broken()")
    assert "1 error\n" in text
    assert "use of undeclared identifier 'broken'" in text
    assert re.search(r"note: 'broken' of cell \d+ cannot be used: it does not compile with Python's new 'broken_by'", text)
    assert "does not compile with Python's new 'broken_by'" in told(kernel, "breaks_too()")
    assert "does not compile with Python's new 'broken_by'; it cannot be used" in kernel("cpp.broken()").stderr


@pytest.mark.parametrize("change", ["pythons_number = 7;", "pythons_number++;", "pythons_number += 2;"])
def test_an_assignment_to_a_number_of_pythons_says_whose_it_is(kernel: Kernel, change: str) -> None:
    kernel("pythons_number = 3")
    assert "note: 'pythons_number' is Python's, and constant in C++: assign to it in Python" in told(kernel, change)


def test_an_assignment_to_a_constant_of_a_cell_says_nothing_of_python(cpp: Engine) -> None:
    cpp("const int cells_number = 3;")
    with pytest.raises(CppCompileError) as caught:
        cpp("cells_number = 4;")
    assert "Python" not in "\n".join(caught.value.render(color=False))


def test_a_python_variable_called_main_is_refused_with_the_reason(kernel: Kernel) -> None:
    kernel("main = 3")
    text = told(kernel, "int other = 1;\nmain + 1")
    assert "line 3, column 1: error: use of undeclared identifier 'main'" in text
    assert "'main' (int) cannot cross to C++: in C++ that is the function that a program begins with; give it another name" in text


def test_an_ambiguous_name_is_told_once_with_a_way_out(cpp: Engine) -> None:
    with pytest.raises(CppCompileError) as caught:
        cpp("using namespace std;\nint count = 3;\ncount")
    assert [d.message for d in caught.value.diagnostics if d.is_error] == ["reference to 'count' is ambiguous"]
    assert caught.value.diagnostics[0].hints == ("write ::count or std::count",)


@pytest.mark.parametrize(
    ("header", "hint"),
    [
        ("format", "<format> comes with GCC 13 or newer"),
        ("print", "<print> is C++23, cells are C++20"),
        ("own.hpp", "add the directory of the header with %cpp_include PATH"),
    ],
)
def test_a_header_of_a_newer_library_is_said_to_be_newer(header: str, hint: str) -> None:
    assert hints_for(f"'{header}' file not found") == (hint,)


def test_objects_of_a_template_that_a_new_specialisation_renews_are_told_why(cpp: Engine) -> None:
    cpp("template <class T> struct Renewed { T v; };\ntemplate <> struct Renewed<bool> { bool v; };\nRenewed<double> renewed{3.7};")
    cell = cpp.cell
    (warning,) = cpp.interpreter.run("template <> struct Renewed<bool> { bool w; };", cell + 1).warnings
    why = "for a new specialisation renews all of the template"
    assert warning.message == f"'renewed' still holds an object of the old 'Renewed', {why}: run cell {cell} again to make it anew"
