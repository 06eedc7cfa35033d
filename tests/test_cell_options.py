"""The options of ``%%cpp``, the lines of its errors, and the line magics, in an IPython shell without a kernel."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from running import run

from doublet.errors import CppCompileError, CppException, CppUsageError

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

Captured = pytest.CaptureFixture[str]

LEVEL = "int level_{0}() {{ int x = 3; return __builtin_constant_p(x); }}"
"""A function that returns whether the optimiser has run on it."""

INLINED = """
inline void* frame_{0}() {{ return __builtin_frame_address(0); }}
bool inlined_{0}() {{ return frame_{0}() == __builtin_frame_address(0); }}
inlined_{0}()"""


def failure(shell: InteractiveShell, cell: str) -> BaseException:
    """What a cell as typed fails with."""
    result = shell.run_cell(cell)
    error = result.error_before_exec or result.error_in_exec
    assert isinstance(error, BaseException)
    return error


@pytest.mark.parametrize(
    ("cell", "line"),
    [
        ("%%cpp\nint fine = 1;\nint bad = nope;", 3),
        ("%%cpp --optimize 1\nint bad = nope;", 2),
        ("%%cpp --time\n\nint bad = nope;", 3),
        ("%%cpp --timeit\nint local = 1;\nlocal + nope", 3),
        ("%%cpp --timeit\nint given() {\nreturn nope; }\ngiven()", 3),
        ("\n\n%%cpp\nint bad = nope;", 4),
        ("%%time\n%%cpp\nint bad = nope;", 3),
        ("%%timeit\n\n%%cpp\nint bad = nope;", 4),
        ("%pwd\n%%cpp\nint bad = nope;", 3),
        ("%%cpp\nint fine;\n.L nope", 3),
        ('%%cpp\n\n#pragma cling load("nope")', 3),
        ("%%cpp\nif (true) {", 2),
    ],
)
def test_errors_are_on_the_line_of_the_cell_as_typed(shell: InteractiveShell, cell: str, line: int) -> None:
    error = failure(shell, cell)
    assert isinstance(error, CppCompileError)
    assert error.line == line
    assert error.first is not None
    assert error.first.source == cell.splitlines()[line - 1]
    assert error.first.column is None or cell.splitlines()[line - 1][error.first.column - 1 :].startswith(
        ("nope", ".L", "#", "{")
    )


def test_a_terminal_waits_for_more_lines_of_a_cpp_cell(shell: InteractiveShell) -> None:
    assert shell.check_complete("%%cpp\nint x;")[0] == "incomplete"


@pytest.mark.parametrize(("level", "optimised"), [(0, 0), (1, 1), (2, 1), (3, 1)])
def test_the_level_changes_the_code_of_its_cell_only(
    shell: InteractiveShell, level: int, optimised: int
) -> None:
    run(shell, LEVEL.format(f"of_{level}"), f"--optimize {level}")
    run(shell, LEVEL.format(f"after_{level}"))
    assert run(shell, f"level_of_{level}()") == optimised
    assert run(shell, f"level_after_{level}()") == 1


def test_the_same_text_is_compiled_again_at_another_level(shell: InteractiveShell) -> None:
    text = "namespace again { " + LEVEL.format("again") + " }\n" + LEVEL.format("again")
    for options, optimised in (
        ("", 1),
        ("--optimize 0", 0),
        ("--optimize 0", 0),
        ("--optimize 1", 1),
        ("", 1),
    ):
        run(shell, text, options)
        assert run(shell, "level_again() + 10 * again::level_again()") == 11 * optimised


@pytest.mark.parametrize(("level", "inlined"), [(0, False), (1, False), (2, True), (3, True)])
def test_functions_are_inlined_from_level_2(shell: InteractiveShell, level: int, inlined: bool) -> None:
    assert run(shell, INLINED.format(level), f"--optimize {level}") == inlined


def test_the_level_holds_in_a_cell_that_ends_in_a_comment(shell: InteractiveShell) -> None:
    assert run(shell, LEVEL.format("comment") + "\nlevel_comment() // \\", "--optimize 0") == 0


def test_measuring_runs_the_statements_in_cpp_as_often_as_asked(
    shell: InteractiveShell, capsys: Captured
) -> None:
    run(shell, "int measured = 0;")
    assert run(shell, "++measured", "--timeit --loops 5 -r 3") is None
    assert run(shell, "measured") == 15
    pattern = r"[\d.]+ [nµu]?s ± [\d.]+ [nµu]?s per loop \(mean ± std. dev. of 3 runs, 5 loops each\)\n"
    assert re.fullmatch(pattern, capsys.readouterr().out.replace("μ", "µ").replace("+-", "±"))


def test_measuring_tells_the_time_of_one_loop(shell: InteractiveShell, capsys: Captured) -> None:
    run(shell, "std::this_thread::sleep_for(std::chrono::milliseconds(20));", "--timeit -n 2 -r 2")
    number, unit = capsys.readouterr().out.split()[:2]
    assert unit == "ms"
    assert float(number) >= 20


def test_the_number_of_loops_is_found_like_that_of_timeit(shell: InteractiveShell, capsys: Captured) -> None:
    run(shell, "std::this_thread::sleep_for(std::chrono::milliseconds(30));", "--timeit")
    assert "of 7 runs, 10 loops each" in capsys.readouterr().out


def test_a_value_that_nobody_reads_is_computed_all_the_same(
    shell: InteractiveShell, capsys: Captured
) -> None:
    run(shell, "double s = 0;\nfor (int i = 0; i < 100000; ++i) s += i * 0.5;\ns", "--timeit -n 3 -r 1")
    assert " ns " not in capsys.readouterr().out.split("±")[0]


def test_variables_of_a_measured_cell_are_local_and_definitions_stay(shell: InteractiveShell) -> None:
    run(shell, "int kept = 5;")
    text = "#include <cmath>\n#define TWICE(x) (2 * (x))\nstruct Held { int n = 4; };\nint kept = 7; template <class T> T half(T x) { return x / 2; }\nHeld held;\nkept = TWICE(half(held.n));"
    run(shell, text, "--timeit -n 1 -r 1")
    assert run(shell, "kept") == 5
    assert run(shell, "half(Held{}.n) + TWICE(1)") == 4
    with pytest.raises(CppCompileError, match="'held'"):
        run(shell, "held")


def test_namespaces_of_a_measured_cell_stay_and_comments_do_no_harm(shell: InteractiveShell) -> None:
    text = "namespace held {\n  int n = 3;\n  int four() { return n + 1; }\n}\nint once = held::four(); // one\nonce // two \\"
    run(shell, text, "--timeit -n 1 -r 1")
    assert run(shell, "held::four()") == 4


def test_a_measured_cell_that_does_not_compile_runs_nothing(shell: InteractiveShell) -> None:
    run(shell, "int not_run = 0;")
    with pytest.raises(CppCompileError, match="nope"):
        run(shell, "not_run = 1;\nnope;", "--timeit")
    assert run(shell, "not_run") == 0


def test_an_exception_ends_the_measurement(shell: InteractiveShell) -> None:
    with pytest.raises(CppException, match="too much"):
        run(shell, 'throw std::runtime_error("too much");', "--timeit -n 3")


@pytest.mark.parametrize(
    ("text", "said"),
    [("int only_f() { return 1; }", "no statement to measure"), ("#ifdef NEVER\nint x;\n#endif", "no statement to measure")],
)
def test_what_cannot_be_measured_is_said(shell: InteractiveShell, text: str, said: str) -> None:
    with pytest.raises(CppUsageError, match=said):
        run(shell, text, "--timeit")


def test_the_time_says_how_much_was_compilation(shell: InteractiveShell, capsys: Captured) -> None:
    assert run(shell, "std::this_thread::sleep_for(std::chrono::milliseconds(50));\n7", "--time") == 7
    said = re.fullmatch(
        r"Wall time: ([\d.]+) ms \(([\d.]+) ms compiling, ([\d.]+) ms running\)\n", capsys.readouterr().out
    )
    assert said
    wall, compiling, running = map(float, said.groups())
    assert running >= 50
    assert compiling > 0
    assert wall == pytest.approx(compiling + running, rel=0.02)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ("--optimise 2", "does not know '--optimise 2'"),
        ("--optimize 7", "choose from 0, 1, 2, 3"),
        ("--optimize", "expected one argument"),
        ("--timeit -n many", "invalid int value"),
        ("--timeit -n 0", "numbers from 1"),
        ("-r 3", "belong to --timeit"),
        ("int x = 1;", "does not know 'int x = 1;'"),
        ("'", "quot"),
    ],
)
def test_wrong_options_get_one_sentence_that_names_the_right_ones(
    shell: InteractiveShell, options: str, said: str
) -> None:
    error = failure(shell, f"%%cpp {options}\n1")
    assert isinstance(error, CppUsageError)
    assert said in str(error)
    assert all(option in str(error) for option in ("--time", "--timeit [-n LOOPS] [-r RUNS]", "--optimize N"))
    assert "\n" not in str(error)


def test_help_is_shown(shell: InteractiveShell, capsys: Captured) -> None:
    for asked, said in (
        ("%%cpp?", "%%cpp [--time] [--timeit]"),
        ("%cpp_include?", "%cpp_include PATH"),
        ("%cpp_load?", "%cpp_load LIB"),
    ):
        shell.run_cell(asked)
        assert said in capsys.readouterr().out


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A current folder with a space and a quote in its name, which is also ~ and $DOUBLET_TEST."""
    folder = tmp_path / "it's my folder"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.setenv("DOUBLET_TEST", str(folder))
    return folder


