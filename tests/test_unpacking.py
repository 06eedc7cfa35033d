"""Whatever a pack is that somebody sends, unpacking it writes its files into its folder, or nothing anywhere."""

from __future__ import annotations

import hashlib
import io
import json
import stat
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from doublet.cli import main
from doublet.notebook.errors import PackError
from doublet.notebook.packing.unpacking import unpack, unpacked

NOTEBOOK = b'{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}\n'
METADATA = "ro-crate-metadata.json"


def crate(files: dict[str, bytes], mappings: dict[str, str] | None = None, main_entity: str = "nb.ipynb") -> bytes:
    """A description of files."""
    parts = [{"@id": name, "@type": "File", "contentSize": str(len(content)), "sha256": hashlib.sha256(content).hexdigest()} for name, content in files.items()]
    named = [{"@id": f"#mapping/{place}", "@type": "PropertyValue", "name": old, "value": new} for place, (old, new) in enumerate((mappings or {}).items())]
    root = {"@id": "./", "@type": "Dataset", "hasPart": [{"@id": part["@id"]} for part in parts], "mainEntity": {"@id": main_entity}}
    about = {"@id": METADATA, "@type": "CreativeWork", "about": {"@id": "./"}, "conformsTo": {"@id": "https://w3id.org/ro/crate/1.1"}}
    return json.dumps({"@context": "https://w3id.org/ro/crate/1.1/context", "@graph": [about, root, *parts, *named]}).encode()


def zipped(path: Path, entries: list[tuple[str | zipfile.ZipInfo, bytes]]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for entry, content in entries:
            archive.writestr(entry, content)
    return path


def honest(path: Path, more: dict[str, bytes] | None = None, mappings: dict[str, str] | None = None) -> Path:
    files = {"nb.ipynb": NOTEBOOK, **(more or {})}
    return zipped(path, [(METADATA, crate(files, mappings)), *files.items()])


def unix(name: str, mode: int) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name)
    entry.create_system, entry.external_attr = 3, mode << 16
    return entry


@pytest.fixture
def refused(tmp_path: Path) -> Callable[[Path], str]:
    """Unpack what is none into a folder of its own; nothing may be left of it anywhere."""
    work = tmp_path / "work"
    work.mkdir()

    def check(path: Path) -> str:
        before = sorted(tmp_path.rglob("*"))
        with pytest.raises(PackError) as error:
            unpack(path, work / "there")
        assert sorted(tmp_path.rglob("*")) == before
        return str(error.value)

    return check


def test_an_honest_pack_is_unpacked_whole(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = honest(tmp_path / "z.pack.zip", {"data/a b.csv": b"1\n", "requirements.txt": b""}, {"/eos/a b.csv": "data/a b.csv"})
    there = unpacked(path, tmp_path / "new" / "folder")
    assert there.notebook.read_bytes() == NOTEBOOK
    (mapping,) = there.mappings
    assert Path(mapping.new).read_bytes() == b"1\n"
    assert there.requirements == tmp_path / "new/folder/requirements.txt"
    assert unpacked(honest(tmp_path / "bare.zip"), tmp_path / "bare").requirements is None
    assert main(["unpack", str(path), str(tmp_path / "other")]) == 0
    assert capsys.readouterr().out == f"/eos/a b.csv is {tmp_path}/other/data/a b.csv\n{tmp_path}/other/nb.ipynb\n"


def test_a_folder_that_is_there_is_used_if_it_is_empty_and_never_overwritten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = honest(tmp_path / "z.pack.zip")
    (tmp_path / "full").mkdir()
    (tmp_path / "full/mine").write_text("")
    with pytest.raises(PackError, match="is not empty, and nothing in it is overwritten"):
        unpack(path, tmp_path / "full")
    with pytest.raises(PackError, match="is a file"):
        unpack(path, path)
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path / "empty")
    unpack(path, Path())
    assert Path("nb.ipynb").read_bytes() == NOTEBOOK
    monkeypatch.chdir(tmp_path)
    assert main(["unpack", "z.pack.zip"]) == 0
    assert (tmp_path / "z/nb.ipynb").read_bytes() == NOTEBOOK
    assert main(["unpack", "z.pack.zip"]) == 1


