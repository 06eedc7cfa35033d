"""The packages that publishing needs."""

from __future__ import annotations

from doublet.notebook.needed import look_for_packages

__all__ = ["look_for_publishing"]

_NEEDED = ("detect_secrets", "keyring", "latex2mathml", "nbconvert", "nbformat", "requests_toolbelt", "tqdm")


def look_for_publishing() -> None:
    """Raises `CppUsageError` if one is missing, with the command that installs it."""
    look_for_packages("publishing", _NEEDED, "publish")
