"""Histograms in HTML, SVG, PNG and plain text: whole after sanitising, safe, readable without seeing, right in numbers."""

from __future__ import annotations

import base64
import io
import re
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import boost_histogram
import hist
import numpy as np
import pytest
from histogram_strategies import histograms, labels
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

import doublet
from doublet.display.histograms.axes import Bins
from doublet.display.histograms.bundle import bundle, fit
from doublet.display.histograms.drawing import Drawing, Layer
from doublet.display.histograms.drawings import drawing_of
from doublet.display.histograms.html import html
from doublet.display.histograms.picture import picture
from doublet.display.histograms.tex import as_html, clean, pieces, plain
from doublet.display.histograms.ticks import number, ticks
from doublet.errors import HistogramError

# Of what JupyterLab's sanitiser leaves, what is used.
ALLOWED = {
    "div": set(), "small": set(), "i": set(), "sup": set(), "sub": set(), "p": set(), "details": set(), "summary": set(), "table": set(),
    "caption": set(), "tr": set(), "th": {"align"}, "td": {"align", "colspan"}, "img": {"src", "alt", "width", "style"},
}  # fmt: skip
SVG_TAGS = {"svg", "rect", "path", "text", "tspan", "g", "clipPath", "pattern", "image", "circle"}
NAMESPACE = "{http://www.w3.org/2000/svg}"
ENTRIES = np.random.default_rng(5).normal(5, 2, 500)


