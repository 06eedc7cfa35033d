"""Histograms of other libraries, which keep to UHI's protocol and have nothing else."""

from __future__ import annotations

from typing import Any

import hist
import numpy as np
import pytest

from doublet.display.histograms.bundle import bundle
from doublet.display.histograms.drawings import drawing_of
from doublet.display.histograms.payload import MIME, read
from doublet.errors import HistogramError


class Axis:
    """Bins by their edges or their names, without a title and without traits; it is a sequence, and cannot be iterated over."""

    def __init__(self, *bins: Any) -> None:
        self._bins = bins

    def __len__(self) -> int:
        return len(self._bins)

    def __getitem__(self, number: int) -> Any:
        return self._bins[number]

    __iter__ = None


class Histogram:
    """The members of the protocol, and no others."""

    def __init__(self, *axes: Any, values: Any, variances: Any = None, counts: Any = None, kind: str = "COUNT") -> None:
        self._axes, self._values, self._variances, self._counts, self._kind = axes, values, variances, counts, kind

    @property
    def axes(self) -> Any:
        return self._axes

    @property
    def kind(self) -> str:
        return self._kind

    def values(self) -> Any:
        return self._values

    def variances(self) -> Any:
        return self._variances

    def counts(self) -> Any:
        return self._counts


THREE = Axis((0, 1), (1, 2), (2, 4))


def shown(value: Any) -> dict[str, Any]:
    return bundle(drawing_of(value))


def test_a_histogram_without_titles_traits_or_variances_is_shown_in_every_form() -> None:
    parts = shown(Histogram(THREE, values=np.array([1.0, 3.0, 2.0])))
    assert sorted(parts) == [MIME, "image/png", "text/html", "text/plain"]
    assert "from 0 to 4 in 3 bins; Entries. sum of weights 6" in parts["text/plain"]
    assert read(parts[MIME]).layers[0].histogram.values().tolist() == [1, 3, 2]


def test_its_axes_may_be_names_and_whole_numbers() -> None:
    names = shown(Histogram(Axis("ee", "<b>"), values=[2, 1], variances=[2, 1]))
    assert "ee, <b>" in names["text/plain"]
    assert "<b>" not in names["text/html"]

    class Whole(Axis):
        class traits:  # noqa: N801
            circular, discrete = False, True

    assert "3, 5" in shown(Histogram(Whole(3, 5), values=[2, 1], variances=[2, 1]))["text/plain"]


@pytest.mark.parametrize("attribute", ["label", "name", "title"])
def test_a_title_is_taken_wherever_the_axis_has_it(attribute: str) -> None:
    axis = Axis((0, 1), (1, 2))
    setattr(axis, attribute, "mass [GeV]")
    if attribute != "label":
        axis.label = ""  # type: ignore[attr-defined]
    assert "mass [GeV] from 0 to 2 in 2 bins" in shown(Histogram(axis, values=[1, 2], variances=[1, 2]))["text/plain"]


def test_maps_and_profiles_are_drawn() -> None:
    plane = Histogram(THREE, Axis((0, 1), (1, 2)), values=np.arange(6.0).reshape(3, 2), variances=np.ones((3, 2)))
    assert "Histogram of 2 dimensions" in shown(plane)["text/plain"]
    profile = Histogram(THREE, values=[1.0, 2.0, 3.0], variances=[0.5, 0.5, np.nan], counts=[4, 4, 1], kind="MEAN")
    assert "Profile." in shown(profile)["text/plain"]
    # By UHI, variances are those of the samples.
    found: Any = drawing_of(profile).layers[0].histogram.variances()
    assert found[:2] == pytest.approx([0.5 / 4, 0.5 / 4])


def test_a_profile_that_does_not_say_how_many_entries_it_has_is_refused_in_a_sentence() -> None:
    with pytest.raises(HistogramError, match="does not say how many entries its bins have"):
        drawing_of(Histogram(THREE, values=[1.0, 2.0, 3.0], variances=[0.5, 0.5, 0.5], kind="MEAN"))


def test_an_axis_without_bins_has_a_picture() -> None:
    assert "without bins" in shown(Histogram(Axis(), values=np.zeros(0), variances=np.zeros(0)))["text/plain"]


def test_numbers_are_copied_so_that_the_picture_stays() -> None:
    values = np.array([1.0, 3.0, 2.0])
    drawing = drawing_of(Histogram(THREE, values=values, variances=values))
    values[:] = 0
    assert drawing.layers[0].histogram.values().tolist() == [1, 3, 2]
    assert isinstance(drawing.layers[0].histogram, hist.Hist)
