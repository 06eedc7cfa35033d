"""Cutflows, as data frames, series and dictionaries: the first cut that differs is named, with its counts of events."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from showing_results import notebook_showing, shell_with_results

from doublet.display.results import RESULT
from doublet.notebook.comparison.comparing import compare

if TYPE_CHECKING:
    from collections.abc import Callable

    from IPython.core.interactiveshell import InteractiveShell

CUTS = ["all", "trigger", "two muons", "opposite charge"]
FIRST, SECOND = [2421, 2100, 1234, 1200], [2421, 2100, 1233, 1199]


@pytest.fixture(scope="module")
def shell() -> InteractiveShell:
    return shell_with_results()


def line(shell: InteractiveShell, first: object, second: object) -> str:
    return compare(notebook_showing(shell, first), notebook_showing(shell, second)).line


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
