"""Cling's text to diagnostics: recorded texts, places, scrubbing, hints, and any text at all.

``data/diagnostics/NAME.txt`` holds a cell and what Cling printed for it (see ``record.py`` there),
``NAME.expected`` what the user is shown.
"""

from __future__ import annotations

import re
import subprocess
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from doublet.engine.diagnostics import parse, render, shorten
from doublet.engine.std_headers import hints_for
from doublet.engine.std_names import C_NAMES, MACROS, NAMESPACES, STD_NAMES
from doublet.errors import CppCompileError

if TYPE_CHECKING:
    from conftest import Engine

DATA = Path(__file__).parent / "data" / "diagnostics"
WITHOUT_ROOT = "that is ROOT's, which cells do not have: doublet::hist makes histograms, uproot in Python reads files"
RECORDINGS = sorted(path.stem for path in DATA.glob("*.txt"))


def recorded(name: str) -> tuple[dict[str, str], str]:
    """The cells and Cling's text of a recording; line ends stay as they were."""
    cells, text = (DATA / f"{name}.txt").read_bytes().decode().split("=== cling\n", 1)
    label, cell = cells.removeprefix("=== ").split("\n", 1)
    return {label: cell}, text


@pytest.mark.parametrize("name", RECORDINGS)
def test_recording_is_shown_as_expected(name: str) -> None:
    sources, text = recorded(name)
    shown = "\n".join(render(parse(text, sources), color=False)) + "\n"
    assert shown == (DATA / f"{name}.expected").read_text()


@pytest.mark.parametrize("name", RECORDINGS)
def test_recording_shows_nothing_of_doublet_or_the_installation(name: str) -> None:
    sources, text = recorded(name)
    shown = "\n".join(render(parse(text, {}), color=False)).replace("doublet::detail::show(Hidden{});", "")
    assert not re.search(r"__cling|doublet|input_line|<<<|/usr/|/opt/|site-packages|_Z\w", shown)
    errors = sum(d.is_error for d in parse(text, sources))
    assert errors >= len(re.findall(r"^\S.*: (?:fatal )?error: ", text, re.MULTILINE))


def test_there_are_enough_recordings() -> None:
    assert len(RECORDINGS) >= 25


def test_fields_of_a_diagnostic() -> None:
    sources, text = recorded("narrowing")
    error, warning = parse(text, sources)
    assert (error.severity, error.option) == ("error", "-Wc++11-narrowing")
    assert (error.cell, error.path, error.line, error.column) == (32, None, 1, 7)
    assert error.source == "int n{3.7};"
    assert error.ranges == ((7, 10),)
    assert error.notes[0].fixits == ("static_cast<int>( )",)
    assert warning.severity == "warning"


@pytest.mark.parametrize("name", ["utf8", "tab", "crlf"])
def test_the_column_is_that_of_the_character(name: str) -> None:
    sources, text = recorded(name)
    (error,) = parse(text, sources)
    assert error.column is not None
    assert error.source[error.column - 1 :].startswith("nope;")
    assert error.source in re.split("\r?\n", next(iter(sources.values())))


def test_the_source_is_the_cell_and_not_what_was_compiled() -> None:
    text = "cell[4]:1:12: error: bad\n           nope + x; wrapped\n           ^~~~   ~\n"
    (error,) = parse(text, {"cell[4]": "int\ta;\tµ = nope + x;"})
    assert error.source == "int\ta;\tµ = nope + x;"
    text = "cell[4]:1:13: error: bad\n            nope + x; wrapped\n            ^~~~   ~\n"
    (error,) = parse(text, {"cell[4]": "int\ta;\tµ = nope + x;"})
    assert [error.source[a - 1 : b - 1] for a, b in error.ranges] == ["nope", "x"]


