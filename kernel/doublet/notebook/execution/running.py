"""A notebook executed from its first cell to its last."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel
from nbclient.exceptions import CellControlSignal, CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat.v4 import new_output

from doublet.notebook.errors import NotebookError
from doublet.notebook.execution.client import Client, environment
from doublet.notebook.provenance.record import KEY, Execution, Session, digest
from doublet.notebook.provenance.sources import language_of
from doublet.notebook.provenance.stored import provenance_of, store
from doublet.notebook.reading import Cell, Notebook, code_cells

if TYPE_CHECKING:
    from jupyter_client.manager import AsyncKernelManager

__all__ = ["Progress", "Run", "kernel_of", "prepared", "run"]

_COLOURS = re.compile(r"\x1b\[[0-9;]*m")


@dataclass
class Run:
    """An executed notebook; `failure` says in one sentence why it did not run through, empty if it did."""

    notebook: Notebook
    failure: str = ""
    cell: int = 0
    """The place from 1 of the cell that failed."""
    seconds: dict[int, float] = field(default_factory=dict)
    """How long cells took, by their places."""


Progress = Callable[[int, Cell, float | None], None]
"""Called with the place of a cell, the cell, and None when it begins; and again with the seconds that it took."""


def prepared(notebook: Notebook) -> Notebook:
    """A notebook whose cells have ids, by which its record names them; those of older formats get them, the same each time."""
    for place, cell in enumerate(notebook.cells, 1):
        if "id" not in cell:
            cell["id"] = f"cell-{place}"
    notebook.nbformat_minor = max(notebook.nbformat_minor, 5)
    return notebook


def kernel_of(notebook: Notebook, path: str, chosen: str = "") -> str:
    """The name of the kernel that a notebook is for; raises `NotebookError` if it is not there."""
    spec = notebook.metadata.get("kernelspec", {})
    name = str(chosen or spec.get("name") or "python3")
    manager = KernelSpecManager()
    try:
        manager.get_kernel_spec(name)
    except NoSuchKernel:
        there = ", ".join(sorted(manager.find_kernel_specs())) or "none"
        raise NotebookError(path, f"is for the kernel '{name}', which is not installed here (there are: {there}); install it, or choose one by --kernel NAME") from None
    return name


def run(
    notebook: Notebook,
    kernel: str,
    folder: Path,
    *,
    timeout: int | None = None,
    allow_errors: bool = False,
    live: bool = False,
    progress: Progress = lambda *_: None,
    variables: Mapping[str, str] | None = None,
    manager: AsyncKernelManager | None = None,
    path: str = "the notebook",
) -> Run:
    """Execute all cells in a new kernel in `folder`, at most `timeout` seconds each, and store the record.

    A cell that fails ends it, unless `allow_errors` or a tag ``raises-exception`` says otherwise; `variables` are the kernel's
    environment beside this process's, `manager` starts it in another way than Jupyter's. The notebook is changed, and whole whatever happens.
    """
    for _, cell in code_cells(notebook):
        cell.outputs, cell.execution_count = [], None
        cell.metadata.pop("execution", None)
    notebook.metadata.pop(KEY, None)  # which is of outputs that are gone; a broken one would be found when all has been done
    if notebook.metadata.get("kernelspec", {}).get("name") != kernel:
        spec = KernelSpecManager().get_kernel_spec(kernel)
        notebook.metadata["kernelspec"] = {"name": kernel, "display_name": spec.display_name, "language": spec.language}
    client = Client(notebook, kernel, str(folder), timeout, live=live, manager=manager)
    client.allow_errors = allow_errors
    done = Run(notebook)
    try:
        with client.setup_kernel(env=environment(variables or {})):
            client.prepare()
            _execute(client, done, progress)
            client.set_widgets_metadata()
            _record(client, done, kernel, path)
    except RuntimeError as error:
        raise NotebookError(path, f"cannot be executed: the kernel '{kernel}' does not start ({str(error).splitlines()[0]})") from None
    return done


def _execute(client: Client, done: Run, progress: Progress) -> None:
    for index, cell in enumerate(client.nb.cells):
        place, begun = index + 1, time.perf_counter()
        is_executed = cell.cell_type == "code" and bool(cell.source.strip())
        if is_executed:
            progress(place, cell, None)
        try:
            client.execute_cell(cell, index)
        except CellExecutionError as error:
            reason = _COLOURS.sub("", str(error.evalue)).strip().partition("\n")[0]
            done.failure, done.cell = f"cell {place} failed: {error.ename}" + (f": {reason}" if reason else ""), place
        except CellTimeoutError:
            client.interrupt()
            done.failure, done.cell = f"cell {place} was not done after {client.timeout} s", place
            _end(cell, "CellTimeoutError", f"not done after {client.timeout} s")
        except DeadKernelError:
            done.failure, done.cell = f"the kernel died in cell {place}", place
            _end(cell, "DeadKernelError", "the kernel died")
        except (CellControlSignal, KeyboardInterrupt):
            client.interrupt()
            done.failure, done.cell = f"interrupted in cell {place}", place
        if is_executed:
            done.seconds[place] = time.perf_counter() - begun
            progress(place, cell, done.seconds[place])
        if done.failure:
            return


def _end(cell: Cell, name: str, message: str) -> None:
    """Have a cell whose kernel does not say so itself end with an error, as readers of its outputs expect it."""
    if not any(output.output_type == "error" for output in cell.outputs):
        cell.outputs.append(new_output("error", ename=name, evalue=message, traceback=[f"{name}: {message}"]))


def _record(client: Client, done: Run, kernel: str, path: str) -> None:
    """Store where the outputs come from: what the kernel tells, else what could be seen from outside."""
    session = client.record()
    cells = {cell.execution_count: cell for _, cell in code_cells(done.notebook) if cell.execution_count is not None}
    if session is None:
        told = provenance_of(done.notebook, path).sessions
        session = told[-1] if told and told[-1].executions else _from_outside(client, kernel)
        session.executions = [_execution(cell, kernel) for _, cell in sorted(cells.items())]
    session.executions = [replace(each, cell=each.cell or cells[each.count].id) if each.count in cells else each for each in session.executions]
    session.randomness = [replace(each, cell=each.cell or cells[each.count].id) if each.count in cells else each for each in session.randomness]
    store(done.notebook, [session], repeats=(), path=path)


def _from_outside(client: Client, kernel: str) -> Session:
    import uuid

    session = Session(uuid.uuid4().hex[:8], time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()))
    language: dict[str, Any] = client.info.get("language_info", {})
    session.kernel = {
        "name": kernel,
        "version": str(client.info.get("implementation_version", "")),
        "language": f"{language.get('name', '')} {language.get('version', '')}".strip(),
    }
    return session


def _execution(cell: Cell, kernel: str) -> Execution:
    return Execution(digest(cell.source), cell.execution_count, language_of(cell.source, cpp_first=kernel == "doublet-cpp"), cell.id)
