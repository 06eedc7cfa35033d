"""A notebook as it is published shows all it has on GitHub, GitLab, nbviewer and in VS Code, by the rules of each.

Which part of an output a place shows, and what is left of its HTML there:

* GitHub: nbconvert's order; HTML by a list of what may be in it, pictures in data: addresses among it.
* GitLab: its own order (app/assets/javascripts/notebook/cells/output/index.vue); HTML by DOMPurify.
* nbviewer: nbconvert's page, as it is.
* VS Code: its own order (NOTEBOOK_DISPLAY_ORDER in notebookCommon.ts); HTML as it is, in a folder that is trusted.
"""

from __future__ import annotations

import base64
import html
import re
from dataclasses import dataclass
from typing import Any

import pytest
from bs4 import BeautifulSoup
from nbconvert import HTMLExporter
from nbconvert.filters import markdown2html
from sanitising import sanitised
from torture_notebook import EXAMPLE, FORMULA, torture

from doublet.notebook.publish.preparing import STYLE, prepared
from doublet.notebook.reading import read, text_of

NOTEBOOKS = {path.stem: path for path in sorted(EXAMPLE.parent.glob("*.ipynb"))}
PICTURES = ("image/png", "image/jpeg", "image/svg+xml", "image/gif")


@dataclass(frozen=True)
class Place:
    """`order` of the kinds that it shows; whether it sanitises HTML, and has SVG as part of the page."""

    order: tuple[str, ...]
    sanitises: bool
    inline_svg: bool = False


PLACES = {
    "GitHub": Place(("text/html", "text/markdown", "image/svg+xml", "text/latex", "image/png", "image/jpeg", "text/plain"), sanitises=True),
    "GitLab": Place(("image/png", "image/jpeg", "text/html", "text/latex", "image/svg+xml", "text/markdown", "text/plain"), sanitises=True, inline_svg=True),
    "VS Code": Place(("application/json", "application/javascript", "text/html", "image/svg+xml", "text/latex", "text/markdown", "image/png", "image/jpeg", "text/plain"), sanitises=False, inline_svg=True),
}


def notebook(name: str) -> Any:
    return prepared(read(NOTEBOOKS[name]) if name in NOTEBOOKS else torture())[0]


def given(output: Any, place: Place) -> tuple[str, str]:
    """The kind of an output that a place shows, and the HTML that it makes of it before it is sanitised."""
    kind = next((kind for kind in place.order if kind in output.data), None)
    assert kind is not None, f"nothing is shown of {', '.join(output.data)}"
    value = output.data[kind]
    if kind == "text/html" or (kind == "image/svg+xml" and place.inline_svg):
        return kind, text_of(value)
    if kind.startswith("image/"):
        data = base64.b64encode(text_of(value).encode()).decode() if "svg" in kind else text_of(value).strip()
        return kind, f'<img src="data:{kind};base64,{data}">'
    return kind, f"<pre>{html.escape(text_of(value) or str(value))}</pre>"


def seen(page: str) -> tuple[list[str], int, int, str]:
    """What is seen of HTML: its pictures, cells of tables, drawings, and words."""
    soup = BeautifulSoup(page, "html.parser")
    for unseen in soup.select("style, script"):
        unseen.decompose()
    pictures = [str(image["src"]) for image in soup.select("img[src^='data:image/']")]
    return pictures, len(soup.select("td, th")), len(soup.select("svg")), " ".join(soup.get_text().split())


def outputs(notebook: Any) -> list[Any]:
    return [output for cell in notebook.cells for output in cell.get("outputs", ()) if "data" in output]


def left(place: str, page: str) -> str:
    return sanitised(place, page) if PLACES[place].sanitises else page


@pytest.mark.needs("npm")
@pytest.mark.parametrize("name", [*NOTEBOOKS, "torture"])
@pytest.mark.parametrize("place", PLACES)
def test_each_picture_and_table_survives(place: str, name: str) -> None:
    parts = [given(output, PLACES[place]) for output in outputs(notebook(name))]
    assert parts
    mark = "<p>next output</p>"
    after = left(place, mark.join(part for _, part in parts)).split(mark)
    for output, (kind, before), there in zip(outputs(notebook(name)), parts, after, strict=True):
        pictures, cells, drawings, words = seen(there)
        assert (pictures, cells, drawings, words) == seen(before)
        has_picture = any(kind in output.data for kind in PICTURES) or "<img" in text_of(output.data.get("text/html", ""))
        if has_picture and kind != "text/latex":
            assert len(pictures) + drawings > 0
        else:
            assert cells or words


@pytest.mark.needs("npm")
@pytest.mark.parametrize("name", [*NOTEBOOKS, "torture"])
@pytest.mark.parametrize("place", PLACES)
def test_texts_and_formulas_are_whole_and_the_style_rule_leaves_no_rubble(place: str, name: str) -> None:
    texts = [cell.source for cell in notebook(name).cells if cell.cell_type == "markdown"]
    assert texts[-1] == STYLE
    there = seen(left(place, "".join(map(markdown2html, texts))))
    assert there == seen("".join(map(markdown2html, texts[:-1])))
    assert name != "torture" or FORMULA in there[-1]
    assert all(re.sub(r"[#\s]*(\w+).*", r"\1", text, flags=re.DOTALL) in there[-1] for text in texts[:-1])


@pytest.mark.parametrize("name", [*NOTEBOOKS, "torture"])
def test_nbviewer_s_page_shows_all_of_it(name: str) -> None:
    ready = notebook(name)
    page, _ = HTMLExporter(template_name="classic").from_notebook_node(ready)
    pictures, cells, _, words = seen(page)
    parts = [seen(given(output, PLACES["GitHub"])[1]) for output in outputs(ready)]
    # nbconvert has pictures as they are, or broken into lines.
    assert [picture for part in parts for picture in part[0]] == [re.sub(r"\s", "", picture) for picture in pictures]
    assert sum(part[1] for part in parts) == cells
    assert name != "torture" or words.count(FORMULA) == 2
