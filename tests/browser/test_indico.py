"""Notebooks in a real Indico with its previewer: everybody sees them, once, and only who may puts them there.

`make test-indico` starts the server and runs these.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import nbformat
import numpy as np
import pytest
from build_extension import build
from indico_server import Proxy, Server, proxied
from lab import ROOT, Lab
from pages import launched
from PIL import Image
from publish_dialog import aim, button, dialog, opened
from torture_notebook import EXAMPLE, torture

from doublet.cli import main
from doublet.notebook.errors import PublishError
from doublet.notebook.publish.address import Address
from doublet.notebook.publish.indico import Indico
from doublet.notebook.publish.preparing import stored
from doublet.notebook.publish.publishing import Published, draft, publish
from doublet.notebook.publish.tokens import INDICO_TOKEN
from doublet.notebook.reading import parse, read

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

pytestmark = [pytest.mark.indico, pytest.mark.needs("indico"), pytest.mark.needs("chromium")]

EXAMPLES = sorted(EXAMPLE.parent.glob("*.ipynb"))
SEEN = Path("build/indico")


@pytest.fixture(scope="module")
def server() -> Server:
    return Server.from_environment()


def place(server: Server, who: str, url: str = "") -> Indico:
    return Indico(Address.of(url or server.contribution), server.token(who), pauses=(0.5, 0.5, 0.5))


@pytest.fixture
def speaker(server: Server) -> Iterator[Indico]:
    """The contribution, empty before and after."""
    there = place(server, "user")
    for attachment in there.files():
        there.delete(attachment.name)
    yield there
    for attachment in there.files():
        there.delete(attachment.name)


@pytest.fixture
def torture_file(tmp_path: Path) -> Path:
    path = tmp_path / "torture.ipynb"
    nbformat.write(torture(), path)
    return path


@contextmanager
def browsing(server: Server, scheme: Literal["light", "dark"] = "light", *, scripts: bool = True, who: str = "user") -> Iterator[Page]:
    with launched() as browser:
        context = browser.new_context(viewport={"width": 1000, "height": 900}, color_scheme=scheme, java_script_enabled=scripts)
        context.set_extra_http_headers({"Authorization": f"Bearer {server.token(who)}"})
        yield context.new_page()


@pytest.fixture(params=["light", "dark"])
def page(request: pytest.FixtureRequest, server: Server) -> Iterator[Page]:
    with browsing(server, request.param) as page:
        yield page


def open_preview(page: Page, server: Server, published: Published) -> None:
    """What the frame of Indico's dialog shows."""
    number = re.findall("[0-9]+", published.preview)[-1]
    page.goto(f"{server.base}/preview/ipynb/{number}")
    page.wait_for_load_state("networkidle")


def look(page: Page, name: str) -> None:
    SEEN.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SEEN / f"{name}.png", full_page=True)


def assert_histograms_are_seen(page: Page, example: Path) -> None:
    histograms = page.locator(".output_html img[src^='data:image/svg+xml']:visible")
    kind = "application/vnd.doublet.histogram+json"
    expected = sum(kind in output.get("data", {}) for cell in read(example).cells for output in cell.get("outputs", ()))
    assert histograms.count() == expected
    assert all(is_drawn(histograms.nth(number)) for number in range(expected))


def is_drawn(picture: Locator) -> bool:
    """Whether it is a picture of a sensible size with something in it."""
    pixels = np.asarray(Image.open(io.BytesIO(picture.screenshot())).convert("RGB"), dtype=int)
    ink = (abs(pixels - pixels[1, 1]).sum(axis=2) > 60).mean()
    return bool(pixels.shape[0] > 150 and pixels.shape[1] > 300 and 0.005 < ink < 0.9)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_every_histogram_of_the_examples_is_seen(server: Server, speaker: Indico, page: Page, example: Path) -> None:
    published = publish(draft(example).checked(), speaker)
    open_preview(page, server, published)
    look(page, f"{example.stem}-{page.evaluate('matchMedia(`(prefers-color-scheme: dark)`).matches')}")
    assert_histograms_are_seen(page, example)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_every_histogram_of_the_examples_is_seen_by_a_browser_without_scripts(server: Server, speaker: Indico, example: Path) -> None:
    published = publish(draft(example).checked(), speaker)
    with browsing(server, "dark", scripts=False) as page:
        open_preview(page, server, published)
        look(page, f"{example.stem}-scriptless")
        assert_histograms_are_seen(page, example)


