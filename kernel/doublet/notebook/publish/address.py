"""Where in an Indico a notebook goes: the page whose address a user has copied, and the addresses that follow from it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from doublet.notebook.errors import PublishError

__all__ = ["Address"]

_PAGE = re.compile(
    r"(?P<prefix>.*?)/event/(?P<event>[0-9]+)(?:/manage)?"
    r"(?:/(?P<inner>contributions/[0-9]+(?:/subcontributions/[0-9]+)?|sessions/[0-9]+))?"
    r"(?:/(?:manage|attachments|timetable|overview|program))?/?"
)
_OWN = frozenset(("127.0.0.1", "localhost", "::1"))


@dataclass(frozen=True)
class Address:
    """An event, or a contribution, sub-contribution or session (`inner`) of one, on the server `base`."""

    base: str
    event: int
    inner: str = ""

    @classmethod
    def of(cls, url: str) -> Address:
        """What the address of a page means; raises `PublishError` if it is none of an event, or would send a token unencrypted."""
        parts = urlsplit(url)
        page = _PAGE.fullmatch(parts.path)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.username is not None or page is None:
            raise PublishError(
                url.rpartition("@")[2],
                "this is no page of an event in an Indico: copy the address of an event, contribution or session, as https://indico.cern.ch/event/123/contributions/456/",
            )
        if parts.scheme == "http" and parts.hostname not in _OWN:
            raise PublishError(url, "what is sent to http:// can be read on its way, and the token with it: use https://")
        return cls(f"{parts.scheme}://{parts.netloc}{page['prefix']}", int(page["event"]), page["inner"] or "")

    @property
    def host(self) -> str:
        """The server's name, with its port."""
        return urlsplit(self.base).netloc

    @property
    def page(self) -> str:
        """The page of what the user has named; Indico's address of a sub-contribution ends without a slash."""
        return f"{self.event_page}{self._inner}".removesuffix("/") + ("" if "/sub" in self.inner else "/")

    @property
    def event_page(self) -> str:
        """The page of the whole event; that of a meeting shows what is attached to its contributions."""
        return f"{self.base}/event/{self.event}/"

    @property
    def attachments(self) -> str:
        """Where Indico's own forms for attachments are."""
        return f"{self.base}/event/{self.event}/manage/{self._inner}attachments/"

    @property
    def tokens(self) -> str:
        """Where a user makes personal tokens."""
        return f"{self.base}/user/tokens/"

    def previewer(self, attachment: int) -> str:
        """A page with nothing but the notebook that is attached."""
        return f"{self.base}/preview/ipynb/{attachment}"

    @property
    def _inner(self) -> str:
        return f"{self.inner}/" if self.inner else ""
