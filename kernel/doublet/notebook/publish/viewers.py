"""What a page that runs no scripts shows of an output: one of its parts, which may be an empty one.

The order is nbconvert's (``NbConvertBase.display_data_priority``, version 7.17), which Indico's previewer follows, and
nbviewer and exported pages as well.
"""

from __future__ import annotations

from html.parser import HTMLParser

from doublet.notebook.reading import Notebook, Output, text_of

__all__ = ["is_blank", "shown", "shows"]

_ORDER = (
    "application/vnd.jupyter.widget-view+json",
    "application/javascript",
    "text/html",
    "text/markdown",
    "image/svg+xml",
    "text/vnd.mermaid",
    "text/latex",
    "image/png",
    "image/jpeg",
    "text/plain",
)
_DRAWN_BY_SCRIPTS = frozenset(("application/vnd.jupyter.widget-view+json", "application/javascript", "text/vnd.mermaid"))
_UNSEEN = frozenset(("script", "style", "noscript", "template", "head", "title"))
_SEEN = frozenset(("img", "svg", "table", "iframe", "video", "audio", "input", "hr", "object", "embed", "math", "picture", "button", "meter", "progress"))


def shown(output: Output, notebook: Notebook) -> str | None:
    """The MIME type of the part that is shown of an output that is a bundle of them; None if there is none for it."""
    for kind in _ORDER:
        if kind in output.data and (kind != _ORDER[0] or _has_state(output.data[kind], notebook)):
            return kind
    return None


def shows(kind: str, value: object) -> bool:
    """Whether anything is seen of a part of this MIME type."""
    if kind in _DRAWN_BY_SCRIPTS:
        return False
    return not is_blank(text_of(value)) if kind == "text/html" else bool(text_of(value).strip())


def is_blank(html: str) -> bool:
    """Whether HTML shows nothing unless its scripts run."""
    page = _Page()
    page.feed(html)
    page.close()
    return not page.is_seen


def _has_state(view: object, notebook: Notebook) -> bool:
    states = notebook.metadata.get("widgets", {}).get("application/vnd.jupyter.widget-state+json", {}).get("state", {})
    return isinstance(view, dict) and view.get("model_id") in states


class _Page(HTMLParser):
    """Notes whether there is anything to see outside of scripts and styles."""

    def __init__(self) -> None:
        super().__init__()
        self.is_seen = False
        self._unseen: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _UNSEEN:
            self._unseen.append(tag)
        elif not self._unseen and tag in _SEEN:
            self.is_seen |= tag != "img" or bool(dict(attrs).get("src"))

    def handle_endtag(self, tag: str) -> None:
        if tag in self._unseen:
            del self._unseen[self._unseen.index(tag) :]

    def handle_data(self, data: str) -> None:
        if not self._unseen and data.strip():
            self.is_seen = True
