"""Histograms in the canvases that JupyROOT writes into notebooks are compared as histograms.

``data/jsroot_canvas.html`` is what ROOT 6.40 wrote for a canvas with a TH2F of two entries, (0.5, 0.5) with weight 1 and
(0.5, 0.52) with weight 2.5, a TProfile of one, (0.5, 3), and a TH1F of one, 0.3, in 300 bins.
"""

from __future__ import annotations

import base64
import json
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from doublet.notebook.comparison.agreement import Agreement
from doublet.notebook.comparison.jsroot import histograms
from doublet.notebook.comparison.outputs import pair

PAGE = (Path(__file__).parent / "data" / "jsroot_canvas.html").read_text(encoding="utf-8")


def page(canvas: Any) -> str:
    packed = zlib.compress(json.dumps(canvas).encode())
    block = b"ZL\x08" + len(packed).to_bytes(3, "little") + bytes(3) + packed
    return f"Core.unzipJSON(1,'{base64.b64encode(block).decode()}')"


def test_the_histograms_of_a_canvas_are_those_that_root_drew() -> None:
    map_, profile, line = histograms(PAGE)
    assert [each.name for each in (map_, profile, line)] == ["m2", "prof", "v"]
    values, variances = map_.histogram.values(), np.asarray(map_.histogram.variances())
    assert (values[50, 50], values[50, 52], variances[50, 52]) == (1, 2.5, 6.25)
    assert profile.histogram.values()[5] == 3
    assert np.flatnonzero(line.histogram.values()).tolist() == [89]  # 0.3 as float is below the edge


def test_a_canvas_drawn_twice_agrees_though_its_page_has_other_names() -> None:
    other = PAGE.replace("root_plot_", "root_plot_9")
    found = pair({"text/html": PAGE, "text/plain": "<HTML>"}, {"text/html": other, "text/plain": "<HTML>"})
    assert found is not None
    assert [one.against(two).agreement for one, two in zip(*found, strict=True)] == [Agreement.IDENTICAL] * 3


def test_a_page_whose_contents_cannot_be_read_is_not_judged_by_its_name() -> None:
    found = pair({"text/html": "<script>a()</script>", "text/plain": "<HTML>"}, {"text/html": "<script>b()</script>", "text/plain": "<HTML>"})
    assert found is not None
    assert found[0][0].against(found[1][0]).agreement is Agreement.UNJUDGED


AXIS = {"fNbins": 4, "fXmin": 0, "fXmax": 1, "fXbins": [], "fTitle": ""}
H1 = {"_typename": "TH1D", "fName": "h", "fXaxis": AXIS, "fSumw2": [], "fArray": {"$arr": "Float64", "len": 6, "p": 1, "v": 2, "n": 2, "p1": 4, "v1": [7, 8]}}


def test_shortened_arrays_are_whole_again() -> None:
    (found,) = histograms(page([H1]))
    assert found.histogram.values(flow=True).tolist() == [0, 2, 2, 0, 7, 8]


@pytest.mark.parametrize(
    "canvas",
    [
        {**H1, "fArray": [1, 2]},
        {**H1, "fArray": {"$arr": "Float64", "len": 10**12}},
        {**H1, "fXaxis": {**AXIS, "fNbins": 10**9}},
        {**H1, "fXaxis": {**AXIS, "fXbins": [4, 3, 2, 1, 0]}},
        {"_typename": "TH1D"},
        {"_typename": "TProfile"},
    ],
)
def test_what_is_no_histogram_is_left_out(canvas: dict[str, Any]) -> None:
    assert histograms(page([canvas])) == []


def test_broken_pages_hold_none() -> None:
    assert histograms("unzipJSON(1,'AAAA')") == []
    assert histograms(PAGE.replace("unzipJSON(", "unzipJSON(1")[:3000]) == []
