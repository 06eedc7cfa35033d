"""What Indico's pages for managers say of attachments: the list of them, and what the form of one is filled in with."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

__all__ = ["Attachment", "attachments", "complaint", "filled_in"]

_FILE = re.compile(r".*/attachments/(?P<folder>[0-9]+)/(?P<id>[0-9]+)/(?P<name>[^/]+)")


class Attachment(NamedTuple):
    """A file that is attached: the numbers of its folder and its own, the file's name, and its path on the server."""

    folder: int
    id: int
    name: str
    path: str


def attachments(html: str) -> list[Attachment]:
    """The files in a list of attachments, by their numbers, the oldest first; links to other places are left out."""
    page = _List()
    page.feed(html)
    return sorted(page.found, key=lambda attachment: attachment.id)


def filled_in(html: str) -> dict[str, str]:
    """The fields of a form with their values, as a browser would send them."""
    form = _Form()
    form.feed(html)
    return form.values


def complaint(html: str) -> str:
    """What a form says is wrong in it, empty if it says nothing."""
    form = _Form()
    form.feed(html)
    return re.sub("<[^>]*>", "", form.complaint).strip()


class _List(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[Attachment] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = dict(attrs)
        path = urlsplit(names.get("href") or "").path
        if tag == "a" and "data-attachment-id" in names and (match := _FILE.fullmatch(path)) and match["name"] != "go":
            self.found.append(Attachment(int(match["folder"]), int(match["id"]), unquote(match["name"]), path))


class _Form(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, str] = {}
        self.complaint = ""
        self._area = self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = dict(attrs)
        name = names.get("name") or ""
        self.complaint = self.complaint or names.get("data-error") or ""
        if tag == "input" and name:
            if names.get("type") not in ("checkbox", "radio") or "checked" in names:
                self.values[name] = names.get("value") or ""
        elif tag == "textarea" and name:
            self._area, self.values[name] = name, ""
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and (self._select not in self.values or "selected" in names):
            self.values[self._select] = names.get("value") or ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._area:  # scripts fill in those without a name
            self.values[self._area] = self.values[self._area].replace("\r\n", "\n").removeprefix("\n")
            self._area = ""
        elif tag == "select":
            self._select = ""

    def handle_data(self, data: str) -> None:
        if self._area:
            self.values[self._area] += data