@pytest.mark.parametrize(
    "written", ["{0}/{1}", '"{0}/{1}"', "{1}", "~/{1}", "$DOUBLET_TEST/{1}", '"$DOUBLET_TEST/{1}/"']
)
def test_a_folder_of_headers_is_written_as_in_a_shell(
    shell: InteractiveShell, folder: Path, written: str
) -> None:
    name = f"inc{abs(hash(written))}"
    (folder / name).mkdir()
    (folder / name / f"{name}.hpp").write_text(f"#pragma once\ninline int from_{name}() {{ return 3; }}\n")
    shell.run_line_magic("cpp_include", written.format(folder, name))
    assert run(shell, f"#include <{name}.hpp>\nfrom_{name}()") == 3


def test_several_folders_are_added_or_none(shell: InteractiveShell, folder: Path) -> None:
    for name in ("first dir", "second"):
        (folder / name).mkdir()
        (folder / name / f"{name.split()[0]}_of_two.hpp").write_text("#pragma once\n")
    with pytest.raises(CppUsageError, match="no folder 'absent'"):
        shell.run_line_magic("cpp_include", "second absent")
    with pytest.raises(CppCompileError, match="not found"):
        run(shell, "#include <second_of_two.hpp>")
    shell.run_line_magic("cpp_include", "'first dir' second")
    run(shell, "#include <first_of_two.hpp>\n#include <second_of_two.hpp>")


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("", "no folder is named"),
        ("absent", "there is no folder 'absent'"),
        ("a_file.hpp", 'use #include "a_file.hpp"'),
        ("$NO_SUCH_VARIABLE/x", "no variable 'NO_SUCH_VARIABLE'"),
        ('"open', "quote is not closed"),
    ],
)
def test_a_folder_that_is_none_gets_one_sentence(
    shell: InteractiveShell, folder: Path, path: str, said: str
) -> None:
    (folder / "a_file.hpp").touch()
    with pytest.raises(CppUsageError, match=re.escape(said)):
        shell.run_line_magic("cpp_include", path)


