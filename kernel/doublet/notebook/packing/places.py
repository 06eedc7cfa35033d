"""Where in a pack files are: as in the notebook's folder, and what lies outside of that below ``data/`` and ``code/``."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

__all__ = ["Places"]


@dataclass
class Places:
    """The places of a notebook's files; `folder` is the notebook's.

    `named` are what stands in the notebook for files or folders that are elsewhere on other machines, and where these are in the pack.
    """

    folder: Path
    named: dict[str, str] = field(default_factory=dict)
    _outside: dict[Path, str] = field(default_factory=dict)

    @property
    def mappings(self) -> dict[str, str]:
        """The same, with what lies in a folder before that folder."""
        return dict(sorted(self.named.items(), key=lambda pair: (-len(pair[0]), pair[0])))

    def resolve(self, named: str) -> Path:
        """The file or folder that a notebook means, whether it is there or not; links are as they are."""
        return Path(os.path.normpath(self.folder / Path(named).expanduser()))

    def inside(self, path: Path) -> str | None:
        """Its place if it lies in the notebook's folder."""
        return path.relative_to(self.folder).as_posix() if path.is_relative_to(self.folder) else None

    def kept(self, path: Path, named: str) -> str | None:
        """The same for what is called `named`, which is noted if it leads through other folders, as a whole path does."""
        place = self.inside(path)
        if place is not None and (named.startswith(("/", "~")) or os.path.normpath(named).startswith(os.pardir)):
            self.named[named] = place
        return place

    def outside(self, path: Path, named: str, top: str) -> str:
        """A place below `top` for a file or folder that lies elsewhere and is called `named`, which is noted if it is not empty."""
        place = self._outside.get(path)
        if place is None:
            place = self._outside[path] = self._free(path, top)
        if named:
            self.named[named] = place
        return place

    def known(self, path: Path) -> str | None:
        """The place of a folder outside, if it has one."""
        return self._outside.get(path)

    def of(self, path: Path, named: str, top: str) -> str:
        """The place of a file, wherever it lies."""
        return self.kept(path, named) or self.outside(path, named, top)

    def _free(self, path: Path, top: str) -> str:
        """``top/name``, with folders in between where others have that name."""
        parts = [part for part in path.parts if part != path.anchor] or ["root"]
        names = ["/".join((top, *parts[-count:])) for count in range(1, len(parts) + 1)]
        for name in (*names, *(f"{top}/{count}/{parts[-1]}" for count in range(2, len(self._outside) + 3))):
            if not (self.folder / name).exists() and not any(_overlap(name, other) for other in self._outside.values()):
                return name
        raise AssertionError(path)


def _overlap(one: str, other: str) -> bool:
    return one == other or one.startswith(f"{other}/") or other.startswith(f"{one}/")
