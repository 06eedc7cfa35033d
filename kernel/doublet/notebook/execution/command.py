"""``doublet run``: what it says on a terminal."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from doublet.notebook.errors import NotebookError
from doublet.notebook.execution.options import add_execution, positive
from doublet.notebook.needed import look_for_packages

__all__ = ["add_run"]

_NEEDED = ("jsonschema", "nbclient", "nbformat", "papermill", "tqdm")


def add_run(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command with its options."""
    parser = commands.add_parser(
        "run",
        help="execute a notebook without a browser",
        description="Execute a notebook from its first cell to its last in a new kernel, and write it with its outputs and a record of where they come from.",
        epilog="It is written even if a cell fails; the exit code is 1 then.",
    )
    parser.add_argument("notebook", metavar="NOTEBOOK", type=Path)
    add_execution(parser)
    parser.add_argument("-o", "--output", metavar="FILE", type=Path, help="where to write it (NOTEBOOK.run.ipynb); the notebook itself is allowed")
    parser.add_argument("--allow-errors", action="store_true", help="go on after a cell that fails")
    parser.add_argument("--repeat", metavar="N", type=positive, default=0, help="run it N more times, with other numbers of threads and hash seeds, and store what differs")
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    look_for_packages("'doublet run'", _NEEDED, "run")
    from doublet.notebook.execution.parameters import parameters, with_parameters
    from doublet.notebook.execution.progress import Progress
    from doublet.notebook.execution.repeating import repeat
    from doublet.notebook.execution.running import kernel_of, prepared, run
    from doublet.notebook.execution.writing import write
    from doublet.notebook.reading import read

    path: Path = arguments.notebook
    notebook = read(path)
    kernel = kernel_of(notebook, str(path), arguments.kernel)
    target = arguments.output or path.with_suffix(".run.ipynb")
    if not target.parent.is_dir():
        raise NotebookError(str(target), "cannot be written: there is no such folder")
    values = parameters(arguments.parameter)
    if values:
        notebook = with_parameters(notebook, values, str(path), kernel)
    notebook = prepared(notebook)
    folder = path.absolute().parent
    options = {"timeout": arguments.timeout, "allow_errors": arguments.allow_errors, "path": str(path)}
    with Progress(notebook) as progress:
        done = run(notebook, kernel, folder, live=arguments.live, progress=progress, **options)
    write(done.notebook, target)
    if not done.failure and arguments.repeat:
        for number, _ in enumerate(repeat(done.notebook, kernel, folder, arguments.repeat, **options), 1):
            print(f"run {number} of {arguments.repeat} more is done", file=sys.stderr)
            write(done.notebook, target)
    print(target)
    if done.failure:
        raise NotebookError(str(path), f"did not run through: {done.failure}")
    return 0