def test_a_place_of_doublet_moves_to_the_cell_or_is_left_out() -> None:
    text = (
        "doublet:1:2: error: no type\nx\n^\n"
        "cell[2]:1:5: note: in instantiation of 'doublet::detail::run<int>' requested here\nf(1);\n    ^\n"
        "input_line_46: note: candidate found by name lookup is 'sa'\n"
        "input_line_9:3:1: warning: odd\n"
    )
    error, warning = parse(text, {"cell[2]": "f(1);"})
    assert (error.cell, error.line, error.column, error.notes) == (2, 1, 5, ())
    assert (warning.cell, warning.path, warning.line) == (None, None, None)
    assert str(CppCompileError([error], 2)) == "cell 2, line 1: no type"


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("no type named '__cling_N52::P'", "no type named 'P'"),
        ("from 'P' (aka '__cling_N52::P') to 'int'", "from 'P' to 'int'"),
        ("'std::vector<__cling_N512::A::B>'", "'std::vector<A::B>'"),
        ("'__doublet_7::P' and '::__cling_N52::Q'", "'P' and 'Q'"),
        ("'doublet_v3_mass' is const", "'mass' is const"),
        ("read of non-constexpr variable 'doublet_hidden_1_0_cd'", "read of non-constexpr variable 'cd'"),
        ("variable 'doublet_v3_1' has incomplete type", "variable this statement has incomplete type"),
        ("'(lambda at cell[3]:2:10)'", "'(lambda in cell 3, line 2)'"),
        ("'(lambda at input_line_3:2:10)'", "'(lambda)'"),
        ("'(unnamed struct at /usr/include/c++/12/x:2:1)'", "'(unnamed struct in <x>, line 2)'"),
        (
            "definition with same mangled name '_ZN12__cling_N5231fEi' as another definition",
            "redefinition of 'f(int)'",
        ),
    ],
)
def test_messages_are_scrubbed(raw: str, clean: str) -> None:
    (error,) = parse(f"cell[1]:1:1: error: {raw}")
    assert error.message == clean


