"""Somebody's token for a server: from the environment, the system's keyring, a prompt or a dialog; never from the command line."""

from __future__ import annotations

import getpass
import os
import sys

from doublet.notebook.errors import PublishError

__all__ = ["INDICO_TOKEN", "SERVICE", "ZENODO_TOKEN", "in_keyring", "keep", "keeps", "stored", "token", "whole"]

INDICO_TOKEN = "DOUBLET_INDICO_TOKEN"  # noqa: S105 - the names of variables
ZENODO_TOKEN = "DOUBLET_ZENODO_TOKEN"  # noqa: S105

SERVICE = "doublet"
"""The name under which keyrings have tokens, with the server's name as the user."""


def token(host: str, variable: str) -> str:
    """The token for a server; raises `PublishError` if there is none, and nobody to ask."""
    found = stored(host, variable)
    if not found:
        if not sys.stdin.isatty():
            raise PublishError(host, f"there is no token for it: set {variable}, or store it by: python -m keyring set {SERVICE} {host}")
        found = getpass.getpass(f"Token for {host}: ")
    return whole(found, host)


def whole(text: str, host: str) -> str:
    """The token that a text is; raises `PublishError` for what cannot be one."""
    found = text.strip()
    if not found or not found.isascii() or not found.isprintable() or " " in found:
        raise PublishError(host, "what should be the token for it is none: copy the whole of it again")
    return found


def stored(host: str, variable: str) -> str | None:
    """What the environment or the keyring have for a server, without asking anybody."""
    return os.environ.get(variable) or in_keyring(host)


def keeps() -> bool:
    """Whether there is a keyring that can keep tokens."""
    import keyring
    from keyring.backends import fail, null

    return not isinstance(keyring.get_keyring(), fail.Keyring | null.Keyring)


def keep(host: str, text: str) -> bool:
    """Put a token into the keyring; returns whether it has taken it."""
    import keyring
    from keyring.errors import KeyringError

    if not keeps():
        return False
    try:
        keyring.set_password(SERVICE, host, text)
    except KeyringError:  # it is locked
        return False
    return True


def in_keyring(host: str) -> str | None:
    """The token that the system's keyring has for a server; none if there is none, or if it is locked."""
    import keyring
    from keyring.errors import KeyringError

    try:
        return keyring.get_password(SERVICE, host)
    except KeyringError:
        return None
