"""Sessions that compile more texts than Cling has places for, which are 32,768."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from doublet.errors import CppCompileError

if TYPE_CHECKING:
    from conftest import Engine

LONG_SESSION = 40_000


@pytest.fixture
def long_session(cpp: Engine) -> Engine:
    """An engine that has compiled as many texts as a session of some weeks, and some cells of its own before."""
    for number in range(60):
        cpp(f"int position_before = {number}; struct PositionBefore {{ int value = {number}; }};")
    cpp("namespace position_space { int f() { return 1; } } int position_user() { return position_before; }")
    for _ in range(LONG_SESSION):
        cpp.interpreter._cling.Declare("namespace doublet_cell_own {}")
    return cpp


def test_a_long_session_can_still_redefine_what_it_has_defined(long_session: Engine) -> None:
    cpp = long_session
    cpp("double position_before = 0.5; struct PositionBefore { double value = 1.5; };")
    assert cpp("position_before + PositionBefore().value") == 2.0
    assert cpp("position_user()") == 0
    cpp("int position_user() { return 7; }")
    cpp("namespace position_space { int f() { return 2; } }")
    assert cpp("position_user() * position_space::f()") == 14
    for number in range(3):
        cpp(f"int position_after = {number};")
        assert cpp("position_after") == number


def test_a_long_session_tells_the_places_of_errors(long_session: Engine) -> None:
    with pytest.raises(CppCompileError) as failed:
        long_session("int position_fine = 1;\nint position_wrong = nowhere_defined;")
    (diagnostic,) = failed.value.diagnostics
    assert (diagnostic.line, "nowhere_defined" in diagnostic.message) == (2, True)
