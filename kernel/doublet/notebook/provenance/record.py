"""What is recorded of a notebook's execution, as data: `Provenance` is ``metadata.doublet``, and ``schema.json`` describes it."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

__all__ = ["KEPT", "KEY", "VERSION", "Execution", "InputFile", "Part", "Provenance", "Randomness", "Scalar", "Session", "Setting", "digest", "schema"]

KEY = "doublet"
"""Where it is in a notebook's metadata, and a piece of it in an output's."""
VERSION = 1
"""The version of the schema."""
KEPT = 400
"""How many executions are kept of a session; with more, the first are dropped."""


@dataclass(frozen=True)
class Execution:
    """One execution of a cell.

    `source` is the `digest` of what was executed, `count` the number that stood beside the cell, `cell` its id in the
    notebook, empty where the kernel was not told.
    """

    source: str
    count: int
    language: str = "python"
    cell: str = ""


@dataclass(frozen=True)
class InputFile:
    """A file that cells have opened: `name` is relative to the notebook's folder, or without any folder.

    `sha256` is that of the whole file (64 digits), `uuid` the one that ROOT gives its files, `size` is in bytes.
    `entries` says how many entries of the trees in it were read, by their names; of a tree that a variable holds, and whose
    reading was not heard, how many it has; of a Parquet file its ``rows``. `is_written` says that cells have opened it to
    write, and `has_changed` that it was another one when it was opened first.
    """

    name: str
    size: int = 0
    sha256: str = ""
    uuid: str = ""
    entries: dict[str, int] = field(default_factory=dict)
    is_written: bool = False
    has_changed: bool = False


@dataclass(frozen=True)
class Part:
    """A library, a header or a module of the user's own: its file's name without folder, and the file's `sha256`."""

    name: str
    sha256: str = ""


@dataclass(frozen=True)
class Randomness:
    """A generator of random numbers, as the sources of cells tell: `seed` is its seed; None if it was made without one.

    `count` is the number of the execution that made or seeded it, `cell` that cell's id. `is_known` is false where the
    sources give it a seed that could not be read, or use a generator and say nothing of a seed in between.
    """

    generator: str
    count: int
    seed: int | str | None = None
    cell: str = ""
    is_known: bool = True

    @property
    def is_free(self) -> bool:
        """Whether it gives other numbers in each kernel."""
        return self.is_known and self.seed is None


Scalar = bool | int | float | str


@dataclass(frozen=True)
class Setting:
    """What a variable of cells held of configuration: `name` is as ``selection.pt_min``, `count` the number of the execution that made the variable.

    `value` is a number, a boolean or the name of an enumerator, or a row of these; a text too for what JSON has no number for:
    ``nan``, ``inf``, and whole numbers that do not fit a double.
    """

    name: str
    value: Scalar | list[Scalar]
    count: int = 0

    @property
    def text(self) -> str:
        """The value for people, the same for ``20`` and ``20.0``: programs that save notebooks make the one of the other."""
        return str(self.value).removesuffix(".0")


@dataclass
class Session:
    """What one kernel has done, in one life.

    `python`, `platform`, `kernel` and `cpp` say where: names with their values. `packages` are versions of what was imported,
    by distributions' names; `modules` the names of those under which these are imported where they differ.
    """

    id: str
    begun: str = ""
    """When the kernel began: ISO 8601, UTC, to the second."""
    kernel: dict[str, str] = field(default_factory=dict)
    python: dict[str, str] = field(default_factory=dict)
    platform: dict[str, str] = field(default_factory=dict)
    cpp: dict[str, str] = field(default_factory=dict)
    threads: dict[str, int | str] = field(default_factory=dict)
    hash_seed: str = ""
    """What ``PYTHONHASHSEED`` is: a number, or ``random``."""
    packages: dict[str, str] = field(default_factory=dict)
    modules: dict[str, str] = field(default_factory=dict)
    own_modules: list[Part] = field(default_factory=list)
    libraries: list[Part] = field(default_factory=list)
    headers: list[Part] = field(default_factory=list)
    files: list[InputFile] = field(default_factory=list)
    environment: list[str] = field(default_factory=list)
    """Names of environment variables that cells read."""
    settings: list[Setting] = field(default_factory=list)
    """What variables of cells held when the last cell had ended, those that were made first before others."""
    settings_left_out: int = 0
    """How many more there were."""
    randomness: list[Randomness] = field(default_factory=list)
    dropped: int = 0
    """How many executions there were before the first that is kept."""
    executions: list[Execution] = field(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        """As JSON has it, without what is empty."""
        plain: dict[str, Any] = _plain(self)
        return plain

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Session:
        """From JSON that the schema allows."""
        lists = {name: [kind(**item) for item in data[name]] for name, kind in _KINDS.items() if name in data}
        known = {item.name for item in dataclasses.fields(cls)}
        return cls(**{name: value for name, value in {**data, **lists}.items() if name in known})


_KINDS: dict[str, type[Any]] = {
    "own_modules": Part,
    "libraries": Part,
    "headers": Part,
    "files": InputFile,
    "randomness": Randomness,
    "settings": Setting,
    "executions": Execution,
}


@dataclass
class Provenance:
    """All that a notebook says of where its outputs come from: the kernels' lives, oldest first."""

    sessions: list[Session] = field(default_factory=list)
    repeats: list[dict[str, Any]] = field(default_factory=list)
    """What other runs gave, see `doublet.notebook.execution.repeating`."""

    def to_dict(self) -> dict[str, Any]:
        """As JSON has it."""
        made: dict[str, Any] = {"version": VERSION, "sessions": [session.to_dict() for session in self.sessions]}
        return {**made, "repeats": self.repeats} if self.repeats else made

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Provenance:
        """From JSON that the schema allows."""
        return cls([Session.from_dict(session) for session in data.get("sessions", [])], list(data.get("repeats", [])))


def digest(source: str) -> str:
    """What names a cell's source: the first 16 of the 64 digits of its SHA-256, of UTF-8, without blank space at its ends.

    Front ends and formatters disagree on the newline at the end of a cell, which changes no result.
    """
    return hashlib.sha256(source.strip().encode("utf-8", "surrogatepass")).hexdigest()[:16]


@cache
def schema() -> dict[str, Any]:
    """The JSON Schema of ``metadata.doublet``."""
    text = (Path(__file__).parent / "schema.json").read_text(encoding="utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


def _plain(value: Any) -> Any:
    """As JSON has it, without what is as it is if nothing is said."""
    if dataclasses.is_dataclass(value):
        parts = ((item, getattr(value, item.name)) for item in dataclasses.fields(value))
        return {item.name: _plain(part) for item, part in parts if part != _default(item)}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value


def _default(item: dataclasses.Field[Any]) -> object:
    return item.default if item.default_factory is dataclasses.MISSING else item.default_factory()
