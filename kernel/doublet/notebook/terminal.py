"""Texts of other people's notebooks on a terminal."""

from __future__ import annotations

import re

__all__ = ["harmless"]

_STEERING = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
"""What moves a terminal's cursor, changes its title or the direction of writing, and halves of characters; not tabs and ends of lines."""


def harmless(text: str) -> str:
    r"""The text with escapes, such as ``\x1b``, for what a terminal would obey or could not write."""
    return _STEERING.sub(lambda match: match[0].encode("unicode_escape").decode(), text)
