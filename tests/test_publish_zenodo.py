"""A notebook in an archive has its DOI in it, arrives whole, and is public only when somebody says so."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from torture_notebook import EXAMPLE
from zenodo_stand_in import Archive, zenodo

from doublet.cli import main
from doublet.notebook.errors import PublishError
from doublet.notebook.publish.preparing import stored
from doublet.notebook.publish.zenodo import Zenodo
from doublet.notebook.reading import parse, read

METADATA = {"title": "The peak", "upload_type": "software", "description": "A notebook.", "creators": [{"name": "Lovelace, Ada"}]}


@pytest.fixture
def archive(monkeypatch: pytest.MonkeyPatch) -> Iterator[Archive]:
    monkeypatch.setenv("DOUBLET_ZENODO_TOKEN", "writes")
    with zenodo() as state:
        yield state


def command(archive: Archive, *more: str) -> int:
    return main(["publish", str(EXAMPLE), "--zenodo", archive.url, "--title", "The peak", *more])


def test_a_deposit_is_a_draft_whose_notebook_holds_its_doi(archive: Archive, capsys: pytest.CaptureFixture[str]) -> None:
    assert command(archive, "--author", "Lovelace, Ada; Physicist, Phil") == 0
    assert capsys.readouterr().out == f"10.5281/zenodo.100  a draft, to be made public there: {archive.url}/deposit/100\n"
    (record,) = archive.records.values()
    assert record.metadata["creators"] == [{"name": "Lovelace, Ada"}, {"name": "Physicist, Phil"}]
    assert record.metadata["title"] == "The peak"
    assert not record.is_public
    notebook = parse(record.files["01_z_peak.ipynb"].decode(), "deposit")
    assert notebook.metadata.doublet.doi == "10.5281/zenodo.100"
    assert "DOI: [10.5281/zenodo.100](https://doi.org/10.5281/zenodo.100)" in notebook.cells[0].source
    assert [cell.source for cell in stored(notebook).cells] == [cell.source for cell in read(EXAMPLE).cells]


def test_only_final_makes_a_deposit_public(archive: Archive, capsys: pytest.CaptureFixture[str]) -> None:
    assert command(archive, "--author", "Lovelace, Ada", "--final") == 0
    assert capsys.readouterr().out.startswith("10.5281/zenodo.100  public: ")
    assert archive.records[100].is_public


@pytest.fixture
def packed(tmp_path: Path) -> Path:
    """A copy of the example with its pack beside it."""
    shutil.copytree(EXAMPLE.parent, tmp_path / "examples")
    notebook = tmp_path / "examples" / EXAMPLE.name
    assert main(["pack", str(notebook), "--author", "Lovelace, Ada"]) == 0
    return notebook


def test_the_pack_beside_a_notebook_is_deposited_with_it(archive: Archive, packed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["publish", str(packed), "--zenodo", archive.url, "--author", "Lovelace, Ada"]
    assert main([*words, "--dry-run"]) == 0
    pack = packed.with_suffix(".pack.zip")
    assert f"and {pack.name}, {pack.stat().st_size:,} bytes, would be sent" in capsys.readouterr().out
    assert main(words) == 0
    assert archive.records[100].files.keys() == {packed.name, pack.name}
    assert archive.records[100].files[pack.name] == pack.read_bytes()
    assert archive.records[100].metadata["description"].endswith("with its outputs, packed to be executed again.")
    elsewhere = pack.rename(packed.parents[1] / "moved.zip")
    assert main([*words, "--pack", str(elsewhere)]) == 0
    assert archive.records[101].files["moved.zip"] == elsewhere.read_bytes()


def test_a_pack_of_another_state_of_the_notebook_is_not_deposited(archive: Archive, packed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    packed.write_bytes(packed.read_bytes() + b"\n")
    assert main(["publish", str(packed), "--zenodo", archive.url, "--author", "Lovelace, Ada"]) == 1
    assert "does not hold 01_z_peak.ipynb as it is now: run doublet pack again, or move it away" in capsys.readouterr().err
    assert not archive.records


def test_a_dry_run_deposits_nothing(archive: Archive, capsys: pytest.CaptureFixture[str]) -> None:
    assert command(archive, "--author", "Lovelace, Ada", "--dry-run") == 0
    assert capsys.readouterr().out.endswith(f"would be sent to {archive.url}\n")
    assert not archive.records


def test_a_file_whose_connection_breaks_is_sent_again_and_only_whole_files_count(archive: Archive) -> None:
    archive.breaks = 2
    Zenodo(archive.url, "writes").deposit("a b.ipynb", lambda _: b"x" * 2_000_000, METADATA)
    assert archive.records[100].files == {"a b.ipynb": b"x" * 2_000_000}
    archive.damages = 1
    with pytest.raises(PublishError, match="the file has not arrived as it was sent"):
        Zenodo(archive.url, "writes").deposit("a.ipynb", lambda _: b"xy", METADATA, public=True)
    assert not archive.records[101].is_public
    archive.breaks = 3
    with pytest.raises(PublishError, match="there is no answer"):
        Zenodo(archive.url, "writes").deposit("a.ipynb", lambda _: b"xy", METADATA)


@pytest.mark.parametrize(
    ("token", "public", "message"),
    [
        ("nobody", False, "does not know the token"),
        ("reads", False, "make one with the scopes deposit:write and deposit:actions"),
        ("drafts", True, "make one with the scopes deposit:write and deposit:actions"),
    ],
)
def test_who_may_not_is_told_which_token_may(archive: Archive, token: str, public: bool, message: str) -> None:
    with pytest.raises(PublishError, match=message):
        Zenodo(archive.url, token).deposit("a.ipynb", lambda _: b"x", METADATA, public=public)


def test_what_the_archive_does_not_take_is_told_in_its_words(archive: Archive) -> None:
    with pytest.raises(PublishError, match=r"Validation error. \(creators: 'Ada' is not 'Family, Given'\)"):
        Zenodo(archive.url, "writes").deposit("a.ipynb", lambda _: b"x", {**METADATA, "creators": [{"name": "Ada"}]})
    with pytest.raises(PublishError, match=r"Validation error. \(title: Missing data"):
        Zenodo(archive.url, "writes").deposit("a.ipynb", lambda _: b"x", {**METADATA, "title": ""}, public=True)


def test_the_token_is_given_to_no_other_server(archive: Archive) -> None:
    archive.leads_to = "https://elsewhere.example.org"
    with pytest.raises(PublishError, match=r"leads to another server, elsewhere.example.org, which is not given the token"):
        Zenodo(archive.url, "writes").deposit("a.ipynb", lambda _: b"x", METADATA)
    with pytest.raises(PublishError, match="use https"):
        Zenodo("http://zenodo.org", "writes")


def test_a_deposit_without_an_author_is_refused_before_anything_is_sent(archive: Archive, capsys: pytest.CaptureFixture[str]) -> None:
    assert command(archive) == 1
    assert "--author 'Family, Given'" in capsys.readouterr().err
    assert not archive.records


def test_what_is_no_archive_is_told(archive: Archive) -> None:
    with pytest.raises(PublishError, match=r"this is no Zenodo|Zenodo refuses"):
        Zenodo(f"{archive.url}/nowhere", "writes").deposit("a.ipynb", lambda _: b"x", METADATA)
