"""``doublet rerun``: what it says on a terminal."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from doublet.notebook.comparison.telling import EPILOG, add_telling, check_telling, tell
from doublet.notebook.errors import NotebookError
from doublet.notebook.execution.options import add_execution, positive
from doublet.notebook.needed import look_for_packages
from doublet.notebook.terminal import harmless

if TYPE_CHECKING:
    from doublet.notebook.needs.mapping import Mapping
    from doublet.notebook.reading import Notebook
    from doublet.notebook.rerun.taking import Taken

__all__ = ["add_rerun"]

_NEEDED = ("papermill", "tqdm", "requests", "keyring")


def add_rerun(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command with its options."""
    parser = commands.add_parser(
        "rerun",
        help="execute a notebook again and say whether its results agree",
        description="Execute a notebook again in a new kernel, and say whether its physics agrees with what is stored in it. It is somebody's program: it may do what you may, unless it is shut in by --sandbox.",
        epilog=EPILOG,
    )
    parser.add_argument("notebook", metavar="NOTEBOOK", help="a file, what 'doublet pack' made of one, or the address of either, such as an agenda's attachment")
    parser.add_argument("-o", "--output", metavar="FILE", type=Path, help="write the executed notebook there")
    add_execution(parser)
    parser.add_argument("--data", metavar="OLD=NEW", action="append", default=[], help="where data of the notebook is here")
    parser.add_argument("--order", choices=("notebook", "stored"), default="notebook", help="execute cells as they stand, or as their numbers say (%(default)s)")
    parser.add_argument("--env", action="store_true", help="build an environment with the recorded versions of packages, by pip")
    parser.add_argument("--sandbox", action="store_true", help="shut it in: no network, nothing to write but its folder, your home unseen (needs bubblewrap)")
    parser.add_argument("--memory", metavar="GB", type=float, default=8.0, help="the memory that it may take in the sandbox (%(default)s)")
    parser.add_argument("--seconds", metavar="S", type=positive, default=3600, help="the processor's time that it may take in the sandbox (%(default)s)")
    parser.add_argument("--bisect", action="store_true", help="if it differs, put back one recorded thing at a time (a cell, data, a module, a package's version, a number of threads) and say which makes it agree")
    add_telling(parser)
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    check_telling(arguments)
    look_for_packages("'doublet rerun'", _NEEDED, "check")
    from doublet.notebook.execution.parameters import parameters
    from doublet.notebook.execution.progress import Progress
    from doublet.notebook.execution.writing import write
    from doublet.notebook.needs.mapping import mappings
    from doublet.notebook.rerun.bisecting import bisect
    from doublet.notebook.rerun.rerunning import Options, rerun
    from doublet.notebook.rerun.sandbox import check_sandbox
    from doublet.notebook.rerun.taking import taken

    if arguments.sandbox:
        check_sandbox()
    given = mappings(arguments.data)
    with taken(arguments.notebook, _say) as theirs:
        notebook, path, data = theirs.notebook, theirs.path, [*given, *theirs.mappings]
        if arguments.sandbox and arguments.env and theirs.brings_packages:
            raise NotebookError(arguments.notebook, "brings packages of its own, which would be installed outside of the sandbox: leave out --env, or --sandbox if you trust it")
        _warn(notebook, path, data)
        options = Options(
            arguments.kernel,
            parameters(arguments.parameter),
            data,
            arguments.order == "stored",
            arguments.timeout,
            _environment(theirs) if arguments.env else None,
            arguments.sandbox,
            int(arguments.memory * 1e9),
            arguments.seconds,
            arguments.moved,
            arguments.live,
        )
        with Progress(notebook) as progress:
            made, verdict = rerun(notebook, path, path.absolute().parent, options, progress)
        if arguments.bisect and not verdict.agrees:
            verdict = replace(verdict, notes=(*verdict.notes, *bisect(notebook, made, path, path.absolute().parent, options, _say)))
    code = tell(verdict, arguments, print)
    if arguments.output is not None:
        write(made, arguments.output)
    return code


def _environment(theirs: Taken) -> Path:
    from doublet.notebook.rerun.environment import build

    made = build(theirs.packages, theirs.python, str(theirs.path), _say, theirs.wheels)
    for note in made.notes:
        _say(note)
    return made.python


def _warn(notebook: Notebook, path: Path, data: list[Mapping]) -> None:
    """Say what is missing before it fails for that."""
    from doublet.notebook.needs.finding import examine

    for need in examine(notebook, path, data):
        if need.status == "MISSING":
            status, *rest = need.row()
            _say(f"{status.lower()}: {', '.join(part for part in rest if part)}")


def _say(text: str) -> None:
    print(harmless(text), file=sys.stderr)
