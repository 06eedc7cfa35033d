"""Writing a notebook such that there is always a whole one."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from doublet.notebook.errors import NotebookError
from doublet.notebook.reading import Notebook, content

__all__ = ["write"]


def write(notebook: Notebook, path: Path) -> None:
    """Write a notebook in the place of what is there, in one step; raises `NotebookError` where that cannot be."""
    try:
        mode = path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~_umask()
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        try:
            with open(handle, "wb") as file:
                file.write(content(notebook))
                file.flush()
                os.fsync(file.fileno())
            Path(name).chmod(mode)
            Path(name).replace(path)
        except BaseException:
            with suppress(OSError):
                Path(name).unlink()
            raise
    except OSError as error:
        raise NotebookError(str(path), f"cannot be written: {error.strerror}") from None


def _umask() -> int:
    current = os.umask(0)
    os.umask(current)
    return current
