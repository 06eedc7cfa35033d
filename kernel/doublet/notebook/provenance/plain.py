"""A Python without C++: what it opens is heard by standing in for ``open``, in the kernel of a notebook that ``doublet run`` executes.

Python's own audit hook would be called for every ``id()``, too, and make copying objects take twice as long.
"""

from __future__ import annotations

import builtins
import functools
import io
import os
import stat
from collections.abc import Callable, Iterable
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from doublet.engine.plain_values import Held, Plain
    from doublet.notebook.provenance.inputs import OpenedFile

__all__ = ["PlainPython"]


class _Opened(NamedTuple):
    path: str
    mode: str
    size: int
    changed: int


class PlainPython:
    """What is recorded of its C++, which is nothing, and of the files that it opens."""

    def __init__(self) -> None:
        self._files: list[_Opened] = []
        interactiveshell: Any = import_module("IPython.core.interactiveshell")  # whose cells have an open() of their own
        builtins.open = io.open = interactiveshell.io_open = _heard(builtins.open, self._note)

    def facts(self) -> dict[str, str]:
        return {}

    def libraries(self) -> Iterable[Path]:
        return ()

    headers = libraries

    def opened(self) -> Iterable[OpenedFile]:
        """The files since the last call."""
        files, self._files = self._files, []
        return files

    def held(self, patience: float) -> tuple[list[Held], int]:  # noqa: ARG002 - there is no C++
        return [], 0

    def fields(self, value: object) -> list[tuple[str, Plain]]:  # noqa: ARG002 - likewise
        return []

    def is_defined(self, name: str) -> bool:  # noqa: ARG002 - there is no C++
        return False

    def _note(self, file: Any, path: object, mode: str) -> None:
        # Whatever is odd about the file, it has been opened: the cell goes on.
        with suppress(OSError, ValueError, TypeError):
            status = os.fstat(file.fileno())
            if stat.S_ISREG(status.st_mode) and isinstance(path, (str, bytes, os.PathLike)):
                full = os.path.abspath(os.fsdecode(path))  # noqa: PTH100 - links stay
                self._files.append(_Opened(full, "+" if "+" in mode else "r" if "r" in mode else "w", status.st_size, status.st_mtime_ns))


def _heard(function: Callable[..., Any], note: Callable[[Any, object, str], None]) -> Callable[..., Any]:
    @functools.wraps(function)
    def heard(file: Any, mode: str = "r", *args: Any, **kwargs: Any) -> Any:
        made = function(file, mode, *args, **kwargs)
        note(made, file, mode)
        return made

    return heard