@pytest.mark.parametrize(
    ("path", "short"),
    [
        ("/usr/include/c++/12/bits/stl_vector.h", "<bits/stl_vector.h>"),
        ("/usr/lib/gcc/x86_64-linux-gnu/12/../../../../include/c++/12/vector", "<vector>"),
        ("/usr/include/x86_64-linux-gnu/c++/12/bits/c++config.h", "<bits/c++config.h>"),
        ("/usr/include/x86_64-linux-gnu/sys/types.h", "<sys/types.h>"),
        ("/usr/include/math.h", "<math.h>"),
        ("/usr/lib/gcc/x86_64-linux-gnu/12/include/stddef.h", "<stddef.h>"),
        ("/opt/venv/lib/python3.11/site-packages/pkg/include/a/b.h", "<a/b.h>"),
        ("/opt/venv/lib/python3.11/site-packages/pkg/b.h", "<pkg/b.h>"),
        ("/opt/sw/include/fastjet/PseudoJet.hh", "<fastjet/PseudoJet.hh>"),
        ("/somewhere/else/entirely/and/deep/foo.hpp", "foo.hpp"),
        ("./helpers.hpp", "helpers.hpp"),
        ("lib/helpers.hpp", "lib/helpers.hpp"),
    ],
)
def test_paths_are_shortened(path: str, short: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert shorten(path) == short


def test_paths_below_the_working_directory_are_relative(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert shorten(str(tmp_path / "include" / "a.hpp")) == "include/a.hpp"
    assert shorten(str(tmp_path / ".venv/lib/python3.11/site-packages/p/include/a.h")) == "<a.h>"


def test_unresolved_symbols() -> None:
    (error,) = parse(
        "IncrementalExecutor::executeFunction: symbol '_Z3fooi' unresolved while linking "
        "[cling interface function]!\nYou are probably missing the definition of foo(int)\n"
        "Maybe you need to load the corresponding shared library?\n"
    )
    assert error.message == "'foo(int)' is declared but not defined"
    assert error.hints == ("define it, or load its library with %cpp_load LIBRARY",)
    (error,) = parse("JIT session error: Symbols not found: [ _Z3barv ]\nFailed to materialize symbols: { }")
    assert error.message == "'bar()' is declared but not defined"


def test_the_echo_of_an_older_failure_to_link_is_no_error() -> None:
    text = "Failed to materialize symbols: { (main, { __orc_init_func.cling-module-143 }) }"
    assert parse(text) == []


@pytest.mark.parametrize(
    ("message", "hint"),
    [
        ("use of undeclared identifier 'vector'", "did you mean std::vector? add `#include <vector>`"),
        (
            "use of undeclared identifier 'accumulate'",
            "did you mean std::accumulate? add `#include <numeric>`",
        ),
        ("no template named 'map'", "did you mean std::map? add `#include <map>`"),
        ("no template named 'map' in namespace 'std'", "add `#include <map>`"),
        ("no member named 'accumulate' in namespace 'std'", "add `#include <numeric>`"),
        ("no member named 'pi' in namespace 'std::numbers'", "add `#include <numbers>`"),
        ("no member named 'filesystem' in namespace 'std'", "add `#include <filesystem>`"),
        ("no type named 'string_view' in namespace 'std'", "add `#include <string_view>`"),
        ("unknown type name 'uint32_t'", "add `#include <cstdint>`"),
        ("use of undeclared identifier 'M_PI'", "add `#include <cmath>`"),
        ("use of undeclared identifier 'assert'", "add `#include <cassert>`"),
        ("use of undeclared identifier 'printf'", "add `#include <cstdio>`"),
        ("implicit instantiation of undefined template 'std::array<int, 3>'", "add `#include <array>`"),
        (
            "no member named 'acumulate' in namespace 'std'",
            "did you mean std::accumulate? add `#include <numeric>`",
        ),
        ("use of undeclared identifier 'muon_cuont'", "did you mean muon_count?"),
        ("'foo.h' file not found", "add the directory of the header with %cpp_include PATH"),
        ("'TH1F.h' file not found", WITHOUT_ROOT),
        ("'ROOT/RDataFrame.hxx' file not found", WITHOUT_ROOT),
        ("unknown type name 'TH1F'", WITHOUT_ROOT),
        ("use of undeclared identifier 'TMath'", WITHOUT_ROOT),
    ],
)
def test_hints(message: str, hint: str) -> None:
    assert hints_for(message, {"muon_count", "hit_2"}) == (hint,)


@pytest.mark.parametrize(
    "message",
    [
        "use of undeclared identifier 'vector'; did you mean 'std::vector'?",
        "use of undeclared identifier 'data'",
        "use of undeclared identifier 'hit_1'",
        "no member named 'sort' in 'Track'",
        "no member named 'sort' in namespace 'mine'",
        "expected ';' after struct",
    ],
)
def test_no_hint_where_it_would_mislead(message: str) -> None:
    assert hints_for(message, {"muon_count", "hit_2"}) == ()


@pytest.mark.slow
def test_the_tables_are_right() -> None:
    assert len(STD_NAMES) + len(C_NAMES) + len(MACROS) > 400
    checks: dict[str, list[str]] = defaultdict(list)
    for name, header in STD_NAMES.items():
        checks[header].append(f"using std::{name};")
    for name, header in C_NAMES.items():
        checks[header].append(f"using std::{name}; using ::{name};")
    for name, header in NAMESPACES.items():
        checks[header].append(f"namespace alias = std::{name};")
    for name, header in MACROS.items():
        checks[header].append(f"}}\n#ifndef {name}\n#error {name}\n#endif\nnamespace {{")
    failed = []
    for header, lines in checks.items():
        text = f"#include <{header}>\n" + "".join(f"namespace n{i} {{ {t} }}\n" for i, t in enumerate(lines))
        run = subprocess.run(
            ["g++", "-std=c++20", "-fsyntax-only", "-x", "c++", "-"],
            input=text,
            capture_output=True,
            text=True,
            check=False,
        )
        failed += [line for line in run.stderr.splitlines() if "error:" in line]
    assert failed == []


# Every word of these may follow every other.
WORDS = """cell[3] : 3 14 error: note: warning: ^ ~~~ µ 質 doublet input_line_4 ' __cling_N52:: ') [-Wx] ] '_Z3fooi'
/usr/include/c++/12/"""
PIECES = st.sampled_from(
    (
        *WORDS.split(),
        *(" ", "\t", "\n", "\r\n", "error: ", "fatal error: ", "<<< inputs >>>", "In file included from "),
        *(" (aka '", "Symbols not found: [ ", "Failed to materialize symbols: { (main, { "),
    )
)
TEXTS = st.one_of(st.text(max_size=300), st.lists(PIECES, max_size=60).map("".join))


@settings(max_examples=400)
@given(text=TEXTS, cell=st.text(max_size=80))
def test_any_text_is_read_and_shown(text: str, cell: str) -> None:
    diagnostics = parse(text, {"cell[3]": cell})
    render(diagnostics, color=True)
    str(CppCompileError(diagnostics, 3))
    for diagnostic in diagnostics:
        if diagnostic.source and diagnostic.column is not None:
            assert 1 <= diagnostic.column <= len(diagnostic.source) + 1


@settings(max_examples=300)
@example(before="error:", after="^", place="")
@given(
    before=st.lists(PIECES, max_size=20).map("".join),
    after=TEXTS,
    place=st.sampled_from(["", "cell[3]:1:2: ", "x.h:3: ", "doublet:1:1: "]),
)
def test_no_error_line_is_lost(before: str, after: str, place: str) -> None:
    text = f"{before}\n{place}error: the mark 7391\n{after}"
    assert any("the mark 7391" in d.message for d in parse(text, {"cell[3]": "int a;"}) if d.is_error)


@pytest.mark.parametrize(
    "text", ["thread_local std::string per_thread = std::string(3, 'x');", "struct PerThread { static inline thread_local int n = 6; };"]
)
def test_a_variable_that_other_threads_would_find_without_its_value_is_refused(cpp: Engine, text: str) -> None:
    with pytest.raises(CppCompileError, match="would have its first value in one thread only"):
        cpp(text)


def test_a_thread_local_number_and_one_of_a_function_have_their_values_in_all_threads(cpp: Engine) -> None:
    cpp(
        "#include <string>\n#include <thread>\nthread_local int per_thread_number = 5;"
        "std::string& per_thread_text() { thread_local std::string text(3, 'x'); return text; } std::string seen;"
    )
    cpp("per_thread_number = 6; per_thread_text() = 'y';")
    cpp("std::thread([] { seen = per_thread_text() + std::to_string(per_thread_number); }).join();")
    assert cpp("std::string(seen + per_thread_text() + std::to_string(per_thread_number))") == "xxx5y6"


@pytest.mark.parametrize(
    ("text", "line", "column", "message"),
    [
        ("int told = 1;\n1 +", 2, 4, "expected expression"),
        ('std::string("é") + // what?', 1, 19, "expected expression"),
        ("int told;\n#if 1\n#if 0\n#endif\nint more;", 2, 1, "unterminated #if"),
        ("return 5;", 1, 1, "a cell cannot 'return'"),
        ('int told = 1;\n  if (told) { std::cout << "é"; return; }', 2, 33, "a cell cannot 'return'"),
    ],
)
def test_what_is_cut_short_and_what_leaves_a_cell_is_told_with_its_place(
    cpp: Engine, text: str, line: int, column: int, message: str
) -> None:
    with pytest.raises(CppCompileError) as caught:
        cpp(text)
    told = caught.value.diagnostics[0]
    assert (told.line, told.column) == (line, column)
    assert message in told.message


@pytest.mark.parametrize(
    "text",
    [
        "int α = 3; undefined_name;",
        'std::string s = "ßßßß"; undefined_name;',
        "/* ßßßß */ undefined_name;",
        '\tstd::string s = "日本"; std::cout << s << undefined_name;',
        'int far(int i) { std::string s = "ßßßß"; undefined_name; return 3; }',
        "int α = 3, αα = 4; std::cout << α << αα << undefined_name;",
    ],
)
def test_columns_count_characters_wherever_a_longer_one_stands(cpp: Engine, text: str) -> None:
    told = complaint(cpp, text).diagnostics[0]
    assert told.column == text.index("undefined_name") + 1


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("struct Unfinished { double pt; }@\nUnfinished t{1.5};", "struct"),
        ("class Unfinished { int x; }@\nint after = 3;", "class"),
        ("struct Unfinished { struct In { int x; }@ In* in; };", "struct"),
        ("enum class Unfinished { a, b }@ // what\nstd::vector<int> unfinished_values;", "enum"),
        ("struct Unfinished { int a; }@\nconst Unfinished made() { return {}; }", "struct"),
    ],
)
def test_a_class_without_a_semicolon_is_told_where_it_ends(cpp: Engine, text: str, kind: str) -> None:
    (error,) = complaint(cpp, text.replace("@", "")).diagnostics
    assert error.message == f"expected ';' after {kind}"
    before = text.partition("@")[0]
    assert (error.line, error.column) == (before.count("\n") + 1, len(before.split("\n")[-1]) + 1)
    assert error.fixits == (";",)


