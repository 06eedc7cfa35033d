"""A notebook executed again, and judged by what it holds."""

from __future__ import annotations

import copy
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from doublet.notebook.comparison.comparing import compare
from doublet.notebook.execution.client import environment
from doublet.notebook.execution.running import kernel_of, prepared, run
from doublet.notebook.provenance.states import hidden_executions, states
from doublet.notebook.provenance.stored import provenance_of
from doublet.notebook.publish.preparing import stored
from doublet.notebook.rerun.data import with_data
from doublet.notebook.rerun.launching import launcher
from doublet.notebook.rerun.ordering import as_executed, in_place
from doublet.notebook.rerun.sandbox import Sandbox

if TYPE_CHECKING:
    from jupyter_client.manager import AsyncKernelManager

    from doublet.notebook.comparison.verdict import Verdict
    from doublet.notebook.execution.running import Progress
    from doublet.notebook.needs.mapping import Mapping as DataMapping
    from doublet.notebook.reading import Notebook

__all__ = ["Options", "rerun"]


@dataclass(frozen=True)
class Options:
    """How it is executed again. Times are in seconds, `memory` is in bytes."""

    kernel: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    data: Sequence[DataMapping] = ()
    as_executed: bool = False
    timeout: int | None = None
    python: Path | None = None
    """That of another environment."""
    sandbox: bool = False
    memory: int = 8_000_000_000
    seconds: int = 3600
    accepted: int = 0
    live: bool = False
    variables: Mapping[str, str] = field(default_factory=dict)
    readable: Sequence[Path] = ()
    """What it may read in a sandbox besides its folder and its data."""


def rerun(
    reference: Notebook,
    path: Path,
    folder: Path,
    options: Options,
    progress: Progress = lambda *_: None,
) -> tuple[Notebook, Verdict]:
    """Execute a copy of a notebook in `folder`, in a new kernel, and judge it; `path` names the notebook in what is said.

    Raises `NotebookError` where it cannot even begin. What fails on the way is part of the verdict.
    """
    plain = prepared(stored(reference))
    kernel = kernel_of(plain, str(path), options.kernel)
    copied = copy.deepcopy(plain)
    if options.parameters:
        from doublet.notebook.execution.parameters import with_parameters

        copied = prepared(with_parameters(copied, options.parameters, str(path), kernel))
    executed = as_executed(copied, str(path)) if options.as_executed else copy.deepcopy(copied)
    executed.metadata.pop("doublet", None)
    with_data(executed, options.data)
    notes = list(_stale(plain, str(path)))
    with tempfile.TemporaryDirectory(prefix="doublet-") as sockets:
        variables = {"PYTHONPATH": "", **options.variables} if options.python else options.variables
        manager = _manager(kernel, folder, Path(sockets), options, variables)
        done = run(executed, kernel, folder, timeout=options.timeout, live=options.live, progress=progress, manager=manager, variables=variables, path=str(path))
    if done.failure:
        notes.append(f"the rerun did not run through: {done.failure}")
    made = in_place(done.notebook, copied)
    verdict = compare(plain, made, accepted=options.accepted, names=(path.name, "rerun"))
    return made, replace(verdict, notes=(*verdict.notes, *notes))


def _manager(kernel: str, folder: Path, sockets: Path, options: Options, variables: Mapping[str, str]) -> AsyncKernelManager | None:
    """What starts the kernel; None for Jupyter's own way."""
    if not options.sandbox:
        return launcher(kernel, python=options.python) if options.python else None
    readable = [Path(each.new).absolute() for each in options.data if "://" not in each.new]
    box = Sandbox(folder, sockets, environment(variables), (*readable, *options.readable), options.python or Path(sys.executable), options.memory, options.seconds)
    return launcher(kernel, python=options.python, sockets=sockets, wrap=box.command)


def _stale(notebook: Notebook, path: str) -> Iterator[str]:
    """What its record says of outputs that the cells cannot have given."""
    provenance = provenance_of(notebook, path)
    if not provenance.sessions:
        return
    for state in states(notebook, provenance):
        if state.kind == "edited":
            yield f"cell {state.place} was edited after it was executed: its stored results are of another source"
    for hidden in hidden_executions(notebook, provenance):
        if not hidden.place:
            yield f"the execution [{hidden.execution.count}] is of a cell that the notebook does not have any more"