@pytest.mark.parametrize("kind", ["event", "session", "contribution", "subcontribution"])
def test_what_is_printed_opens_the_notebook(server: Server, kind: str, request: pytest.FixtureRequest) -> None:
    """A contribution of a meeting has no page of its own, and one that is not in the timetable is on none at all."""
    url = {
        "event": lambda: server.event,
        "contribution": lambda: server.contribution,
        "session": lambda: f"{server.event}sessions/{server.make('sessions', 'A session')}/",
        "subcontribution": lambda: f"{server.contribution}subcontributions/{server.make(f'contributions/{server.contribution_id}/subcontributions', 'A part')}",
    }[kind]()
    there = place(server, "admin", url)
    first = publish(draft(EXAMPLE).checked(), there)
    request.addfinalizer(lambda: there.delete(EXAMPLE.name))
    assert publish(draft(EXAMPLE).checked(), there) == first
    with browsing(server, who="admin") as page:
        page.goto(first.preview)
        page.wait_for_load_state("networkidle")
        (shown,) = [frame for frame in page.frames if "/preview/ipynb/" in frame.url]
        histograms = shown.locator(".output_html img[src^='data:image/svg+xml']:visible")
        assert is_drawn(histograms.first)


@pytest.mark.needs("npm")
def test_what_is_published_from_jupyterlab_is_seen(server: Server, speaker: Indico, tmp_path: Path) -> None:
    build(ROOT)
    lab = Lab(tmp_path, variables={INDICO_TOKEN: "", "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"})
    try:
        with launched() as browser, opened(lab, browser, read(EXAMPLE), EXAMPLE.name) as page:
            shown = dialog(page)
            aim(shown, server.contribution, server.token("user"))
            look(page, "jupyterlab")
            button(shown).click()
            link = shown.locator("[role=status] a")
            link.wait_for()
            preview = str(link.get_attribute("href"))
    finally:
        lab.stop()
    assert preview == speaker.preview(speaker.files()[0])
    with browsing(server) as page:
        page.goto(preview)
        page.wait_for_load_state("networkidle")
        assert_histograms_are_seen(page, EXAMPLE)