def test_variables_of_a_class_behind_it_need_no_semicolon_before_them(cpp: Engine) -> None:
    cpp("#define FINISHED\nstruct Finished { int x; } finished_a{1}, *finished_b = &finished_a;\nstruct Finished_c { int x; } FINISHED finished_c{2};")
    assert cpp("finished_a.x + finished_b->x + finished_c.x") == 4
    error = complaint(cpp, "struct Finished { int x; } const finished_d(3, 4), finished_e[2];\nnope();")
    assert "expected ';'" not in error.diagnostics[0].message


@pytest.mark.parametrize("text", ["int returns_nothing() { }", "struct Returns { int nothing() { } };", "int returns_nothing_either() { std::cout << 1; }"])
def test_a_function_that_returns_nothing_is_warned_of(cpp: Engine, text: str) -> None:
    (warning,) = cpp.interpreter.run(text, cpp.cell).warnings
    assert (warning.severity, warning.option) == ("warning", "-Wreturn-type")
    assert warning.message == "non-void function does not return a value"


def test_functions_inside_a_statement_may_return(cpp: Engine) -> None:
    assert cpp("int got = 0; if (true) { struct L { int f() { return 3; } }; got = [] { return 4; }() + L().f(); }\ngot") == 7


def complaint(cpp: Engine, text: str) -> CppCompileError:
    with pytest.raises(CppCompileError) as caught:
        cpp(text)
    return caught.value


