"""Fingerprints of events in histograms: filled by C++, stored, and used to tell other weights from other events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hist import Hist
from running import run

import doublet
from doublet.display.histograms.bundle import bundle
from doublet.display.histograms.drawings import drawing_of
from doublet.display.histograms.fingerprint import words
from doublet.display.histograms.payload import MIME, read
from doublet.errors import CppCompileError, HistogramError
from doublet.notebook.comparison.histogram import Histogram

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

FILL = """\
for (int event = 0; event < 400; ++event) {
    const int number = ORDER;
    const double x = (number * 37) % 100;
    marked(x, doublet::weight(WEIGHT));
    marks.mark({1, 7, std::uint64_t(number + (SHIFT))}, x);
}
"""


def filled(shell: InteractiveShell, order: str = "event", weight: str = "1.5", shift: str = "0") -> Hist[Any]:
    histogram = Hist.new.Reg(10, 0, 100, name="x").Weight()
    text = FILL.replace("ORDER", order).replace("WEIGHT", weight).replace("SHIFT", shift)
    run(shell, text, marked=histogram, marks=doublet.fingerprint(histogram))
    return histogram


def stored(histogram: Hist[Any]) -> Histogram:
    """As it comes out of a notebook."""
    return Histogram("x", read(bundle(drawing_of(histogram))[MIME]).layers[0].histogram)


def test_a_fingerprint_is_that_of_the_events_whatever_their_order_and_is_stored(shell: InteractiveShell) -> None:
    once, again = filled(shell), filled(shell, order="399 - event")
    first, second = words(once), words(again)
    assert first is not None
    assert second is not None
    assert (first == second).all()
    assert (first != 0).sum() == 10
    assert np.array_equal(np.asarray(words(stored(once).histogram)), first)


def test_other_weights_of_the_same_events_are_told_from_other_events(shell: InteractiveShell) -> None:
    reference = stored(filled(shell))
    assert "the events in all bins are the same, so that their weights differ" in reference.against(stored(filled(shell, weight="1.6"))).text
    text = reference.against(stored(filled(shell, weight="1.6", shift="number == 3"))).text
    assert "other events in bin 1 (10 to 20)" in text


def test_a_growing_histogram_has_none() -> None:
    with pytest.raises(HistogramError, match="grow"):
        doublet.fingerprint(Hist.new.StrCat([], growth=True).Double())


def test_events_are_not_marked_in_a_histogram_of_entries(shell: InteractiveShell, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(CppCompileError, match=r"events are marked in what doublet\.fingerprint"):
        run(shell, "marked_wrong.mark({1, 2, 3}, 0.5);", marked_wrong=Hist.new.Reg(10, 0, 1).Double())
