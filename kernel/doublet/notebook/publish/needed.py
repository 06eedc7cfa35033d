"""The packages that publishing needs, which Doublet does without else."""

from __future__ import annotations

from importlib.util import find_spec

from doublet.errors import CppUsageError

__all__ = ["look_for_packages"]

_NEEDED = ("detect_secrets", "keyring", "latex2mathml", "nbconvert", "nbformat", "requests_toolbelt", "tqdm")


def look_for_packages() -> None:
    """Raises `CppUsageError` if one is missing, with the command that installs it."""
    if missing := [name for name in _NEEDED if find_spec(name) is None]:
        from doublet.doctor import pip_install

        raise CppUsageError(f"publishing needs {', '.join(missing)}", f"run: {pip_install('doublet[publish]')}")
