"""A record in pieces, in the metadata of outputs: how it gets into notebooks that others execute and write.

nbclient, nbconvert, papermill and VS Code keep of a kernel only what it shows. So the first output of a cell that is more
than text says which cells have been executed since the last such output, and what has changed in the rest of the record.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from doublet.notebook.provenance.deltas import Deltas
from doublet.notebook.provenance.record import KEY
from doublet.notebook.provenance.recorder import Effort

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from doublet.notebook.provenance.recorder import Recorder

__all__ = ["Pieces", "show_pieces"]

_KEPT = 100
"""Of how many displays that are updated later their pieces are known."""


class Pieces:
    """What outputs have told so far; called with each message of one."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self._deltas = Deltas(recorder)
        self._cell = -1
        """How many cells had been executed when the last piece was made."""
        self._before = self._deltas.state
        """What had been told before this cell."""
        self._displays: dict[str, Any] = {}

    def __call__(self, message: dict[str, Any]) -> dict[str, Any]:
        """Add a piece to a message; the outputs of a cell may be cleared, and displays be updated."""
        kind, content = message["header"]["msg_type"], message["content"]
        number = self._recorder.executed
        display = content.get("transient", {}).get("display_id")
        if kind == "clear_output":
            if self._cell == number:
                self._deltas.state = self._before
                self._cell = -1
        elif kind == "update_display_data":
            if display in self._displays:
                content["metadata"] = {**content["metadata"], KEY: self._displays[display]}
        elif self._recorder.is_busy and self._cell != number:
            self._cell, self._before = number, self._deltas.state
            piece = self._deltas.next(Effort.SHOWN)
            content["metadata"] = {**(content.get("metadata") or {}), KEY: piece}
            if display:
                self._displays[display] = piece
                if len(self._displays) > _KEPT:
                    del self._displays[next(iter(self._displays))]
        return message


def show_pieces(shell: InteractiveShell, recorder: Recorder) -> None:
    """Have a kernel's outputs carry pieces."""
    pieces = Pieces(recorder)
    for shown in (shell.display_pub, shell.displayhook):
        if hasattr(shown, "register_hook"):
            shown.register_hook(pieces)
