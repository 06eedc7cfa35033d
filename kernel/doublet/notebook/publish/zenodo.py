"""A deposit of a notebook in Zenodo, with a DOI that is reserved first and stands in the notebook.

The interface is Zenodo's for deposits (developers.zenodo.org, "Depositions"); the addresses of files and actions are those that
its answers give. A deposit stays a draft, to be looked at and changed, until it is made public, which cannot be taken back.
"""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

import requests

from doublet.notebook.errors import PublishError
from doublet.notebook.web import LostError, Web

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

__all__ = ["Deposit", "Zenodo"]

_TRIES = 3
_STRANGER = "this is no Zenodo: its address is https://zenodo.org, and https://sandbox.zenodo.org to try"


@dataclass(frozen=True)
class Deposit:
    """A draft: the page to look at it, and the DOI that it will have, or has once it `is_public`."""

    page: str
    doi: str
    is_public: bool = False


class Zenodo:
    """A server, with the rights of a token's owner; everything raises `PublishError`."""

    def __init__(self, base: str, token: str) -> None:
        parts = urlsplit(base)
        if parts.scheme != "https" and parts.hostname not in ("127.0.0.1", "localhost"):
            raise PublishError(base, "what is sent to http:// can be read on its way, and the token with it: use https://")
        self.base = base.rstrip("/")
        self._web = Web(self.base, token, _explained)

    def deposit(self, name: str, content: Callable[[str], bytes], metadata: dict[str, Any], *, public: bool = False, more: Iterable[Path] = ()) -> Deposit:
        """Deposit one file, and `more`: `content` makes it, given the DOI. `metadata` are title, description, creators and so on, as Zenodo has them."""
        made = self._json("POST", f"{self.base}/api/deposit/depositions", {})
        doi = str(_part(made, "metadata", "prereserve_doi", "doi"))
        data = content(doi)
        bucket = str(_part(made, "links", "bucket"))
        self._upload(f"{bucket}/{quote(name)}", data)
        for path in more:
            self._upload(f"{bucket}/{quote(path.name)}", path)
        made = self._json("PUT", str(_part(made, "links", "self")), {"metadata": metadata})
        if public:
            made = self._json("POST", str(_part(made, "links", "publish")), None)
        return Deposit(str(_part(made, "links", "html")), str(made.get("doi") or doi), public)

    def _upload(self, url: str, content: bytes | Path) -> None:
        """Sending a file again puts it in the place of the first, so that it can be tried again."""
        with _opened(content) as file:
            total = hashlib.file_digest(file, partial(hashlib.md5, usedforsecurity=False)).hexdigest()
            size = file.tell()
        for left in reversed(range(_TRIES)):
            try:
                with _opened(content) as file:
                    answer = self._web.put(self._own(url), file, size)
                break
            except LostError:
                if not left:
                    raise
        if _json(answer, self.base).get("checksum") != f"md5:{total}":
            raise PublishError(self.base, "the file has not arrived as it was sent: try again")

    def _json(self, method: str, url: str, content: dict[str, Any] | None) -> dict[str, Any]:
        return _json(self._web.json(method, self._own(url), content), self.base)

    def _own(self, url: str) -> str:
        """The address, if it is one of this server: the token is for no other."""
        if urlsplit(url)[:2] != urlsplit(self.base)[:2]:
            raise PublishError(self.base, f"its answer leads to another server, {urlsplit(url).netloc}, which is not given the token")
        return url


def _opened(content: bytes | Path) -> io.BytesIO | io.BufferedReader:
    return io.BytesIO(content) if isinstance(content, bytes) else content.open("rb")


def _json(answer: requests.Response, base: str) -> dict[str, Any]:
    try:
        payload: Any = answer.json()
    except requests.exceptions.JSONDecodeError:
        payload = None
    if not isinstance(payload, dict):
        raise PublishError(base, _STRANGER, answer.status_code)
    return payload


def _part(payload: Any, *keys: str) -> Any:
    for key in keys:
        payload = payload.get(key) if isinstance(payload, dict) else None
    if payload is None:
        raise PublishError(keys[-1], _STRANGER)
    return payload


def _explained(answer: requests.Response) -> str:
    status = answer.status_code
    try:
        payload = answer.json()
    except requests.exceptions.JSONDecodeError:
        payload = {}
    if status == 401:
        return "Zenodo does not know the token: it has been mistyped, revoked, or is of the sandbox"
    if status == 403:
        return "the token may not do this: make one with the scopes deposit:write and deposit:actions"
    if status == 413:
        return "the file is larger than Zenodo takes"
    if status >= 500:
        return f"the server has failed (HTTP {status}): try again later"
    if isinstance(payload, dict) and "message" in payload:
        wrong = "; ".join(f"{error.get('field', '')}: {error.get('message', '')}" for error in payload.get("errors", ()) if isinstance(error, dict))
        return f"Zenodo refuses (HTTP {status}): {payload['message']}" + (f" ({wrong})" if wrong else "")
    return _STRANGER
