"""A notebook is checked, prepared, and put where a meeting sees it: once each, for a command and for JupyterLab."""

from __future__ import annotations

import copy
from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, NewType
from urllib.parse import urlsplit

from doublet.notebook.errors import NotebookError, PublishError, RefusedError
from doublet.notebook.publish.address import Address
from doublet.notebook.publish.checks import findings
from doublet.notebook.publish.header import Header
from doublet.notebook.publish.indico import Indico
from doublet.notebook.publish.preparing import headed, prepared
from doublet.notebook.publish.showing import LIMIT
from doublet.notebook.publish.tokens import INDICO_TOKEN, ZENODO_TOKEN, token, whole
from doublet.notebook.publish.zenodo import Deposit, Zenodo
from doublet.notebook.reading import Notebook, code_cells, content, read

if TYPE_CHECKING:
    from doublet.notebook.notes import Finding

__all__ = ["Checked", "Draft", "Published", "deposit", "draft", "drafted", "indico", "publish"]


@dataclass(frozen=True)
class Draft:
    """What would be sent of a file, and what there is to say of it."""

    path: Path
    notebook: Notebook
    ready: Notebook
    """The notebook as it is sent, but for the header."""
    findings: tuple[Finding, ...]
    header: Header | None

    def content(self, url: str = "") -> bytes:
        """The file that is sent; `url` is where it will be."""
        return content(self.headed(url))

    def headed(self, url: str = "") -> Notebook:
        """What is sent, below a header if one is wanted."""
        return headed(self.ready, self.header.text(self.notebook, url) if self.header else "")

    def checked(self, force: Collection[str] = ()) -> Checked:
        """The draft, which may leave; raises `RefusedError` if something stops it that is not among the rules in `force`."""
        if stopping := [finding for finding in self.findings if finding.stops and finding.rule not in force]:
            raise RefusedError(str(self.path), stopping)
        return Checked(self)


Checked = NewType("Checked", Draft)
"""A draft that nothing stops, or what stops it has been named: only such can be sent."""


@dataclass(frozen=True)
class Published:
    """Where a notebook is now: the page that shows it, and the file."""

    preview: str
    url: str


def draft(path: Path, header: Header | None = None, limit: int = LIMIT) -> Draft:
    """Check and prepare a notebook from a file; raises `NotebookError` for what is none."""
    return drafted(read(_named(path)), path, header, limit)


def drafted(notebook: Notebook, path: Path, header: Header | None = None, limit: int = LIMIT) -> Draft:
    """Check and prepare a notebook, which is called as `path` is; raises `NotebookError` for a name that an agenda would not know."""
    _named(path)
    ready, done = prepared(notebook, limit)
    told = sorted([*findings(notebook), *done], key=lambda finding: finding.cell)
    counts = {place: cell.execution_count for place, cell in code_cells(notebook)}
    numbered = tuple(replace(finding, count=counts.get(finding.cell)) for finding in told)
    return Draft(path, notebook, ready, numbered, header)


def indico(url: str, given: str = "") -> Indico:
    """What is attached to the event, contribution or session of a page, by the token that is given or else found."""
    address = Address.of(url)
    return Indico(address, whole(given, address.host) if given else token(address.host, INDICO_TOKEN))


def deposit(made: Checked, base: str, *, public: bool = False, pack: Path | None = None) -> Deposit:
    """Deposit a notebook in a Zenodo, as a draft or for good, and its pack; its DOI stands in its header and metadata. Raises `PublishError`."""
    header = made.header or Header(made.path.stem)
    if not header.author:
        raise PublishError(base, "a deposit needs an author: --author 'Family, Given'")
    metadata = {
        "title": header.title or made.path.stem,
        "upload_type": "software",
        "description": f"A Jupyter notebook ({made.path.name}) with its outputs{', packed to be executed again' if pack else ''}.",
        "creators": [{"name": name.strip()} for name in header.author.split(";") if name.strip()],
    }

    def content(doi: str) -> bytes:
        numbered = copy.copy(made.ready)
        numbered.metadata = copy.deepcopy(made.ready.metadata)
        numbered.metadata.setdefault("doublet", {})["doi"] = doi
        return replace(made, ready=numbered, header=replace(header, doi=doi)).content()

    archive = Zenodo(base, token(urlsplit(base).netloc, ZENODO_TOKEN))
    return archive.deposit(made.path.name, content, metadata, public=public, more=(pack,) if pack else ())


def publish(made: Checked, place: Indico) -> Published:
    """Attach a notebook or replace the one of its name; raises `PublishError`."""
    name = made.path.name
    old = place.find(name) if made.header else None
    sent = place.put(name, made.content(place.url(old) if old else ""))
    if made.header is not None and old is None:  # which names the address, known only now
        sent = place.put(name, made.content(place.url(sent)))
    return Published(place.preview(sent), place.url(sent))


def _named(path: Path) -> Path:
    if path.suffix != ".ipynb":
        raise NotebookError(str(path), "does not end in .ipynb, by which an agenda knows a notebook: rename it")
    return path
