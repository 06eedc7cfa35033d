"""The numbers of a histogram's display: statistics, errors, efficiencies and ratios, against other libraries."""

from __future__ import annotations

from typing import Any

import hist
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

import doublet
from doublet.display.histograms.contents import points, ratio, total
from doublet.display.histograms.drawing import Drawing, Layer
from doublet.display.histograms.drawings import drawing_of
from doublet.display.histograms.statistics import statistics
from doublet.errors import HistogramError

ONE_SIGMA = stats.norm.cdf(1) - stats.norm.cdf(-1)
numbers = st.lists(st.floats(-20, 20), max_size=50)


def counts(contents: list[int]) -> hist.Hist[Any]:
    made: hist.Hist[Any] = hist.Hist(hist.axis.Regular(len(contents), 0, len(contents), flow=False), storage=hist.storage.Int64())
    made[...] = np.array(contents)
    return made


def weighted(values: list[float], variances: list[float]) -> hist.Hist[Any]:
    made: hist.Hist[Any] = hist.Hist(hist.axis.Regular(len(values), 0, len(values), flow=False), storage=hist.storage.Weight())
    made[...] = np.stack([values, variances], axis=-1)
    return made


@given(numbers)
def test_statistics_are_those_of_what_was_filled(values: list[float]) -> None:
    histogram: hist.Hist[Any] = hist.Hist(hist.axis.Regular(10, -10, 10), storage=hist.storage.Int64()).fill(values)
    found = statistics(histogram)
    data = np.array(values)
    inside = data[(data >= -10) & (data < 10)]
    (axis,) = found.axes
    assert (found.entries, found.inside, found.unweighted, found.effective) == (len(values), len(inside), True, len(values))
    assert (axis.underflow, axis.overflow) == (float(np.sum(data < -10)), float(np.sum(data >= 10)))
    if len(inside):
        centres = np.floor((inside + 10) / 2) * 2 - 9
        assert axis.mean == pytest.approx(centres.mean(), abs=1e-12)
        assert axis.deviation == pytest.approx(centres.std(), abs=1e-12)
    else:
        assert (axis.mean, axis.deviation) == (None, None)


def test_statistics_of_weights_are_a_sum_and_effective_entries() -> None:
    weights = np.array([0.5, 2, -1, 3])
    histogram: hist.Hist[Any] = hist.Hist(hist.axis.Regular(2, 0, 2), storage=hist.storage.Weight()).fill([0.5, 1.5, 0.5, 7], weight=weights)
    found = statistics(histogram)
    assert not found.unweighted
    assert found.entries == weights.sum()
    assert found.effective == pytest.approx(weights.sum() ** 2 / (weights**2).sum())
    assert found.axes[0].overflow == 3


def test_statistics_far_from_zero_keep_their_digits() -> None:
    histogram: hist.Hist[Any] = hist.Hist(hist.axis.Regular(2, 1e9, 1e9 + 2)).fill([1e9 + 0.5, 1e9 + 1.5])
    assert statistics(histogram).axes[0].deviation == pytest.approx(0.5, rel=1e-9)


def test_statistics_of_a_profile_count_its_entries() -> None:
    histogram: hist.Hist[Any] = hist.Hist(hist.axis.Regular(2, 0, 2), storage=hist.storage.Mean()).fill([0.5, 0.5, 1.5, 9], sample=[1, 2, 3, 4])
    found = statistics(histogram)
    assert (found.entries, found.inside, found.axes[0].overflow) == (4, 3, 1)
    assert found.axes[0].mean == pytest.approx((0.5 + 0.5 + 1.5) / 3)


def test_statistics_of_each_axis_sum_over_the_others_with_their_flow() -> None:
    histogram: hist.Hist[Any] = hist.Hist(hist.axis.Regular(2, 0, 2), hist.axis.StrCategory(["a"])).fill([0.5, 1.5, 9], ["a", "b", "b"])
    first, second = statistics(histogram).axes
    assert (first.mean, first.underflow, first.overflow) == (1.0, 0, 1)
    assert (second.mean, second.underflow, second.overflow) == (None, None, 2)


