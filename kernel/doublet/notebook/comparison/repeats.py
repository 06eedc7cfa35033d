"""What other runs of the reference gave, as outputs of its cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from nbformat import NotebookNode
from nbformat.v4 import new_output

if TYPE_CHECKING:
    from doublet.notebook.reading import Cell, Output

__all__ = ["again"]


def again(cell: Cell, repeats: Sequence[Mapping[str, Any]]) -> list[list[Output]]:
    """The outputs that a cell had in each of the other runs, without pictures: they are stored where they differ from the cell's own."""
    return [_outputs(cell, repeat.get("outputs", {}).get(cell.get("id"))) for repeat in repeats]


def _outputs(cell: Cell, changed: Sequence[Mapping[str, Any]] | None) -> list[Output]:
    if changed is None:
        return list(cell.outputs)
    found = []
    for place, data in enumerate(changed):
        before = cell.outputs[place] if place < len(cell.outputs) else None
        if not data and before is not None:
            found.append(before)
        elif before is not None and before.output_type == "stream":
            found.append(new_output("stream", name=before.name, text=data.get("text/plain", "")))
        elif before is None or before.output_type != "error":
            found.append(new_output("display_data", NotebookNode(data)))
    return found
