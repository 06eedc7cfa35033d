"""Pages in a real browser, without a window."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from doublet.notebook.publish.browser import find_chromium

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

OUTPUT = ".jp-OutputArea-output"
DRAWN = ".doublet-histogram .root_frame"
SEEN = Path("build/pictures/last_seen.png")
SLOW = 30_000
"""Milliseconds after which what a page shows at last is missing."""


@contextmanager
def launched() -> Iterator[Browser]:
    """A browser for as long as it is needed."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
        yield browser
        browser.close()


@contextmanager
def opened(browser: Browser, url: str, *, scripts: bool = True, dark: bool = False) -> Iterator[Page]:
    """Open a page; an error in its scripts is one of the test's, which tells what was to be read at last, and leaves a picture of it."""
    context = browser.new_context(
        viewport={"width": 760, "height": 900}, java_script_enabled=scripts, color_scheme="dark" if dark else "light"
    )
    context.set_default_timeout(SLOW)
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    try:
        page.goto(url)
        yield page
        assert not errors
    except BaseException as error:
        SEEN.parent.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=SEEN)
        error.add_note(f"The page said at last: {page.inner_text('body')!r}")
        raise
    finally:
        context.close()


def without_kernel(page: Page) -> Page:
    """Answer JupyterLab's question about the kernel of a notebook that has none, and wait until all is drawn."""
    page.locator(".jp-Dialog-button.jp-mod-reject").click()
    page.locator(".jp-Dialog").wait_for(state="detached")
    page.locator(OUTPUT).first.wait_for()
    settle(page)
    return page


def settle(page: Page) -> None:
    """Wait until each histogram has been drawn, and nothing moves any more."""
    page.wait_for_function(
        """() => [...document.querySelectorAll('.doublet-histogram')].every((node) =>
             node.querySelector('.root_frame') || node.querySelector('.doublet-histogram-words')?.textContent)"""
    )
    page.wait_for_function("() => [...document.images].every((image) => image.complete)")
    page.mouse.move(0, 0)
    last = ""
    while last != (now := page.evaluate("() => [...document.querySelectorAll('.jp-OutputArea-output')].map((n) => n.innerHTML.length + ':' + n.offsetHeight).join()")):
        last = now
        page.wait_for_timeout(150)


def output(page: Page, number: int) -> Locator:
    return page.locator(OUTPUT).nth(number)