def test_an_axis_that_goes_around_has_its_nan_as_overflow() -> None:
    histogram: hist.Hist[Any] = hist.Hist(hist.axis.Regular(4, 0, 4, circular=True)).fill([0.5, 4.5, np.nan])
    found = statistics(histogram)
    assert (found.entries, found.inside, found.axes[0].overflow, found.axes[0].mean) == (3, 2, 1, 0.5)


def test_errors_of_sums_are_the_square_roots_of_their_variances() -> None:
    found = points(Layer(weighted([4, -2], [9, 16])))
    np.testing.assert_array_equal([found.lower, found.values, found.upper], [[1, -6], [4, -2], [7, 2]])


def test_unweighted_data_have_garwood_intervals() -> None:
    found = points(Layer(counts([0, 1, 10]), role="data"))
    # The end for 0 entries is -ln((1 - 0.6827) / 2); the others are tabulated quantiles of chi squared.
    np.testing.assert_allclose(found.lower, [0, 0.172753, 6.891360], rtol=1e-5)
    np.testing.assert_allclose(found.upper, [1.841022, 3.299527, 14.266950], rtol=1e-5)


def test_weighted_data_have_the_errors_of_their_weights() -> None:
    found = points(Layer(weighted([4.5], [2.25]), role="data"))
    assert (found.lower[0], found.upper[0]) == (3, 6)


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), min_size=1, max_size=6))
def test_efficiencies_have_the_exact_binomial_interval(pairs: list[tuple[int, int]]) -> None:
    passed, everything = [k for k, _ in pairs], [k + rest for k, rest in pairs]
    found = points(doublet.efficiency(counts(passed), counts(everything)).layers[0])
    for n, (k, size) in enumerate(zip(passed, everything, strict=True)):
        if not size:
            assert np.isnan([found.values[n], found.lower[n], found.upper[n]]).all()
            continue
        # scipy's own solves for the ends of the same interval, rather than by the beta distribution.
        exact = stats.binomtest(k, size).proportion_ci(ONE_SIGMA, method="exact")
        assert found.values[n] == k / size
        assert (found.lower[n], found.upper[n]) == pytest.approx((exact.low, exact.high), abs=1e-9)


def test_means_have_their_standard_error_and_nothing_where_there_is_nothing() -> None:
    samples = [1.0, 2.0, 6.0]
    histogram: hist.Hist[Any] = hist.Hist(hist.axis.Regular(3, 0, 3), storage=hist.storage.Mean()).fill([0.5, 0.5, 0.5, 1.5], sample=[*samples, 4])
    found = points(drawing_of(histogram).layers[0])
    error = np.std(samples, ddof=1) / np.sqrt(3)
    np.testing.assert_allclose(found.values, [3, 4, np.nan])
    np.testing.assert_allclose(found.upper, [3 + error, np.nan, np.nan])


def test_a_stack_adds_contents_and_variances() -> None:
    found = total([Layer(weighted([1, 2], [9, 1])), Layer(weighted([3, 4], [16, 0]))])
    np.testing.assert_array_equal(found.values, [4, 6])
    np.testing.assert_array_equal(found.upper, [9, 7])


def test_ratio_divides_data_and_their_errors_by_the_sum_and_leaves_out_empty_bins() -> None:
    drawing = doublet.stack({"a": weighted([2, 0], [1, 0]), "b": weighted([3, 0], [3, 0])}, data=counts([10, 2]))
    found = ratio(drawing)
    assert found is not None
    assert found.label == "Data / stack"
    data = points(drawing.layers[-1])
    np.testing.assert_allclose(found.points[0].values, [2, np.nan])
    np.testing.assert_allclose(found.points[0].upper, [data.upper[0] / 5, np.nan])
    np.testing.assert_allclose(found.band.upper, [1 + 2 / 5, np.nan])


