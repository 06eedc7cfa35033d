"""In JupyterLab, a notebook is published from a dialog: what the checks find is read before it leaves, and the link is there after it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import nbformat
import pages
import pytest
from indico_stand_in import StandIn, stand_in
from lab import Lab
from nbformat import v4
from torture_notebook import EXAMPLE

from doublet.notebook.publish.tokens import INDICO_TOKEN

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.needs("npm"), pytest.mark.slow]

DIALOG = ".doublet-publish-dialog"
SEEN = Path("build/publish")
HOSTILE = "<img src=x onerror=\"document.title='broken'\">"


@pytest.fixture(scope="module")
def keyring(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("keyring") / "tokens.json"


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory, keyring: Path) -> Iterator[Lab]:
    variables = {INDICO_TOKEN: "", "PYTHON_KEYRING_BACKEND": "file_keyring.FileKeyring", "KEYRING_FILE": str(keyring), "PYTHONPATH": str(Path(__file__).parents[1])}
    running = Lab(tmp_path_factory.mktemp("publish"), variables=variables)
    yield running
    running.stop()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with pages.launched() as browser:
        yield browser


@pytest.fixture
def agenda() -> Iterator[StandIn]:
    with stand_in() as state:
        yield state


@pytest.fixture(autouse=True)
def no_token_is_kept(keyring: Path) -> None:
    keyring.unlink(missing_ok=True)


@contextmanager
def opened(lab: Lab, browser: Browser, notebook: nbformat.NotebookNode, name: str = "mass.ipynb", *, dark: bool = False) -> Iterator[Page]:
    lab.theme("JupyterLab Dark" if dark else "JupyterLab Light")
    notebook.metadata.pop("kernelspec", None)  # none is to be started
    with pages.opened(browser, lab.save(name, notebook, trusted=False)) as page:
        page.locator(".jp-Dialog-button.jp-mod-reject").click()
        page.locator(".jp-Dialog").wait_for(state="detached")
        yield page


def dialog(page: Page) -> Locator:
    """Press the button in the toolbar, and wait until the notebook has been looked at."""
    page.locator("[data-command='doublet:publish']").click()
    shown = page.locator(DIALOG)
    shown.locator(".doublet-publish-findings:not(:empty)").wait_for()
    return shown


def aim(shown: Locator, url: str, token: str = "") -> None:
    shown.locator("[name=url]").fill(url)
    shown.get_by_text("It goes to").wait_for()
    if token:
        shown.locator("[name=token]").fill(token)


def button(shown: Locator) -> Locator:
    return shown.locator(".jp-Dialog-button.jp-mod-accept")


def look(page: Page, name: str) -> None:
    SEEN.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SEEN / f"{name}.png")


def careless() -> nbformat.NotebookNode:
    """A notebook with something of each kind that is told, in a text that is no friend."""
    cells = [
        v4.new_markdown_cell(f"See [the note](notes{HOSTILE.replace(' ', '%20')}.pdf)"),
        v4.new_code_cell("a = 1", execution_count=2),
        v4.new_code_cell("password = 'hunter2hunter2'", execution_count=1, outputs=[v4.new_output("error", ename=HOSTILE, evalue="", traceback=[])]),
        v4.new_code_cell("open('/home/ada/data.root')", execution_count=3),
    ]
    return v4.new_notebook(cells=cells)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_a_notebook_is_published_and_the_link_opens_it(lab: Lab, browser: Browser, agenda: StandIn, dark: bool) -> None:
    with opened(lab, browser, nbformat.read(EXAMPLE, as_version=4), dark=dark) as page:
        shown = dialog(page)
        assert button(shown).is_disabled()
        aim(shown, agenda.url, "indp_speaker")
        look(page, f"ready-{'dark' if dark else 'light'}")
        button(shown).click()
        link = shown.locator("[role=status] a")
        link.wait_for()
        look(page, f"done-{'dark' if dark else 'light'}")
        (number,) = agenda.files
        assert str(link.get_attribute("href")).endswith(f"/preview/ipynb/{number}")
        assert json.loads(agenda.files[number].content)["cells"][-1]["id"] == "doublet-style"
