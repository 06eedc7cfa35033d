"""``doublet pack`` and ``doublet unpack``: what they say on a terminal."""

from __future__ import annotations

import argparse
import datetime as dt
from pathlib import Path

from doublet.errors import CppUsageError
from doublet.notebook.needed import look_for_packages
from doublet.notebook.packing.beside import check_reading, is_pack, pack_name
from doublet.notebook.terminal import harmless

__all__ = ["add_pack"]

_NEEDED = ("detect_secrets", "jsonschema", "nbformat", "packaging", "rocrate", "yaml")
_FORCE = ("changed", "secrets")


def add_pack(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add both commands with their options."""
    parser = commands.add_parser(
        "pack",
        help="put a notebook and all that it takes into one file",
        description="Put a notebook, its own modules and headers, its data and the versions of its packages into one file (an RO-Crate), to be executed elsewhere by 'doublet rerun'. Nothing is executed.",
        epilog="What looks like a secret stops it, and so does a file that is not the one that was used.",
    )
    parser.add_argument("notebook", metavar="NOTEBOOK", type=Path)
    parser.add_argument("-o", "--output", metavar="FILE", type=Path, help="where to write it (NOTEBOOK.pack.zip)")
    parser.add_argument("--data", metavar="OLD=NEW", action="append", default=[], help="where data of the notebook is here")
    parser.add_argument("--data-limit", metavar="MB", type=float, default=100.0, help="the size above which a file is referred to, not packed (%(default)g)")
    parser.add_argument("--add", metavar="FILE", type=Path, action="append", default=[], help="a file to pack that the notebook does not name")
    parser.add_argument("--wheels", action="store_true", help="build and pack packages that are installed from folders of this machine")
    parser.add_argument("--title", default="", help="for those who cite it (the notebook's first heading)")
    parser.add_argument("--author", default="", help="for those who cite it, as 'Family, Given', several with ; in between")
    parser.add_argument("--license", metavar="SPDX", default="", help="under which others may use it, such as CC-BY-4.0")
    parser.add_argument("--date", metavar="DATE", default="", help="the date that is stated, as 2026-11-28 (SOURCE_DATE_EPOCH's, else today's)")
    parser.add_argument("--force", metavar="RULE", action="append", choices=_FORCE, default=[], help="pack it in spite of: %(choices)s")
    parser.set_defaults(run=_pack)

    parser = commands.add_parser("unpack", help="put what 'doublet pack' has made into a folder", description="Check what 'doublet pack' has made, and put it into a folder. Nothing is executed.")
    parser.add_argument("pack", metavar="PACK", type=Path)
    parser.add_argument("folder", metavar="FOLDER", type=Path, nargs="?", help="a folder that is empty or not there (the name of the pack, here)")
    parser.set_defaults(run=_unpack)


def _pack(arguments: argparse.Namespace) -> int:
    look_for_packages("'doublet pack'", _NEEDED, "pack")
    from doublet.notebook.needs.mapping import mappings
    from doublet.notebook.packing.citation import Authors, licence_of
    from doublet.notebook.packing.packing import Options, pack

    path: Path = arguments.notebook
    target = arguments.output or pack_name(path)
    if not is_pack(target.name):
        raise CppUsageError(f"'{target}' does not end in .zip, by which 'doublet rerun' knows a pack", "write -o NAME.zip")
    options = Options(int(arguments.data_limit * 1e6), arguments.title, Authors.of(arguments.author), licence_of(arguments.license), _date(arguments.date), mappings(arguments.data), arguments.add, arguments.wheels)
    made = pack(path, options, target.name)
    for finding in made.findings:
        print(harmless(str(finding)))
    made.write(target, arguments.force)
    print(f"{target}  {len(made.items)} files, {target.stat().st_size:,} bytes")
    return 0


def _unpack(arguments: argparse.Namespace) -> int:
    path: Path = arguments.pack
    check_reading(path)
    from doublet.notebook.packing.unpacking import unpacked

    made = unpacked(path, arguments.folder or Path(path.name.removesuffix(".zip").removesuffix(".pack")))
    for mapping in made.mappings:
        print(harmless(f"{mapping.old} is {mapping.new}"))
    for reference in made.references:
        print(harmless(f"{reference.name} is not in it: {reference.reason}"))
    print(harmless(str(made.notebook)))
    return 0


def _date(text: str) -> str:
    try:
        return dt.date.fromisoformat(text).isoformat() if text else ""
    except ValueError:
        raise CppUsageError(f"'{text}' is no date", "write --date 2026-11-28") from None