class Reader(HTMLParser):
    """Collects tags, pictures and text, and fails at what a sanitiser would take away."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.images: list[dict[str, str]] = []
        self.text = ""
        self.open: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in ALLOWED, tag
        assert {name for name, _ in attrs} <= ALLOWED[tag], attrs
        self.tags.append(tag)
        if tag == "img":
            self.images.append({name: value or "" for name, value in attrs})
        else:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def shown(value: Any) -> Reader:
    return Reader(bundle(drawing_of(value), lambda kind: kind == "text/html")["text/html"])


def svg(image: dict[str, str]) -> ET.Element:
    """Read a picture as XML; it refers to nothing outside of itself."""
    prefix = "data:image/svg+xml;base64,"
    assert image["src"].startswith(prefix)
    root = ET.fromstring(base64.b64decode(image["src"][len(prefix) :]))
    for element in root.iter():
        assert element.tag.removeprefix(NAMESPACE) in SVG_TAGS
        for name, value in element.attrib.items():
            assert not name.startswith("on")
            assert "http" not in value
            assert "url(" not in value or re.fullmatch(r"url\(#\w+\)", value)
            if name.endswith("href"):
                assert value.startswith("data:image/png;base64,")
    return root


def words(root: ET.Element) -> list[str]:
    return ["".join(each.itertext()) for each in root.iter(f"{NAMESPACE}text")]


def simple(**options: Any) -> hist.Hist[Any]:
    return hist.Hist(hist.axis.Regular(10, 0, 10, label="x [cm]"), storage=hist.storage.Int64(), **options).fill(ENTRIES)


@settings(max_examples=60)
@given(histograms())
def test_any_histogram_is_html_that_sanitisers_leave_whole(histogram: hist.Hist[Any]) -> None:
    reader = shown(histogram)
    assert reader.images
    for image in reader.images:
        assert svg(image).tag == f"{NAMESPACE}svg"
        assert len(image["alt"]) > 20


@settings(max_examples=40)
@given(labels, labels, labels)
def test_labels_are_text_wherever_they_come_from(title: str, label: str, axis: str) -> None:
    histogram: hist.Hist[Any] = hist.Hist(hist.axis.Regular(3, 0, 1, label=axis)).fill([0.1])
    drawing = doublet.overlay({label or "a": histogram, "other": histogram}, title=title)
    for image in shown(drawing).images:
        svg(image)
    assert bundle(drawing)["text/plain"]


def test_markup_in_labels_is_shown_as_typed() -> None:
    attack = "</title><script>alert(1)</script><img src=x onerror=alert(1)>\"'"
    histogram: hist.Hist[Any] = hist.Hist(hist.axis.StrCategory([attack], label=attack), label=attack).fill([attack])
    reader = shown(histogram)
    assert reader.tags.count("img") == 2
    assert attack in reader.text
    assert attack in words(svg(reader.images[0]))


def test_picture_is_drawn_in_both_scales_and_tells_its_numbers() -> None:
    reader = shown(simple(label="Tracks"))
    assert len(reader.images) == 2
    linear, logarithmic = (image["alt"] for image in reader.images)
    mean = np.average(np.arange(10) + 0.5, weights=np.histogram(ENTRIES, 10, (0, 10))[0])
    for text in ("Histogram “Tracks”", "x [cm] from 0 to 10 in 10 bins", "Entries / 1 cm", "500 entries", f"mean {mean:.4g}", "underflow"):
        assert text in linear
    assert "logarithmic" in logarithmic
    assert "Logarithmic scale" in reader.text
    assert "Statistics: 500 entries, mean" in reader.text


def test_table_has_every_bin_with_its_error_and_the_flow() -> None:
    histogram = hist.Hist(hist.axis.Regular(2, 0, 2), storage=hist.storage.Weight()).fill([-1, 0.5, 0.5, 1.5, 9, 9, 9], weight=2)
    text = shown(histogram).text
    assert "underflow2" in text
    assert "0 to 14 ± 2.83" in text
    assert "1 to 22 ± 2" in text
    assert "overflow6" in text


def test_pictures_fit_narrow_pages_and_do_not_grow_without_limit() -> None:
    for image in shown(simple()).images:
        assert image["width"] == "640"
        assert image["style"] == "max-width:100%;height:auto"


def test_svg_has_a_background_of_its_own() -> None:
    first = svg(shown(simple()).images[0])[0]
    assert (first.tag, first.get("fill"), first.get("width")) == (f"{NAMESPACE}rect", "#fff", "600")


def steps(root: ET.Element) -> list[float]:
    """The heights of the outline, in pixels from the top."""
    outline = next(each.get("d", "") for each in root.iter(f"{NAMESPACE}path") if each.get("fill") == "none" and "H" in each.get("d", ""))
    return [float(v) for v in re.findall(r"V([\d.]+)H", outline)]


def test_outline_is_as_high_as_the_contents() -> None:
    histogram = hist.Hist(hist.axis.Regular(4, 0, 4), storage=hist.storage.Int64())
    histogram[...] = [0, 1, 2, 4, 0, 0]
    heights = steps(svg(shown(histogram).images[0]))
    bottom = heights[3]
    rises = [bottom - height for height in heights]
    assert rises == pytest.approx([rises[2] / 4, rises[2] / 2, rises[2], 0], abs=0.11)


def test_bins_without_a_number_leave_a_gap_and_are_named() -> None:
    histogram = hist.Hist(hist.axis.Regular(4, 0, 4), storage=hist.storage.Double())
    histogram[...] = [0, 1, np.nan, np.inf, 2, 0]
    reader = shown(histogram)
    assert len(steps(svg(reader.images[0]))) == 3
    assert "Neither drawn nor summed: 1 bin holds no number (NaN)." in reader.text
    assert "Drawn up to the frame: 1 bin holds an infinite content." in reader.text


def test_many_bins_are_merged_said_so_and_counted_whole() -> None:
    histogram = hist.Hist(hist.axis.Regular(100_000, 0, 10, label="t [ns]"), storage=hist.storage.Int64()).fill(ENTRIES)
    reader = shown(histogram)
    assert "100,000 bins of t [ns] are merged by 200 to 500 for this picture." in reader.text
    assert "Entries / 0.02 ns" in words(svg(reader.images[0]))
    assert "500 entries" in reader.text
    drawn = fit(drawing_of(histogram)).drawn.layers[0].histogram
    assert drawn.sum(flow=True) == 500
    assert len(drawn.axes[0]) == 500


def test_a_number_of_bins_without_divisors_ends_in_a_smaller_one_and_says_so() -> None:
    histogram = hist.Hist(hist.axis.Regular(99_991, 0, 10), storage=hist.storage.Int64()).fill(ENTRIES)
    shown_ = fit(drawing_of(histogram))
    assert "and the last 191 to one" in shown_.notes[0]
    assert shown_.drawn.layers[0].histogram.sum(flow=True) == 500


@pytest.mark.parametrize(
    "axis",
    [hist.axis.Regular(2000, 0, 10, circular=True), hist.axis.Integer(0, 2000), hist.axis.Regular(2000, 0.1, 10, transform=hist.axis.transform.log), hist.axis.Variable(np.linspace(0, 10, 2004))],
    ids=lambda axis: type(axis).__name__,
)
def test_bins_of_every_kind_of_axis_can_be_merged(axis: Any) -> None:
    histogram: hist.Hist[Any] = hist.Hist(axis, storage=hist.storage.Int64())
    histogram.fill(ENTRIES.astype(int) if isinstance(axis, hist.axis.Integer) else ENTRIES)
    drawn = fit(drawing_of(histogram)).drawn.layers[0].histogram
    assert len(drawn.axes[0]) <= 500
    assert drawn.sum(flow=True) == 500


def test_merged_logarithmic_bins_stay_on_a_logarithmic_axis() -> None:
    for bins in (2000, 1999):
        histogram: hist.Hist[Any] = hist.Hist(hist.axis.Regular(bins, 0.1, 10, transform=hist.axis.transform.log)).fill(ENTRIES)
        assert Bins.of(fit(drawing_of(histogram)).drawn.layers[0].histogram.axes[0]).log


def test_of_too_many_categories_the_first_are_shown() -> None:
    histogram: hist.Hist[Any] = hist.Hist(hist.axis.StrCategory([f"run {n}" for n in range(500)], label="run")).fill(["run 1", "run 499"])
    reader = shown(histogram)
    assert "Of 500 bins of run, the first 60 are shown." in reader.text
    assert "2 entries" in reader.text


def test_names_of_categories_are_turned_where_they_are_long() -> None:
    def turned(names: list[str]) -> bool:
        root = svg(shown(hist.Hist(hist.axis.StrCategory(names)).fill(names)).images[0])
        return any("rotate(-35" in each.get("transform", "") for each in root.iter(f"{NAMESPACE}text"))

    assert not turned(["ee", "mm"])
    assert turned([f"a trigger with a long name {n}" for n in range(6)])


def test_whole_numbers_have_their_bin_around_them() -> None:
    histogram = hist.Hist(hist.axis.Integer(0, 6, label="jets"), storage=hist.storage.Int64()).fill([1, 2, 2, 3])
    reader = shown(histogram)
    assert "mean 2, std. dev. 0.7071" in reader.text
    assert "highest at 2 with 2" in reader.images[0]["alt"]
    many = Bins.of(hist.axis.Integer(0, 100))
    assert (many.edges[0], many.describe(7)) == (-0.5, "7")


def test_a_logarithmic_picture_of_zeros_and_negative_contents_shows_what_it_can() -> None:
    histogram = hist.Hist(hist.axis.Regular(3, 0, 3), storage=hist.storage.Double())
    histogram[...] = [0, 0, -5, 100, 0]
    heights = steps(ET.fromstring(picture(drawing_of(histogram), log=True)))
    assert heights[0] == heights[1] > heights[2]


@pytest.mark.parametrize("log", [False, True])
def test_an_empty_histogram_says_so(log: bool) -> None:
    root = ET.fromstring(picture(drawing_of(hist.Hist(hist.axis.Regular(3, 0, 1))), log=log))
    assert "No entries" in words(root)


def test_histograms_without_bins_or_axes_are_shown_in_words() -> None:
    growing: hist.Hist[Any] = hist.Hist(hist.axis.StrCategory([], growth=True))
    assert "no bins yet" in words(svg(shown(growing).images[0]))[0]
    point = hist.Hist(storage=hist.storage.Weight())
    point.fill(weight=3)
    assert words(svg(shown(point).images[0])) == ["3 ± 3"]


@pytest.mark.parametrize("contents", [[5e-324, 0], [5e-324, 1.7e308], [1.7e308, -1.7e308], [1e-310, np.inf], [np.nan, -np.inf]])
@pytest.mark.parametrize("ndim", [1, 2])
def test_the_smallest_and_largest_numbers_are_drawn(contents: list[float], ndim: int) -> None:
    histogram: hist.Hist[Any] = hist.Hist(hist.axis.Regular(2, 0, 1, flow=False), *[hist.axis.Boolean()] * (ndim - 1))
    histogram[...] = np.array(contents) if ndim == 1 else np.array([contents, contents])
    for log in (False, True):
        parts = bundle(Drawing((Layer(histogram),), log=log))
        svg(Reader(parts["text/html"]).images[0])


def test_edges_at_infinity_are_drawn_near_and_named() -> None:
    bins = Bins.of(hist.axis.Variable([-np.inf, 0, 2, np.inf], label="d0"))
    assert list(bins.edges) == [-2, 0, 2, 4]
    assert bins.note == "The outer bins of d0 reach to infinity."
    assert np.isfinite(Bins.of(hist.axis.Variable([-np.inf, np.inf])).edges).all()


def test_two_dimensions_are_a_map_of_colours_with_a_scale_and_a_table() -> None:
    histogram: hist.Hist[Any] = hist.Hist(hist.axis.Regular(3, 0, 3, label="x"), hist.axis.StrCategory(["a", "b"], label="y")).fill([0.5, 1.5], ["a", "b"])
    reader = shown(histogram)
    root = svg(reader.images[0])
    maps = list(root.iter(f"{NAMESPACE}image"))
    assert len(maps) == 2
    pixels = Image.open(io.BytesIO(base64.b64decode(maps[0].get("href", "").partition(",")[2]))).convert("RGB")
    white = [[pixels.getpixel((x, y)) == (255, 255, 255) for x in range(pixels.width)] for y in range(pixels.height)]
    # Rows go from the top: "b" first.
    assert white == [[True, False, True], [False, True, True]]
    assert {"a", "b", "x", "y", "Entries"} <= set(words(root))
    assert "table" in reader.tags


def test_unequal_bins_of_a_map_take_their_share_of_it() -> None:
    histogram: hist.Hist[Any] = hist.Hist(hist.axis.Variable([0, 1, 4]), hist.axis.Regular(1, 0, 1)).fill([0.5], [0.5])
    (colours, _) = svg(shown(histogram).images[0]).iter(f"{NAMESPACE}image")
    pixels = np.asarray(Image.open(io.BytesIO(base64.b64decode(colours.get("href", "").partition(",")[2]))).convert("RGB"))
    assert (pixels[0] != 255).any(axis=-1).mean() == pytest.approx(0.25, abs=0.01)


def test_many_dimensions_are_a_grid_of_projections() -> None:
    histogram: hist.Hist[Any] = hist.Hist(*(hist.axis.Regular(3, 0, 1, label=f"axis {name}") for name in "abc")).fill(*np.full((3, 2), 0.5))
    text = words(svg(shown(histogram).images[0]))
    assert text.count("axis a") == text.count("axis b") == text.count("axis c") == 3
    many: hist.Hist[Any] = hist.Hist(*(hist.axis.Regular(2, 0, 1, label=f"axis {name}") for name in "abcdefgh")).fill(*np.full((8, 2), 0.5))
    assert words(svg(shown(many).images[0])).count("axis h") == 1


def test_weights_without_variances_have_no_errors_and_say_why() -> None:
    histogram: hist.Hist[Any] = hist.Hist(hist.axis.Regular(2, 0, 1)).fill([0.1], weight=[2])
    reader = shown(histogram)
    assert "its storage keeps no variances" in reader.text
    assert "Statistics: sum of weights 2" in reader.text
    assert "±" not in reader.text


def test_a_sum_of_histograms_is_not_said_to_be_filled_with_weights() -> None:
    one: hist.Hist[Any] = hist.Hist(hist.axis.Regular(2, 0, 1)).fill([0.1])
    assert "keeps no variances of weights, sums and multiples (use hist.storage.Weight())" in shown(one + one).text
    with pytest.raises(HistogramError, match=r"or sums whose variances are not known; .* in hist\.storage\.Weight\(\)"):
        doublet.efficiency(one, one + one)
    kept: hist.Hist[Any] = hist.Hist(hist.axis.Regular(2, 0, 1), storage=hist.storage.Weight()).fill([0.1])
    assert "no errors" not in shown(kept + kept).text
    assert "error" not in shown(doublet.efficiency(kept, kept + kept)).text


def test_legend_has_each_name_once_and_stays_clear_of_the_curves() -> None:
    peak = hist.Hist(hist.axis.Regular(20, 0, 10), storage=hist.storage.Int64()).fill(np.full(1000, 9.9))
    root = svg(shown(doublet.overlay({"right": peak, "also right": peak})).images[0])
    names = {"".join(each.itertext()): float(each.get("x", 0)) for each in root.iter(f"{NAMESPACE}text")}
    assert names["right"] == names["also right"] < 300


def test_stack_has_its_uncertainty_data_and_their_ratio() -> None:
    part = hist.Hist(hist.axis.Regular(5, 0, 10), storage=hist.storage.Weight()).fill(ENTRIES, weight=0.5)
    drawing = doublet.stack({"QCD": part, "top": part}, data=simple()[::2j])
    reader = shown(drawing)
    text = words(svg(reader.images[0]))
    assert {"QCD", "top", "Data", "Stat. uncertainty", "Data / stack"} <= set(text)
    assert reader.images[0]["alt"].startswith("Stack of histograms with data and their ratio")


def test_ratios_beyond_the_panel_are_marked_at_its_frame() -> None:
    few: hist.Hist[Any] = hist.Hist(hist.axis.Regular(2, 0, 2), storage=hist.storage.Weight()).fill([0.5, 1.5], weight=[1, 10])
    data: hist.Hist[Any] = hist.Hist(hist.axis.Regular(2, 0, 2), storage=hist.storage.Int64()).fill([0.5] * 9 + [1.5] * 10)
    root = svg(shown(doublet.stack({"a": few}, data=data)).images[0])
    assert sum("l-4 6h8Z" in each.get("d", "") for each in root.iter(f"{NAMESPACE}path")) == 1


@given(st.floats(-1e12, 1e12), st.floats(1e-9, 1e12), st.integers(2, 12))
def test_ticks_are_few_inside_and_apart(low: float, span: float, most: int) -> None:
    high = low + span
    if high - low < 1e-9 * max(abs(low), abs(high)):
        return
    found = ticks(low, high, most)
    slack = 1e-6 * (high - low)
    assert all(low - slack <= value <= high + slack for value in (*found.major, *found.minor))
    assert len(found.major) <= most + 1
    assert len(set(found.texts)) == len(found.texts)
    scale = 10.0**found.power
    for value, text in zip(found.major, found.texts, strict=True):
        assert float(text.replace("−", "-")) * scale == pytest.approx(value, rel=1e-6, abs=slack * 1e3)


@given(st.floats(1e-300, 1e290), st.floats(1.5, 1e12), st.integers(3, 12))
def test_logarithmic_ticks_are_inside_and_few(low: float, factor: float, most: int) -> None:
    found = ticks(low, low * factor, most, log=True)
    assert all(low * (1 - 1e-6) <= value <= low * factor * (1 + 1e-6) for value in found.major)
    assert len(found.major) <= most + 1


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (1234567, "1,234,567"), (-0.5, "−0.5"), (1.23456e-7, "1.235×10⁻⁷"), (-2e15, "−2×10¹⁵"), (float("nan"), "NaN"), (float("-inf"), "−∞"), (2.0, "2")],
)
def test_numbers_are_written_for_people(value: float, text: str) -> None:
    assert number(value) == text


@pytest.mark.parametrize(
    ("label", "text"),
    [
        (r"$m_{\mu\mu}$ [GeV]", "m_μμ [GeV]"), (r"$p_T^{miss}$", "p_T^miss"), (r"$\sqrt{s} = 13$ TeV", "√s = 13 TeV"), (r"$\bar{t}t \to \mathrm{H}$", "t̄t → H"),
        (r"$\Lambda_b^0$", "Λ_b^0"), ("5 $", "5 $"), (r"5 \$ to 6 \$", "5 $ to 6 $"), (r"$\unknown{x}$", "unknownx"), (r"${{{", "${{{"), (r"$}}}{$", ""), ("a\x00b", "a\ufffdb"),
    ],
)  # fmt: skip
def test_labels_with_maths_are_read(label: str, text: str) -> None:
    assert plain(label) == text


@given(st.text())
def test_any_label_is_read_and_escaped(label: str) -> None:
    assert "<" not in re.sub("</?(sub|sup|i)>", "", as_html(label))
    if "$" not in label and "\\" not in label:
        assert "".join(piece.text for piece in pieces(label)) == clean(label)


def test_png_is_a_picture_and_changes_nothing_of_matplotlib() -> None:
    import matplotlib as mpl
    from matplotlib import pyplot as plt

    before = dict(mpl.rcParams)
    for value in (simple(), simple().project(0) * 1.5, hist.Hist.new.Reg(3, 0, 1).Reg(3, 0, 1).Double(), doublet.stack({"a": simple()}, data=simple())):
        png = base64.b64decode(bundle(drawing_of(value))["image/png"])
        assert Image.open(io.BytesIO(png)).size[0] == 660
    assert dict(mpl.rcParams) == before
    assert plt.get_fignums() == []


def test_png_draws_the_contents() -> None:
    from matplotlib.figure import Figure
    from matplotlib.patches import StepPatch

    from doublet.display.histograms.figures import draw

    axes = draw(drawing_of(simple()), Figure())
    outlines = [patch for patch in axes.patches if isinstance(patch, StepPatch)]
    assert outlines
    for outline in outlines:
        np.testing.assert_array_equal(outline.get_data()[0], simple().values())


def test_plain_text_has_bars_and_words_without_colours() -> None:
    text = bundle(drawing_of(simple(label="Tracks")))["text/plain"]
    assert "═══" in text
    assert "\x1b" not in text
    assert text.splitlines()[-1].startswith("Histogram “Tracks”")
    assert max(map(len, text.splitlines()[:-1])) < 82


def test_boost_histograms_stacks_and_plottable_objects_are_shown() -> None:
    plain_one = boost_histogram.Histogram(boost_histogram.axis.Regular(3, 0, 1)).fill([0.5])
    assert "1 entry" in shown(plain_one).text
    both = hist.Stack.from_dict({"one": simple(), "two": simple()})
    assert {"one", "two"} <= set(words(svg(shown(both).images[0])))


class Axis(list[Any]):
    """An axis as UHI's protocol asks for, and no more."""

    def __init__(self, bins: list[Any], *, discrete: bool = False) -> None:
        super().__init__(bins)
        self.traits = type("Traits", (), {"discrete": discrete, "circular": False})()


