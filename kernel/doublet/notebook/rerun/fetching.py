"""A notebook from a server: an agenda's attachment, or a file of any address."""

from __future__ import annotations

from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

import requests

from doublet.notebook.errors import PublishError
from doublet.notebook.publish.tokens import SERVICE, in_keyring

__all__ = ["fetch", "is_address"]

_MOST = 500_000_000  # bytes
_TIMEOUT = 10.0, 120.0  # seconds for a connection, and between two packets


def is_address(text: str) -> bool:
    """Whether it is one of the web's rather than a file's."""
    return text.startswith(("http://", "https://"))


def fetch(url: str) -> tuple[str, bytes]:
    """The file's name and content; raises `PublishError` where it cannot be had.

    Only a token that the keyring has for this very server is sent, and to no other.
    """
    headers = {"Authorization": f"Bearer {token}"} if (token := in_keyring(urlsplit(url).netloc)) else {}
    try:
        with requests.get(url, headers=headers, timeout=_TIMEOUT, stream=True) as answer:
            if answer.status_code in (401, 403) or "/login" in urlsplit(answer.url).path:
                raise PublishError(url, f"it is not open to everybody: put a token into the keyring ('{SERVICE}', the server's name), or download it", answer.status_code)
            if not answer.ok:
                raise PublishError(url, f"the server answers HTTP {answer.status_code} ({answer.reason}): is the address whole?", answer.status_code)
            content = bytearray()
            for part in answer.iter_content(1 << 20):
                content += part
                if len(content) > _MOST:
                    raise PublishError(url, f"it is larger than {_MOST / 1e6:.0f} MB: download it, and name the file")
    except requests.exceptions.RequestException as error:
        raise PublishError(url, f"there is no answer ({type(error).__name__}): is the address right, and the network there?") from None
    name = PurePosixPath(unquote(urlsplit(url).path)).name
    return name if name.strip(".") else "notebook.ipynb", bytes(content)
