"""``doublet publish``: what it says on a terminal."""

from __future__ import annotations

import argparse
import webbrowser
from pathlib import Path

from doublet.errors import CppUsageError
from doublet.notebook.notes import STOPPING
from doublet.notebook.publish.needed import look_for_publishing
from doublet.notebook.publish.tokens import INDICO_TOKEN, SERVICE, ZENODO_TOKEN

__all__ = ["add_publish"]


def add_publish(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command with its options."""
    parser = commands.add_parser(
        "publish",
        help="put a notebook into a meeting's agenda or an archive, or write it as a page, slides or PDF",
        description="Attach a notebook to an event in Indico, so that everybody sees it there, or replace the one of its name; or write it as a page.",
        epilog=f"The token comes from {INDICO_TOKEN} or {ZENODO_TOKEN}, from the keyring ('{SERVICE}', the server's name), or is asked for.",
    )
    parser.add_argument("notebook", metavar="NOTEBOOK", type=Path, nargs="?")
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--indico", metavar="URL", help="the page of the event, contribution, sub-contribution or session")
    where.add_argument("--html", action="store_true", help="write one page that needs nothing else, beside the notebook")
    where.add_argument("--slides", action="store_true", help="write slides in one page beside the notebook")
    where.add_argument("--pdf", action="store_true", help="write a PDF beside the notebook, printed by Chromium")
    where.add_argument("--zenodo", metavar="URL", nargs="?", const="https://zenodo.org", help="deposit it there (%(const)s), as a draft with a DOI")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--list", action="store_true", help="list the files that are attached there")
    what.add_argument("--delete", metavar="NAME", help="take a file away")
    what.add_argument("--dry-run", action="store_true", help="say what would be sent, and send nothing")
    parser.add_argument("--header", action="store_true", help="begin with a few lines: title, author, date, where the notebook is")
    parser.add_argument("--title", default="", help="for the header")
    parser.add_argument("--author", default="", help="for the header; of a deposit as 'Family, Given', several with ; in between")
    parser.add_argument("--final", action="store_true", help="make a deposit public, which cannot be taken back")
    parser.add_argument("--pack", metavar="FILE", type=Path, help="what 'doublet pack' has made, to be deposited, too (NOTEBOOK.pack.zip, if it is there)")
    parser.add_argument("--force", metavar="RULE", action="append", choices=STOPPING, default=[], help="send it in spite of: %(choices)s")
    parser.add_argument("--fold-code", action="store_true", help="in a page, fold the code in")
    parser.add_argument("--open", action="store_true", help="show the page in a browser")
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    look_for_publishing()
    if (arguments.list or arguments.delete) and arguments.indico:
        return _manage(arguments)
    return _publish(arguments)


def _publish(arguments: argparse.Namespace) -> int:
    from doublet.notebook.packing.beside import pack_beside
    from doublet.notebook.publish.address import Address
    from doublet.notebook.publish.files import write_page, write_pdf, write_slides
    from doublet.notebook.publish.header import Header
    from doublet.notebook.publish.publishing import deposit, draft, indico, publish

    if arguments.notebook is None:
        raise CppUsageError("no notebook is named", "write doublet publish NOTEBOOK --indico URL, --html, --slides or --pdf")
    wanted = arguments.header or arguments.title or arguments.author
    header = Header(arguments.title or arguments.notebook.stem, arguments.author) if wanted else None
    address = Address.of(arguments.indico) if arguments.indico else None
    found = draft(arguments.notebook, header)
    for finding in found.findings:
        print(finding)
    made = found.checked(arguments.force)
    pack = pack_beside(arguments.notebook, arguments.pack) if arguments.zenodo else None
    if arguments.dry_run:
        print(f"{made.path.name}, {len(made.content()):,} bytes, {f'and {pack.name}, {pack.stat().st_size:,} bytes, ' if pack else ''}would be sent to {address.page if address else arguments.zenodo or 'a file'}")
        return 0
    if address is not None:
        shown = publish(made, indico(arguments.indico)).preview
        print(shown)
    elif arguments.zenodo:
        done = deposit(made, arguments.zenodo, public=arguments.final, pack=pack)
        shown = done.page
        print(f"{done.doi}  {'public' if done.is_public else 'a draft, to be made public there'}: {shown}")
    else:
        write = write_page if arguments.html else write_slides if arguments.slides else write_pdf
        path = write(made.notebook, made.path, made.headed(), fold_code=arguments.fold_code)
        shown = path.absolute().as_uri()
        print(path)
    if arguments.open:
        webbrowser.open(shown)
    return 0


def _manage(arguments: argparse.Namespace) -> int:
    from doublet.notebook.publish.publishing import indico

    place = indico(arguments.indico)
    if arguments.delete:
        print(f"'{place.delete(arguments.delete).name}' is no longer attached")
        return 0
    for attachment in place.files():
        print(f"{attachment.name}  {place.url(attachment)}")
    return 0