def build(folder: Path, name: str, source: str) -> Path:
    (folder / f"{name}.cpp").write_text(source)
    library = folder / f"lib{name}.so"
    subprocess.run(["g++", "-shared", "-fPIC", "-o", library, folder / f"{name}.cpp"], check=True)
    return library


@pytest.mark.parametrize(
    "how",
    [
        "%cpp_load lib{0}.so",
        "%cpp_load '~/lib{0}.so'",
        '#pragma cling load("$DOUBLET_TEST/lib{0}.so")',
        "R__LOAD_LIBRARY(./lib{0}.so)",
    ],
)
def test_a_library_is_called_after_its_header_is_included(
    shell: InteractiveShell, folder: Path, how: str
) -> None:
    name = f"own{abs(hash(how))}"
    (folder / f"{name}.hpp").write_text(
        f"#pragma once\nnamespace {name} {{ struct Made {{ int x; int twice() const; }}; Made make(int); }}\n"
    )
    build(
        folder,
        name,
        f'#include "{name}.hpp"\nnamespace {name} {{ int Made::twice() const {{ return 2 * x; }} Made make(int x) {{ return {{x}}; }} }}\n',
    )
    cell = f'#pragma cling add_include_path("{folder}")\n#include "{name}.hpp"\n{name}::make(21).twice()'
    if how.startswith("%"):
        shell.run_cell(how.format(name)).raise_error()
        assert run(shell, cell) == 42
    else:
        assert run(shell, f"{how.format(name)}\n{cell}") == 42


