"""Names that both languages have: one rule says which is meant where, and ``%doublet_names`` shows it."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING

import numpy as np
import pytest
from running import run

from doublet.errors import BridgeError, CppCompileError

if TYPE_CHECKING:
    from conftest import Kernel
    from IPython.core.interactiveshell import InteractiveShell

    from doublet.inventory import Name


def table(shell: InteractiveShell, line: str) -> dict[tuple[str, str], Name]:
    return {(one.name, one.language): one for one in shell.run_line_magic("doublet_names", line)}


@pytest.mark.parametrize(
    ("definition", "use", "expected"),
    [
        ("int {0} = 1;", "{0}", 1),
        ("const double {0} = 1.5;", "{0}", 1.5),
        ("double {0}(double a) {{ return 2 * a; }}", "{0}(1)", 2),
        ("struct {0} {{ int a = 6; }};", "{0}().a", 6),
        ("#define {0} 3", "{0}", 3),
        ("namespace {0} {{ int inside = 4; }}", "{0}::inside", 4),
        ("enum {0}_kind {{ {0} = 8 }};", "int({0})", 8),
    ],
    ids=["variable", "constant", "function", "type", "macro", "namespace", "enumerator"],
)
@pytest.mark.parametrize("first", ["Python", "C++", "bound"])
def test_a_cpp_cell_means_what_cpp_has_whichever_came_first(shell: InteractiveShell, definition: str, use: str, expected: float, first: str) -> None:
    name = f"dn_{''.join(filter(str.isalpha, first + definition))}"
    if first != "C++":
        shell.push({name: 100})
    if first == "bound":
        assert run(shell, f"{name} + 1") == 101
    run(shell, definition.format(name))
    shell.push({name: 200})
    assert run(shell, use.format(name)) == expected
    assert shell.user_ns[name] == 200
    found = table(shell, name)
    assert found[name, "Python"].clash == f"C++ cells and cpp.{name} mean C++'s"


def test_assigning_one_never_changes_the_other(shell: InteractiveShell) -> None:
    cpp = shell.user_ns["cpp"]
    run(shell, "int dn_both = 1;")
    shell.push({"dn_both": 2})
    cpp.dn_both = 3
    assert (shell.user_ns["dn_both"], cpp.dn_both, run(shell, "dn_both")) == (2, 3, 3)
    del shell.user_ns["dn_both"]
    assert run(shell, "dn_both") == 3
    found = table(shell, "dn_both")
    assert [*found] == [("dn_both", "C++")]
    assert found["dn_both", "C++"].clash == ""


def test_a_name_of_pythons_alone_follows_it_and_is_gone_when_python_deletes_it(shell: InteractiveShell) -> None:
    cpp = shell.user_ns["cpp"]
    for value in (1, 2.5):
        shell.push({"dn_alone": value})
        assert run(shell, "dn_alone") == cpp.dn_alone == value
    with pytest.raises(AttributeError, match="name of Python's"):
        cpp.dn_alone = 3
    del shell.user_ns["dn_alone"]
    with pytest.raises(BridgeError, match="Python has deleted it"):
        run(shell, "dn_alone")


def test_a_local_name_of_a_python_function_is_not_seen(shell: InteractiveShell) -> None:
    shell.run_cell("def dn_call():\n    dn_local = 3\n    return get_ipython().run_cell_magic('cpp', '', 'dn_local')").raise_error()
    with pytest.raises(CppCompileError, match="dn_local"):
        shell.user_ns["dn_call"]()


def test_names_of_a_star_import_are_pythons_and_functions_of_headers_cpps(shell: InteractiveShell) -> None:
    shell.run_cell("from string import *; from math import sqrt").raise_error()
    assert str(run(shell, "hexdigits")) == "0123456789abcdefABCDEF"
    assert run(shell, "sqrt(4.0)") == 2
    assert table(shell, "sqrt")["sqrt", "Python"].clash == "C++ cells mean a header's"


def test_builtins_of_python_do_not_cross_and_functions_called_like_them_do(shell: InteractiveShell) -> None:
    with pytest.raises(CppCompileError, match="sum"):
        run(shell, "sum(1)")
    shell.run_cell("def sum(a, b): return a + b").raise_error()
    assert run(shell, "sum(1, 2)") == 3
    del shell.user_ns["sum"]


def test_the_rule_holds_where_cells_are_cpp_and_after_a_reset(cpp_kernel: Kernel) -> None:
    assert cpp_kernel("int dn_kernel = 1;").status == "ok"
    assert cpp_kernel("%%python\ndn_kernel = 2; dn_python = 3\ndn_kernel, cpp.dn_kernel").value == "(2, 1)"
    assert cpp_kernel("dn_kernel + dn_python").value == "4"
    assert cpp_kernel("%%python\n%reset -f").status == "ok"
    assert cpp_kernel("%%python\ncpp.dn_kernel").value == "1"
    assert cpp_kernel("dn_python").evalue.startswith("'dn_python' (deleted) cannot cross")


def test_the_table_tells_type_size_cell_and_whose_the_memory_is(shell: InteractiveShell) -> None:
    run(shell, "struct DnHit { double pt, eta; }; std::vector<DnHit> dn_hits(3); double dn_matrix[3][4]; double dn_f(double a, int b = 2) { return a; }")
    shell.push({"dn_array": np.zeros((2, 5)), "dn_view": np.asarray(shell.user_ns["cpp"].dn_hits)})
    run(shell, "auto dn_part = dn_array[1]; double dn_first = dn_array(0, 0);")
    found = {name: (one.type, one.size, one.bytes, one.memory) for (name, _), one in table(shell, "dn_* DnHit").items()}
    assert found["dn_hits"] == ("std::vector<DnHit>", "3", 48, "C++")
    assert found["dn_array"] == ("ndarray of float64", "2×5", 80, "Python, seen by C++")
    assert found["dn_view"][1:3] == ("3", 48)
    assert found["dn_view"][3].startswith("C++ (std::vector<DnHit>")
    assert found["dn_part"][3] == "Python (dn_array)"
    assert found["dn_first"] == ("double", "", 8, "C++")
    assert found["dn_matrix"][1:3] == ("3×4", 96)
    assert found["dn_f"][0] == "double(double, int)"
    assert found["DnHit"][0] == "struct"


def test_the_table_runs_nothing_of_the_users_and_is_escaped(shell: InteractiveShell) -> None:
    shell.run_cell("class DnTouchy:\n    def __len__(self): raise RuntimeError\n    def __getattr__(self, name): raise RuntimeError(name)\ndn_touchy = DnTouchy()")
    run(shell, "std::vector<int> dn_escaped(2);")
    names = shell.run_line_magic("doublet_names", "dn_touchy dn_escaped")
    assert [one.name for one in names] == ["dn_escaped", "dn_touchy"]
    assert "std::vector&lt;int&gt;" in names._repr_html_()
    assert "std::vector<int>" in repr(names)
    assert repr(shell.run_line_magic("doublet_names", "dn_no_such*")) == "no names"


def test_each_of_many_variables_has_its_type(shell: InteractiveShell) -> None:
    run(shell, "".join(f"float dn_many_{number} = {number};\n" for number in range(50)))
    assert [one.type for one in table(shell, "dn_many_*").values()] == ["float"] * 50


def test_the_cell_is_the_one_that_gave_the_name_its_meaning(kernel: Kernel) -> None:
    kernel("dn_one = 1.5; dn_two = [1]")
    kernel("%%cpp\nint dn_three = 3;")
    kernel("dn_two = [2]")
    assert kernel("{one.name: one.cell for one in get_ipython().run_line_magic('doublet_names', 'dn_*')}").value == "{'dn_one': '1', 'dn_three': '2', 'dn_two': '3'}"


def test_the_signature_of_a_cpp_function_is_pythons(shell: InteractiveShell) -> None:
    run(shell, 'double dn_sig(double pt, const std::string& name = "a", std::vector<int> v = {}, bool on = true) { return pt; }')
    run(shell, "int dn_over(int a) { return a; }\nint dn_over(double a) { return 1; }\nstruct DnSig { int m(int a, double) const { return a; } };\nDnSig dn_object;")
    cpp = shell.user_ns["cpp"]
    assert str(inspect.signature(cpp.dn_sig)) == "(pt: float, name: str = 'a', v: 'std::vector<int>' = {}, on: bool = True) -> float"
    assert str(inspect.signature(cpp.dn_object.m)) == "(a: int, argument2: float, /) -> int"
    with pytest.raises(ValueError, match="no signature"):
        inspect.signature(cpp.dn_over)
