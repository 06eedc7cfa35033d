"""How a verdict is told: on a terminal, and in the files that are asked for."""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from doublet.errors import CppUsageError
from doublet.notebook.comparison.agreement import Agreement
from doublet.notebook.errors import NotebookError
from doublet.notebook.needed import look_for_packages
from doublet.notebook.terminal import harmless

if TYPE_CHECKING:
    from doublet.notebook.comparison.verdict import Verdict

__all__ = ["add_telling", "check_telling", "lines", "tell"]

EPILOG = "The exit code is 0 if they agree, 1 if not, and 2 if that could not be judged."
_NEEDED = ("jsonschema", "nbclient", "nbconvert", "nbformat", "PIL")
_SHOWN = 20
"""How many results of a cell are told at most."""


def add_telling(parser: argparse.ArgumentParser) -> None:
    """Add the options of commands that end in a verdict."""
    parser.add_argument("--moved", metavar="N", type=int, default=0, help="accept up to N events that moved across edges of bins, in each histogram (0)")
    parser.add_argument("--report", metavar="FILE", type=Path, action="append", default=[], help="write a report: a notebook (.ipynb) or a page (.html)")
    parser.add_argument("--json", metavar="FILE", type=Path, help="write all judgements as JSON")
    parser.add_argument("--junit", metavar="FILE", type=Path, help="write them as JUnit XML")
    parser.add_argument("--all", action="store_true", help="show results that are identical, too")
    parser.set_defaults(broken=2)


def check_telling(arguments: argparse.Namespace) -> None:
    """Raise `CppUsageError` for what cannot be told, before anything is run."""
    look_for_packages("comparing notebooks", _NEEDED, "check")
    for path in arguments.report:
        if path.suffix not in (".ipynb", ".html"):
            raise CppUsageError(f"a report is no {path.suffix or 'file without an ending'}", "name a file that ends with .ipynb or .html")
    for path in (*arguments.report, arguments.json, arguments.junit):
        if path is not None and not path.absolute().parent.is_dir():
            raise CppUsageError(f"there is no folder {path.parent} for {path.name}", "make it first")


def tell(verdict: Verdict, arguments: argparse.Namespace, say: Callable[[str], None]) -> int:
    """Say it, write the files, and return the exit code; raises `NotebookError`, with all said, where a file cannot be written."""
    for line in lines(verdict, with_identical=arguments.all):
        say(harmless(line))
    try:
        for path in arguments.report:
            _report(verdict, path)
        if arguments.json is not None:
            _write(arguments.json, (json.dumps(verdict.to_dict(), indent=1, allow_nan=False, default=str) + "\n").encode())
        if arguments.junit is not None:
            from doublet.notebook.comparison.junit import junit

            _write(arguments.junit, junit(verdict))
    finally:
        say(harmless(verdict.line))
    return verdict.code


def lines(verdict: Verdict, *, with_identical: bool = False) -> list[str]:
    """What there is to say of single results and of what they depend on; of many in a cell, the first, unless all are wanted."""
    found: list[str] = []
    for cell in verdict.cells:
        said = [
            f"cell {cell.place}: {each.what}: {each.agreement.value}{': ' if each.text else ''}{each.text}"
            for each in cell.judgements
            if with_identical or each.agreement is not Agreement.IDENTICAL
        ]
        told = [f"{line} ({count} times)" if count > 1 else line for line, count in Counter(said).items()]
        shown = len(told) if with_identical else _SHOWN
        found += told[:shown]
        if told[shown:]:
            found.append(f"cell {cell.place}: {len(told) - shown} more such lines: --all shows them")
    causes = [] if verdict.agrees else [f"depends on: {cause}" for cause in verdict.causes]
    return [*found, *causes, *(f"note: {note}" for note in verdict.notes)]


def _write(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as error:
        raise NotebookError(str(path), f"cannot be written: {error.strerror}") from None


def _report(verdict: Verdict, path: Path) -> None:
    from doublet.notebook.comparison.report import report
    from doublet.notebook.publish.files import write_page
    from doublet.notebook.reading import content

    made = report(verdict)
    if path.suffix == ".ipynb":
        _write(path, content(made))
    else:
        write_page(made, path)
