"""What changes by itself in JupyterLab: sliders that call C++, and a histogram that fills in the background."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from itertools import count

import pages
import pytest
from lab import Lab
from nbformat import v4
from playwright.sync_api import Page

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.needs("npm"), pytest.mark.slow]

PEAK = """%%cpp
auto peak(double mass, double width) {
    if (width > 9) throw std::runtime_error("too wide");
    auto h = doublet::hist(doublet::axis::regular(40, 60, 120, "mass [GeV]"));
    for (int i = -50; i <= 50; ++i) h(mass + width * i / 50);
    return h;
}
double square(double x) { return x * x; }"""
SLOW_FILL = """%%cpp --background
auto h = doublet::hist(doublet::axis::regular(10, 0, 1, "x"));
for (int i = 0; i < 10'000; ++i) {
    h(i % 10 / 10.);
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
}
h"""
FAILING_FILL = """%%cpp --background
auto failing = doublet::hist(doublet::axis::regular(10, 0, 1, "x"));
for (int i = 0; i < 1'000; ++i) {
    if (i == 100) throw std::range_error("no more");
    failing(0.5);
}
failing"""
Run = Callable[..., AbstractContextManager[Page]]


@pytest.fixture(scope="module")
def run_in(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """A notebook in JupyterLab with a kernel of its own, no cell of which has been run."""
    lab = Lab(tmp_path_factory.mktemp("live"))
    number = count(1)

    @contextmanager
    def opened(*cells: str) -> Iterator[Page]:
        notebook = v4.new_notebook(metadata={"kernelspec": {"name": "doublet", "display_name": "Doublet", "language": "python"}})
        notebook.cells = [v4.new_code_cell(text) for text in cells]
        with pages.opened(browser, lab.save(f"live-{next(number)}.ipynb", notebook, trusted=True)) as page:
            page.locator(".jp-StatusBar-TextItem", has_text="| Idle").wait_for()
            yield page

    with pages.launched() as browser:
        yield opened
    lab.stop()


def run(page: Page, number: int) -> None:
    page.locator(".jp-CodeCell .cm-content").nth(number).click()
    page.locator("[data-command='notebook:run-cell-and-select-next']").click()


def says(page: Page, text: str | re.Pattern[str]) -> None:
    page.locator(".jp-OutputArea-output", has_text=text).first.wait_for()


def slide(page: Page, number: int, key: str) -> None:
    page.locator(".noUi-handle").nth(number).focus()
    page.keyboard.press(key)


def test_sliders_draw_anew_what_cpp_returns_and_show_its_error(run_in: Run) -> None:
    explored = "import doublet\ndoublet.explore(cpp.peak, mass=(80.0, 100.0), width=(0.5, 10.0, 0.5))"
    with run_in(PEAK, explored, "doublet.explore(cpp.square, x=(0.0, 10.0))") as page:
        for number in range(3):
            run(page, number)
        says(page, "101 entries, mean 90")
        says(page, re.compile(r"^25\.0$"))
        slide(page, 0, "Home")
        says(page, "101 entries, mean 80")
        slide(page, 1, "End")
        says(page, "std::runtime_error: too wide")
        assert page.locator(pages.DRAWN).count() == 0
        slide(page, 1, "Home")
        says(page, "101 entries, mean 80")
        assert page.locator(pages.DRAWN).count() == 1
        slide(page, 2, "End")
        says(page, re.compile(r"^100\.0$"))


def test_the_picture_follows_a_loop_in_the_background_until_it_is_stopped(run_in: Run) -> None:
    with run_in(SLOW_FILL, "%cpp_stop\nint(cpp.h.sum())") as page:
        run(page, 0)
        page.locator(pages.DRAWN).wait_for()
        page.evaluate("window.first = document.querySelector('.doublet-histogram svg')")
        seen = [entries(page)]
        while len(seen) < 4:
            page.wait_for_function(f"() => !document.querySelector('.doublet-histogram-words').textContent.startsWith('{seen[-1]:,} entr')")
            seen.append(entries(page))
        assert seen == sorted(seen)
        assert page.evaluate("window.first === document.querySelector('.doublet-histogram svg')")
        run(page, 1)
        total = page.locator(".jp-OutputArea-executeResult .jp-OutputArea-output", has_text=re.compile(r"^\s*\d+\s*$"))
        total.wait_for()
        page.wait_for_function(f"() => document.querySelector('.doublet-histogram-words').textContent.startsWith('{int(total.inner_text()):,} entr')")


def test_an_error_of_a_loop_in_the_background_is_told_below_what_it_has_filled(run_in: Run) -> None:
    with run_in(FAILING_FILL) as page:
        run(page, 0)
        says(page, "100 entries")
        says(page, "std::range_error: no more")


def entries(page: Page) -> int:
    words = page.locator(".doublet-histogram-words").inner_text()
    return int(words.partition(" ")[0].replace(",", ""))
