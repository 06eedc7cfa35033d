"""``doublet compare``: what it says on a terminal."""

from __future__ import annotations

import argparse
from pathlib import Path

from doublet.notebook.comparison.telling import EPILOG, add_telling, check_telling, tell

__all__ = ["add_compare"]


def add_compare(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command with its options."""
    parser = commands.add_parser(
        "compare",
        help="say whether the results of two executed notebooks agree",
        description="Compare the results of two executed notebooks, the first being the reference. Nothing is executed.",
        epilog=EPILOG,
    )
    parser.add_argument("reference", metavar="REFERENCE", type=Path)
    parser.add_argument("notebook", metavar="NOTEBOOK", type=Path)
    add_telling(parser)
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    check_telling(arguments)
    from doublet.notebook.comparison.comparing import compare
    from doublet.notebook.reading import read

    first, second = read(arguments.reference), read(arguments.notebook)
    names = (arguments.reference.name, arguments.notebook.name)
    if names[0] == names[1]:
        names = ("reference", names[1])
    return tell(compare(first, second, accepted=arguments.moved, names=names), arguments, print)
