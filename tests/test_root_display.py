"""ROOT's histograms as Doublet shows them: in a process of their own, for ROOT has another cppyy in it."""

from __future__ import annotations

import json
import subprocess
import sysconfig
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from programs_needed import find_root

from doublet.display.histograms.root import label

TESTS = Path(__file__).resolve().parent


@pytest.fixture(scope="module")
def shown() -> dict[str, dict[str, Any]]:
    python = find_root()
    assert python is not None
    paths = [str(TESTS.parent / "kernel"), sysconfig.get_paths()["purelib"], sysconfig.get_paths()["platlib"]]
    done = subprocess.run([python, "-W", "ignore", str(TESTS / "programs/root_histograms.py"), *paths], capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    found: dict[str, dict[str, Any]] = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.mark.needs("root")
def test_a_th1_is_shown_with_all_its_titles_and_what_lies_beyond(shown: dict[str, dict[str, Any]]) -> None:
    mass = shown["mass"]
    assert mass["parts"] == ["application/vnd.doublet.histogram+json", "image/png", "text/html", "text/plain"]
    for words in ("Histogram “Dimuon mass”", "m_μμ [GeV] from 0 to 4 in 4 bins; Events / 1 GeV", "6 entries", "underflow 1, overflow 2"):
        assert words in mass["text"]
        assert words in mass["html"]
    assert mass["values"] == mass["variances"] == [1, 1, 2, 0, 0, 2]


@pytest.mark.needs("root")
def test_weights_unequal_bins_and_names_are_those_of_root(shown: dict[str, dict[str, Any]]) -> None:
    assert shown["weighted"]["values"] == [0, 0, 2, 0, 0]
    assert shown["weighted"]["variances"] == [0, 0, 10, 0, 0]
    assert "in 3 bins" in shown["weighted"]["text"]
    assert shown["names"]["values"][:3] == [1, 2, 1]
    assert "channel: ee, mumu, emu" in shown["names"]["text"]


@pytest.mark.needs("root")
def test_maps_and_more_dimensions_have_the_axes_in_their_order(shown: dict[str, dict[str, Any]]) -> None:
    plane, space = (np.array(shown[name]["values"]) for name in ("plane", "space"))
    assert (plane.shape, plane[1, 2], plane[0, 3], plane.sum()) == ((4, 5), 2, 1, 3)
    assert "x from 0 to 2 in 2 bins; y from 0 to 3 in 3 bins; z" in shown["plane"]["text"]
    assert (space.shape, space[2, 3, 4], space.sum()) == ((4, 5, 6), 1, 1)


@pytest.mark.needs("root")
@pytest.mark.parametrize("name", ["profile", "scaled"])
def test_the_error_of_a_profile_is_that_of_the_mean_whatever_the_weights_are(shown: dict[str, dict[str, Any]], name: str) -> None:
    profile = shown[name]
    assert profile["values"][1] == pytest.approx(2.5)
    # Of 4 samples; ROOT divides the sum of squares by 4 for the variance, hist by 3.
    assert profile["variances"][1] == pytest.approx(profile["root"][1] ** 2 * 4 / 3)
    assert "Profile. Axes: x from 0 to 4 in 4 bins; mean y. 4 entries" in profile["text"]


@pytest.mark.parametrize(
    ("root", "own"),
    [
        ("p_{T} [GeV]", r"$\mathrm{p_{T}}$ [GeV]"),
        ("m_{#mu #mu} [GeV]", r"$\mathrm{m_{\mu \mu}}$ [GeV]"),
        ("#Delta#eta", r"$\mathrm{\Delta\eta}$"),
        ("N_{jets}^{b-tag} > 2", r"$\mathrm{N_{jets}^{b-tag}}$ > 2"),
        ("#font[42]{CMS} #it{work}  in progress", "CMS work  in progress"),
        ("# events", "# events"),
        ("plain_text with 100 $ and p_{broken", "plain_text with 100 $ and p_{broken"),
        ("", ""),
    ],
)
def test_root_s_own_marks_become_tex(root: str, own: str) -> None:
    assert label(root) == own
