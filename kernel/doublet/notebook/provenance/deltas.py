"""A record told bit by bit: what is new since the last time, and all of it together again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from doublet.notebook.provenance.record import KEPT

if TYPE_CHECKING:
    from doublet.notebook.provenance.recorder import Effort, Recorder

__all__ = ["Deltas", "joined"]


class Deltas:
    """What one listener has been told of a record: pieces, as the schema has them."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self._executions = 0
        self._rest: dict[str, Any] = {}

    @property
    def state(self) -> tuple[int, dict[str, Any]]:
        """What has been told; set to an earlier one, that since then is told again."""
        return self._executions, self._rest

    @state.setter
    def state(self, earlier: tuple[int, dict[str, Any]]) -> None:
        self._executions, self._rest = earlier

    def next(self, effort: Effort) -> dict[str, Any] | None:
        """The next piece, None if nothing is new."""
        session = self._recorder.read(effort)
        dropped = session.dropped
        first = max(self._executions, dropped)
        told = replace(session, executions=session.executions[first - dropped :], dropped=0).to_dict()
        new = told.pop("executions", [])
        changed = {name: value for name, value in told.items() if self._rest.get(name) != value}
        changed |= {name: type(value)() for name, value in self._rest.items() if name not in told}
        if "settings" in changed:  # of which few change at a time
            changed["settings"] = _changed(self._rest.get("settings", []), told.get("settings", []))
        self._rest, self._executions = told, first + len(new)
        return {**changed, "id": told["id"], "first": first, "executions": new} if changed or new else None


def joined(pieces: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The sessions, as JSON has them, that pieces are of; what stood in pieces that are gone is missing."""
    sessions: dict[str, dict[str, Any]] = {}
    for piece in sorted(pieces, key=lambda piece: int(piece["first"])):
        whole = sessions.setdefault(piece["id"], {"executions": []})
        executions = [*whole["executions"], *piece["executions"]]
        settings = _with_changes(whole.get("settings", []), piece.get("settings", []))
        whole.update({name: value for name, value in piece.items() if name != "first"})
        whole["executions"], whole["settings"] = executions, settings
        for name in [name for name, value in whole.items() if not value and name != "executions"]:
            del whole[name]  # there is nothing any more
    for whole in sessions.values():
        if len(whole["executions"]) > KEPT:
            whole["dropped"] = len(whole["executions"]) - KEPT
            whole["executions"] = whole["executions"][-KEPT:]
    return sorted(sessions.values(), key=lambda session: str(session.get("begun", "")))


def _changed(before: list[dict[str, Any]], now: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The settings that are new or others, and of those that are gone the names."""
    names = {setting["name"] for setting in now}
    return [setting for setting in now if setting not in before] + [{"name": setting["name"]} for setting in before if setting["name"] not in names]


def _with_changes(before: list[dict[str, Any]], changes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The settings that these changes, as `_changed` has them, make of those before."""
    known = {setting["name"]: setting for setting in before} | {setting["name"]: setting for setting in changes}
    return sorted((setting for setting in known.values() if "value" in setting), key=lambda setting: int(setting.get("count", 0)))
