"""`make fills`: when it says that C++ fills what the tests of hist fill, and when not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fills.__main__ import main
from fills.outcomes import BROADCAST, ORDER, OTHER, REFUSED, SAME, verdict

if TYPE_CHECKING:
    import pytest


def test_a_fill_that_python_does_not_do_either_way_is_wrong_and_told_with_its_test() -> None:
    lines, is_wrong = verdict("hist", [(SAME, "test_a", ""), (OTHER, "test_b", "3 entries")])
    assert is_wrong
    assert any("test_b: 3 entries" in line for line in lines)


def test_a_fill_that_python_does_one_entry_at_a_time_is_told_and_right() -> None:
    lines, is_wrong = verdict("hist", [(SAME, "test_a", ""), (SAME, "test_a", ""), (ORDER, "test_b", "threads")])
    assert not is_wrong
    assert "2 fills the same" in lines[0]
    assert any("test_b: threads" in line for line in lines)


def test_a_fill_that_cpp_refuses_counts_as_wrong_and_one_that_boost_histogram_loses_does_not() -> None:
    lines, is_wrong = verdict("hist", [(SAME, "test_a", ""), (REFUSED, "test_b", "CppCompileError: no such axis")])
    assert is_wrong
    assert any("test_b: CppCompileError: no such axis" in line for line in lines)
    lines, is_wrong = verdict("hist", [(SAME, "test_a", ""), (BROADCAST, "test_b", "5 entries")])
    assert not is_wrong
    assert any("test_b: 5 entries" in line for line in lines)


def test_no_fill_at_all_is_no_success() -> None:
    assert verdict("hist", [])[1]
    assert verdict("hist", [("not for C++: it has 0 axes", "test_a", "")])[1]


def test_without_pypi_it_says_that_it_needs_it(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    for name, value in {"INDEX_URL": "http://127.0.0.1:9/simple", "EXTRA_INDEX_URL": "", "NO_INDEX": "", "FIND_LINKS": "", "RETRIES": "0", "CONFIG_FILE": "/dev/null"}.items():
        monkeypatch.setenv(f"PIP_{name}", value)
    assert main(["hist"]) == 2
    assert "could not be downloaded from PyPI, which this check needs" in capsys.readouterr().err
