"""Packs as they are named, and the one that belongs to a notebook."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from doublet.doctor import pip_install
from doublet.errors import CppUsageError
from doublet.notebook.errors import PackError

__all__ = ["check_reading", "is_pack", "pack_beside", "pack_name"]


def pack_name(notebook: Path) -> Path:
    """Where ``doublet pack`` puts the pack of a notebook."""
    return notebook.with_suffix(".pack.zip")


def is_pack(path: str) -> bool:
    """Whether a file or address is one by its name."""
    return path.endswith(".zip")


def check_reading(path: Path) -> None:
    """Raise `CppUsageError` where a pack cannot be read, for want of what reads it."""
    if find_spec("rocrate") is None:
        raise CppUsageError(f"'{path}' cannot be read without rocrate", f"run: {pip_install('doublet[pack]')}")


def pack_beside(notebook: Path, chosen: Path | None = None) -> Path | None:
    """The pack of a notebook, `chosen` or beside it; None if there is none.

    Raises `PackError` for one that is of another notebook, or of another state of this one.
    """
    path = chosen or pack_name(notebook)
    if chosen is None and not path.exists():
        return None
    check_reading(path)
    from doublet.notebook.packing.unpacking import crate_of
    from doublet.notebook.provenance.checksums import sha256

    crate = crate_of(path)
    if crate.notebook != notebook.name or crate.parts[crate.notebook].sha256 != sha256(notebook):
        raise PackError(str(path), f"does not hold {notebook.name} as it is now: run doublet pack again, or move it away")
    return path
