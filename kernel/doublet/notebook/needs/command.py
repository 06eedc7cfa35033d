"""``doublet doctor NOTEBOOK``: what it says on a terminal."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from doublet.doctor import columns
from doublet.notebook.needed import look_for_packages
from doublet.notebook.terminal import harmless

__all__ = ["report"]

_NEEDED = ("jsonschema", "nbformat")


def report(path: Path, data: Iterable[str]) -> int:
    """Print what a notebook needs as a table; return 1 if something is missing, otherwise 0."""
    look_for_packages("'doublet doctor NOTEBOOK'", _NEEDED, "run")
    from doublet.notebook.needs.finding import examine
    from doublet.notebook.needs.mapping import mappings
    from doublet.notebook.reading import read

    needs = examine(read(path), path, mappings(data))
    print("\n".join(columns(tuple(map(harmless, need.row())) for need in needs)))
    return int(any(need.status == "MISSING" for need in needs))
