"""Tracebacks in a running IPython: only the user's own frames, also where an exception has been through C++."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import CodeType, TracebackType
from typing import TYPE_CHECKING, Any

import IPython

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

__all__ = ["show_tracebacks"]

_OWN = str(Path(__file__).parent.parent)
_IPYTHON = str(Path(IPython.__file__).parent)


def show_tracebacks(shell: InteractiveShell) -> None:
    """Have the shell leave out the frames that a C++ cell adds to a traceback."""
    original = shell.showtraceback

    def showtraceback(exc_tuple: Any = None, *args: Any, **options: Any) -> None:
        kind, value, traceback = shell._get_exc_info(exc_tuple)
        seen: set[int] = set()
        pending: list[BaseException | None] = [value]
        while pending:
            error = pending.pop()
            if error is not None and id(error) not in seen:
                seen.add(id(error))
                error.__traceback__ = _without_own(error.__traceback__)
                pending += [error.__cause__, error.__context__]
        original((kind, value, _without_own(traceback)), *args, **options)

    shell.showtraceback = showtraceback  # type: ignore[method-assign]


def _without_own(traceback: TracebackType | None) -> TracebackType | None:
    """Leave out Doublet's frames, and those of the call by which IPython runs a C++ cell."""
    frames = list(_frames(traceback))
    files = [frame.tb_frame.f_code.co_filename for frame in frames]
    if not any(file.startswith(_OWN) for file in files):
        return traceback
    kept = None
    for index in reversed(range(len(frames))):
        frame = frames[index]
        hidden = files[index].startswith((_OWN, _IPYTHON)) or _runs_cell(frame.tb_frame.f_code)
        if index == 0 or not hidden:  # the first is the shell's own, which it hides itself
            kept = TracebackType(kept, frame.tb_frame, frame.tb_lasti, frame.tb_lineno)
    return kept


def _runs_cell(code: CodeType) -> bool:
    """Whether it is what IPython makes of a cell that begins with ``%%``."""
    return code.co_name == "<module>" and code.co_names == ("get_ipython", "run_cell_magic")


def _frames(traceback: TracebackType | None) -> Iterator[TracebackType]:
    while traceback is not None:
        yield traceback
        traceback = traceback.tb_next
