"""The text of any value."""

from __future__ import annotations

from typing import Any

from doublet.display.values import describer

__all__ = ["describe"]


def describe(value: Any) -> str:
    """The text of a C++ value, or of a Python value."""
    known = describer()
    return known.text(value) if known.covers(value) else repr(value)
