"""Cutflows, as data frames, series and dictionaries: the first cut that differs is named, with its counts of events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from IPython.core.interactiveshell import InteractiveShell
from nbformat.v4 import new_code_cell, new_notebook, new_output

from doublet.display.results import RESULT, show_results
from doublet.notebook.comparison.comparing import compare

if TYPE_CHECKING:
    from collections.abc import Callable

CUTS = ["all", "trigger", "two muons", "opposite charge"]
FIRST, SECOND = [2421, 2100, 1234, 1200], [2421, 2100, 1233, 1199]


@pytest.fixture(scope="module")
def shell() -> InteractiveShell:
    made = InteractiveShell()
    show_results(made)
    return made


def line(shell: InteractiveShell, first: object, second: object) -> str:
    def shown(value: object) -> Any:
        assert shell.display_formatter is not None
        data, _ = shell.display_formatter.format(value)
        return new_notebook(cells=[new_code_cell("cutflow", id="cutflow", execution_count=1, outputs=[new_output("execute_result", data, execution_count=1)])])

    return compare(shown(first), shown(second)).line


@pytest.mark.parametrize(
    "made",
    [
        lambda counts: pd.DataFrame({"events": counts}, index=CUTS),
        lambda counts: pd.DataFrame({"cut": CUTS, "events": counts}),
        lambda counts: pd.Series(counts, index=CUTS, name="events"),
        lambda counts: dict(zip(CUTS, counts, strict=True)),
    ],
    ids=["frame", "frame with names", "series", "dictionary"],
)
def test_the_first_cut_that_differs_is_named_with_its_events(shell: InteractiveShell, made: Callable[[list[int]], object]) -> None:
    assert line(shell, made(FIRST), made(FIRST)).startswith("agrees: ")
    assert line(shell, made(FIRST), made(SECOND)).endswith("cut 'two muons': 1234 -> 1233 events, and 1 more")


def test_counts_that_grow_are_no_cutflow_and_their_rows_are_named(shell: InteractiveShell) -> None:
    assert line(shell, {"a": 1, "b": 5}, {"a": 1, "b": 6}).endswith("b is 6, was 5")


def test_numbers_without_names_are_told_by_their_place(shell: InteractiveShell) -> None:
    assert line(shell, pd.DataFrame({"mass": [91.0, 92.5]}), pd.DataFrame({"mass": [91.0, 93.5]})).endswith("[1] is 93.5, was 92.5")


def test_a_cut_with_another_name_differs_though_its_events_are_the_same(shell: InteractiveShell) -> None:
    assert line(shell, {"all": 5, "trigger": 3}, {"all": 5, "triggers": 3}).startswith("differs first in cell 1: table: ")


@pytest.mark.parametrize("value", [{}, {"a": 1.5}, {1: 2}, {"a": True}, {"a": 1 << 70}, {"a": np.int64(1)}])
def test_a_dictionary_of_other_things_is_shown_only(shell: InteractiveShell, value: object) -> None:
    assert shell.display_formatter is not None
    assert RESULT not in shell.display_formatter.format(value)[0]
