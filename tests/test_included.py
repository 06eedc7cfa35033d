"""Files that cells include more than once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from doublet.errors import CppCompileError

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Engine

HEADER = "#pragma once\ninline double {0}() {{ return {1}; }}\n"


def test_a_header_that_has_changed_is_named_and_one_that_has_not_is_not(cpp: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    header, inner = tmp_path / "outer_calibration.h", tmp_path / "inner_calibration.h"
    inner.write_text(HEADER.format("inner_scale", 2))
    header.write_text('#include "inner_calibration.h"\n' + HEADER.format("outer_scale", 2))
    run = cpp.interpreter.run
    text = f'#include "{header.resolve()}"\ninner_scale() * outer_scale()'
    assert (run(text, 40_100).value, run(text, 40_100).warnings) == (4, ())
    inner.write_text(HEADER.format("inner_scale", 200))
    result = run(text, 40_100)
    (warning,) = result.warnings
    assert result.value == 4
    assert warning.message.startswith("'inner_calibration.h' has changed since it was read, and the compiler keeps what it has read")


def test_a_header_in_a_folder_that_was_added_is_named_too(cpp: Engine, tmp_path: Path) -> None:
    (tmp_path / "added_calibration.h").write_text(HEADER.format("added_scale", 2))
    cpp.interpreter.files.include_from(str(tmp_path))
    cpp("#include <added_calibration.h>")
    (tmp_path / "added_calibration.h").write_text(HEADER.format("added_scale", 200))
    assert len(cpp.interpreter.run("#include <added_calibration.h>", 40_101).warnings) == 1


def test_a_cell_that_includes_a_file_without_a_guard_can_be_run_again(cpp: Engine, tmp_path: Path) -> None:
    file = tmp_path / "unguarded.C"
    file.write_text("double unguarded(int n) { return n * 1.5; }\n")
    for _ in range(3):
        assert cpp(f'#include "{file}"\nunguarded(2)') == 3
    cpp(f'#include "{file}"')
    with pytest.raises(CppCompileError) as caught:
        cpp(f'#include "{file}"\nint wrong = nowhere;')
    assert [d.message for d in caught.value.diagnostics if d.is_error][-1] == "use of undeclared identifier 'nowhere'"


def test_a_file_without_a_guard_that_has_changed_says_why_it_cannot_be_included_again(cpp: Engine, tmp_path: Path) -> None:
    file = tmp_path / "altered_file.C"
    file.write_text("double altered_in_file(int n) { return n * 1.5; }\n")
    assert cpp(f'#include "{file}"\naltered_in_file(2)') == 3
    file.write_text("double altered_in_file(int n) { return n * 100.5; }\n")
    with pytest.raises(CppCompileError) as caught:
        cpp(f'#include "{file}"')
    assert caught.value.diagnostics[-1].message.startswith("'altered_file.C' has changed since it was read")


def test_a_list_for_macros_is_read_each_time(cpp: Engine, tmp_path: Path) -> None:
    (tmp_path / "listed.inc").write_text("LISTED(1)\nLISTED(2)\n")
    include = f'#include "{tmp_path / "listed.inc"}"'
    cpp(f"#define LISTED(n) int listed_##n = n;\n{include}\n#undef LISTED")
    assert cpp(f"int listed_sum = 0;\n#define LISTED(n) int listed_twice_##n = 2 * n;\n{include}\n#undef LISTED\nlisted_1 + listed_twice_2") == 5


@pytest.mark.parametrize("name", ["x" * 10_000, "nowhere/at_all.h", "."])
def test_a_file_that_there_is_not_is_the_compilers_error(cpp: Engine, name: str) -> None:
    with pytest.raises(CppCompileError, match=r"not found|too long|[Ii]s a directory"):
        cpp(f'#include "{name}"')
