"""Takes notes in a kernel: which cells it executes, and what their results depend on."""

from __future__ import annotations

import sys
import time
import uuid
from collections.abc import Callable, Container, Iterable
from dataclasses import dataclass, field, replace
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from doublet.notebook.provenance.checksums import sha256
from doublet.notebook.provenance.entries import entries_read
from doublet.notebook.provenance.environment import variables_read
from doublet.notebook.provenance.inputs import Inputs, OpenedFile
from doublet.notebook.provenance.machine import hash_seed, machine, python, threads
from doublet.notebook.provenance.packages import Imports
from doublet.notebook.provenance.randomness import Generators
from doublet.notebook.provenance.record import KEPT, Execution, Part, Randomness, Session, digest
from doublet.notebook.provenance.settings import HoldsSettings, Settings
from doublet.notebook.provenance.sources import language_of

if TYPE_CHECKING:
    from IPython.core.interactiveshell import ExecutionInfo, InteractiveShell

__all__ = ["Cpp", "Effort", "Recorder", "own_recorder", "record"]


class Effort(IntEnum):
    """How much time may be taken for a record."""

    SHOWN = 1
    """While an output or the next cell waits: also packages, but those that take long to find, and files; a millisecond for each that is new."""
    RESTING = 2
    """While nobody waits, a tenth of a second at most."""
    ASKED = 3
    """As much as it takes."""


_BYTES = {Effort.SHOWN: 1_000_000, Effort.RESTING: 32_000_000, Effort.ASKED: 256_000_000}
"""Up to which size files are read for their checksums, each once."""
_PATIENCE = {Effort.SHOWN: 0.0, Effort.RESTING: 0.05, Effort.ASKED: 2.0}
"""For how many seconds new variables of C++ are looked at."""


_NOT_DRAWN = (623, 624)
"""Where the Mersenne Twister is among its 624 numbers if none was drawn, as NumPy makes and seeds it."""


class Cpp(HoldsSettings, Protocol):
    """What a kernel knows of its C++, and of the files that its cells open."""

    def facts(self) -> dict[str, str]:
        """Standard, flags, compiler and Cling."""

    def libraries(self) -> Iterable[Path]:
        """Those that cells have loaded."""

    def headers(self) -> Iterable[Path]:
        """Those of the user's own that cells have included."""

    def opened(self) -> Iterable[OpenedFile]:
        """The files that have been opened since the last time, in that order."""

    def is_defined(self, name: str) -> bool:
        """Whether a cell has defined this name in C++."""


