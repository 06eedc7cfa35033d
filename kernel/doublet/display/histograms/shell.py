"""Histograms in a running IPython: as a cell's value each is shown, whichever language made it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from doublet.display.histograms.recognition import is_drawable

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

__all__ = ["show_histograms"]


def show_histograms(shell: InteractiveShell) -> None:
    """Have the shell show histograms; what their own libraries would show instead does not appear.

    An error in a histogram is the cell's error: IPython's formatters would report it, and let the cell succeed.
    """
    formatter = shell.display_formatter
    assert formatter is not None
    original: Callable[..., tuple[dict[str, Any], dict[str, Any]]] = formatter.format

    def format_value(value: Any, include: Any = None, exclude: Any = None) -> tuple[dict[str, Any], dict[str, Any]]:
        if not is_drawable(value):
            return original(value, include=include, exclude=exclude)
        from doublet.display.histograms.bundle import bundle
        from doublet.display.histograms.drawings import drawing_of

        return bundle(drawing_of(value), lambda kind: (not include or kind in include) and kind not in (exclude or ())), {}

    formatter.format = format_value  # type: ignore[method-assign]
