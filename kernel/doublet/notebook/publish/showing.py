"""Outputs of which a page without scripts would show nothing: what else they hold is put in its place, and what is too large is told.

What is taken out of an output is kept in its metadata, where `restore` finds it.
"""

from __future__ import annotations

import html
from collections.abc import Iterator

from doublet.notebook.notes import Finding
from doublet.notebook.publish.viewers import shown, shows
from doublet.notebook.reading import Notebook, Output, code_cells, text_of

__all__ = ["LIMIT", "restore", "show_outputs"]

LIMIT = 2_000_000
"""Characters of a part of an output that are sent."""
_BEGINNING, _END = 100, 20  # lines of a stream that stay
_AS_PICTURES = ("image/gif", "image/webp", "image/avif", "image/bmp")
"""What browsers show and nbconvert does not know."""


def show_outputs(notebook: Notebook, limit: int = LIMIT) -> list[Finding]:
    """Change the notebook's outputs so that each shows something; returns what was done, and what cannot be shown."""
    findings: list[Finding] = []
    for place, cell in code_cells(notebook):
        for output in cell.outputs:
            if output.output_type == "stream":
                findings += _shorten(output, place, limit)
            elif output.output_type in ("display_data", "execute_result"):
                findings += _show(output, notebook, place, limit)
    return findings


def restore(notebook: Notebook) -> None:
    """Give outputs the parts that were taken out of them to be shown, but for what was too large."""
    for _, cell in code_cells(notebook):
        for output in cell.outputs:
            changes = output.get("metadata", {}).pop("doublet", None)
            if changes is not None:
                for kind in changes.get("added", ()):
                    output.data.pop(kind, None)
                output.data.update(changes.get("unseen", {}))


def _show(output: Output, notebook: Notebook, place: int, limit: int) -> Iterator[Finding]:
    unseen, added, left_out = {}, [], []
    while (kind := shown(output, notebook)) is not None:
        size = len(text_of(output.data[kind]))
        if size > limit:
            left_out.append(f"{kind} of {size / 1e6:.1f} MB")
            del output.data[kind]
        elif not shows(kind, output.data[kind]):
            unseen[kind] = output.data.pop(kind)
        else:
            break
    picture = next((kind for kind in _AS_PICTURES if kind in output.data), None)
    if kind in (None, "text/plain") and picture is not None:
        added.append("text/html")
        alternative = html.escape(text_of(output.data.get("text/plain", "")))
        output.data["text/html"] = f'<img src="data:{picture};base64,{text_of(output.data[picture]).strip()}" alt="{alternative}">'
        kind = "text/html"
    if left_out:
        yield Finding("abbreviated", place, f"left out, for it is too large: {', '.join(left_out)}")
    if kind is None and (unseen or left_out or output.data):
        kinds = ", ".join((*unseen, *output.data))
        if not left_out:
            yield Finding("blank", place, f"nothing is shown of an output of {kinds}")
        added.append("text/plain")
        output.data["text/plain"] = f"[{', '.join(left_out)} is left out of the notebook that was published]" if left_out else f"[an output of {kinds}]"
    elif kind == "text/plain" and not left_out and (others := [*unseen, *(other for other in output.data if other != kind)]):
        yield Finding("blank", place, f"only words are shown of an output of {', '.join(others)}")
    elif unseen:
        yield Finding("repaired", place, f"{' and '.join(unseen)} would show nothing without scripts: {kind} is shown")
    if unseen or added:
        output.metadata["doublet"] = {"unseen": unseen, "added": added}


def _shorten(output: Output, place: int, limit: int) -> Iterator[Finding]:
    text = text_of(output.text)
    if len(text) <= limit:
        return
    lines = text.splitlines(keepends=True)
    if len(lines) > _BEGINNING + _END:
        left = f"[{len(lines) - _BEGINNING - _END:,} lines are left out of the notebook that was published]\n"
        parts = ("".join(lines[:_BEGINNING]), left, "".join(lines[-_END:]))
    else:
        parts = (text, "", "")
    if sum(map(len, parts)) > limit:
        parts = (text[: limit // 2], f"\n[{len(text) - limit:,} characters are left out of the notebook that was published]\n", text[-limit // 2 :])
    output.text = "".join(parts)
    yield Finding("abbreviated", place, f"{len(text) / 1e6:.1f} MB of text: {parts[1].strip(chr(10) + '[]')}")
