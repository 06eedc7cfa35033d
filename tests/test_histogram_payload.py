"""The data of a histogram's display: what the schema says, what is stored, and what is read again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import hist
import numpy as np
import pytest
import uhi.schema
from histogram_strategies import histograms
from hypothesis import given, settings
from jsonschema import Draft202012Validator

from doublet.display.histograms.arrays import decode, encode
from doublet.display.histograms.bundle import bundle
from doublet.display.histograms.drawing import Drawing, Layer
from doublet.display.histograms.drawings import drawing_of
from doublet.display.histograms.payload import CELLS, MIME, payload, read, schema
from doublet.errors import HistogramError

EXAMPLES = Path(__file__).parent / "data" / "histograms"
VALID, INVALID = (sorted((EXAMPLES / kind).glob("*.json")) for kind in ("valid", "invalid"))
VALIDATOR = Draft202012Validator(schema())


def load(file: Path) -> Any:
    return json.loads(file.read_text(encoding="utf-8"))


def stored(drawing: Drawing) -> Any:
    """What a reader gets, in a strict parser's view."""
    return json.loads(json.dumps(payload(drawing), allow_nan=False))


def assert_equal(one: hist.Hist[Any], other: hist.Hist[Any]) -> None:
    assert one.axes == other.axes
    assert [axis.label for axis in one.axes] == [axis.label for axis in other.axes]
    assert one.storage_type == other.storage_type
    before: Any = one.view(flow=True)
    after: Any = other.view(flow=True)
    for name in before.dtype.names or ("",):
        first, second = (before[name], after[name]) if name else (before, after)
        if name.startswith("_sum_of"):
            # UHI keeps the variance, whose product with the count is this number again but for rounding; samples are about 10.
            np.testing.assert_allclose(first, second, rtol=1e-12, atol=1e-11)
        else:
            np.testing.assert_array_equal(first, second)
    assert (one.variances() is None) == (other.variances() is None)


def test_schema_is_one() -> None:
    Draft202012Validator.check_schema(schema())


@pytest.mark.parametrize("file", VALID, ids=lambda file: file.stem)
def test_valid_example_is_valid_and_comes_back_as_it_was(file: Path) -> None:
    data = load(file)
    VALIDATOR.validate(data)
    again = stored(read(data))
    for each in (data, again):
        for layer in each["layers"]:
            for part in {"histogram", "passed"} & set(layer):
                del layer[part]["writer_info"]  # versions of libraries
    assert again == data


@pytest.mark.parametrize("file", INVALID, ids=lambda file: file.stem)
def test_invalid_example_is_invalid(file: Path) -> None:
    assert not VALIDATOR.is_valid(load(file))


@pytest.mark.parametrize("file", [file for file in INVALID if file.stem != "efficiency_without_points"], ids=lambda file: file.stem)
def test_reading_an_invalid_example_says_why_not(file: Path) -> None:
    with pytest.raises(HistogramError, match=r"\w{3}"):
        read(load(file))


@pytest.mark.parametrize("data", [None, [], {}, "text", {"version": 2}, {"version": 1, "layers": 3}])
def test_what_is_no_payload_is_refused(data: Any) -> None:
    with pytest.raises(HistogramError):
        read(data)


@given(histograms())
def test_any_histogram_is_valid_by_both_schemas_and_comes_back_equal(histogram: hist.Hist[Any]) -> None:
    data = stored(drawing_of(histogram))
    VALIDATOR.validate(data)
    uhi.schema.validate_histogram(data["layers"][0]["histogram"])
    assert_equal(read(data).layers[0].histogram, histogram)


def test_atomic_and_unlimited_storages_come_back_as_themselves() -> None:
    for storage in (hist.storage.AtomicInt64(), hist.storage.Unlimited()):
        histogram: hist.Hist[Any] = hist.Hist(hist.axis.Regular(3, 0, 1), storage=storage)
        assert read(stored(drawing_of(histogram))).layers[0].histogram.storage_type is type(storage)


def test_metadata_that_json_cannot_hold_is_left_out() -> None:
    axis = hist.axis.Regular(2, 0, 1, metadata={"nested": object()})
    axis.__dict__.update({"good": 1.5, "odd": np.nan, " ": 1})
    data = stored(drawing_of(hist.Hist(axis)))
    VALIDATOR.validate(data)
    assert data["layers"][0]["histogram"]["axes"][0]["metadata"] == {"name": "", "label": "Axis 0", "good": 1.5}


def test_what_weights_took_from_the_errors_is_remembered() -> None:
    histogram: hist.Hist[Any] = hist.Hist(hist.axis.Regular(2, 0, 1)).fill([0.1], weight=[2])
    assert read(stored(drawing_of(histogram))).layers[0].histogram.variances() is None