class Plottable:
    """A histogram as UHI's protocol asks for, and no more."""

    def __init__(self, axes: list[Axis], values: Any, variances: Any = None, counts: Any = None, kind: str = "COUNT") -> None:
        self.axes, self.kind = axes, kind
        self._given = [np.asarray(each, dtype=float) if each is not None else None for each in (values, variances, counts)]

    def values(self) -> Any:
        return self._given[0]

    def variances(self) -> Any:
        return self._given[1]

    def counts(self) -> Any:
        return self._given[2]


def test_histograms_of_root_files_are_shown_with_their_flow(tmp_path: Path) -> None:
    import uproot

    written: hist.Hist[Any] = hist.Hist(hist.axis.Regular(3, 0, 3, label="mass [GeV]"), storage=hist.storage.Weight(), name="mass")
    with uproot.recreate(tmp_path / "histograms.root") as file:
        file["mass"] = written.fill([0.5, 1.5, 7], weight=[1, 2, 3])
    with uproot.open(tmp_path / "histograms.root") as file:
        reader = shown(file["mass"])
    assert "sum of weights 6, mean 1.167, std. dev. 0.4714, overflow 3" in reader.text
    assert {"mass [GeV]", "mass", "Entries / 1 GeV"} <= set(words(svg(reader.images[0])))


