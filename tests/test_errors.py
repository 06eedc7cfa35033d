"""Doublet's errors: what they carry, how they read, that they survive pickling, and what IPython shows."""

from __future__ import annotations

import pickle
import re
import subprocess
import sys

import pytest

from doublet.errors import (
    BridgeError,
    CppCompileError,
    CppUsageError,
    Diagnostic,
    DoubletError,
    ToolchainError,
    render,
    width,
)

NOPE = Diagnostic(
    "error",
    "use of undeclared identifier 'nope'",
    cell=7,
    line=3,
    column=14,
    source="std::cout << nope << std::endl;",
)
WARNING = Diagnostic("warning", "unused", cell=7, line=1, column=1, source="int a;", option="-Wunused")

SHELL = """
import io, sys
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from doublet.errors import CppCompileError, Diagnostic
shell = InteractiveShell.instance(colors=sys.argv[1])
error = CppCompileError([Diagnostic("error", "no such name", cell=7, line=1, column=5, source="int z")], 7)
shell.user_ns["error"] = error
with capture_output() as captured:
    result = shell.run_cell("raise error")
print(result.error_in_exec is error)
print(captured.stdout)
"""


def test_first_error_in_one_line() -> None:
    error = CppCompileError([WARNING, NOPE], 7)
    assert type(error).__name__ == "CppCompileError"
    assert str(error) == "cell 7, line 3: use of undeclared identifier 'nope'"
    assert (error.cell, error.line, error.diagnostics) == (7, 3, [WARNING, NOPE])


def test_an_error_in_a_header_points_into_the_cell_that_led_there() -> None:
    here = Diagnostic("note", "in instantiation of 'f'", cell=7, line=2, column=1, source="f(x);")
    inside = Diagnostic("error", "bad", path="<bits/x.h>", line=99, column=3, source="  y;", notes=(here,))
    error = CppCompileError([inside], 7)
    assert str(error) == "cell 7, line 2: bad"
    assert error.line == 2
    text = "\n".join(error.render(color=False))
    assert "cell 7, line 2, column 1: error: bad\n    2 | f(x);" in text
    assert "<bits/x.h>, line 99, column 3: note: this is where it fails" in text


def test_an_error_in_the_users_own_header_is_shown_there() -> None:
    inside = Diagnostic("error", "bad", path="lib/helpers.hpp", line=9, column=3, source="  y;")
    assert str(CppCompileError([inside], 7)) == "lib/helpers.hpp, line 9: bad"


def test_without_a_place_or_a_reason_the_cell_is_named() -> None:
    assert str(CppCompileError([Diagnostic("error", "bad")], 7)) == "cell 7: bad"
    assert str(CppCompileError([], 7)) == "cell 7 does not compile, and the compiler gave no reason"
    assert CppCompileError([]).render(color=False) == [f"CppCompileError: {CppCompileError([])}"]


@pytest.mark.parametrize(
    "error",
    [
        CppCompileError([WARNING, NOPE], 7),
        CppUsageError("no such option -x", "see %%cpp --help"),
        BridgeError("events", "pandas.DataFrame", "its columns differ in length", "pass one column"),
        ToolchainError("no C++ headers", "install g++", "log"),
    ],
)
def test_errors_are_pickled_with_their_fields(error: DoubletError) -> None:
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is type(error)
    assert str(again) == str(error)
    assert vars(again) == vars(error)


def test_messages_hold_the_advice() -> None:
    assert str(CppUsageError("the cell holds a NUL byte")) == "the cell holds a NUL byte"
    assert str(ToolchainError("no headers", "install g++")) == "no headers; install g++"
    error = BridgeError("a", "dict", "its values differ in type", "convert them")
    assert str(error) == "'a' (dict) cannot cross to C++: its values differ in type; convert them"


def test_colour_changes_nothing_but_colour() -> None:
    error = CppCompileError([WARNING, NOPE], 7)
    coloured = "\n".join(error.render())
    assert "\x1b[1;31merror:\x1b[0m \x1b[1muse of undeclared identifier 'nope'\x1b[0m" in coloured
    assert re.sub(r"\x1b\[[\d;]*m", "", coloured) == "\n".join(error.render(color=False))