@pytest.mark.parametrize("name", ["../evil", "/tmp/evil", "a/../../evil", "a//evil", "./evil", "..", "C:/evil", "C:evil", "a\\..\\..\\evil", "\\\\host\\evil", "a/./b", "evil\0.txt"])
def test_names_that_lead_out_of_the_folder_are_refused(name: str, tmp_path: Path, refused: Callable[[Path], str]) -> None:
    files = {"nb.ipynb": NOTEBOOK, name: b"evil"}
    entry = zipfile.ZipInfo("placeholder")
    entry.filename = entry.orig_filename = name
    assert "leads out of the folder, or may do so" in refused(zipped(tmp_path / "z.zip", [(METADATA, crate(files)), ("nb.ipynb", NOTEBOOK), (entry, b"evil")]))


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFCHR, stat.S_IFIFO, stat.S_IFSOCK, stat.S_IFDIR])
def test_links_and_devices_are_refused(kind: int, tmp_path: Path, refused: Callable[[Path], str]) -> None:
    files = {"nb.ipynb": NOTEBOOK, "link": b"/etc/passwd"}
    text = refused(zipped(tmp_path / "z.zip", [(METADATA, crate(files)), ("nb.ipynb", NOTEBOOK), (unix("link", kind | 0o777), b"/etc/passwd")]))
    assert "'link' in it is no file, but a link or a device" in text


def test_a_file_below_a_file_and_a_name_that_is_there_twice_are_refused(tmp_path: Path, refused: Callable[[Path], str]) -> None:
    files = {"nb.ipynb": NOTEBOOK, "a": b"1", "a/b": b"2"}
    assert "lies in what is a file there" in refused(honest(tmp_path / "below.zip", files))
    with pytest.warns(UserWarning, match="Duplicate name"):
        path = zipped(tmp_path / "twice.zip", [(METADATA, crate({"nb.ipynb": NOTEBOOK})), ("nb.ipynb", NOTEBOOK), ("nb.ipynb", b"other")])
    assert "'nb.ipynb' is in it twice" in refused(path)


