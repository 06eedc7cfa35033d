"""Histograms as their readers see them, in a real JupyterLab and in a page, looked at by a real browser."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hist
import nbformat
import numpy as np
import pages
import pytest
from lab import ROOT, Lab
from nbformat import v4
from pictures import check

from doublet.display.histograms.bundle import bundle
from doublet.display.histograms.drawing import Drawing, Layer
from doublet.display.histograms.payload import read

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.slow]

EXAMPLES = ROOT / "tests/data/histograms"
with_extension = pytest.mark.needs("npm")


def example(name: str, kind: str = "valid") -> dict[str, Any]:
    found: dict[str, Any] = json.loads((EXAMPLES / kind / f"{name}.json").read_text(encoding="utf-8"))
    return found


def cell(source: str, data: dict[str, Any]) -> nbformat.NotebookNode:
    shown = v4.new_output("execute_result", data, execution_count=1)
    made: nbformat.NotebookNode = v4.new_code_cell(source, outputs=[shown], execution_count=1)
    return made


def drawings() -> dict[str, Drawing]:
    """Every kind: the examples, and what would be long as one."""
    found = {file.stem: read(example(file.stem)) for file in sorted((EXAMPLES / "valid").glob("*.json"))}
    random = np.random.default_rng(2)
    names = [f"{process} {channel}" for process in ("single top quark", "Z + jets", "diboson") for channel in ("ee", "mumu", "emu")]
    categories = hist.Hist(hist.axis.StrCategory(names, label="sample"), storage=hist.storage.Int64())
    categories.fill(random.choice(names, 500))
    signed = hist.Hist(*(hist.axis.Regular(20, -1, 1, label=name) for name in "xy"), storage=hist.storage.Weight())
    x, y = random.uniform(-1, 1, (2, 5000))
    signed.fill(x, y, weight=np.sign(x * y))
    surface = hist.Hist(*(hist.axis.Regular(15, -1, 1, label=name) for name in "xy"), storage=hist.storage.Mean())
    surface.fill(x, y, sample=x**2 + y)
    undefined: hist.Hist[Any] = hist.Hist(hist.axis.Regular(8, 0, 8, label="x"), hist.axis.Variable([1, 2, 4, 8, 16], label="y"))
    contents: Any = undefined.view()
    contents[...] = np.arange(32).reshape(8, 4)
    contents[2:5, 1], contents[7, 3] = np.nan, np.nan
    times = random.beta(2, 5, 1_000_000)
    fine, coarse = (hist.Hist(hist.axis.Regular(bins, 0, 1, label="t [ms]"), storage=hist.storage.Double()) for bins in (100_000, 100))
    fine.fill(times)
    coarse.fill(times)
    found |= {
        "categories": Drawing((Layer(categories, draw="filled"),)),
        "fine": Drawing((Layer(fine),)),
        "logarithmic": Drawing((Layer(coarse, draw="errors"),), log=True),
        "signed": Drawing((Layer(signed),)),
        "surface": Drawing((Layer(surface),)),
        "undefined": Drawing((Layer(undefined),)),
    }
    return found


DRAWINGS = drawings()
KINDS = tuple(DRAWINGS)


@cache
def sent(name: str) -> dict[str, Any]:
    """What the kernel sends of it; its picture takes a while."""
    return bundle(DRAWINGS[name])


def notebook(*names: str) -> nbformat.NotebookNode:
    """A notebook whose cells have shown histograms, as the kernel sends them."""
    made: nbformat.NotebookNode = v4.new_notebook(cells=[cell(name, deepcopy(sent(name))) for name in names])
    return made


def statistics_told(name: str) -> str:
    """What the static picture says of a single histogram: JupyterLab has to say the same."""
    found = re.search(r"Statistics: ([^<]+)</summary>", sent(name)["text/html"])
    is_number = not DRAWINGS[name].layers[0].histogram.axes
    return html.unescape(found[1]) if found and not is_number else ""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with pages.launched() as browser:
        yield browser


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    lab = Lab(tmp_path_factory.mktemp("lab"))
    yield lab
    lab.stop()


@pytest.fixture(scope="module")
def plain_lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    lab = Lab(tmp_path_factory.mktemp("plain"), extension=False)
    yield lab
    lab.stop()


def photograph(page: Page, names: tuple[str, ...], where: str) -> None:
    for number, name in enumerate(names):
        check(pages.output(page, number).screenshot(), f"{where}/{name}")


@with_extension
@pytest.mark.parametrize("theme", ["Light", "Dark"])
def test_jupyterlab_draws_every_kind(theme: str, lab: Lab, browser: Browser) -> None:
    lab.theme(f"JupyterLab {theme}")
    url = lab.save(f"{theme}.ipynb", notebook(*KINDS), trusted=True)
    with pages.opened(browser, url) as page:
        pages.without_kernel(page)
        assert page.locator(".doublet-histogram").count() == len(KINDS)
        for number, told in enumerate(map(statistics_told, KINDS)):
            assert told in pages.output(page, number).inner_text()
        photograph(page, KINDS, f"extension-{theme.lower()}")


@with_extension
def test_a_notebook_that_is_not_trusted_shows_the_static_picture(lab: Lab, browser: Browser) -> None:
    lab.theme("JupyterLab Light")
    url = lab.save("untrusted.ipynb", notebook(*KINDS), trusted=False)
    with pages.opened(browser, url) as page:
        pages.without_kernel(page)
        assert page.locator(".doublet-histogram").count() == 0
        photograph(page, KINDS, "untrusted")


@with_extension
def test_other_fonts_are_no_difference_and_a_missing_curve_is_one(lab: Lab, browser: Browser) -> None:
    """Whether the comparison of pictures sees what it should see, and nothing else."""
    lab.theme("JupyterLab Light")
    names = ("counts", "stack", "overlay")
    with pages.opened(browser, lab.save("compared.ipynb", notebook(*names), trusted=True)) as page:
        pages.without_kernel(page)
        page.add_style_tag(content="* { font-family: 'DejaVu Serif', serif !important; }")
        photograph(page, names, "extension-light")
        without = {
            "counts": "path[style*='rgb(63, 144, 218)']",
            "stack": ".grpoint",
            "overlay": "path[style*='rgb(255, 169, 14)']",
        }
        for number, (name, curve) in enumerate(without.items()):
            hidden = pages.output(page, number).locator(f".root_frame {curve}")
            assert hidden.count()
            hidden.evaluate_all("(nodes) => nodes.forEach((node) => node.remove())")
            with pytest.raises(AssertionError, match=r"colour|lighter"):
                check(pages.output(page, number).screenshot(), f"extension-light/{name}")


@pytest.mark.parametrize("theme", ["Light", "Dark"])
def test_without_the_extension_the_static_picture_shows(theme: str, plain_lab: Lab, browser: Browser) -> None:
    plain_lab.theme(f"JupyterLab {theme}")
    url = plain_lab.save(f"{theme}.ipynb", notebook(*KINDS), trusted=True)
    with pages.opened(browser, url) as page:
        pages.without_kernel(page)
        assert page.locator(".doublet-histogram").count() == 0
        photograph(page, KINDS, f"static-{theme.lower()}")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_page_of_nbconvert_shows_it_without_scripts(theme: str, tmp_path: Path, browser: Browser) -> None:
    from nbconvert import HTMLExporter

    text, _ = HTMLExporter(template_name="lab", theme=theme).from_notebook_node(notebook(*KINDS))
    file = tmp_path / "page.html"
    file.write_text(text, encoding="utf-8")
    with pages.opened(browser, file.as_uri(), scripts=False, dark=theme == "dark") as page:
        photograph(page, KINDS, f"page-{theme}")
