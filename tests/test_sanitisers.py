"""What sanitisers leave of a histogram's HTML: the picture, its text alternative, the statistics and the table of bins."""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING, Any

import hist
import nh3
import pytest

from doublet.display.histograms.bundle import bundle
from doublet.display.histograms.drawings import drawing_of

if TYPE_CHECKING:
    from collections.abc import Mapping

_BLOCKS = {"div", "small", "i", "sup", "sub", "p", "details", "summary", "table", "caption", "tbody", "tr", "th", "td", "img"}
_PLAIN = {"img": {"src", "alt", "width"}, "th": {"align"}, "td": {"align", "colspan"}}
_STYLED = {**_PLAIN, "*": {"style", "class", "title", "hidden"}}
PLACES: Mapping[str, Mapping[str, set[str]]] = {"JupyterLab, untrusted": _STYLED, "one that takes styles and classes away": _PLAIN}
"""What a sanitiser allows of attributes; of tags, all take SVG, scripts and style sheets away."""


def _shown() -> str:
    h: Any = hist.Hist(hist.axis.Regular(4, 0, 4, label="mass <b>&</b> [GeV]"), name="")
    h.fill([0.5, 1.5, 1.5, 9])
    text: str = bundle(drawing_of(h), lambda kind: kind == "text/html")["text/html"]
    return text


@pytest.mark.parametrize("place", PLACES)
def test_the_picture_the_alternative_and_the_table_are_left_and_no_rubble(place: str) -> None:
    given = _shown()
    left = nh3.clean(given, tags=_BLOCKS, attributes={tag: set(names) for tag, names in PLACES[place].items()}, url_schemes={"data", "https"}, link_rel=None)
    pictures = re.findall(r'src="data:image/svg\+xml;base64,([^"]+)"', left)
    assert pictures == re.findall(r'src="data:image/svg\+xml;base64,([^"]+)"', given) != []
    assert all(base64.b64decode(picture).startswith(b"<svg") for picture in pictures)
    assert re.search(r'alt="[^"]+', left)
    assert left.count("<td") == given.count("<td") > 0
    assert left.count("<details") == given.count("<details") > 0
    words = [re.sub(r"\s+", " ", nh3.clean(text, tags=set())) for text in (given, left)]
    assert words[0] == words[1]
    assert "svg" not in words[1]
    assert "{" not in words[1]


def test_where_scripts_are_forbidden_nothing_is_missing() -> None:
    """As by the Content-Security-Policy of Indico's preview, which forbids them and sanitises nothing."""
    assert not re.search(r"<script|<iframe|\son\w+=|javascript:|https?://", _shown())