@pytest.mark.parametrize(
    ("source", "column", "shown", "caret"),
    [
        ("return nope;", 8, "return nope;", 7),
        ("\treturn\tnope;", 9, "    return  nope;", 12),
        ('f("質量", nope);', 9, 'f("質量", nope);', 10),
        ("e\u0301 + nope;", 6, "e\u0301 + nope;", 4),
        ("a\x1b[2J + nope;", 9, "a\N{REPLACEMENT CHARACTER}[2J + nope;", 8),
        ("int a = 1", 10, "int a = 1", 9),
    ],
)
def test_the_caret_stands_below_its_character(source: str, column: int, shown: str, caret: int) -> None:
    lines = render([Diagnostic("error", "x", cell=1, line=1, column=column, source=source)])
    assert lines[1:] == [f"    1 | {shown}", "      | " + " " * caret + "^"]


def test_ranges_are_underlined_by_display_width() -> None:
    diagnostic = Diagnostic("error", "x", cell=1, line=1, column=4, source="é質 + b", ranges=((1, 3), (6, 7)))
    assert render([diagnostic])[2] == "      | ~~~ ^ ~"
    assert [width(c) for c in "aé質\u0301"] == [1, 1, 2, 0]


def test_a_long_line_is_cut_around_the_caret() -> None:
    source = "x" * 300 + "nope" + "y" * 300
    _, text, below = render([Diagnostic("error", "x", cell=1, line=1, column=301, source=source)])
    assert len(text) < 130
    assert text[below.index("^") :].startswith("nope")


def test_notes_alike_are_folded_and_others_are_not() -> None:
    candidates = tuple(Diagnostic("note", f"candidate {i}", path="<x>", line=i) for i in range(1, 6))
    other = Diagnostic("note", "declared here", cell=1, line=1)
    notes = (*candidates, other)
    lines = render([Diagnostic("error", "bad", cell=1, line=1, notes=notes)])
    assert [line.strip() for line in lines[1:]] == [
        "<x>, line 1: note: candidate 1",
        "cell 1, line 1: note: declared here",
        "... 4 more notes (see error.diagnostics)",
    ]


def test_repeated_and_too_many_messages_are_counted() -> None:
    assert render([NOPE, NOPE])[-1] == "  ... 1 more time at the same place (see error.diagnostics)"
    many = [Diagnostic("error", f"e{i}", cell=1, line=i) for i in range(1, 15)]
    assert render(many)[-1] == "... 4 errors not shown (see error.diagnostics)"


@pytest.mark.parametrize(("colors", "coloured"), [("neutral", True), ("nocolor", False)])
def test_ipython_shows_only_our_rendering(colors: str, *, coloured: bool) -> None:
    run = subprocess.run(
        [sys.executable, "-c", SHELL, colors], capture_output=True, text=True, check=True, timeout=60
    )
    first, _, shown = run.stdout.partition("\n")
    assert first == "True"
    assert "Traceback" not in shown
    assert ("\x1b[" in shown) is coloured
    plain = re.sub(r"\x1b\[[\d;]*m", "", shown).strip()
    assert plain == (
        "CppCompileError in cell 7: 1 error\n"
        "cell 7, line 1, column 5: error: no such name\n    1 | int z\n      |     ^"
    )


def test_a_kernel_sends_name_value_and_our_traceback() -> None:
    from jupyter_client.manager import start_new_kernel

    manager, client = start_new_kernel(kernel_name="python3")
    sent: list[dict[str, object]] = []

    def keep(message: dict[str, dict[str, object]]) -> None:
        if message["header"]["msg_type"] == "error":
            sent.append(message["content"])

    try:
        reply = client.execute_interactive(
            "from doublet.errors import *\n"
            "raise CppCompileError([Diagnostic('error', 'no such name', 7, None, 1, 5, 'int z')], 7)",
            output_hook=keep,
            timeout=60,
        )
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    assert reply["content"]["status"] == "error"
    (error,) = sent
    assert error["ename"] == "CppCompileError"
    assert error["evalue"] == "cell 7, line 1: no such name"
    traceback = error["traceback"]
    assert isinstance(traceback, list)
    assert [re.sub(r"\x1b\[[\d;]*m", "", line) for line in traceback] == [
        "CppCompileError in cell 7: 1 error",
        "cell 7, line 1, column 5: error: no such name",
        "    1 | int z",
        "      |     ^",
    ]
