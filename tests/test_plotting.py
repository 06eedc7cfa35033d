"""Figures for papers: what they hold, that they are saved as they are shown, and that nothing else is touched."""

from __future__ import annotations

import io
from typing import Any

import hist
import matplotlib as mpl
import numpy as np
import pytest
from matplotlib import pyplot as plt
from matplotlib.patches import StepPatch
from PIL import Image

import doublet
from doublet.errors import HistogramError

RANDOM = np.random.default_rng(3)
AXIS = hist.axis.Regular(20, 60, 120, label=r"$m_{\mu\mu}$ [GeV]")


def sample(kind: Any, size: int, weight: float = 1) -> hist.Hist[Any]:
    made: hist.Hist[Any] = hist.Hist(AXIS, storage=kind)
    options: dict[str, Any] = {"weight": weight} if isinstance(kind, hist.storage.Weight) else {}
    return made.fill(RANDOM.normal(91, 5, size), **options)


DATA, SIGNAL, OTHER = sample(hist.storage.Int64(), 900), sample(hist.storage.Weight(), 3000, 0.2), sample(hist.storage.Weight(), 1500, 0.2)


def texts(figure: Any) -> str:
    figure.canvas.draw()
    return " | ".join(text.get_text() for text in figure.findobj(mpl.text.Text) if text.get_visible())


def png(figure: Any) -> Any:
    stream = io.BytesIO()
    figure.savefig(stream, format="png", dpi=40)
    return np.asarray(Image.open(stream).convert("RGB"))


def test_figure_has_what_a_paper_needs() -> None:
    figure = doublet.plot(data=DATA, stack={"Other": OTHER, "Z": SIGNAL}, label="Doublet", status="Preliminary", lumi=59.7, energy=13)
    assert len(figure.axes) == 2
    written = texts(figure)
    for text in ("Doublet", "Preliminary", "59.7", "13", "fb", "TeV", "Data", "Other", "Z", "Stat. uncertainty", "Entries / 3 GeV", "Data / stack"):
        assert text in written
    assert "Simulation" not in written


@pytest.mark.parametrize("style", ["ALICE", "ATLAS", "CMS", "DUNE", "LHCb2", "ROOT", {"font.size": 9.0}])
def test_each_style_is_drawn_and_saved_as_it_was_made(style: Any) -> None:
    before = dict(mpl.rcParams)
    figure = doublet.plot({"a": SIGNAL, "b": OTHER}, style=style, label="Doublet", log=True)
    first = png(figure)
    with mpl.rc_context({"font.size": 30, "font.family": "monospace", "mathtext.fontset": "stix"}):
        np.testing.assert_array_equal(png(figure), first)
    assert dict(mpl.rcParams) == before
    assert plt.get_fignums() == []


def test_figure_is_saved_as_pdf_with_its_fonts() -> None:
    stream = io.BytesIO()
    doublet.plot(DATA, label="Doublet").savefig(stream, format="pdf")
    assert stream.getvalue().startswith(b"%PDF")
    assert b"TeXGyreHeros" in stream.getvalue()


def test_pulls_are_differences_over_their_errors() -> None:
    figure = doublet.plot(data=DATA, stack=[SIGNAL, OTHER], pull=True)
    (panel,) = figure.axes[1:]
    model = SIGNAL.values() + OTHER.values()
    (outline,) = (patch for patch in panel.patches if isinstance(patch, StepPatch))
    heights = outline.get_data()[0]
    full = DATA.values() > 30
    # With many entries the Poisson interval of mplhep is nearly the square root.
    variances = DATA.values() + np.asarray(SIGNAL.variances()) + np.asarray(OTHER.variances())
    expected = (DATA.values() - model)[full] / np.sqrt(variances[full])
    np.testing.assert_allclose(heights[full], expected, atol=0.25)
    assert panel.get_ylabel() == "Pull"


def test_panel_can_be_left_out_and_asked_for() -> None:
    assert len(doublet.plot(data=DATA, stack=[SIGNAL], ratio=False).axes) == 1
    assert len(doublet.plot({"a": SIGNAL, "b": OTHER}).axes) == 1
    assert len(doublet.plot({"a": SIGNAL, "b": OTHER}, ratio=True).axes) == 2


def test_maps_efficiencies_profiles_and_grids_are_drawn() -> None:
    plane: hist.Hist[Any] = hist.Hist(hist.axis.Regular(4, 0, 1), hist.axis.StrCategory(["a", "b"])).fill([0.1, 0.9], ["a", "b"])
    space: hist.Hist[Any] = hist.Hist(*(hist.axis.Regular(3, 0, 1) for _ in range(3))).fill(*np.full((3, 2), 0.5))
    profile: hist.Hist[Any] = hist.Hist(AXIS, storage=hist.storage.Mean()).fill([90, 91], sample=[1, 2])
    for what, axes in ((plane, 2), (space, 9), (profile, 1), (doublet.efficiency(DATA, DATA), 1)):
        figure = doublet.plot(what)
        assert len(figure.axes) == axes
        assert (png(figure) != 255).any()


def test_labels_that_matplotlib_cannot_read_are_drawn_as_typed() -> None:
    broken = r"$\frac{1$ 50 $"
    assert broken.replace("$", r"\$") in texts(doublet.plot({broken: DATA, "other": DATA}))


def test_notebook_shows_the_figure() -> None:
    assert doublet.plot(DATA)._repr_png_().startswith(b"\x89PNG")  # type: ignore[attr-defined] # of this figure's own class


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"style": "BABAR"}, "mplhep has no style 'BABAR'; it has ALICE, ATLAS"),
        ({"ratio": True}, "there is nothing to compare"),
        ({"stack": [SIGNAL], "data": DATA, "ratio": True, "pull": True}, "there is room for one panel"),
    ],
)
def test_what_cannot_be_plotted_is_refused_with_the_reason(options: Any, sentence: str) -> None:
    with pytest.raises(HistogramError) as caught:
        doublet.plot(DATA, **options)
    assert sentence in str(caught.value)
