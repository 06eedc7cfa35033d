"""What differs from the record is put back one thing at a time: edited cells, data, modules and headers, from packs and git's history."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from doublet.cli import main
from doublet.notebook.reading import read
from doublet.notebook.rerun.recorded import Recorded
from doublet.notebook.rerun.swaps import with_file

SUM = "print(sum(map(int, open('data/numbers.txt').read().split())))"


def written(folder: Path, *cells: str) -> Path:
    path = folder / "theirs.ipynb"
    nbformat.write(new_notebook(cells=[new_code_cell(cell) for cell in cells], metadata={"kernelspec": {"name": "doublet", "display_name": "Doublet", "language": "python"}}), path)
    assert main(["run", str(path), "-o", str(path)]) == 0
    return path


def with_numbers(folder: Path, text: str = "1 2 3") -> Path:
    (folder / "data").mkdir(exist_ok=True)
    (folder / "data" / "numbers.txt").write_text(text)
    return folder


def committed(folder: Path) -> None:
    who = {"GIT_AUTHOR_NAME": "J", "GIT_AUTHOR_EMAIL": "j@example.org", "GIT_COMMITTER_NAME": "J", "GIT_COMMITTER_EMAIL": "j@example.org"}
    for command in (("init", "--quiet"), ("add", "."), ("commit", "--quiet", "-m", "as it was")):
        subprocess.run(("git", *command), cwd=folder, check=True, env={**os.environ, **who})


def notes(path: Path, capsys: pytest.CaptureFixture[str], *options: str) -> list[str]:
    capsys.readouterr()
    assert main(["rerun", str(path), "--bisect", *options]) == 1
    return [line.removeprefix("note: ") for line in capsys.readouterr().out.splitlines() if line.startswith("note: ")]


@pytest.mark.needs("git")
def test_data_that_were_overwritten_are_put_back_from_the_history(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = written(with_numbers(tmp_path), SUM)
    committed(tmp_path)
    with_numbers(tmp_path, "1 2 4")
    assert "with the data of data/numbers.txt as they were it agrees: 1 result" in notes(path, capsys)
    assert (tmp_path / "data" / "numbers.txt").read_text() == "1 2 4"


def test_data_that_were_overwritten_are_put_back_from_the_pack_beside(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = written(with_numbers(tmp_path), SUM)
    assert main(["pack", str(path), "--author", "Doe, Jane"]) == 0
    with_numbers(tmp_path, "1 2 4")
    assert "with the data of data/numbers.txt as they were it agrees: 1 result" in notes(path, capsys)


def test_data_that_were_mapped_to_others_are_put_back_from_their_own_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = written(with_numbers(tmp_path), SUM)
    others = tmp_path / "others.txt"
    others.write_text("7 8 9")
    assert "with the data of data/numbers.txt as they were it agrees: 1 result" in notes(path, capsys, "--data", f"data/numbers.txt={others}")


def test_data_that_are_nowhere_to_be_had_are_said_to_be(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = written(with_numbers(tmp_path), SUM)
    with_numbers(tmp_path, "1 2 4")
    (said,) = [note for note in notes(path, capsys) if "numbers.txt" in note]
    assert said.startswith("the data of data/numbers.txt as they were cannot be had: it is neither in a pack beside the notebook nor in its git history (SHA-256 ")


@pytest.mark.needs("git")
def test_an_edited_cell_is_put_back_as_it_was_executed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = written(tmp_path, "cut = 25", "print('cut', cut)")
    committed(tmp_path)
    notebook = read(path)
    notebook.cells[0].source = "cut = 30"
    nbformat.write(notebook, path)
    assert "with cell 1 as it was executed it agrees: 1 result" in notes(path, capsys)
    assert read(path).cells[0].source == "cut = 30"


def test_an_edited_cell_whose_source_nobody_has_is_said_to_be_lost(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = written(tmp_path, "cut = 25", "print('cut', cut)")
    notebook = read(path)
    notebook.cells[0].source = "cut = 30"
    nbformat.write(notebook, path)
    assert "cell 1 as it was executed cannot be had: it is neither in a pack beside the notebook nor in its git history" in notes(path, capsys)


@pytest.mark.needs("git")
def test_of_a_module_and_a_header_that_changed_the_one_is_named_that_makes_the_difference(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "bisected_cuts.py").write_text("CUT = 25\n")
    (tmp_path / "bisected_scale.hpp").write_text("inline double bisected_scale() { return 2.0; }\n")
    path = written(tmp_path, "import bisected_cuts", '%%cpp\n#include "bisected_scale.hpp"\ndouble bisected_factor = bisected_scale();', "print('cut', bisected_cuts.CUT, 'factor', cpp.bisected_factor)")
    committed(tmp_path)
    (tmp_path / "bisected_cuts.py").write_text("CUT = 25  # GeV\n")
    (tmp_path / "bisected_scale.hpp").write_text("inline double bisected_scale() { return 3.0; }\n")
    said = notes(path, capsys)
    assert "with the header bisected_scale.hpp as it was it agrees: 1 result" in said
    assert any(note.startswith("with the module bisected_cuts.py as it was it differs first in cell 3: text: factor 3.0, was 2.0") for note in said)


@pytest.mark.needs("git", "bwrap")
def test_what_is_put_back_can_be_read_in_a_sandbox(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "more.txt").write_text("10")
    path = written(with_numbers(tmp_path), SUM, "print(open('more.txt').read())")
    committed(tmp_path)
    with_numbers(tmp_path, "1 2 4")
    assert "with the data of data/numbers.txt as they were it agrees: 2 results" in notes(path, capsys, "--sandbox")


def test_a_folder_with_one_file_replaced_has_all_others(tmp_path: Path) -> None:
    inner = with_numbers(tmp_path) / "data"
    (inner / "other.txt").write_text("here")
    (tmp_path / "beside.txt").write_text("too")
    with with_file(tmp_path, "data/numbers.txt", b"4 5 6") as folder:
        assert (folder / "data" / "numbers.txt").read_text() == "4 5 6"
        assert (folder / "data" / "other.txt").read_text() == "here"
        assert (folder / "beside.txt").read_text() == "too"
    assert (inner / "numbers.txt").read_text() == "1 2 3"
    assert (inner / "other.txt").read_text() == "here"


def test_a_path_of_a_record_that_leads_out_of_the_folder_is_not_followed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "inner").mkdir()
    path = written(with_numbers(tmp_path / "inner"), SUM)
    (tmp_path / "numbers.txt").write_text("1 2 3")
    (tmp_path / "inner" / "numbers.txt").write_text("1 2 4")
    text = path.read_text().replace('"data/numbers.txt"', '"../numbers.txt"').replace("'data/numbers.txt'", "'numbers.txt'")
    path.write_text(text)
    assert not any("numbers.txt" in note for note in notes(path, capsys))
    assert (tmp_path / "numbers.txt").read_text() == "1 2 3"


def test_where_there_is_no_pack_and_no_repository_nothing_is_found(tmp_path: Path) -> None:
    (tmp_path / "theirs.pack.zip").write_text("no zip")
    recorded = Recorded(tmp_path / "theirs.ipynb")
    assert recorded.file("numbers.txt", "0" * 64) is None
    assert recorded.source("cell", "0" * 16) is None
