"""Slides of a notebook are shown by reveal.js in a real browser, from one file, and no other script runs in them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from pages import launched
from torture_notebook import EXAMPLE

from doublet.notebook.errors import NotebookError
from doublet.notebook.publish.files import write_slides
from doublet.notebook.reading import read

pytestmark = [pytest.mark.needs("npm"), pytest.mark.needs("chromium")]


def shown(page: Any) -> str:
    return str(page.locator("section.present:not(.stack)").inner_text())


def test_each_heading_is_a_slide_and_keys_turn_them(tmp_path: Path) -> None:
    made = write_slides(read(EXAMPLE), tmp_path / "a.ipynb")
    assert made == tmp_path / "a.slides.html"
    with launched() as browser:
        page = browser.new_page()
        requests: list[str] = []
        page.on("request", lambda request: requests.append(request.url))
        page.goto(made.as_uri())
        page.locator(".reveal.ready").wait_for()
        assert shown(page).startswith("A Z peak, from a file to a fit")
        page.keyboard.press("ArrowRight")
        page.locator("section.present h2", has_text="Read").wait_for()
        assert shown(page).startswith("Read")
        assert page.locator(".slides > section").count() == 7
        assert [url for url in requests if not url.startswith("data:")] == [made.as_uri()]


def test_no_script_of_a_notebook_runs_in_its_slides(tmp_path: Path) -> None:
    hostile = "<b>seen</b><script>document.title = 'hostile'</script><img src=x onerror=\"document.title = 'hostile'\">"
    cells = [new_markdown_cell(f"# One\n\n{hostile}"), new_code_cell("a", execution_count=1, outputs=[new_output("display_data", data={"text/html": hostile})])]
    made = write_slides(new_notebook(cells=cells), tmp_path / "a.ipynb")
    with launched() as browser:
        page = browser.new_page()
        page.goto(made.as_uri())
        page.locator(".reveal.ready").wait_for()
        assert page.title() == "a"
        assert "seen" in shown(page)


def test_what_the_cells_say_of_slides_counts(tmp_path: Path) -> None:
    def cell(text: str, kind: str) -> Any:
        return new_markdown_cell(text, metadata={"slideshow": {"slide_type": kind}})

    cells = [cell("one", "slide"), cell("# below", "subslide"), cell("later", "fragment"), cell("hidden", "skip"), cell("two", "slide")]
    text = write_slides(new_notebook(cells=cells), tmp_path / "a.ipynb").read_text(encoding="utf-8")
    slides = text[text.index('<main class="slides"') : text.index("</main>")]
    assert slides.count("<section") == 5
    assert slides.count('class="fragment"') == 1
    assert "hidden" not in slides


def test_without_reveal_it_is_said_where_it_comes_from(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("doublet.notebook.publish.slides.jupyter_path", lambda *_: [str(tmp_path)])
    with pytest.raises(NotebookError, match=r"reveal\.js comes with Doublet's JupyterLab extension"):
        write_slides(read(EXAMPLE), tmp_path / "a.ipynb")
