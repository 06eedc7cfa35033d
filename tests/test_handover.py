"""Which part of a cell is C++, and on which line of the cell it stands. Pure text."""

from __future__ import annotations

import pytest

from doublet.errors import CppUsageError
from doublet.handover import HandOver, cpp_part, python_part


@pytest.mark.parametrize(
    ("code", "options", "text"),
    [
        ("%%cpp\nint x;", "", "\nint x;"),
        ("%%cpp --optimize 0\nint x;\n", "--optimize 0", "\nint x;\n"),
        ("\n  \n%%cpp\nint x;", "", "\n\n\nint x;"),
        ("%%cpp", "", "\n"),
        ("%%timeit -n 3\n%%cpp --optimize 1\nint x;", "--timeit -n 3 --optimize 1", "\n\nint x;"),
    ],
)
def test_a_cpp_cell_keeps_its_lines_and_options_in_both_kernels(code: str, options: str, text: str) -> None:
    for cpp_first in (False, True):
        part = cpp_part(code, cpp_first=cpp_first)
        assert part is not None
        assert (part.head, part.options, part.text) == ((), options, text)


@pytest.mark.parametrize(
    ("code", "head", "text"),
    [
        ("%%time\n%%cpp\nint x;", ("%%time\n",), "\n\nint x;"),
        ("%%capture out\n\n%%cpp\nint x;", ("%%capture out\n",), "\n\n\nint x;"),
        ("%cpp_load m\n%%cpp\nint x;", ("%cpp_load m\n",), "\n\nint x;"),
        ("!echo a \\\n  b\n%%cpp\nint x;", ("!echo a \\\n", "  b\n"), "\n\n\nint x;"),
    ],
)
def test_magics_before_cpp_are_left_to_ipython(code: str, head: tuple[str, ...], text: str) -> None:
    for cpp_first in (False, True):
        part = cpp_part(code, cpp_first=cpp_first)
        assert part is not None
        assert (part.head, part.text) == (head, text)


@pytest.mark.parametrize(
    ("code", "head", "options", "text"),
    [
        ("int x;", (), "", "int x;"),
        ("\nint x;", (), "", "\nint x;"),
        ("%matplotlib inline\n\nint x;", ("%matplotlib inline\n",), "", "\n\nint x;"),
        ("%%time\nint x;", ("%%time\n",), "", "\nint x;"),
        ("%%timeit -r 2\nint x;", (), "--timeit -r 2", "\nint x;"),
        ("cond ?\n1 : 2", (), "", "cond ?\n1 : 2"),
    ],
)
def test_cells_are_cpp_by_default_in_the_cpp_kernel_only(
    code: str, head: tuple[str, ...], options: str, text: str
) -> None:
    part = cpp_part(code, cpp_first=True)
    assert part is not None
    assert (part.head, part.options, part.text) == (head, options, text)
    assert cpp_part(code, cpp_first=False) is None


@pytest.mark.parametrize(
    "code",
    [
        "",
        "\n\n",
        "%%cpp?",
        "%%cppx\n1",
        "%%bash\nls",
        "%%writefile a.txt\n%%cpp\nint x;",
        "%cd x",
        "!ls",
        "cpp?",
        "print??",
        "%%python\n1",
    ],
)
def test_other_cells_are_left_to_ipython(code: str) -> None:
    for cpp_first in (False, True):
        assert cpp_part(code, cpp_first=cpp_first) is None


def test_python_keeps_its_lines_in_the_cpp_kernel() -> None:
    assert python_part("\n%%python\nx\ny") == "#\n#\nx\ny"
    assert python_part("%%python\n%%time\nx") == "%%time\nx"
    assert python_part("%%python3\nx") is None
    assert HandOver(lambda _: True)(["%%python\n", "x\n"]) == ["#\n", "x\n"]


@pytest.mark.parametrize(
    "code", ["!done", "! done\n", "!other(1)", "!std::isnan(x)", "!v[0]", "!p->x;", "!(done && x)", "!*p", "!!done", "!0", "!done;\nint x;"]
)
def test_a_negation_is_cpp(code: str) -> None:
    part = cpp_part(code, cpp_first=True, is_known=lambda name: name == "done")
    assert part is not None
    assert (part.head, part.text) == ((), code)
    assert cpp_part(code, cpp_first=False, is_known=lambda _: True) is None


@pytest.mark.parametrize("line", ["!ls", "!ls -l *.root", "!./run.sh", "!!ls", "!time sleep 1", '!"my program"', "!cd x; ls (1)"])
def test_a_shell_command_stays_one_before_cpp(line: str) -> None:
    part = cpp_part(f"{line}\nint x;", cpp_first=True, is_known=lambda name: name == "done")
    assert part is not None
    assert part.head == (f"{line}\n",)


def test_options_that_python_cells_do_not_have_are_refused() -> None:
    with pytest.raises(CppUsageError, match="'%%python' has no options here, so '--foo 1' means nothing"):
        HandOver(lambda _: True)(["%%python --foo 1\n", "x\n"])


def test_what_is_handed_over_is_one_call_whatever_the_cpp_holds() -> None:
    lines = ["%%cpp --time\n", "auto s = R\"('''\\n)\";\n"]
    (call,) = HandOver()(lines)
    called: list[tuple[str, ...]] = []

    class Shell:
        def run_cell_magic(self, *arguments: str) -> None:
            called.append(arguments)

    exec(call, {"get_ipython": Shell})
    assert called == [("cpp", "--time", "\n" + lines[1])]


def test_what_a_magic_passes_on_is_python_unless_it_says_otherwise() -> None:
    nested = HandOver(lambda _: False)
    assert nested(["f(1)\n"]) == ["f(1)\n"]
    assert nested(["%%python\n", "f(1)\n"]) == ["#\n", "f(1)\n"]
    assert nested(["%%cpp\n", "f(1)\n"])[0].startswith("get_ipython().run_cell_magic('cpp'")