@dataclass
class Recorder:
    """The notes of this process, which is one session.

    `cpp_first` tells whether cells are C++ that do not say; `hidden` are the names in the namespace that are not the user's.
    """

    kernel: dict[str, str]
    cpp: Cpp
    namespace: dict[str, Any]
    cpp_first: bool = False
    hidden: Container[str] = ()
    session: Session = field(default_factory=lambda: Session(uuid.uuid4().hex[:8]))
    on_change: Callable[[], None] = lambda: None
    """Called after a cell."""

    def __post_init__(self) -> None:
        self._imports = Imports()
        self._inputs = Inputs(Path.cwd())
        self._read_entries = entries_read()
        self._generators = Generators()
        self._settings = Settings(self.namespace, self.hidden, self.cpp)
        self._sums: dict[Path, tuple[tuple[int, int], str]] = {}
        self._elsewhere: Randomness | None = None
        self._current: tuple[str, int, str] | None = None
        self.session.begun = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        self.session.kernel = self.kernel

    @property
    def executed(self) -> int:
        """How many cells have been executed."""
        return self.session.dropped + len(self.session.executions)

    @property
    def is_busy(self) -> bool:
        """Whether a cell is being executed."""
        return self._current is not None

    @property
    def is_behind(self) -> bool:
        """Whether some variables of C++ have not been looked at, for want of time."""
        return self._settings.left > 0

    def begin(self, source: str, count: int, cell: str = "") -> None:
        """A cell is being executed."""
        language = language_of(source, cpp_first=self.cpp_first, is_known=self.cpp.is_defined)
        kept = self.session.executions
        kept.append(Execution(digest(source), count, language, cell))
        if len(kept) > KEPT:
            self.session.dropped += len(kept) - KEPT
            del kept[: len(kept) - KEPT]
        self._current = source, count, cell
        self.cpp.opened()  # what the kernel has opened in between

    def end(self) -> None:
        """It has been."""
        if self._current is not None:
            self._inputs.note(self.cpp.opened())
            self._read(*self._current)
            self._settings.note(self._current[1])
            self._current = None
        self.on_change()

    def _read(self, source: str, count: int, cell: str) -> None:
        """Read what only the source tells."""
        self._generators.note(source, count, cell, cpp_first=self.cpp_first, value=self.namespace.get)
        for name in variables_read(source, self._generators.aliases, cpp_first=self.cpp_first):
            if name not in self.session.environment:
                self.session.environment.append(name)

    def read(self, effort: Effort = Effort.ASKED) -> Session:
        """What there is to say now; with less effort than before, what took more of it is as it was."""
        session, limit = self.session, _BYTES[effort]
        session.randomness = list(self._generators.found)
        if not session.python:
            session.python, session.platform, session.cpp = python(), machine(), self.cpp.facts()
            session.hash_seed = hash_seed()
        if drawn := self._drawn_elsewhere():
            session.randomness.append(drawn)
        session.threads = threads()
        self._imports.update(self._generators.aliases.modules, whole=effort > Effort.SHOWN)
        session.packages, session.modules = dict(self._imports.packages), dict(self._imports.modules)
        session.own_modules = self._parts(self._imports.own.values(), limit)
        session.libraries = self._parts(self.cpp.libraries(), limit)
        session.headers = self._parts(self.cpp.headers(), limit)
        if self.is_busy:
            self._inputs.note(self.cpp.opened())
        if self.is_busy or effort > Effort.SHOWN:
            session.settings, session.settings_left_out = self._settings.read(_PATIENCE[effort])
        held = self._entries()
        files = self._inputs.records(limit)
        session.files = [replace(file, entries={**held.get(file.uuid, {}), **self._read_entries.of(file.uuid)}) if file.uuid else file for file in files]
        return session

    def _drawn_elsewhere(self) -> Randomness | None:
        """NumPy's generator for all, if something has drawn from it and no cell says so: seeded or not, nobody can tell."""
        random = sys.modules.get("numpy.random")
        if random is None or any(each.generator == "numpy.random" for each in self.session.randomness):
            return None
        if self._elsewhere is None and random.get_state(legacy=False)["state"].get("pos", 624) not in _NOT_DRAWN:
            kept = self.session.executions
            self._elsewhere = Randomness("numpy.random", kept[-1].count if kept else 0, is_known=False)
        return self._elsewhere

    def _parts(self, paths: Iterable[Path], limit: int) -> list[Part]:
        made = []
        for path in paths:
            try:
                status = path.stat()
                state = (status.st_mtime_ns, status.st_size)
                known, total = self._sums.get(path, (None, ""))
                if known is None and status.st_size <= limit:  # the file that was loaded, even if it is another one now
                    total = sha256(path)
                    self._sums[path] = state, total
            except OSError:
                total = self._sums.get(path, (None, ""))[1]
            made.append(Part(path.name, total))
        return made

    def _entries(self) -> dict[str, dict[str, int]]:
        """How many entries the trees have that variables hold, by the UUIDs of their files."""
        tree = getattr(sys.modules.get("uproot"), "TTree", None)
        found: dict[str, dict[str, int]] = {}
        if tree is None:
            return found
        for value in list(self.namespace.values()):
            if issubclass(type(value), tree):  # what isinstance() asks of an object may do anything
                found.setdefault(str(value.file.uuid), {})[value.name] = int(value.num_entries)
        return found


_own: Recorder | None = None


def own_recorder() -> Recorder | None:
    """The process's."""
    return _own


def record(shell: InteractiveShell, kernel: dict[str, str], cpp: Cpp, *, cpp_first: bool = False) -> Recorder:
    """Have a shell's cells recorded from now on; a process has one recorder."""
    global _own
    if _own is None:
        recorder = _own = Recorder(kernel, cpp, shell.user_ns, cpp_first, shell.user_ns_hidden)

        def begin(info: ExecutionInfo) -> None:
            source = str(info.raw_cell)
            if info.store_history and source.strip():
                assert shell.displayhook is not None
                recorder.begin(source, max(1, shell.displayhook.prompt_count), info.cell_id or "")

        shell.events.register("pre_run_cell", begin)
        shell.events.register("post_run_cell", lambda _: recorder.end())
    return _own