def test_a_library_is_found_by_name_in_a_folder_that_code_adds(shell: InteractiveShell, folder: Path) -> None:
    build(folder, "bynamed", 'extern "C" int bynamed() { return 8; }\n')
    text = '#pragma cling add_library_path("{0}")\n#pragma cling load("bynamed")\nextern "C" int bynamed();\nbynamed()'
    assert run(shell, text.format(folder)) == 8


def test_libraries_of_the_system_are_found_by_name(shell: InteractiveShell) -> None:
    shell.run_line_magic("cpp_load", "m libm.so.6 z")
    assert run(shell, 'extern "C" const char* zlibVersion();\nstd::string(zlibVersion()).size() > 2')


@pytest.mark.parametrize(
    ("library", "said"),
    [
        ("", "no library is named"),
        ("no_such_library", "there is no library 'no_such_library'"),
        ("./absent.so", "there is no library './absent.so'"),
        ("text.so", "'text.so' is not a shared library"),
        ("empty.so", "'empty.so' is not a shared library"),
        (".", "is a folder"),
        ("libhole.so", "needs 'hole::missing(int)'"),
        ("libneeding.so", "needs 'libgone.so', which is not found"),
    ],
)
def test_a_library_that_cannot_be_used_gets_one_sentence(
    shell: InteractiveShell, folder: Path, library: str, said: str
) -> None:
    (folder / "text.so").write_text(
        "This is not a library, but a text that is long enough to look like a file.\n" * 9
    )
    (folder / "empty.so").touch()
    if library == "libhole.so":
        build(folder, "hole", "namespace hole { int missing(int); int useless() { return missing(1); } }\n")
    if library == "libneeding.so":
        gone = build(folder, "gone", "int gone() { return 1; }\n")
        (folder / "needing.cpp").write_text("int gone(); int needing() { return gone(); }\n")
        subprocess.run(["g++", "-shared", "-fPIC", "-o", library, "needing.cpp", "-L.", "-lgone"], check=True)
        gone.unlink()
    with pytest.raises(CppUsageError, match=re.escape(said)) as caught:
        shell.run_line_magic("cpp_load", library)
    assert "\n" not in str(caught.value)


def test_a_library_that_was_built_anew_is_not_silently_the_old_one(
    shell: InteractiveShell, folder: Path
) -> None:
    build(folder, "anew", 'extern "C" int anew() { return 1; }\n')
    shell.run_line_magic("cpp_load", "libanew.so")
    shell.run_line_magic("cpp_load", "libanew.so")
    build(folder, "anew", 'extern "C" int anew() { return 22; }\n')
    with pytest.raises(CppUsageError, match="restart the kernel"):
        shell.run_line_magic("cpp_load", "libanew.so")


def test_flags_are_shown_and_how_each_is_changed_is_said(shell: InteractiveShell, capsys: Captured) -> None:
    shell.run_line_magic("cpp_flags", "")
    assert "C++20" in capsys.readouterr().out
    with pytest.raises(CppUsageError) as caught:
        shell.run_line_magic("cpp_flags", "-O3 -Iinc -lm -DX=1 -std=c++17 -march=native")
    for said in (
        "%%cpp --optimize 3",
        "%cpp_include",
        "%cpp_load",
        "#define",
        "DOUBLET_STDCXX",
        "DOUBLET_CXXFLAGS='-march=native'",
    ):
        assert said in str(caught.value)
