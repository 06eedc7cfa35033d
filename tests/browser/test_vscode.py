"""Histograms of an executed notebook as VS Code shows them, which has no part of this project."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import nbformat
import pages
import pytest
from pictures import check
from test_pictures import DRAWINGS, notebook
from vscode import VSCode, outputs

from doublet.display.histograms.bundle import bundle

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.needs("code-server"), pytest.mark.slow]

KINDS = ("counts", "stack", "plane", "channels")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with pages.launched() as browser:
        yield browser


@pytest.fixture(scope="module")
def code(tmp_path_factory: pytest.TempPathFactory) -> Iterator[VSCode]:
    code = VSCode(tmp_path_factory.mktemp("vscode"))
    yield code
    code.stop()


@pytest.mark.parametrize("theme", ["Light", "Dark"])
def test_vs_code_shows_the_static_picture_its_text_and_its_tables(theme: str, code: VSCode, browser: Browser) -> None:
    code.theme(f"Default {theme} Modern")
    nbformat.write(notebook(*KINDS), code.notebooks / "seen.ipynb")
    # Errors in its scripts are its own: what it does no longer want, it ends by one.
    with browser.new_context(viewport={"width": 1000, "height": 3600}, color_scheme="dark" if theme == "Dark" else "light") as context:
        page = context.new_page()
        page.goto(code.url)
        found = outputs(page, "seen.ipynb", len(KINDS))
        for kind, shown in zip(KINDS, found, strict=True):
            alternative = re.search(r'alt="([^"]+)"', bundle(DRAWINGS[kind])["text/html"])
            assert alternative is not None
            assert shown.locator("img").first.get_attribute("alt") == html.unescape(alternative[1])
            check(shown.screenshot(), f"vscode-{theme.lower()}/{kind}")
        found[0].locator("summary", has_text="Bins").click()
        assert found[0].locator("table").last.is_visible()