@pytest.mark.parametrize(
    "array",
    [
        np.arange(6).reshape(2, 3), np.array([1.5, np.nan, -np.inf]), np.array(3.25), np.array(np.nan), np.zeros((0, 4)),
        np.random.default_rng(0).normal(size=(20, 30)), np.array([2**62, -(2**62)]), np.array([5e-324, 1.7e308, -0.0]),
    ],
)  # fmt: skip
def test_arrays_come_back_bit_for_bit(array: Any) -> None:
    again = decode(json.loads(json.dumps(encode(array), allow_nan=False)), array.shape)
    assert np.asarray(again, dtype=array.dtype).tobytes() == array.tobytes()


@pytest.mark.parametrize(
    "value",
    ["data:text/plain,1", "data:application/vnd.doublet.array;dtype=float64;base64,AAA", [[1], [2, 3]], ["a", "b"], [1, 2, 3], 4, None, {"a": 1}],
)
def test_what_is_no_array_of_the_shape_is_refused(value: Any) -> None:
    with pytest.raises(HistogramError):
        decode(value, (2,))


def test_whole_bundles_are_small() -> None:
    random = np.random.default_rng(0)
    line = hist.Hist(hist.axis.Regular(100, 60, 120, label=r"$m_{\mu\mu}$ [GeV]"), storage=hist.storage.Weight())
    line.fill(random.normal(91, 3, 10_000), weight=random.normal(1, 0.1, 10_000))
    plane = hist.Hist(*(hist.axis.Regular(100, 0, 1, label=name) for name in "xy"), storage=hist.storage.Weight())
    plane.fill(*random.uniform(0, 1, (2, 100_000)), weight=random.uniform(0, 1, 100_000))
    assert len(json.dumps(bundle(drawing_of(line)))) < 60_000
    assert len(json.dumps(bundle(drawing_of(plane)))) < 300_000


@pytest.mark.parametrize("bins", [(CELLS + 1,), (600, 500), (3, CELLS // 4)])
def test_data_beyond_the_limit_are_merged_and_said_to_be(bins: tuple[int, ...]) -> None:
    histogram: hist.Hist[Any] = hist.Hist(*(hist.axis.Regular(n, 0, 1, label=f"axis of {n}") for n in bins), storage=hist.storage.Int64())
    histogram.fill(*np.random.default_rng(0).uniform(-0.1, 1.1, (len(bins), 1000)))
    data = stored(drawing_of(histogram))
    VALIDATOR.validate(data)
    again = read(data).layers[0].histogram
    assert again.sum(flow=True) == 1000
    assert 0 < np.prod([axis.extent for axis in again.axes]) <= CELLS
    assert "are merged by" in data["notes"][0]


def test_a_drawing_is_stored_with_how_it_is_drawn() -> None:
    histogram: hist.Hist[Any] = hist.Hist(hist.axis.Regular(2, 1, 100, transform=hist.axis.transform.log, label="E [GeV]")).fill([5])
    drawing = Drawing((Layer(histogram, "A", "filled", "background", stacked=True, color="#00ff00"),), "Title", log=True)
    data = stored(drawing)
    assert data["axes"] == [{"label": "E [GeV]", "unit": "GeV", "scale": "log"}]
    assert data["value"] == {"label": "Entries", "unit": "", "scale": "log"}
    again = read(data)
    assert (again.title, again.log) == ("Title", True)
    assert_equal(again.layers[0].histogram, histogram)
    assert again.layers[0].color == "#00ff00"
    assert again.layers[0].stacked


@settings(max_examples=30)
@given(histograms(ndim=1))
def test_every_part_of_a_bundle_is_text_that_json_holds(histogram: hist.Hist[Any]) -> None:
    parts = bundle(drawing_of(histogram))
    assert set(parts) == {MIME, "text/html", "image/png", "text/plain"}
    json.dumps(parts, allow_nan=False)


def test_bins_that_an_interactive_picture_merges_are_all_stored() -> None:
    h: hist.Hist[Any] = hist.Hist(hist.axis.Regular(10_000, 0, 1, label="t [ms]"))
    h.fill(np.random.default_rng(5).beta(2, 5, 1000))
    data = stored(Drawing((Layer(h),)))
    assert data["merged"] == {
        "by": 20,
        "label": "Entries / 0.002 ms",
        "note": "10,000 bins of t [ms] are merged by 20 to 500 for this picture.",
    }
    VALIDATOR.validate(data)
    assert read(data).layers[0].histogram == h
    assert "merged" not in payload(Drawing((Layer(hist.Hist(hist.axis.Regular(2000, 0, 1))),)))


def test_projections_are_of_each_axis_and_of_each_pair() -> None:
    h: hist.Hist[Any] = hist.Hist(*(hist.axis.Regular(2, 0, 1, label=name) for name in "xyz"), storage=hist.storage.Mean())
    data = stored(Drawing((Layer(h),)))
    assert data["projections"] == [[0], [1], [2], [0, 1], [0, 2], [1, 2]]
