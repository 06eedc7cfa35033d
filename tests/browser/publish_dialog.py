"""JupyterLab's dialog that publishes a notebook, as a user fills it in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pages

if TYPE_CHECKING:
    from lab import Lab
    from playwright.sync_api import Browser, Locator, Page

DIALOG = ".doublet-publish-dialog"


@contextmanager
def opened(lab: Lab, browser: Browser, notebook: Any, name: str = "mass.ipynb", *, dark: bool = False) -> Iterator[Page]:
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
