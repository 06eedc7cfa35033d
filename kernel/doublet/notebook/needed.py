"""The packages that commands on notebooks need, which Doublet does without else."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.util import find_spec

from doublet.errors import CppUsageError

__all__ = ["look_for_packages"]


def look_for_packages(what: str, modules: Iterable[str], extra: str) -> None:
    """Raise `CppUsageError` if `what` needs a module that is missing, with the command that installs Doublet with its `extra`."""
    if missing := [name for name in modules if find_spec(name) is None]:
        from doublet.doctor import pip_install

        raise CppUsageError(f"{what} needs {', '.join(missing)}", f"run: {pip_install(f'doublet[{extra}]')}")
