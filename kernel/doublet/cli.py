"""The `doublet` command: argument parsing only; each command is one call."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import NoReturn

from doublet import __version__
from doublet.errors import CppUsageError, DoubletError
from doublet.notebook.comparison.command import add_compare
from doublet.notebook.execution.command import add_run
from doublet.notebook.packing.command import add_pack
from doublet.notebook.publish.command import add_publish
from doublet.notebook.rerun.command import add_rerun
from doublet.notebook.terminal import harmless

__all__ = ["main"]


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    if argv is None:
        _start_fast()
    parser = _parser()
    arguments, rest = parser.parse_known_args(argv)
    if rest and arguments.run is not _lab:
        parser.error(f"unrecognized arguments: {' '.join(rest)}")
    arguments.rest = rest
    try:
        return int(arguments.run(arguments))
    except DoubletError as error:
        print(harmless(f"doublet: {error}"), file=sys.stderr)
        return int(getattr(arguments, "broken", 1))


def _start_fast() -> None:
    """Have jsonschema, which nbformat imports, do without the check of IRIs, which no schema of a notebook asks for.

    To read the grammar that this check comes with takes a second, longer than all else of a short command.
    """
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type] # what Python takes for a module that is not there


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="doublet", description="C++ and Python in one Jupyter kernel.")
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    doctor = commands.add_parser(
        "doctor",
        help="check that everything Doublet needs is there, or what a notebook needs",
        description="Check that everything Doublet needs is there, or, with NOTEBOOK, what that needs, and say what mends it.",
        epilog="The exit code is 0 if nothing is missing, else 1.",
    )
    doctor.add_argument("notebook", metavar="NOTEBOOK", type=Path, nargs="?", help="a notebook, of which nothing is executed")
    doctor.add_argument("--data", metavar="OLD=NEW", action="append", default=[], help="where data of the notebook is here")
    doctor.add_argument("--fix", action="store_true", help="build the precompiled header if it is missing")
    doctor.set_defaults(run=_doctor)

    lab = commands.add_parser(
        "lab",
        help="start JupyterLab on a folder or notebook",
        usage="doublet lab [-h] [PATH] [OPTION ...]",
        description="Start JupyterLab on PATH (default: this folder), with any OPTION of its own.",
        allow_abbrev=False,
    )
    lab.set_defaults(run=_lab)
    add_compare(commands)
    add_pack(commands)
    add_publish(commands)
    add_run(commands)
    add_rerun(commands)
    return parser


def _doctor(arguments: argparse.Namespace) -> int:
    if arguments.notebook is not None:
        from doublet.notebook.needs.command import report

        return report(arguments.notebook, arguments.data)
    from doublet import doctor

    return doctor.report(fix=arguments.fix)


def _lab(arguments: argparse.Namespace) -> NoReturn:
    """Replace this process by JupyterLab, which encrypts what it exchanges with kernels that can."""
    if find_spec("jupyterlab") is None:
        from doublet.doctor import pip_install

        raise CppUsageError("JupyterLab is not installed", f"run: {pip_install('jupyterlab')}")
    from doublet.engine.toolchain import Toolchain

    toolchain = Toolchain.from_environment()
    if not toolchain.is_built():
        print("Building what kernels start with: once for these versions and options, a minute or two", flush=True)
        toolchain.build()  # of a kernel that does so, JupyterLab says "Connecting" all the time
    encrypted = "--MappingKernelManager.transport_encryption=auto"
    os.execv(sys.executable, (sys.executable, "-m", "jupyterlab", encrypted, *arguments.rest))
