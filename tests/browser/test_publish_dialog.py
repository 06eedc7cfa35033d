"""In JupyterLab, a notebook is published from a dialog: what the checks find is read before it leaves, and the link is there after it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import nbformat
import pages
import pytest
from build_extension import build
from indico_stand_in import StandIn, stand_in
from lab import ROOT, Lab
from nbformat import v4
from publish_dialog import DIALOG, aim, button, dialog, opened
from torture_notebook import EXAMPLE

from doublet.notebook.notes import STOPPING
from doublet.notebook.publish.tokens import INDICO_TOKEN

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.needs("npm"), pytest.mark.slow]

SEEN = Path("build/publish")
HOSTILE = "<img src=x onerror=\"document.title='broken'\">"
FILE = "a&lt;b.pdf"


@pytest.fixture(scope="module")
def keyring(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("keyring") / "tokens.json"


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory, keyring: Path) -> Iterator[Lab]:
    variables = {INDICO_TOKEN: "", "PYTHON_KEYRING_BACKEND": "file_keyring.FileKeyring", "KEYRING_FILE": str(keyring), "PYTHONPATH": str(Path(__file__).parents[1])}
    build(ROOT)
    running = Lab(tmp_path_factory.mktemp("publish"), base="/user/ada/", variables=variables)  # as in a JupyterHub
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


def look(page: Page, name: str) -> None:
    SEEN.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SEEN / f"{name}.png")


def careless() -> Any:
    """A notebook with something of each kind that is told, in a text that is no friend."""
    cells = [
        v4.new_markdown_cell(f"See [the note]({FILE})"),
        v4.new_code_cell("a = 1", execution_count=2),
        v4.new_code_cell("password = 'hunter2hunter2'", execution_count=1, outputs=[v4.new_output("error", ename=HOSTILE, evalue="", traceback=[])]),
        v4.new_code_cell("open('/home/ada/data.root')", execution_count=3),
    ]
    return v4.new_notebook(cells=cells)


def test_what_comes_of_it_is_seen_below_a_long_list(lab: Lab, browser: Browser, agenda: StandIn) -> None:
    cells = [v4.new_code_cell("a", execution_count=2 * number, outputs=[v4.new_output("stream", name="stdout", text="/home/ada")]) for number in range(1, 60)]
    with opened(lab, browser, v4.new_notebook(cells=cells)) as page:
        shown = dialog(page)
        aim(shown, agenda.url, "indp_speaker")
        button(shown).click()
        link = shown.locator("[role=status] a")
        link.wait_for()
        look(page, "long")
        covers = "node => { const box = node.getBoundingClientRect(); return node.contains(document.elementFromPoint(box.x + 5, box.y + 5)); }"
        assert link.evaluate(covers)


def empty() -> Any:
    return v4.new_notebook(cells=[v4.new_markdown_cell("# Mass")])


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
        assert button(shown).is_disabled(), "it is there already"


def test_what_is_found_is_listed_with_its_cells_and_what_stops_it_is_sent_only_if_each_rule_is_ticked(lab: Lab, browser: Browser, agenda: StandIn) -> None:
    with opened(lab, browser, careless()) as page:
        shown = dialog(page)
        aim(shown, agenda.url, "indp_speaker")
        look(page, "careless")
        assert shown.locator("li").all_inner_texts() == [
            "Cell 3 [1]: was executed before cell 2, which stands above it",
            f"Cell 3 [1]: shows an error: {HOSTILE}",
            "Cell 3 [1]: its source holds what looks like a secret (Secret Keyword): take it out, and make a new one",
            f"Cell 1: refers to a file that is not sent with it: {FILE}",
            "Cell 2 [2]: 1 more cell is executed before it than the notebook shows: run twice, or deleted since",
            "Cell 4 [3]: 1 more cell is executed before it than the notebook shows: run twice, or deleted since",
            "Cell 4 [3]: its source names a folder of somebody's own: /home/ada/data.root",
        ]
        boxes = shown.locator(".doublet-publish-findings [type=checkbox]")
        for number in range(boxes.count()):
            assert button(shown).is_disabled()
            boxes.nth(number).check()
        button(shown).click()
        shown.locator("[role=status] a").wait_for()
        assert len(agenda.files) == 1


def test_each_rule_that_stops_a_notebook_has_its_words_in_the_dialog() -> None:
    words = (ROOT / "extension/src/publish/findings.ts").read_text(encoding="utf-8")
    assert all(f"  {rule}: 'Send it " in words for rule in STOPPING)


def test_what_is_in_a_notebook_is_text_in_the_dialog(lab: Lab, browser: Browser) -> None:
    with opened(lab, browser, careless(), "<b>&.ipynb") as page:
        shown = dialog(page)
        assert shown.locator(".jp-Dialog-header").inner_text() == "Publish ‘<b>&.ipynb’ to an agenda"
        assert shown.locator("img, b").count() == 0
        assert page.title() != "broken"


def test_a_notebook_with_changes_is_stored_before_it_is_looked_at(lab: Lab, browser: Browser, agenda: StandIn) -> None:
    with opened(lab, browser, v4.new_notebook(cells=[v4.new_markdown_cell("before")])) as page:
        page.locator(".jp-MarkdownOutput").dblclick()
        page.locator(".jp-MarkdownCell .cm-content").fill("after")
        shown = dialog(page)
        aim(shown, agenda.url, "indp_speaker")
        button(shown).click()
        shown.locator("[role=status] a").wait_for()
        (file,) = agenda.files.values()
        assert json.loads(file.content)["cells"][0]["source"] == ["after"]


def test_a_token_is_kept_if_that_is_asked_for_and_the_address_is_remembered(lab: Lab, browser: Browser, agenda: StandIn, keyring: Path) -> None:
    host = urlsplit(agenda.url).netloc
    with opened(lab, browser, empty()) as page:
        shown = dialog(page)
        aim(shown, agenda.url, "indp_speaker")
        shown.get_by_label("Keep it").check()
        page.keyboard.press("Enter")
        shown.locator("[role=status] a").wait_for()
        assert json.loads(keyring.read_text()) == {f"doublet {host}": "indp_speaker"}
        shown.get_by_text("Close").click()
        shown.wait_for(state="detached")
        again = dialog(page)
        again.get_by_text("It goes to").wait_for()
        assert again.locator("[name=url]").input_value() == agenda.url
        assert not again.locator("[name=token]").is_visible()
        button(again).click()
        again.locator("[role=status] a").wait_for()
    assert len(agenda.files) == 1
    assert "indp_speaker" not in lab.log.read_text(encoding="utf-8")
    assert "indp_speaker" not in (lab.notebooks / "mass.ipynb").read_text(encoding="utf-8")


def test_a_notebook_begins_with_its_title_and_author_if_that_is_asked_for(lab: Lab, browser: Browser, agenda: StandIn) -> None:
    with opened(lab, browser, empty()) as page:
        shown = dialog(page)
        aim(shown, agenda.url, "indp_speaker")
        assert not shown.locator("[name=author]").is_visible()
        shown.get_by_label("Begin with a few lines").check()
        assert shown.get_by_label("Title", exact=True).input_value() == "mass"
        shown.get_by_label("Title", exact=True).fill("The <Z> mass")
        shown.get_by_label("Author", exact=True).fill("Ada")
        look(page, "header")
        button(shown).click()
        shown.locator("[role=status] a").wait_for()
        (file,) = agenda.files.values()
        first = "".join(json.loads(file.content)["cells"][0]["source"])
        assert first.startswith("# The &lt;Z&gt; mass\n\nAda · 20")
        assert "contributions/2/attachments/" in first
        shown.get_by_label("Author", exact=True).fill("Ada Lovelace")
        shown.locator("[name=token]").fill("indp_speaker")
        button(shown).click()
        shown.locator("[role=status] a").wait_for()
        (file,) = agenda.files.values()
        assert b"Ada Lovelace" in file.content
        shown.get_by_text("Close").click()
        shown.wait_for(state="detached")
        assert dialog(page).locator("[name=author]").input_value() == "Ada Lovelace"


def test_a_token_that_the_agenda_refuses_is_asked_for_again_and_not_kept(lab: Lab, browser: Browser, agenda: StandIn, keyring: Path) -> None:
    keyring.write_text(json.dumps({f"doublet {urlsplit(agenda.url).netloc}": "indp_revoked"}))
    with opened(lab, browser, empty()) as page:
        shown = dialog(page)
        aim(shown, agenda.url)
        button(shown).click()
        shown.get_by_text("Indico does not know the token").wait_for()
        assert button(shown).is_disabled()
        shown.locator("[name=token]").fill("indp_reader")
        shown.get_by_label("Keep it").check()
        button(shown).click()
        shown.get_by_text("the token may not do this: make one with the scope").wait_for()
        assert "indp_reader" not in keyring.read_text()
        shown.locator("[name=token]").fill("indp_speaker")
        button(shown).click()
        shown.locator("[role=status] a").wait_for()
    assert "indp_revoked" in keyring.read_text()


def test_an_address_that_is_none_of_an_event_is_told_while_it_is_typed(lab: Lab, browser: Browser) -> None:
    with opened(lab, browser, empty()) as page:
        shown = dialog(page)
        shown.locator("[name=url]").fill("https://indico.cern.ch/category/1/")
        shown.get_by_text("this is no page of an event in an Indico").wait_for()
        assert button(shown).is_disabled()
        shown.locator("[name=url]").fill("https://indico.cern.ch/event/12")
        page.keyboard.press("Enter")
        shown.get_by_role("link", name="https://indico.cern.ch/event/12/").wait_for()
        assert shown.get_by_role("link", name="Personal tokens").get_attribute("href") == "https://indico.cern.ch/user/tokens/"


def test_a_notebook_that_gets_worse_while_it_is_looked_at_is_not_sent(lab: Lab, browser: Browser, agenda: StandIn) -> None:
    with opened(lab, browser, empty()) as page:
        shown = dialog(page)
        aim(shown, agenda.url, "indp_speaker")
        nbformat.write(careless(), lab.notebooks / "mass.ipynb")
        button(shown).click()
        shown.get_by_text("the notebook has changed since it was looked at").wait_for()
        shown.get_by_text("Send it with what looks like a secret").wait_for()
        assert button(shown).is_disabled()
    assert agenda.files == {}


def test_a_notebook_that_is_gone_is_told_in_a_sentence(lab: Lab, browser: Browser, agenda: StandIn) -> None:
    with opened(lab, browser, empty()) as page:
        shown = dialog(page)
        aim(shown, agenda.url, "indp_speaker")
        (lab.notebooks / "mass.ipynb").unlink()
        button(shown).click()
        shown.get_by_text("No such file or directory: mass.ipynb").wait_for()


def test_who_closes_the_dialog_while_a_notebook_is_on_its_way_is_told_what_comes_of_it(lab: Lab, browser: Browser, agenda: StandIn) -> None:
    agenda.cut.append("before")  # it is tried again after a second
    with opened(lab, browser, empty()) as page:
        shown = dialog(page)
        aim(shown, agenda.url, "indp_speaker")
        button(shown).click()
        shown.get_by_text("Sending").wait_for()
        page.keyboard.press("Escape")
        shown.wait_for(state="detached")
        told = page.locator(".jp-toastContainer")
        told.get_by_text("Published: http").wait_for()
        with page.context.expect_page() as opened_page:
            told.get_by_text("Open").click()
        assert opened_page.value.url.endswith("/preview/ipynb/1")
    assert len(agenda.files) == 1


def test_the_command_is_in_the_palette_and_in_the_file_menu_for_notebooks_only(lab: Lab, browser: Browser) -> None:
    with opened(lab, browser, empty()) as page:
        page.get_by_role("menuitem", name="File", exact=True).click()
        page.get_by_role("menuitem", name="Publish to Agenda").click()
        shown = page.locator(DIALOG)
        shown.wait_for()
        page.keyboard.press("Escape")
        shown.wait_for(state="detached")
        page.keyboard.press("Control+Shift+C")
        page.locator(".lm-CommandPalette-input").fill("publish to agenda")
        page.keyboard.press("Enter")
        shown.wait_for()
        page.keyboard.press("Escape")
    with pages.opened(browser, f"{lab.url}lab?token=browser&reset") as page:
        page.get_by_role("menuitem", name="File", exact=True).click()
        page.locator(".lm-Menu-item.lm-mod-disabled", has_text="Publish to Agenda").wait_for()