def test_what_is_declared_but_not_defined_is_named_with_the_cell_that_declares_it(cpp: Engine) -> None:
    cpp("int announced_sum(int);\nstruct Announcing { void go(); Announcing(); };")
    declared = cpp.cell
    error = complaint(cpp, "announced_sum(3)")
    assert str(error) == f"cell {cpp.cell}: 'announced_sum(int)' is declared but not defined"
    assert f"'announced_sum' is declared in cell {declared}" in "\n".join(error.render(color=False))
    error = complaint(cpp, "Announcing().go();")
    assert {"'Announcing::go()' is declared but not defined"} < {d.message for d in error.diagnostics}
    error = complaint(cpp, "int sum_of_nothing = announced_sum(3);")
    assert f"'announced_sum' is declared in cell {declared}" in "\n".join(error.render(color=False))
    assert cpp("int announced_sum(int n) { return n + 1; }\nannounced_sum(3)") == 4


def test_a_variable_that_is_only_announced_is_refused(cpp: Engine) -> None:
    error = complaint(cpp, "extern int announced_number;")
    assert error.diagnostics[0].message.startswith("'announced_number' is announced but not defined")
    cpp('extern const int given_number = 4;\nextern "C" char* optarg;')
    assert cpp("given_number + (optarg != nullptr)") == 4


