"""Histograms and numbers of which it is known how they differ are judged so, whatever they are."""

from __future__ import annotations

from typing import Any

import numpy as np
from hist import Hist
from hypothesis import given
from hypothesis import strategies as st

from doublet.notebook.comparison.agreement import Agreement
from doublet.notebook.comparison.histogram import Histogram
from doublet.notebook.comparison.independence import counts
from doublet.notebook.comparison.migration import moved
from doublet.notebook.comparison.text import Text

SEEDS = st.integers(0, 2**32 - 1)


def weighted(values: Any, weights: Any) -> Histogram:
    return Histogram("h", Hist.new.Reg(20, -3, 3).Weight().fill(values, weight=weights))


def counted(values: Any) -> Histogram:
    return Histogram("h", Hist.new.Reg(20, -3, 3).Double().fill(values))


@given(SEEDS, st.integers(2, 3000), st.sampled_from([0.0, -1.0]))
def test_another_order_of_weighted_entries_is_rounding_at_most(seed: int, size: int, least: float) -> None:
    rng = np.random.default_rng(seed)
    values, weights = rng.normal(size=size), rng.uniform(least, 2, size)
    order = rng.permutation(size)
    judgement = weighted(values, weights).against(weighted(values[order], weights[order]))
    assert judgement.agreement in (Agreement.IDENTICAL, Agreement.ROUNDING), judgement


@given(SEEDS, st.integers(2, 3000))
def test_an_entry_that_is_missing_is_a_difference(seed: int, size: int) -> None:
    rng = np.random.default_rng(seed)
    values, weights = rng.normal(size=size), rng.uniform(0.5, 2, size)
    assert weighted(values, weights).against(weighted(values[1:], weights[1:])).agreement is Agreement.DIFFERENT
    assert counted(values).against(counted(values[1:])).agreement is Agreement.DIFFERENT


@given(SEEDS, st.integers(1, 5))
def test_entries_that_moved_over_one_edge_are_counted(seed: int, number: int) -> None:
    rng = np.random.default_rng(seed)
    values = rng.normal(size=500)
    bins = rng.choice(np.arange(0, 20, 4), number, replace=False)  # too far from each other to be taken for one another
    edges = -3 + 0.3 * (bins + 1)
    judgement = counted([*values, *(edges - 0.01)]).against(counted([*values, *(edges + 0.01)]))
    assert judgement.agreement is Agreement.MOVED
    assert judgement.moved == number


@given(SEEDS, st.integers(1, 3))
def test_what_did_move_to_neighbours_is_found_to_have(seed: int, rank: int) -> None:
    """Events leave bins whose indices have an even sum for those beside, so that none makes up for another."""
    rng = np.random.default_rng(seed)
    difference = np.zeros((6,) * rank, np.int64)
    number = 0
    for _ in range(20):
        place = rng.integers(0, 6, rank)
        beside = place.copy()
        axis = rng.integers(rank)
        beside[axis] += 1 if place[axis] < 5 else -1
        if place.sum() % 2 == 0:
            difference[tuple(place)] -= 1
            difference[tuple(beside)] += 1
            number += 1
    assert moved(difference) == (number or None)


@given(SEEDS)
def test_sums_in_another_order_are_rounding_in_text(seed: int) -> None:
    rng = np.random.default_rng(seed)
    values = rng.exponential(size=2000)
    judgement = Text(f"sum {sum(values)!r}").against(Text(f"sum {sum(values[::-1])!r}"))
    assert judgement.agreement in (Agreement.IDENTICAL, Agreement.ROUNDING)


@given(st.text(max_size=60), st.text(max_size=60))
def test_a_text_is_the_same_as_itself_and_other_words_are_not(first: str, second: str) -> None:
    one, two = Text(first), Text(second)
    assert one.against(one).agreement is Agreement.IDENTICAL
    assert one.against(two).agreement is two.against(one).agreement


def test_independent_samples_are_told_apart_as_often_as_promised() -> None:
    """Of 2,000 pairs of samples, few entries a bin, 5 % have a p-value below 5 %, within four standard deviations."""
    rng = np.random.default_rng(11)
    means = rng.exponential(2.0, 60)
    pairs = rng.poisson(means, (2000, 2, 60)).astype(float)
    chances = [counts(first, second, first + second, unweighted=True)[0] for first, second in pairs]
    share = np.mean(np.array(chances) < 0.05)
    assert abs(share - 0.05) < 4 * np.sqrt(0.05 * 0.95 / 2000)