def test_ratio_is_the_one_of_mplhep() -> None:
    from mplhep.comp import get_comparison

    model, data = weighted([20.0, 31, 44], [4.0, 5, 7]), counts([25, 20, 50])
    theirs, lower, upper = get_comparison(data, model, comparison="split_ratio", h1_w2method="poisson")
    found = ratio(doublet.stack([model], data=data))
    assert found is not None
    np.testing.assert_allclose(found.points[0].values, theirs)
    np.testing.assert_allclose(found.points[0].bars, [lower, upper], rtol=1e-6)


def test_data_and_stack_of_other_bins_have_no_ratio() -> None:
    with pytest.raises(HistogramError, match="nothing to divide"):
        doublet.stack({"a": counts([1, 2, 3])}, data=counts([1, 2]))
    assert doublet.stack({"a": counts([1, 2])}, data=counts([1, 2]), ratio=False).ratio is False


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: doublet.overlay([]), "no histogram to draw"),
        (lambda: doublet.overlay([3]), "it is a int"),
        (lambda: doublet.overlay([counts([1]), counts([1])], draw="hologram"), "no way to draw called 'hologram'"),  # type: ignore[arg-type]
        (lambda: doublet.overlay([hist.Hist.new.Reg(2, 0, 1).Reg(2, 0, 1).Double()] * 2), "2 histograms of 2 dimensions"),
        (lambda: doublet.overlay([hist.Hist.new.Reg(2, 0, 1).Reg(2, 0, 1).Double(), counts([1])]), "histogram 2 has 1 dimensions and the first one 2"),
        (lambda: doublet.overlay([counts([1])], ratio=True), "nothing to divide"),
        (lambda: doublet.stack([hist.Hist.new.Reg(2, 0, 1).Mean()]), "holds no sums"),
        (lambda: doublet.efficiency(counts([2]), counts([1])), "in bin 0 2 entries passed of 1"),
        (lambda: doublet.efficiency(weighted([1], [2]), counts([1])), "weighted"),
        (lambda: doublet.efficiency(counts([1]), counts([1, 2])), "different axes"),
        (lambda: doublet.efficiency(*[hist.Hist.new.Reg(2, 0, 1).Reg(2, 0, 1).Double()] * 2), "1 dimension"),
        (lambda: Layer(counts([1]), color="red"), "'red' is no colour"),
    ],
)
def test_what_cannot_be_drawn_is_refused_with_the_reason(make: Any, sentence: str) -> None:
    with pytest.raises(HistogramError) as caught:
        make()
    assert sentence in str(caught.value)
    assert ";" in str(caught.value), "no advice"


def test_names_of_a_mapping_and_labels_of_a_list_are_the_legend() -> None:
    named: hist.Hist[Any] = hist.Hist(hist.axis.Regular(1, 0, 1), label="own label")
    assert [layer.label for layer in doublet.overlay({"a": named, "b": named}).layers] == ["a", "b"]
    assert [layer.label for layer in doublet.overlay([named, counts([1])]).layers] == ["own label", ""]


def test_efficiencies_can_be_overlaid() -> None:
    one, other = (doublet.efficiency(counts([k]), counts([4])) for k in (1, 3))
    drawing: Drawing = doublet.overlay({"one": one, "other": other})
    assert [points(layer).values[0] for layer in drawing.layers] == [0.25, 0.75]


def test_mean_and_deviation_are_of_the_middles_of_the_bins_also_on_a_logarithmic_axis() -> None:
    histogram: hist.Hist[Any] = hist.Hist(hist.axis.Regular(2, 1, 100, transform=hist.axis.transform.log)).fill([2, 50, 50])
    (axis,) = statistics(histogram).axes
    middles = np.array([5.5, 55, 55])
    assert axis.mean == pytest.approx(middles.mean())
    assert axis.deviation == pytest.approx(middles.std())
