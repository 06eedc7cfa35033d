"""Files of the user's own that cells include: the compiler keeps what it has read of them, whatever becomes of them."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from doublet.errors import Diagnostic

if TYPE_CHECKING:
    from doublet.engine.transaction import Piece

__all__ = ["Included"]

_INCLUDE = re.compile(r"""(?m)^[ \t]*#[ \t]*include[ \t]*[<"]([^>"\n]+)[>"]""")
_AGAIN = re.compile(r"redefinition of|redefined")
_CHANGED = "has changed since it was read, and the compiler keeps what it has read: restart the kernel, or put what changes into a cell"


class Included:
    """What the compiler has read, and in which state it was."""

    def __init__(self) -> None:
        self.folders: list[str] = []
        """Where cells may include files from, beside the working folder."""
        self._states: dict[Path, tuple[int, int]] = {}

    @property
    def files(self) -> tuple[Path, ...]:
        """What the compiler has read, in that order."""
        return tuple(self._states)

    def warnings(self, pieces: Iterable[Piece]) -> Iterator[Diagnostic]:
        """Which files have changed since they were read; those that are new are noted."""
        for path in self._files(pieces):
            state = _state(path)
            if self._states.setdefault(path, state) != state:
                yield Diagnostic("warning", f"'{path.name}' {_CHANGED}")

    def again(self, found: Sequence[Diagnostic], pieces: Iterable[Piece]) -> set[str]:
        """The directives that include what has been read already, and has no guard, if nothing else is wrong."""
        errors = [error for error in found if error.is_error]
        directives = {piece.item.text: {*self._files([piece])} for piece in pieces if piece.item.kind == "directive"}
        read = {text: {path for path in files if self._states.get(path) == _state(path)} for text, files in directives.items()}
        guilty = {text for text, files in read.items() if any(_is_again(error, path) for error in errors for path in files)}
        is_all = all(any(_is_again(error, path) for text in guilty for path in read[text]) for error in errors)
        return guilty if is_all else set()

    def notes(self, found: Sequence[Diagnostic], pieces: Iterable[Piece]) -> Iterator[Diagnostic]:
        """Why a file cannot be included again."""
        for path in sorted({path for path in self._files(pieces) if self._states.get(path, _state(path)) != _state(path)}):
            if any(_is_again(error, path) for error in found if error.is_error):
                yield Diagnostic("note", f"'{path.name}' {_CHANGED}")

    def _files(self, pieces: Iterable[Piece]) -> Iterator[Path]:
        """The files that pieces include, and that those include, from the folders of the user's own."""
        todo = [name for piece in pieces if piece.item.kind == "directive" for name in _INCLUDE.findall(piece.item.text)]
        known: set[Path] = set()
        while todo:
            path = self._found(todo.pop())
            if path is not None and path not in known:
                known.add(path)
                yield path
                inner = _INCLUDE.findall(path.read_text(errors="replace"))
                todo += [*inner, *(str(path.parent / name) for name in inner)]

    def _found(self, name: str) -> Path | None:
        paths = (Path(folder, name) for folder in (".", *self.folders))
        return next((path.resolve() for path in paths if os.access(path, os.R_OK) and path.is_file()), None)


def _is_again(error: Diagnostic, path: Path) -> bool:
    return bool(error.path) and Path(str(error.path)).name == path.name and bool(_AGAIN.search(error.message))


def _state(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_mtime_ns, status.st_size
