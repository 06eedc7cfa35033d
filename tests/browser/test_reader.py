"""What a reader does with a histogram in JupyterLab: zoom, watch it change, make the window smaller, trust a stranger."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import hist
import numpy as np
import pages
import pytest
from lab import Lab
from nbformat import v4
from test_pictures import cell, example

from doublet.display.histograms.bundle import bundle
from doublet.display.histograms.drawings import drawing_of
from doublet.display.histograms.payload import MIME

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.needs("npm"), pytest.mark.slow]

SCRIPT = "<img src=x onerror=\"window.attacked='{0}'\"><svg onload=\"window.attacked='{0}'\">\"><script>window.attacked='{0}'</script>"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with pages.launched() as browser:
        yield browser


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    lab = Lab(tmp_path_factory.mktemp("reader"))
    yield lab
    lab.stop()


@pytest.fixture
def live(lab: Lab, browser: Browser) -> Iterator[Page]:
    """A page with a real kernel, which has drawn a histogram that the second cell fills and the third one changes."""
    payload, python = json.dumps(example("counts")), json.dumps(MIME)
    notebook = v4.new_notebook(metadata={"kernelspec": {"name": "doublet", "display_name": "Doublet", "language": "python"}})
    notebook.cells = [
        v4.new_code_cell(
            "import json\nfrom IPython.display import display\n"
            f"shown = json.loads({payload!r})\n"
            f"handle = display({{{python}: shown}}, raw=True, display_id=True)"
        ),
        v4.new_code_cell(
            "storage = shown['layers'][0]['histogram']['storage']\n"
            "storage['values'] = [2 * value for value in storage['values']]\n"
            f"handle.update({{{python}: shown}}, raw=True)"
        ),
        v4.new_code_cell(f"shown['version'] = 2\nhandle.update({{{python}: shown}}, raw=True)"),
        v4.new_code_cell("import hist\nhist.Hist(hist.axis.Regular(5, 0, 5, label='x')).fill([1, 1, 2])"),
    ]
    with pages.opened(browser, lab.save("live.ipynb", notebook, trusted=False)) as page:
        # What is run before the kernel is connected is lost.
        page.locator(".jp-StatusBar-TextItem", has_text="| Idle").wait_for()
        run(page, 0)
        page.locator(pages.DRAWN).wait_for()
        yield page


def run(page: Page, number: int) -> None:
    page.locator(".jp-CodeCell .cm-content").nth(number).click()
    page.locator("[data-command='notebook:run-cell-and-select-next']").click()


def says(page: Page, text: str) -> None:
    page.locator(".doublet-histogram-words", has_text=text).wait_for()


def labels(page: Page) -> list[float]:
    """The numbers along x."""
    texts = page.locator(".doublet-histogram .xaxis_container .axis_labels text").all_text_contents()
    return [float(text) for text in texts]


def drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    """Draw a rectangle in the frame, whose width and height are 1."""
    box = page.locator(pages.DRAWN).bounding_box()
    assert box is not None
    ends = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in (start, end)]
    page.mouse.move(*ends[0])
    page.mouse.down()
    page.mouse.move(*ends[1], steps=8)
    page.mouse.up()


def test_an_update_changes_the_picture_in_place_and_keeps_zoom_and_scale(live: Page) -> None:
    says(live, "803 entries")
    assert (min(labels(live)), max(labels(live))) == (60, 120)
    live.evaluate("window.first = document.querySelector('.doublet-histogram svg')")
    drag(live, (0.4, 0.2), (0.6, 0.8))
    live.wait_for_function("() => document.querySelector('.doublet-histogram .xaxis_container').textContent.includes('92')")
    zoomed = labels(live)
    assert 80 < min(zoomed) < max(zoomed) < 100
    live.locator(pages.DRAWN).click(button="right")
    live.get_by_text("SetLogy").click(force=True)
    live.wait_for_function("() => document.querySelector('.doublet-histogram .yaxis_container').textContent.includes('10')")
    run(live, 1)
    says(live, "1,606 entries")
    assert labels(live) == zoomed
    assert live.evaluate("window.first === document.querySelector('.doublet-histogram svg')")
    live.locator(pages.DRAWN).click(button="right")
    assert live.locator("#root_ctx_menu, .jsroot_ctxt_container").get_by_text("SetLogy").count() == 1


def test_bins_of_a_map_without_a_number_are_grey_and_can_be_zoomed_into(lab: Lab, browser: Browser) -> None:
    plane: hist.Hist[Any] = hist.Hist(hist.axis.Regular(8, 0, 8, label="x"), hist.axis.Regular(4, 0, 4, label="y"))
    contents: Any = plane.view()
    contents[...] = np.arange(32).reshape(8, 4)
    contents[2:5, 1:3] = np.nan
    url = lab.save("undefined.ipynb", v4.new_notebook(cells=[cell("plane", bundle(drawing_of(plane)))]), trusted=True)
    with pages.opened(browser, url) as page:
        pages.without_kernel(page)
        grey = page.locator(".doublet-histogram path[style*='rgb(190, 190, 190)']")
        assert grey.count() == 2  # a box for each row
        above, below = sorted((box for each in grey.all() if (box := each.bounding_box()) is not None), key=lambda box: box["y"])
        page.mouse.move(above["x"] + 5, above["y"] + 5)
        page.mouse.down()
        page.mouse.move(below["x"] + below["width"] - 5, below["y"] + below["height"] - 5, steps=8)
        page.mouse.up()
        page.wait_for_function("() => !document.querySelector('.doublet-histogram .xaxis_container').textContent.includes('8')")
        assert 2 < min(labels(page)) < max(labels(page)) < 5


def test_data_of_a_newer_version_replace_the_picture_by_a_sentence(live: Page) -> None:
    run(live, 2)
    says(live, "Doublet cannot draw this histogram: this histogram is of version 2")
    assert live.locator(pages.DRAWN).count() == 0


def test_a_histogram_that_is_a_cell_s_value_is_drawn(live: Page) -> None:
    run(live, 3)
    says(live, "mean 1.833")
    assert live.locator(pages.DRAWN).count() == 2


def test_what_is_no_histogram_shows_a_sentence_and_the_picture_that_came_with_it(lab: Lab, browser: Browser) -> None:
    png = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
    cells = [cell("", {MIME: example(name, "invalid"), "image/png": png}) for name in ("no_storage", "text_in_values")]
    url = lab.save("invalid.ipynb", v4.new_notebook(cells=cells), trusted=True)
    with pages.opened(browser, url) as page:
        pages.without_kernel(page)
        said = page.locator(".doublet-histogram-words").all_text_contents()
        assert len(said) == 2
        assert all(text.startswith("Doublet cannot draw this histogram: these are no histogram data, at #/layers/0") for text in said)
        assert page.locator(".doublet-histogram img").count() == 2


def attacked(where: str, payload: dict[str, Any]) -> None:
    """Put a script everywhere in a payload where text may stand."""
    payload["title"] = SCRIPT.format(f"title {where}")
    payload["notes"] = [SCRIPT.format(f"note {where}")]
    for axis in [*payload["axes"], payload["value"]]:
        axis["label"] = axis["unit"] = SCRIPT.format(f"axis {where}")
    for layer in payload["layers"]:
        layer["label"] = SCRIPT.format(f"layer {where}")
        for axis in layer["histogram"]["axes"]:
            if axis["type"] == "category_str":
                axis["categories"] = [SCRIPT.format(f"{number} {where}") for number in range(len(axis["categories"]))]
    if "ratio" in payload:
        payload["ratio"]["label"] = SCRIPT.format(f"ratio {where}")


def test_no_text_of_a_file_becomes_a_script_not_even_in_menus_and_dialogs(lab: Lab, browser: Browser) -> None:
    names = ("stack", "channels", "plane", "overlay")
    payloads = {name: example(name) for name in names}
    for name, payload in payloads.items():
        attacked(name, payload)
    url = lab.save("attack.ipynb", v4.new_notebook(cells=[cell(name, {MIME: payloads[name]}) for name in names]), trusted=True)
    with pages.opened(browser, url) as page:
        pages.without_kernel(page)
        assert page.locator(".doublet-histogram svg.root_canvas").count() == len(names)
        for picture in page.locator(".doublet-histogram").all():
            for part in (".root_frame", ".xaxis_container", ".axis_title"):
                target = picture.locator(part).first
                if not target.count():
                    continue
                target.scroll_into_view_if_needed()
                target.hover(force=True)
                target.click(button="right", force=True)
                page.wait_for_timeout(50)
        # The dialog for an axis' title has the title as HTML.
        page.locator(".doublet-histogram .xaxis_container .axis_labels text").last.click(button="right", force=True)
        page.get_by_text("Title", exact=True).first.hover(force=True)
        page.get_by_text("SetTitle", exact=True).first.click(force=True)
        dialog = page.locator(".jsroot_dialog input")
        dialog.wait_for()
        assert "axis overlay" in dialog.input_value()
        assert page.evaluate("window.attacked") is None
        assert page.locator(".doublet-histogram script, .doublet-histogram foreignObject, body > img").count() == 0


def test_a_picture_follows_the_width_of_the_window(lab: Lab, browser: Browser) -> None:
    url = lab.save("narrow.ipynb", v4.new_notebook(cells=[cell("", {MIME: example("counts")})]), trusted=True)
    with pages.opened(browser, url) as page:
        pages.without_kernel(page)
        for width in (1600, 400):
            page.set_viewport_size({"width": width, "height": 900})
            page.wait_for_timeout(500)
            picture = page.locator(".doublet-histogram-picture").bounding_box()
            assert picture is not None
            assert picture["width"] <= 720
            assert picture["height"] == pytest.approx(picture["width"] * 2 / 3, abs=1)
            # What is drawn is as large as the room for it, not scaled to it.
            drawn = page.locator("svg.root_canvas").get_attribute("viewBox")
            assert drawn is not None
            assert [float(n) for n in drawn.split()[2:]] == pytest.approx([picture["width"], picture["height"]], abs=2)


def test_nothing_is_loaded_from_elsewhere(lab: Lab, browser: Browser) -> None:
    url = lab.save("offline.ipynb", v4.new_notebook(cells=[cell("", {MIME: example("stack")})]), trusted=True)
    asked: list[str] = []
    context = browser.new_context()
    page = context.new_page()
    page.on("request", lambda request: asked.append(request.url))
    page.goto(url)
    pages.without_kernel(page)
    context.close()
    assert any("/lab/extensions/doublet/" in each for each in asked)
    assert [each for each in asked if not each.startswith((lab.url, "data:", "blob:", lab.url.replace("http", "ws")))] == []


def test_a_picture_that_is_removed_leaves_nothing_behind(live: Page) -> None:
    live.evaluate("window.first = document.querySelector('.doublet-histogram')")
    live.locator(".jp-CodeCell .cm-content").first.click()
    live.locator("[data-command='notebook:cut-cell']").click()
    live.locator(pages.DRAWN).wait_for(state="detached")
    assert live.evaluate("window.first.querySelector('svg.root_canvas')") is None
