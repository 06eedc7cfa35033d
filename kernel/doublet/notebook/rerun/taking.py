"""What is executed again: a notebook in a file, in a pack, or at an address."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from doublet.notebook.packing.beside import check_reading, is_pack
from doublet.notebook.provenance.stored import provenance_of
from doublet.notebook.reading import Notebook, parse, read
from doublet.notebook.rerun.fetching import fetch, is_address

if TYPE_CHECKING:
    from doublet.notebook.needs.mapping import Mapping as DataMapping
    from doublet.notebook.provenance.record import Session

__all__ = ["Taken", "taken"]


@dataclass(frozen=True)
class Taken:
    """A notebook and the file that it is in; of one from a pack, where its data is, its lock, and the folder with wheels."""

    notebook: Notebook
    path: Path
    mappings: Sequence[DataMapping] = ()
    locked: Mapping[str, str] = field(default_factory=dict)
    wheels: Path | None = None

    @property
    def brings_packages(self) -> bool:
        """Whether some of its packages are its own: wheels in the pack, or addresses; a start of Python is enough to execute what is in them."""
        return bool(self.wheels and any(self.wheels.glob("*.whl"))) or any(version.startswith("@") for version in self.packages.values())

    @property
    def packages(self) -> Mapping[str, str]:
        """The versions that it was run with: those of its record, and of its pack what these need in turn."""
        return self.locked or (self._session.packages if self._session else {})

    @property
    def python(self) -> str:
        """The version of Python that its record has; empty without one."""
        return self._session.python.get("version", "") if self._session else ""

    @cached_property
    def _session(self) -> Session | None:
        """The last one that its record has."""
        return next(reversed(provenance_of(self.notebook, str(self.path)).sessions), None)


@contextmanager
def taken(source: str, say: Callable[[str], None]) -> Iterator[Taken]:
    """The notebook; what is fetched or unpacked is in a folder of its own as long as it runs. Raises `NotebookError`, `PackError`, `PublishError`."""
    if not is_address(source) and not is_pack(source):
        yield Taken(read(Path(source)), Path(source))
        return
    with tempfile.TemporaryDirectory(prefix="doublet-rerun-") as folder:
        path = Path(source)
        if is_address(source):
            name, content = fetch(source)
            path = Path(folder, name)
            if not is_pack(name):
                yield Taken(parse(content.decode("utf-8", "replace"), source), path)
                return
            path.write_bytes(content)
        yield _unpacked(path, Path(folder, "pack"), say)


def _unpacked(path: Path, folder: Path, say: Callable[[str], None]) -> Taken:
    check_reading(path)
    from doublet.notebook.packing.lock import locked_packages
    from doublet.notebook.packing.unpacking import unpacked
    from doublet.notebook.packing.wheels import WHEELS

    made = unpacked(path, folder)
    for reference in made.references:
        say(f"not in the pack: {reference.name} ({reference.reason})")
    locked = locked_packages(made.requirements) if made.requirements else {}
    return Taken(read(made.notebook), made.notebook, made.mappings, locked, folder / WHEELS)
