"""Templates that Python calls with what does not fit in their bodies: an error of the cell that they are from, and nothing else is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from running import run

from doublet.errors import CppCompileError

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell


@pytest.fixture(scope="module")
def functions(shell: InteractiveShell) -> Any:
    run(
        shell,
        """std::vector<bool> tried_bits{true, false};
        double tried_sound(const auto& all) { double sum = 0; for (const auto& one : all) sum += one; return sum; }
        double tried_reference(const auto& all) { double& first = all[0]; return first; }
        double tried_loop(const auto& all) { double sum = 0; for (auto& one : all) sum += one; return sum; }
        auto tried_deduced(const auto& all) { return all.nothing_such(); }
        template <class T> double tried_member(const T& all) { return all.nothing_such(); }
        double tried_rows(const auto& table) { double sum = 0; for (auto& row : table) sum += row.pt; return sum; }
        namespace tried_scope { template <class T> double inside(const T& all) { double& first = all[0]; return first; } }
        struct TriedOwner { int n = 1; template <class T> double method(const T& all) const { double& first = all[0]; return first; } };""",
    )
    return shell.user_ns["cpp"]


@pytest.mark.parametrize("name", ["tried_reference", "tried_loop", "tried_deduced", "tried_member"])
def test_an_error_in_a_template_is_one_of_its_cell_and_all_else_can_be_called(functions: Any, name: str) -> None:
    for _ in range(2):
        with pytest.raises((CppCompileError, TypeError)) as raised:
            getattr(functions, name)(functions.tried_bits)
        if isinstance(raised.value, CppCompileError):
            assert raised.value.first is not None
            assert raised.value.first.site.cell is not None
            assert name in raised.value.first.source
        assert functions.tried_sound(functions.tried_bits) == 1
    assert functions.tried_sound(np.ones(3)) == 3


def test_templates_in_namespaces_and_classes_are_tried_too(functions: Any) -> None:
    for call in (functions.tried_scope.inside, functions.TriedOwner(2).method):
        with pytest.raises(CppCompileError, match="cannot bind to a temporary"):
            call(functions.tried_bits)
    assert functions.TriedOwner(5).n == 5


def test_a_loop_over_rows_by_reference_is_refused_as_in_cells(functions: Any) -> None:
    frame = pd.DataFrame({"pt": [1.0, 2.0]})
    with pytest.raises(CppCompileError, match="cannot bind to a temporary"):
        functions.tried_rows(frame)
    assert functions.tried_sound(frame.pt) == 3


def test_a_template_that_is_defined_again_is_tried_again(shell: InteractiveShell, functions: Any) -> None:
    run(shell, "double tried_again(const auto& all) { double& first = all[0]; return first; }")
    with pytest.raises(CppCompileError):
        functions.tried_again(functions.tried_bits)
    run(shell, "double tried_again(const auto& all) { return all[0]; }")
    assert functions.tried_again(functions.tried_bits) == 1


def test_what_no_template_takes_is_refused_as_before(functions: Any) -> None:
    with pytest.raises(TypeError):
        functions.tried_sound(object())