def test_a_zip_that_grows_out_of_proportion_is_refused_before_it_is_read(tmp_path: Path, refused: Callable[[Path], str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("doublet.notebook.packing.unpacking._SMALL", 1_000_000)
    path = honest(tmp_path / "bomb.zip", {"zeros": bytes(20_000_000)})
    assert path.stat().st_size < 30_000
    assert "3 files of 20 MB are more than a pack of its size can have honestly" in refused(path)
    assert "honestly" in refused(zipped(tmp_path / "many.zip", [(f"{number}", b"") for number in range(100_001)]))


def test_an_entry_that_lies_about_its_size_is_refused(tmp_path: Path, refused: Callable[[Path], str]) -> None:
    path = honest(tmp_path / "liar.zip", {"x": b"a" * 100_000})
    content = path.read_bytes()
    # Both headers of x say 10 bytes, as does the description.
    changed = content.replace(struct.pack("<I", 100_000), struct.pack("<I", 10))
    assert changed != content
    path.write_bytes(changed)
    assert "'x' in it is 10 bytes, and should be 100,000" in refused(path)
    small = {"nb.ipynb": NOTEBOOK, "x": b"a" * 10}
    path = zipped(tmp_path / "both.zip", [(METADATA, crate(small)), ("nb.ipynb", NOTEBOOK), ("x", b"a" * 100_000)])
    path.write_bytes(path.read_bytes().replace(struct.pack("<I", 100_000), struct.pack("<I", 10)))
    assert "is no pack, or a damaged one" in refused(path)


def test_what_is_more_less_or_other_than_described_is_refused(tmp_path: Path, refused: Callable[[Path], str]) -> None:
    files = {"nb.ipynb": NOTEBOOK, "data.csv": b"1,2\n"}
    for entries, message in (
        ([*files.items(), ("more.py", b"")], "'more.py' in it is not in its description"),
        ([("nb.ipynb", NOTEBOOK)], "'data.csv' is missing in it"),
        ([("nb.ipynb", NOTEBOOK), ("data.csv", b"1,2,3\n")], "'data.csv' in it is 6 bytes, and should be 4"),
        ([("nb.ipynb", NOTEBOOK), ("data.csv", b"1,3\n")], "the checksum of 'data.csv' in it is another one"),
    ):
        assert message in refused(zipped(tmp_path / "z.zip", [(METADATA, crate(files)), *entries]))


@pytest.mark.parametrize("old", ["../x", "/x"])
@pytest.mark.parametrize("new", ["../../etc", "/etc/passwd", "nothing", "data/../../x"])
def test_data_is_never_looked_for_outside_of_the_folder(old: str, new: str, tmp_path: Path, refused: Callable[[Path], str]) -> None:
    assert f"there is no {new!r} in it" in refused(honest(tmp_path / "z.zip", {"data/x": b""}, {old: new}))


@pytest.mark.parametrize(
    "description",
    [b"", b"{}", b"[]", b"null", b'{"@graph": 1}', b'{"@graph": []}', b"\xff", b'{"@graph": [{"@id": "ro-crate-metadata.json"}]}', b"[" * 100_000, crate({"nb.ipynb": NOTEBOOK}, main_entity="other.ipynb"), crate({"nb.ipynb": NOTEBOOK}).replace(b'"contentSize"', b'"size"')],
    ids=lambda text: text[:20].decode("latin-1"),
)
def test_a_description_that_is_none_is_told(description: bytes, tmp_path: Path, refused: Callable[[Path], str]) -> None:
    assert "is no pack: its " in refused(zipped(tmp_path / "z.zip", [(METADATA, description), ("nb.ipynb", NOTEBOOK)]))


def test_what_is_no_zip_or_no_pack_is_told(tmp_path: Path, refused: Callable[[Path], str]) -> None:
    (tmp_path / "text.zip").write_text("no zip")
    assert "is no pack, or a damaged one: File is not a zip file" in refused(tmp_path / "text.zip")
    assert "cannot be read: No such file or directory" in refused(tmp_path / "nothing.zip")
    assert f"is no pack: there is no {METADATA} in it" in refused(zipped(tmp_path / "z.zip", [("nb.ipynb", NOTEBOOK)]))
    whole = honest(tmp_path / "encrypted.zip").read_bytes()
    (tmp_path / "encrypted.zip").write_bytes(whole.replace(b"PK\x01\x02\x14\x03\x14\0\0\0", b"PK\x01\x02\x14\x03\x14\0\x01\0"))
    assert "is encrypted" in refused(tmp_path / "encrypted.zip")


def test_a_disk_that_is_too_small_is_told_before_anything_is_written(tmp_path: Path, refused: Callable[[Path], str], monkeypatch: pytest.MonkeyPatch) -> None:
    path = honest(tmp_path / "z.zip", {"x": b"a" * 3_000_000})

    class Usage:
        free = 1_000_000

    monkeypatch.setattr("shutil.disk_usage", lambda _: Usage)
    assert "it takes 3 MB, and there are 1 MB left" in refused(path)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return honest(tmp_path_factory.mktemp("whole") / "z.zip", {"data/a.csv": b"1,2\n" * 50}, {"../a.csv": "data/a.csv"}).read_bytes()


@given(data=st.data())
@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_damaged_bytes_are_refused_or_change_nothing(data: Any, whole: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    changed = bytearray(whole)
    for _ in range(data.draw(st.integers(1, 4))):
        changed[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    folder = tmp_path_factory.mktemp("damaged")
    (folder / "z.zip").write_bytes(bytes(changed[: data.draw(st.integers(len(whole) // 2, len(whole)))] if data.draw(st.booleans()) else changed))
    try:
        unpack(folder / "z.zip", folder / "work" / "there")
    except PackError:
        assert not (folder / "work" / "there").exists()
        return
    assert (folder / "work/there/nb.ipynb").read_bytes() == NOTEBOOK
    assert {path.name for path in folder.iterdir()} == {"z.zip", "work"}


@given(st.binary(max_size=2000))
def test_no_bytes_at_all_raise_anything_but_one_sentence(content: bytes) -> None:
    with zipfile.ZipFile(made := io.BytesIO(), "w") as archive:
        archive.writestr(METADATA, content)
    import tempfile

    with tempfile.TemporaryDirectory() as name:
        for bytes_of_file in (content, made.getvalue()):
            (Path(name) / "z.zip").write_bytes(bytes_of_file)
            with pytest.raises(PackError):
                unpack(Path(name) / "z.zip", Path(name) / "there")
