"""A deposit in zenodo-mock, another project's stand-in for Zenodo: the way from the draft to the public record is the same there.

It knows neither tokens nor what is refused, which the strict stand-in in zenodo_stand_in.py does.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
import requests
from serving import serving
from torture_notebook import EXAMPLE
from zenodo_mock import DepositStore, MockZenodoHandler

from doublet.cli import main
from doublet.notebook.reading import parse, read


class Store(DepositStore):  # type: ignore[misc] # it is not typed
    """With what Zenodo answers and the mock leaves out: checksums of files, and links to the page and to publish."""

    def create(self) -> dict[str, Any]:
        made: dict[str, Any] = super().create()
        made["links"].update(html=f"{self.base_url}/deposit/{made['id']}", publish=f"{made['links']['self']}/actions/publish")
        return made

    def add_file(self, dep_id: str, filename: str, data: bytes) -> dict[str, Any]:
        return {**super().add_file(dep_id, filename, data), "checksum": f"md5:{hashlib.md5(data).hexdigest()}"}


@pytest.fixture
def mock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("DOUBLET_ZENODO_TOKEN", "any")

    class Handler(MockZenodoHandler, BaseHTTPRequestHandler):  # type: ignore[misc] # it is not typed
        def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - its name upstream
            pass

    with serving(Handler) as address:
        Handler.store = Store(address, tmp_path)
        yield address


def test_a_notebook_that_is_made_public_can_be_had_from_its_record(mock: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["publish", str(EXAMPLE), "--zenodo", mock, "--title", "The peak", "--author", "Lovelace, Ada", "--final"]) == 0
    assert capsys.readouterr().out == f"10.5072/zenodo.1000  public: {mock}/deposit/1000\n"
    record = requests.get(f"{mock}/api/records/1000", timeout=60).json()
    assert (record["metadata"]["title"], record["metadata"]["creators"]) == ("The peak", [{"name": "Lovelace, Ada"}])
    (file,) = record["files"]
    notebook = parse(requests.get(file["links"]["download"], timeout=60).text, "record")
    assert notebook.metadata.doublet.doi == record["doi"] == "10.5072/zenodo.1000"
    assert [cell.source for cell in notebook.cells][1:-1] == [cell.source for cell in read(EXAMPLE).cells]


def test_a_draft_has_no_record_yet(mock: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["publish", str(EXAMPLE), "--zenodo", mock, "--title", "The peak", "--author", "Lovelace, Ada"]) == 0
    assert "a draft, to be made public there" in capsys.readouterr().out
    assert requests.get(f"{mock}/api/records/1000", timeout=60).status_code == 404
    assert requests.get(f"{mock}/api/deposit/depositions/1000", timeout=60).json()["state"] == "unsubmitted"
