"""Requests to a server by somebody's token: what cannot be had is a `PublishError` that says what to do."""

from __future__ import annotations

import json
import ssl
from collections.abc import Callable
from http.cookiejar import DefaultCookiePolicy
from typing import Any, BinaryIO, NoReturn

import requests
from requests.adapters import HTTPAdapter
from requests_toolbelt import MultipartEncoder, MultipartEncoderMonitor
from tqdm import tqdm
from tqdm.utils import CallbackIOWrapper
from urllib3.util import Retry

from doublet.notebook.errors import PublishError

__all__ = ["LostError", "Web"]

_TIMEOUT = 10.0, 120.0  # seconds for a connection, and between two packets
_TEMPORARY = (502, 503, 504)  # of a proxy that has no answer of the server's behind it
_READS = Retry(total=3, backoff_factor=0.5, status_forcelist=_TEMPORARY, allowed_methods=("GET",), raise_on_status=False)
_LARGE = 1_000_000  # bytes whose way is shown


class LostError(PublishError):
    """Nobody knows whether a request has arrived: the connection broke, or a proxy answered."""


class Web:
    """A session with a server; errors name the `page` that the user has given, `explain` makes a sentence of an answer that is no success."""

    def __init__(self, page: str, token: str, explain: Callable[[requests.Response], str]) -> None:
        self._page = page
        self._explain = explain
        self._session = requests.Session()
        self._session.mount("https://", HTTPAdapter(max_retries=_READS))
        self._session.mount("http://", HTTPAdapter(max_retries=_READS))
        # Indico refuses a token that comes with a cookie.
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))

        def sign(request: requests.PreparedRequest) -> requests.PreparedRequest:
            request.headers["Authorization"] = f"Bearer {token}"
            return request

        self._session.auth = sign  # a header would give way to what ~/.netrc says of the host

    def get(self, url: str) -> requests.Response:
        return self._ask("GET", url)

    def delete(self, url: str) -> requests.Response:
        return self._ask("DELETE", url)

    def put(self, url: str, content: BinaryIO, size: int) -> requests.Response:
        """A file as it is, of this size in bytes, which is read while it is sent."""
        with self._bar(size) as bar:
            body = CallbackIOWrapper(bar.update, content)
            return self._ask("PUT", url, data=body, headers={"Content-Type": "application/octet-stream", "Content-Length": str(size)})

    def json(self, method: str, url: str, content: object) -> requests.Response:
        """A request whose content is JSON; None for none."""
        data = None if content is None else json.dumps(content)
        return self._ask(method, url, data=data, headers={"Content-Type": "application/json"})

    def send(self, url: str, fields: dict[str, str | tuple[str, bytes, str]]) -> requests.Response:
        """A form with files (name, content, MIME type), sent once, with a bar that shows how much is on its way."""
        form = MultipartEncoder(fields)
        with self._bar(form.len) as bar:
            body = MultipartEncoderMonitor(form, lambda monitor: bar.update(monitor.bytes_read - bar.n))
            return self._ask("POST", url, data=body, headers={"Content-Type": body.content_type})

    def _bar(self, size: int) -> tqdm[NoReturn]:
        return tqdm(total=size, unit="B", unit_scale=True, desc="upload", leave=False, disable=size < _LARGE or None)

    def _ask(self, method: str, url: str, headers: dict[str, str] | None = None, data: Any = None) -> requests.Response:
        # Indico answers what asks like its own pages in JSON.
        headers = {"X-Requested-With": "XMLHttpRequest", "Accept": "application/json, */*", **(headers or {})}
        try:
            answer = self._session.request(method, url, headers=headers, data=data, timeout=_TIMEOUT, allow_redirects=False)
        except requests.exceptions.SSLError as error:
            raise PublishError(self._page, f"its certificate is not trusted ({_reason(error)}): name one that is in REQUESTS_CA_BUNDLE") from None
        except requests.exceptions.RequestException as error:
            raise LostError(self._page, f"there is no answer ({_reason(error)}): try again, what has arrived is not sent twice") from None
        if answer.status_code in _TEMPORARY:
            raise LostError(self._page, f"the server is not there (HTTP {answer.status_code}): try again later", answer.status_code)
        if not answer.ok or answer.is_redirect:
            raise PublishError(self._page, self._explain(answer), answer.status_code)
        return answer


def _reason(error: BaseException) -> str:
    """The innermost reason, without what a library has wrapped it in."""
    while inner := next((part for part in (getattr(error, "reason", None), *error.args) if isinstance(part, BaseException)), None):
        error = inner
    if isinstance(error, ssl.SSLCertVerificationError):
        return error.verify_message
    return getattr(error, "strerror", None) or str(error).rpartition(": ")[2] or type(error).__name__
