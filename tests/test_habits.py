"""What looks like a command of another prompt, and what is C++ all the same. Pure text."""

from __future__ import annotations

import pytest

from doublet.habits import Command, commands, habits, without


@pytest.mark.parametrize(
    ("line", "advice"),
    [
        (".L file.C", '#include "file.C"'),
        (".L file.C+", '#include "file.C"'),
        (".x dir/macro.C(3)", '#include "dir/macro.C" and call'),
        (".L libMine.so", "%cpp_load libMine.so"),
        (".q", "shut the kernel down"),
        (".I /some/path", "%cpp_include"),
        (".include /some/path", "%cpp_include"),
        (".include", "%cpp_include"),
        (".?", "%%cpp?"),
        (".help", "%%cpp?"),
        (".! ls -l", "use ! ls -l in a Python cell"),
        (".O 2", "--optimize"),
        (".class TH1F", "ROOT prompt"),
        ("!ls", "shell command"),
        ("!ls -l *.root", "shell command"),
        ("!pip install uproot  # it's needed", "shell command"),
        ("!./run.sh", "shell command"),
        ("%matplotlib inline", "IPython magic"),
        ("%cpp_load mine", "IPython magic"),
        ("%%cpp", "first line, and once"),
        ("%%cpp --time", "first line, and once"),
        ("%%python", "begin a new cell"),
        ("?std", "asks IPython"),
    ],
)
@pytest.mark.parametrize(
    "before", ["", "int x = 1;\n", "#define N 3\n", "for (;;) { break; }  // }\n", "void f() {}\n\n"]
)
def test_a_line_of_another_prompt_is_answered_on_its_own_line(before: str, line: str, advice: str) -> None:
    (habit,) = habits(f"{before}  {line}\nint after;")
    assert (habit.line, habit.column) == (before.count("\n") + 1, 3)
    assert advice in habit.message
    assert "\n" not in habit.message


def test_lines_are_counted_as_the_compiler_counts_them() -> None:
    assert [habit.line for habit in habits("// form\x0cfeed \u2028\r\n.q\r\n")] == [2]


def test_each_of_several_lines_is_answered() -> None:
    assert [habit.line for habit in habits('!echo "("\n%matplotlib inline\nint x;\n.q\n.L it\'s.C\n.q')] == [
        1,
        2,
        4,
        5,
        6,
    ]


@pytest.mark.parametrize(
    "text",
    [
        'auto n = std::string("a")\n  .append("b")\n  .size();',
        "v\n.size()",
        "P{1}\n.q",
        "auto q = P{1}\n.q;",
        "std::vector<int>{1, 2}\n.size()",
        "p\n.x",
        "p\n.x and q.x",
        "P p{\n.x = 1,\n.L = 2};",
        "f(a,\n!b,\n.5)",
        "a &&\n!ls;",
        "bool ok = true;\n!ok",
        "!ok;\n!~ok",
        "!flag && !other",
        "int a = 7\n%b;",
        "7\n%timeit",
        "x\n%=3;",
        "cond\n? 1 : 2",
        "cond\n?a : b",
        ".5 + 1",
        '.5 + "a"[0]',
        'auto s = R"(\n.L file.C\n!ls\n%%cpp\n)";',
        "/*\n.L file.C\n%matplotlib inline\n*/",
        "// text \\\n.L file.C",
        "int x; // .q",
        '"a\\\n.q"',
        "#if 0\n.L file.C\n!ls\n#endif",
        "#define M \\\n.x",
        "%:include <vector>",
        "<% int x; %>",
        "!=",
        "template <class... T> void f(T\n...t);",
        "struct S {\n.q\n",
    ],
)
def test_cpp_is_never_taken_for_a_command(text: str) -> None:
    assert habits(text, {"ok", "flag", "other"}.__contains__) == []


def test_a_name_that_cpp_has_is_not_a_shell_command() -> None:
    assert habits("!find", {"find"}.__contains__) == []
    assert habits("!find", set[str]().__contains__)


def test_what_code_asks_of_the_interpreter_is_found_outside_conditionals() -> None:
    text = '#pragma cling load("libA.so")\n  # pragma cling add_include_path( "a b" ) // here\n#if X\n#pragma cling load("no")\n#endif\nR__LOAD_LIBRARY(libB)\n// #pragma cling load("no")\nint x;'
    assert list(commands(text)) == [
        Command("load", "libA.so", 1, 1),
        Command("add_include_path", "a b", 2, 3),
        Command("load", "libB", 6, 1),
    ]
    assert without(text, {1, 2, 6}).splitlines()[5:] == ["", '// #pragma cling load("no")', "int x;"]


def test_other_pragmas_are_left_to_cling() -> None:
    assert list(commands('#pragma cling optimize(1)\n#pragma once\nR"(\n#pragma cling load("x")\n)"')) == []
