"""Passwords and tokens in texts, found by the patterns of Yelp's detect-secrets, and by those of the agendas and archives here."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

__all__ = ["secrets_in"]

_OWN = {
    "Indico token": re.compile(r"\bindp_\w{30,}"),
    "Bearer token": re.compile(r"\bBearer\s+[\w.~+/-]{20,}"),
    # A text of letters and digits without blanks, under a name that ends in "token".
    "Token": re.compile(r"""(?i)token["']?\s*[:=]\s*(["'])(?=[^"'\s]*\d)(?=[^"'\s]*[a-z])[\w.~+/=-]{16,}\1"""),
    "Kerberos password": re.compile(r"""\becho\s+(?!["']?\$)[^\s|]+\s*\|\s*kinit\b"""),
}
_KEYWORD = "Secret Keyword"
_GUESSES = ("Entropy", "IPPublic")
"""Detectors that find too much in numbers and pictures."""


@cache
def _keywords() -> re.Pattern[str]:
    """Any of the words by which the detector of passwords knows them: without any of them it finds nothing, and takes most of the time."""
    from detect_secrets.plugins.keyword import DENYLIST

    return re.compile("|".join(DENYLIST), re.IGNORECASE)


@cache
def _detectors() -> list[Any]:
    from detect_secrets.core.plugins.util import get_mapping_from_secret_type_to_class

    kinds: Any = get_mapping_from_secret_type_to_class().values()
    return [kind() for kind in kinds if not any(guess in kind.__name__ for guess in _GUESSES)]


def secrets_in(text: str) -> list[str]:
    """The kinds of secrets that a text holds, such as ``GitHub Token``; never the secrets."""
    own = [kind for kind, pattern in _OWN.items() if pattern.search(text)]
    has_keywords = _keywords().search(text) is not None
    detectors = [detector for detector in _detectors() if has_keywords or detector.secret_type != _KEYWORD]
    return own + sorted({detector.secret_type for detector in detectors if any(detector.analyze_string(text))})
