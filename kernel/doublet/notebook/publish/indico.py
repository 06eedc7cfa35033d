"""Attachments of an event in an Indico, by a personal token: list, add, replace in place, delete.

The addresses are those of Indico's own forms (tried with 3.2 and 3.3), for it has no versioned interface for attachments.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import requests

from doublet.notebook.errors import PublishError
from doublet.notebook.publish.forms import Attachment, attachments, complaint, filled_in
from doublet.notebook.web import LostError, Web

if TYPE_CHECKING:
    from doublet.notebook.publish.address import Address

__all__ = ["Indico"]

NOTEBOOK = "application/x-ipynb+json"
"""What Indico's previewer knows a notebook by; when a file is replaced, Indico does not guess it from the name."""
_PAUSES = 1.0, 4.0, 15.0
"""Seconds until it is looked whether something has arrived of which nobody has heard."""
_STRANGER = "this is no Indico, or not the address of an event in it: copy the address of the event's page"


class Indico:
    """What is attached in one place, with the rights of a token's owner; everything raises `PublishError`."""

    def __init__(self, address: Address, token: str, pauses: tuple[float, ...] = _PAUSES) -> None:
        self.address = address
        self._web = Web(address.page, token, _explained)
        self._pauses = pauses

    def files(self) -> list[Attachment]:
        """The files that are attached, the oldest first."""
        return attachments(self._html(self._web.get(self.address.attachments), "html"))

    def content(self, attachment: Attachment) -> bytes:
        """What a file holds."""
        return self._web.get(self.url(attachment)).content

    def url(self, attachment: Attachment) -> str:
        """Where a file can be downloaded."""
        root = re.sub(r"(https?://[^/]+).*", r"\1", self.address.base)
        return root + attachment.path

    def preview(self, attachment: Attachment) -> str:
        """The address that opens a notebook: on a page that lists it, else by itself.

        A meeting's contributions have no page: Indico sends on to the event's, and what is not in its timetable is on none.
        """
        pages = dict.fromkeys((self.address.page, self.address.event_page))
        page = next((page for page in pages if self._lists(page, attachment)), None)
        return f"{page}#preview:{attachment.id}" if page else self.address.previewer(attachment.id)

    def find(self, name: str) -> Attachment | None:
        """The file of this name, None if there is none."""
        return self._one(_kept(name), self.files())

    def put(self, name: str, content: bytes) -> Attachment:
        """Attach a notebook, or replace the one of this name, which keeps its address; one that is there already is left alone."""
        name = _kept(name)
        before = self.files()
        old = self._one(name, before)
        if old is None:
            known = {attachment.id for attachment in before}
            return self._surely(lambda: self._add(name, content, known), lambda: self._arrived(name, content, known))
        if self.content(old) != content:
            self._surely(lambda: self._replace(old, content), lambda: old if self.content(old) == content else None)
        return old

    def delete(self, name: str) -> Attachment:
        """Take the file of this name away."""
        found = self.find(name)
        if found is None:
            raise PublishError(self.address.page, f"nothing is attached that is called '{name}'")
        self._remove(found)
        return found

    def _lists(self, page: str, attachment: Attachment) -> bool:
        try:
            html = self._web.get(page).text
        except PublishError:  # nobody sees anything there: it sends on, or is not public yet
            return False
        return attachment.id in {listed.id for listed in attachments(html)}

    def _one(self, name: str, files: list[Attachment]) -> Attachment | None:
        same = [attachment for attachment in files if attachment.name == name]
        if len(same) > 1:
            raise PublishError(self.address.page, f"{len(same)} files are called '{name}': delete all but one on the page")
        return same[0] if same else None

    def _add(self, name: str, content: bytes, known: set[int]) -> Attachment:
        answer = self._web.send(f"{self.address.attachments}add/files", {"files": (name, content, NOTEBOOK)})
        listed = attachments(self._html(answer, "attachment_list"))
        new = [attachment for attachment in listed if attachment.id not in known and attachment.name == name]
        if not new:
            raise PublishError(self.address.page, f"Indico has taken '{name}', and does not show it: look at the page")
        for again in new[1:]:  # what was on its way when the connection broke has arrived after all
            if self.content(again) == content:
                self._remove(again)
        return new[0]

    def _arrived(self, name: str, content: bytes, known: set[int]) -> Attachment | None:
        new = (attachment for attachment in self.files() if attachment.id not in known and attachment.name == name)
        return next((attachment for attachment in new if self.content(attachment) == content), None)

    def _replace(self, old: Attachment, content: bytes) -> Attachment:
        """As its form would: what is not sent along, such as who may see it, would be taken as cleared."""
        fields = {key: value for key, value in filled_in(self._html(self._web.get(self._form(old)), "html")).items() if not key.startswith("__file")}
        self._html(self._web.send(self._form(old), {**fields, "file": (old.name, content, NOTEBOOK)}), "attachment_list")
        return old

    def _remove(self, attachment: Attachment) -> None:
        self._web.delete(self._form(attachment))

    def _form(self, attachment: Attachment) -> str:
        return f"{self.address.attachments}{attachment.folder}/{attachment.id}/"

    def _html(self, answer: requests.Response, key: str) -> str:
        """The HTML that an answer holds under a key."""
        try:
            payload: Any = answer.json()
        except requests.exceptions.JSONDecodeError:
            payload = None
        if not isinstance(payload, dict):
            raise PublishError(self.address.page, _STRANGER, answer.status_code)
        if key not in payload and "html" in payload:  # the form again, with what is wrong in it
            raise PublishError(self.address.page, f"Indico does not take it: {complaint(str(payload['html'])) or 'its form says no more'}", answer.status_code)
        return str(payload.get(key, ""))

    def _surely(self, send: Callable[[], Attachment], arrived: Callable[[], Attachment | None]) -> Attachment:
        """Send until it has arrived; after a connection has broken, it is looked first whether it has."""
        for pause in self._pauses:
            try:
                return send()
            except LostError:
                time.sleep(pause)
                if (there := arrived()) is not None:
                    return there
        return send()


def _kept(name: str) -> str:
    """The name that Indico gives to a file that is called so."""
    return " ".join(re.sub(r"[/\\:]", "_", name).split())


def _explained(answer: requests.Response) -> str:
    status = answer.status_code
    try:
        error = answer.json().get("error")
    except (requests.exceptions.JSONDecodeError, AttributeError):
        error = None
    if status == 401:
        return "Indico does not know the token: it has been mistyped, revoked, or is of another server"
    if error == "insufficient_scope":
        return "the token may not do this: make one with the scope 'Everything (all methods)' in Indico, under My profile, Personal tokens"
    if status in (301, 302, 303, 307, 308):
        return f"the server sends elsewhere ({answer.headers.get('Location', '')}): copy the address of the event's page from there"
    if status == 413:
        return "the file is larger than this Indico takes: leave large outputs out"
    if status >= 500:
        return f"the server has failed (HTTP {status}): try again later"
    if not isinstance(error, dict):
        return _STRANGER
    if status == 403:
        return "the token's owner may not change what is attached here: speakers may at their own contribution, whose address is that of its page"
    if status == 404:
        return f"Indico does not know it: {error.get('message', 'not found')}"
    return f"Indico refuses (HTTP {status}): {error.get('message', 'without a reason')}"
