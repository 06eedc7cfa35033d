"""The options that all commands have which execute a notebook."""

from __future__ import annotations

import argparse

__all__ = ["add_execution", "positive"]


def add_execution(parser: argparse.ArgumentParser) -> None:
    """Add parameters, the kernel, and how long cells may take and whether they are seen while they run."""
    parser.add_argument("-p", "--parameter", metavar="NAME=VALUE", action="append", default=[], help="a value for the cell tagged 'parameters'")
    parser.add_argument("--kernel", metavar="NAME", default="", help="the kernel to execute it in, instead of its own")
    parser.add_argument("--timeout", metavar="S", type=positive, help="the seconds that each cell may take (no limit)")
    parser.add_argument("--live", action="store_true", help="show what cells print while they run")


def positive(text: str) -> int:
    """A whole number above 0; raises argparse's error that says so."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"'{text}' is no whole number above 0")
    return int(text)
