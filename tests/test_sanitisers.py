"""What sanitisers leave of a histogram's HTML: the picture, its text alternative, the statistics and the table of bins."""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING, Any

import hist
import nbformat
import nh3
import pytest
from nbconvert import HTMLExporter
from nbformat import v4
from sanitising import sanitised

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


def _pictures(text: str) -> list[str]:
    return re.findall(r'src="data:image/svg\+xml;base64,([^"]+)"', text)


def _has_all_words(given: str, left: str) -> None:
    """Check the text alternatives, what folds out, the tables, and that nothing else is left as text."""
    assert left.count('alt="Histogram') == given.count('alt="Histogram') > 0
    assert left.count("<td") == given.count("<td") > 0
    assert left.count("<details") == given.count("<details") > 0
    words = [re.sub(r"\s+", " ", nh3.clean(text, tags=set())) for text in (given, left)]
    assert words[0] == words[1]
    assert "svg" not in words[1]
    assert "{" not in words[1]


@pytest.mark.parametrize("place", PLACES)
def test_the_picture_the_alternative_and_the_table_are_left_and_no_rubble(place: str) -> None:
    given = _shown()
    left = nh3.clean(given, tags=_BLOCKS, attributes={tag: set(names) for tag, names in PLACES[place].items()}, url_schemes={"data", "https"}, link_rel=None)
    assert _pictures(left) == _pictures(given) != []
    assert all(base64.b64decode(picture).startswith(b"<svg") for picture in _pictures(left))
    _has_all_words(given, left)


@pytest.mark.needs("npm")
@pytest.mark.parametrize("place", ["GitLab", "GitHub"])
def test_the_sanitisers_of_places_that_show_notebooks_leave_all_of_it(place: str) -> None:
    given = _shown()
    left = sanitised(place, given)
    assert _pictures(left) == _pictures(given) != []
    _has_all_words(given, left)


@pytest.mark.needs("npm")
def test_where_no_picture_may_be_part_of_the_text_its_alternative_and_the_table_are_left() -> None:
    given = _shown()
    left = sanitised("GitHub, Markdown", given)
    assert _pictures(left) == []
    _has_all_words(given, left)


@pytest.mark.needs("npm")
def test_the_sanitisers_do_take_scripts_and_style_sheets_away() -> None:
    for place in ("GitLab", "GitHub", "GitHub, Markdown"):
        left = sanitised(place, "<p onclick='a()'>text</p><script>a()</script><style>p { color: red }</style>")
        assert "text" in left
        assert not re.search(r"onclick|a\(\)|<script|<style", left)


@pytest.mark.parametrize("template", ["lab", "classic", "basic"])
def test_a_page_of_nbconvert_as_nbviewer_shows_it_has_all_of_it(template: str) -> None:
    given = _shown()
    output = v4.new_output("execute_result", {"text/html": given}, execution_count=1)
    notebook: nbformat.NotebookNode = v4.new_notebook(cells=[v4.new_code_cell("h", outputs=[output])])
    page, _ = HTMLExporter(template_name=template).from_notebook_node(notebook)
    left = page[page.index("<div><img") : page.rindex("</details></div>")]
    assert _pictures(left) == _pictures(given) != []
    _has_all_words(given, left)


def test_where_scripts_are_forbidden_nothing_is_missing() -> None:
    """As by the Content-Security-Policy of Indico's preview, which forbids them and sanitises nothing."""
    assert not re.search(r"<script|<iframe|\son\w+=|javascript:|https?://", _shown())
