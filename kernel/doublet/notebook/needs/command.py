"""``doublet doctor NOTEBOOK``: what it says on a terminal."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path

from doublet.doctor import columns, pip_install
from doublet.errors import CppUsageError

__all__ = ["report"]

_NEEDED = ("jsonschema", "nbformat")


def report(path: Path, data: Iterable[str]) -> int:
    """Print what a notebook needs as a table; return 1 if something is missing, otherwise 0."""
    if missing := [name for name in _NEEDED if find_spec(name) is None]:
        raise CppUsageError(f"'doublet doctor NOTEBOOK' needs {', '.join(missing)}", f"run: {pip_install('doublet[run]')}")
    from doublet.notebook.needs.finding import examine
    from doublet.notebook.needs.mapping import mappings
    from doublet.notebook.reading import read

    needs = examine(read(path), path, mappings(data))
    print("\n".join(columns(need.row() for need in needs)))
    return int(any(need.status == "MISSING" for need in needs))
