"""The record in a notebook: read from it, and written into it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from doublet.notebook.errors import NotebookError
from doublet.notebook.provenance.deltas import joined
from doublet.notebook.provenance.record import KEY, Execution, Provenance, Session, digest, schema
from doublet.notebook.reading import Cell, Notebook, code_cells

__all__ = ["execution_of", "provenance_of", "store"]


def provenance_of(notebook: Notebook, path: str = "the notebook") -> Provenance:
    """What a notebook says of where its outputs come from, in its metadata and in its outputs'; empty if it says nothing.

    Raises `NotebookError` for a record that is none; `path` names the notebook in it.
    """
    told = notebook.metadata.get(KEY)
    data = {"version": 1, "sessions": []} if told is None else told
    _check(data, path)
    whole = Provenance.from_dict(data)
    pieces = [dict(piece) for piece in _pieces(notebook)]
    for piece in pieces:
        _check(piece, path, "piece")
    for session in joined(pieces):
        if not _holds(whole, session):
            _put(whole, Session.from_dict(session))
    return whole


def store(
    notebook: Notebook,
    sessions: Iterable[Session],
    *,
    earlier: Iterable[Session] = (),
    repeats: Sequence[dict[str, Any]] | None = None,
    path: str = "the notebook",
) -> Provenance:
    """Write the sessions of the notebook's kernel into its metadata, and take the pieces of them out of its outputs.

    Of `earlier` sessions, and of those that the notebook has, those stay that outputs are still of. `repeats` replace what was there.
    """
    whole = provenance_of(notebook, path)
    newest = [session for session in sessions if session.executions]
    known = {session.id for session in whole.sessions}
    for session in (*(each for each in earlier if each.id not in known), *newest):
        _put(whole, session)
    used = {found[0].id for _, cell in code_cells(notebook) if (found := execution_of(cell, whole)) is not None}
    used |= {session.id for session in newest[-1:]}
    whole.sessions = [session for session in whole.sessions if session.id in used]
    whole.repeats = whole.repeats if repeats is None else list(repeats)
    notebook.metadata.pop(KEY, None)
    if whole.sessions:
        notebook.metadata[KEY] = whole.to_dict()
        for metadata in _carrying(notebook):
            if _holds(whole, metadata[KEY]):
                del metadata[KEY]
    return whole


def execution_of(cell: Cell, provenance: Provenance) -> tuple[Session, Execution] | None:
    """The execution that a cell's outputs are of: the newest of its number and id, one of its source before others."""
    count, name, source = cell.get("execution_count"), cell.get("id", ""), digest(cell.source)
    found = [
        (session, execution)
        for session in reversed(provenance.sessions)
        for execution in reversed(session.executions)
        if execution.count == count and (not execution.cell or execution.cell == name)
    ]
    return next((pair for pair in found if pair[1].source == source), found[0] if found else None)


def _put(whole: Provenance, session: Session) -> None:
    """Add a session, or replace an older state of it."""
    others = [other for other in whole.sessions if other.id != session.id]
    whole.sessions = sorted([*others, session], key=lambda each: each.begun)


def _holds(whole: Provenance, session: dict[str, Any]) -> bool:
    """Whether a record knows of the last execution that a piece or a session tells of."""
    known = [execution for other in whole.sessions if other.id == session["id"] for execution in other.executions]
    return not session["executions"] or any((each.source, each.count) == (last["source"], last["count"]) for last in session["executions"][-1:] for each in known)


def _carrying(notebook: Notebook) -> Iterator[Any]:
    """The metadata of outputs that hold a piece."""
    for _, cell in code_cells(notebook):
        for output in cell.get("outputs", ()):
            metadata = output.get("metadata")
            if isinstance(metadata, dict) and isinstance(metadata.get(KEY), dict):
                yield metadata


def _pieces(notebook: Notebook) -> Iterator[dict[str, Any]]:
    for metadata in _carrying(notebook):
        yield metadata[KEY]


def _check(data: Any, path: str, part: str = "") -> None:
    """Raise `NotebookError` unless the schema, or a part of it, allows this."""
    import jsonschema

    whole = schema()
    wanted = {**whole["$defs"][part], "$defs": whole["$defs"]} if part else whole
    error = next(iter(jsonschema.Draft202012Validator(wanted).iter_errors(data)), None)
    if error is not None:
        where = "/".join(map(str, error.absolute_path)) or "its whole"
        raise NotebookError(path, f"has a record of its execution, metadata.doublet, that is none: {where}: {error.message[:200]}")