def test_whatever_keeps_to_the_protocol_is_drawn_with_its_own_errors() -> None:
    found = drawing_of(Plottable([Axis([(0.0, 1.0), (1.0, 3.0)])], [2, 4], [5, 6])).layers[0].histogram
    assert list(found.axes[0].edges) == [0, 1, 3]
    assert list(found.values()) == [2, 4]
    np.testing.assert_array_equal(np.asarray(found.variances()), [5, 6])
    profile = drawing_of(Plottable([Axis(["a", "b"], discrete=True)], [2, 4], [8, 6], [4, 2], "MEAN")).layers[0].histogram
    # UHI: the error of a mean is sqrt(variances / counts).
    np.testing.assert_allclose(np.asarray(profile.variances()), [2, 3])
    assert list(profile.values()) == [2, 4]
    unknown = drawing_of(Plottable([Axis([3, 4], discrete=True)], [2, 4])).layers[0].histogram
    assert unknown.variances() is None


def test_what_has_the_members_only_as_a_class_or_several_values_a_bin_is_left_to_others() -> None:
    from doublet.display.histograms.recognition import is_drawable

    assert not is_drawable(hist.Hist)
    assert not is_drawable(3)
    assert not is_drawable(boost_histogram.Histogram(boost_histogram.axis.Regular(2, 0, 1), storage=boost_histogram.storage.MultiCell(2)))


def test_a_histogram_that_is_filled_on_does_not_change_what_was_drawn() -> None:
    histogram = simple()
    drawing = drawing_of(histogram)
    histogram.fill([5])
    assert drawing.layers[0].histogram.sum(flow=True) == 500


def test_import_of_doublet_needs_no_histogram_library() -> None:
    import subprocess

    code = "import doublet, sys; print([m for m in ('hist', 'boost_histogram', 'matplotlib', 'numpy', 'scipy') if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_only_what_is_wanted_is_made() -> None:
    assert list(bundle(drawing_of(simple()), lambda kind: kind == "text/plain")) == ["text/plain"]
    assert set(drawing_of(simple())._repr_mimebundle_(exclude={"image/png", "text/plain"})) == {"text/html", "application/vnd.doublet.histogram+json"}


def test_html_of_a_drawing_uses_its_own_scale_first() -> None:
    drawing = Drawing((Layer(simple()),), log=True)
    assert "Linear scale" in Reader(html(drawing, drawing, ())).text
