"""The browser that prints pages, and in which the tests look at them."""

from __future__ import annotations

import shutil

__all__ = ["find_chromium"]

_NAMES = ("chromium", "chromium-browser", "google-chrome")


def find_chromium() -> str | None:
    """Debian's Chromium, or another browser that it is made into; None if there is none on the path."""
    return next(filter(None, map(shutil.which, _NAMES)), None)