def test_names_of_cells_that_do_not_compile_are_not_proposed(cpp: Engine) -> None:
    complaint(cpp, 'int never_compiled_name = "x";')
    assert complaint(cpp, "never_compiled_nam").diagnostics[0].hints == ()
    cpp("int compiled_long_name = 1;")
    assert complaint(cpp, "compiled_long_nam").diagnostics[0].hints == ("did you mean compiled_long_name?",)


def test_a_pointer_in_place_of_an_object_is_not_taken_for_an_object_of_an_old_class(cpp: Engine) -> None:
    cpp("struct OftDefined { int a; };")
    cpp("struct OftDefined { int a, b; };\nvoid takes_oft(OftDefined) {}\nOftDefined oft;")
    error = complaint(cpp, "takes_oft(&oft);")
    assert not [d for d in error.diagnostics if "defined again" in d.message]


def test_unused_results_and_deprecated_functions_are_warned_of(cpp: Engine) -> None:
    cpp('[[nodiscard]] int has_to_be_used() { return 3; }\n[[deprecated("use another")]] int of_old() { return 4; }')
    cpp.cell += 1
    unused = cpp.interpreter.run("has_to_be_used();", cpp.cell).warnings
    deprecated = cpp.interpreter.run("of_old()", cpp.cell)
    assert [(d.severity, d.option) for d in unused] == [("warning", "-Wunused-result")]
    assert [d.message for d in deprecated.warnings] == ["'of_old' is deprecated: use another"]
    assert deprecated.value == 4


def test_errors_are_shown_before_warnings(cpp: Engine) -> None:
    error = complaint(cpp, "\n".join([*(f"int narrowed_{n} = {n}.5;" for n in range(12)), "int wrong = wrong_name;"]))
    shown = error.render(color=False)
    assert "use of undeclared identifier 'wrong_name'" in shown[1]
    assert len([line for line in shown if "warning:" in line]) == 9


@pytest.mark.parametrize(
    ("name", "scope", "hint"),
    [
        ("format", "std", "std::format needs `#include <format>` of GCC 13 or newer"),
        ("print", "std", "std::print is C++23, cells are C++20"),
        ("to", "std::ranges", "std::ranges::to is C++23, cells are C++20"),
    ],
)
def test_what_the_standard_library_may_not_have_is_said_to_be_newer(name: str, scope: str, hint: str) -> None:
    assert hints_for(f"no member named '{name}' in namespace '{scope}'") == (hint,)


@pytest.mark.parametrize("text", ["#define auto int", "int a;\n#define std mine", "# define doublet_x 1"])
def test_a_macro_that_would_change_doublets_own_code_is_refused(cpp: Engine, text: str) -> None:
    with pytest.raises(CppCompileError, match="cannot be a macro, for Doublet's own code needs the word") as raised:
        cpp(text)
    assert raised.value.line == text.count("\n") + 1
    cpp("#define private public")
    cpp("class Opened_by_macro { private: int inside = 5; };\n#undef private")
    assert cpp("Opened_by_macro{}.inside") == 5


@pytest.mark.parametrize("text", ["extern a", "extern $ concept", "double pt() const { return 1; }\nvirtual std::string kind() const = 0"])
def test_what_declares_nothing_that_can_be_read_is_the_compilers_error(cpp: Engine, text: str) -> None:
    with pytest.raises(CppCompileError):
        cpp(text)
