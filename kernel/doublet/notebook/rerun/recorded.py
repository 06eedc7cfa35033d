"""Where what a record tells of by a checksum is still to be had: files and sources of cells, in a notebook's pack and its git history."""

from __future__ import annotations

import hashlib
import subprocess
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from doublet.notebook.errors import NotebookError
from doublet.notebook.packing.beside import pack_name
from doublet.notebook.provenance.record import digest
from doublet.notebook.reading import code_cells, parse

__all__ = ["Recorded"]

_COMMITS = 200
"""How far back the history is looked through."""
_MOST = 256_000_000
"""Bytes, as of the files whose checksums are recorded."""


@dataclass(frozen=True)
class Recorded:
    """The earlier versions of a notebook in a file, and of the files in its folder."""

    notebook: Path

    def file(self, name: str, sha256: str) -> bytes | None:
        """The content of a file with this checksum; `name` is relative to the notebook's folder. None where it is not to be had."""
        return next((content for content in self._versions(name) if hashlib.sha256(content).hexdigest() == sha256), None)

    def source(self, cell: str, wanted: str) -> str | None:
        """The source of a cell of this id, or of any cell, whose `digest` is this; None where it is not to be had."""
        for content in self._versions(self.notebook.name):
            try:
                cells = [each for _, each in code_cells(parse(content.decode("utf-8", "replace"), str(self.notebook)))]
            except NotebookError:
                continue  # a state that somebody has committed with marks of a conflict
            for each in sorted(cells, key=lambda each: each.get("id") != cell):
                if digest(each.source) == wanted:
                    return str(each.source)
        return None

    def _versions(self, name: str) -> Iterator[bytes]:
        yield from self._packed(PurePosixPath(name).name)
        yield from self._committed(name)

    def _packed(self, name: str) -> Iterator[bytes]:
        """The files of this name in the pack beside the notebook, if there is one."""
        try:
            with zipfile.ZipFile(pack_name(self.notebook)) as archive:
                for entry in archive.infolist():
                    if PurePosixPath(entry.filename).name == name and entry.file_size <= _MOST:
                        yield archive.read(entry)
        except (FileNotFoundError, zipfile.BadZipFile):  # there is none: the name may be that of anything
            return

    def _committed(self, name: str) -> Iterator[bytes]:
        """The versions of a file in the history of the repository that it is in, if it is in one, the newest first."""
        before = b""
        for commit in self._git("rev-list", f"--max-count={_COMMITS}", "HEAD", "--", name).split():
            content = self._git("cat-file", "blob", f"{commit.decode()}:./{name}")
            if content and content != before:
                yield content
            before = content

    def _git(self, *command: str) -> bytes:
        """What git says, by commands that execute nothing of the repository's own; nothing where there is no git or no such thing."""
        try:
            return subprocess.run(("git", "-C", str(self.notebook.absolute().parent), *command), capture_output=True, check=True).stdout
        except (OSError, subprocess.CalledProcessError):
            return b""
