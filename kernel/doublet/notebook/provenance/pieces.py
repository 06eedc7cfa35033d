"""A record in pieces, in the metadata of outputs: how it gets into notebooks that others execute and write.

nbclient, nbconvert, papermill and VS Code keep of a kernel only what it shows. So the first output of a cell that is more
than text says which cells have been executed since the last such output, and what has changed in the rest of the record.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from doublet.notebook.provenance.recorder import Recorder

__all__ = ["KEY", "Pieces", "joined", "show_pieces"]

KEY = "doublet"
"""The name of a piece in an output's metadata."""
_READ = 1_000_000
"""Up to which size files are read for their checksums while an output waits for them."""
_KEPT = 100
"""Of how many displays that are updated later their pieces are known."""


@dataclass
class Pieces:
    """What outputs have told so far; called with each message of one."""

    recorder: Recorder
    _executions: int = 0
    _rest: dict[str, Any] = field(default_factory=dict)
    _cell: int = -1
    """How many cells had been executed when the last piece was made."""
    _before: tuple[int, dict[str, Any]] = (0, {})
    """What had been told before this cell."""
    _displays: dict[str, Any] = field(default_factory=dict)

    def __call__(self, message: dict[str, Any]) -> dict[str, Any]:
        """Add a piece to a message; the outputs of a cell may be cleared, and displays be updated."""
        kind, content = message["header"]["msg_type"], message["content"]
        number = self.recorder.executed
        display = content.get("transient", {}).get("display_id")
        if kind == "clear_output":
            if self._cell == number:
                self._executions, self._rest = self._before
                self._cell = -1
        elif kind == "update_display_data":
            if display in self._displays:
                content["metadata"] = {**content["metadata"], KEY: self._displays[display]}
        elif self.recorder.is_busy and self._cell != number:
            self._cell, self._before = number, (self._executions, dict(self._rest))
            piece = self._piece()
            content["metadata"] = {**(content.get("metadata") or {}), KEY: piece}
            if display:
                self._displays[display] = piece
                if len(self._displays) > _KEPT:
                    del self._displays[next(iter(self._displays))]
        return message

    def _piece(self) -> dict[str, Any]:
        whole = self.recorder.read(_READ, whole=False).to_dict()
        executions = whole.pop("executions", [])
        dropped = int(whole.pop("dropped", 0))
        changed = {name: value for name, value in whole.items() if name == "id" or self._rest.get(name) != value}
        first = max(self._executions, dropped)
        self._rest, self._executions = whole, dropped + len(executions)
        return {**changed, "first": first, "executions": executions[first - dropped :]}


def joined(pieces: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The sessions, as JSON has them, that pieces are of; what stood in outputs that are gone is missing."""
    sessions: dict[str, dict[str, Any]] = {}
    for piece in sorted(pieces, key=lambda piece: int(piece["first"])):
        whole = sessions.setdefault(piece["id"], {"executions": []})
        executions = [*whole["executions"], *piece["executions"]]
        whole.update({name: value for name, value in piece.items() if name != "first"})
        whole["executions"] = executions
    return sorted(sessions.values(), key=lambda session: str(session.get("begun", "")))


def show_pieces(shell: InteractiveShell, recorder: Recorder) -> None:
    """Have a kernel's outputs carry pieces."""
    pieces = Pieces(recorder)
    for shown in (shell.display_pub, shell.displayhook):
        if hasattr(shown, "register_hook"):
            shown.register_hook(pieces)