def test_every_output_of_the_torture_notebook_shows_or_is_named(server: Server, speaker: Indico, page: Page, torture_file: Path) -> None:
    made = draft(torture_file).checked()
    published = publish(made, speaker)
    open_preview(page, server, published)
    look(page, f"torture-{page.evaluate('matchMedia(`(prefers-color-scheme: dark)`).matches')}")
    cells = page.locator(".code_cell")
    named = {finding.count for finding in made.findings if finding.rule == "blank"}
    for number in range(cells.count()):
        shown = cells.nth(number).locator(".output_subarea")
        words = "".join(shown.all_inner_texts()).strip()
        size = shown.first.bounding_box() if shown.count() else None
        assert (words or (size and size["height"] > 20)) or number + 1 in named, f"In [{number + 1}] shows nothing"
    sources = [cell.source for cell in torture().cells if cell.cell_type == "code"]
    colours = {"jsroot": (200, 30, 30), "javascript": (30, 160, 30), "widget": (30, 30, 200), "svg": (128, 0, 128), "gif": (250, 120, 0)}
    for source, colour in colours.items():
        picture = cells.nth(sources.index(source)).locator("img").first
        pixels = np.asarray(Image.open(io.BytesIO(picture.screenshot())).convert("RGB"), dtype=int)
        assert abs(pixels[pixels.shape[0] // 2, pixels.shape[1] // 2] - colour).max() < 12, source


def test_formulas_are_complete_and_cpp_is_coloured(server: Server, speaker: Indico, page: Page, torture_file: Path) -> None:
    open_preview(page, server, publish(draft(torture_file).checked(), speaker))
    assert page.locator(".katex").count() >= 2
    signs = page.locator(".katex svg")
    heights = [(signs.nth(number).bounding_box() or {"height": 0})["height"] for number in range(signs.count())]
    assert len(heights) >= 6
    assert min(heights) > 1, "a root or an arrow has vanished"
    cpp = page.locator(".code_cell", has_text="std::cout").locator(".highlight")
    assert cpp.locator(".kt", has_text="int").count() == 1
    assert page.evaluate("document.documentElement.scrollWidth <= 1000"), "the page is wider than the window"


def test_a_notebook_is_replaced_at_its_address_and_comes_back_as_it_was(server: Server, speaker: Indico, torture_file: Path) -> None:
    first = publish(draft(torture_file).checked(), speaker)
    notebook = torture()
    notebook.cells[0].source = "# changed"
    nbformat.write(notebook, torture_file)
    second = publish(draft(torture_file).checked(), speaker)
    assert second == first
    (there,) = speaker.files()
    back = stored(parse(speaker.content(there).decode(), "there"))
    assert [cell.source for cell in back.cells] == [cell.source for cell in notebook.cells]
    kept = [number for number, cell in enumerate(notebook.cells) if cell.source != "long"]
    assert [back.cells[number].get("outputs") for number in kept] == [notebook.cells[number].get("outputs") for number in kept]


def test_replacing_keeps_what_the_form_says(server: Server, speaker: Indico) -> None:
    sent = speaker.put("a.ipynb", b"{}")
    form = speaker._form(sent)
    speaker._web.send(form, {"title": "The title", "description": "first\nsecond", "folder": "__None", "protected": "y", "acl": "[]"})
    speaker.put("a.ipynb", b"{} ")
    page = speaker._web.get(form).json()["html"]
    assert 'value="The title"' in page
    assert "first\nsecond" in page.replace("\r", "")
    assert page.count("checked") == 1, "the file is still protected"


def test_an_administrator_may_everywhere_and_others_are_told_what_they_may(server: Server, speaker: Indico) -> None:
    event = place(server, "admin", server.event)
    event.put("a.ipynb", b"{}")
    assert [file.name for file in event.files()] == ["a.ipynb"]
    event.delete("a.ipynb")
    for who, url, message in (
        ("user", server.event, "owner may not change what is attached here"),
        ("ro", server.contribution, "make one with the scope 'Everything"),
        ("legacy", server.contribution, "make one with the scope 'Everything"),
        ("admin", f"{server.base}/event/9999/", "An event with this ID does not exist"),
        ("admin", f"{server.event}contributions/9999/", "Indico does not know it"),
    ):
        with pytest.raises(PublishError, match=message):
            place(server, who, url).put("a.ipynb", b"{}")
    for token in ("indp_" + "x" * 42, "nonsense"):
        with pytest.raises(PublishError, match="does not know the token"):
            Indico(Address.of(server.contribution), token).put("a.ipynb", b"{}")
    assert speaker.files() == []


def test_without_a_token_nothing_is_sent(server: Server, speaker: Indico, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.delenv(INDICO_TOKEN, raising=False)
    assert main(["publish", str(EXAMPLE), "--indico", server.contribution]) == 1
    assert f"set {INDICO_TOKEN}" in capsys.readouterr().err
    assert speaker.files() == []


@pytest.mark.parametrize("cuts", [["half"], ["answer"], ["half", "answer"], ["half", "half", "half"]], ids="-".join)
@pytest.mark.parametrize("is_new", [True, False], ids=["new", "replaced"])
def test_nothing_is_uploaded_twice_when_the_connection_breaks(server: Server, speaker: Indico, cuts: list[str], is_new: bool) -> None:
    content = b'{"cells": []}' + b" " * 200_000
    before = None if is_new else speaker.put("a.ipynb", b"{}")
    with proxied(server.base) as proxy:
        assert isinstance(proxy, Proxy)
        proxy.cut += cuts
        sent = place(server, "user", server.contribution.replace(server.base, proxy.url)).put("a.ipynb", content)
        assert proxy.cut == []
        assert proxy.uploads == len(cuts) + (cuts[-1] == "half")
    assert [speaker.content(file) for file in speaker.files()] == [content]
    assert before is None or before.id == sent.id


def test_the_token_is_in_nothing_that_is_written(server: Server, speaker: Indico, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(0)
    monkeypatch.setenv(INDICO_TOKEN, server.token("user"))
    assert main(["publish", str(EXAMPLE), "--indico", server.contribution]) == 0
    assert main(["publish", str(EXAMPLE), "--indico", server.event]) == 1
    out, err = capsys.readouterr()
    assert server.token("user") not in out + err + caplog.text
    assert out == f"{server.base}/preview/ipynb/{speaker.files()[0].id}\n"
