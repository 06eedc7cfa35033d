"""Notebooks executed again in real kernels, and what is said of them."""

from __future__ import annotations

import json
import shutil
import zipfile
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from xml.etree import ElementTree as ET

import nbformat
import pytest
from serving import serving

from doublet.cli import main
from doublet.engine.toolchain import Toolchain
from doublet.notebook.needs.mapping import Mapping
from doublet.notebook.provenance.record import Provenance, Session
from doublet.notebook.publish.publishing import draft
from doublet.notebook.reading import read
from doublet.notebook.rerun.data import with_data


def written(path: Path, *cells: str, kernel: str = "doublet", **metadata: object) -> Path:
    """A notebook of these cells that was run by ``doublet run``."""
    made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells], metadata={"kernelspec": {"name": kernel, "display_name": kernel, "language": "python"}, **metadata})
    nbformat.write(made, path)
    assert main(["run", str(path), "-o", str(path)]) == 0
    return path


def edited(path: Path, old: str, new: str) -> Path:
    """The notebook with another source, as if its author had run that one."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    return path


MASS = """\
%%cpp
#include <cmath>
for (int event = 0; event < 1000; ++event) mass(60 + 60 * std::fmod(event * 0.618034, 1.0));
mass
"""
BOOK = 'from hist import Hist\nmass = Hist.new.Reg(60, 60, 120, name="mass").Double()'


def test_an_honest_notebook_agrees_and_is_left_as_it_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = written(tmp_path / "theirs.ipynb", BOOK, MASS, "print(mass.sum())")
    before = path.read_bytes()
    assert main(["rerun", str(path)]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "agrees: 2 results"
    assert path.read_bytes() == before


def test_the_first_cell_that_differs_is_named_and_files_say_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = edited(written(tmp_path / "theirs.ipynb", BOOK, MASS, "print(mass.sum())"), "0.618034", "0.618033")
    page, attached, junit, data = (tmp_path / name for name in ("report.html", "attached.ipynb", "report.xml", "report.json"))
    assert main(["rerun", str(path), "--report", str(page), "--report", str(attached), "--junit", str(junit), "--json", str(data)]) == 1
    out = capsys.readouterr().out.splitlines()
    assert out[-1].startswith('differs first in cell 2: histogram "mass": bins ')
    assert any(line.startswith("note: cell 2 was edited after it was executed") for line in out)
    text = page.read_text(encoding="utf-8")
    assert "<script" not in text
    assert "data:image/svg+xml" in text
    assert draft(attached).findings == ()  # an agenda takes it
    assert 'type="moved"' in junit.read_text() or 'type="different"' in junit.read_text()
    assert ET.parse(junit).getroot().get("failures") == "1"
    told = json.loads(data.read_text())
    assert (told["agrees"], told["code"], told["cells"][1]["cell"]) == (False, 1, 2)


def test_a_cell_that_fails_now_is_the_first_that_differs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = tmp_path / "numbers.txt"
    data.write_text("1 2 3")
    path = written(tmp_path / "theirs.ipynb", "print(1)", "print(sum(map(int, open('numbers.txt').read().split())))", "print(2)")
    data.unlink()
    done = tmp_path / "done.ipynb"
    assert main(["rerun", str(path), "-o", str(done)]) == 1
    out, said = capsys.readouterr()
    assert out.splitlines()[-1].startswith("differs first in cell 2: cell: fails now: FileNotFoundError")
    assert "missing: data numbers.txt" in said
    assert read(done).cells[1].outputs[0].output_type == "error"


def test_data_elsewhere_is_found_and_the_sources_stay(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "numbers.txt").write_text("1 2 3")
    path = written(tmp_path / "theirs.ipynb", "print(sum(map(int, open('numbers.txt').read().split())))")
    moved, done = tmp_path / "elsewhere.txt", tmp_path / "done.ipynb"
    (tmp_path / "numbers.txt").rename(moved)
    assert main(["rerun", str(path), "--data", f"numbers.txt={moved}", "-o", str(done)]) == 0
    assert read(done).cells[0].source == read(path).cells[0].source


def test_paths_are_replaced_in_quotes_only_and_with_what_follows_them() -> None:
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("uproot.open('data/HZZ.root:events')\nx = \"data/HZZ.root\"  # data/HZZ.root\ny = 'data/HZZ.roots'")])
    with_data(notebook, [Mapping("data/HZZ.root", "/there/HZZ.root")])
    assert notebook.cells[0].source == "uproot.open('/there/HZZ.root:events')\nx = \"/there/HZZ.root\"  # data/HZZ.root\ny = 'data/HZZ.roots'"


def test_cells_are_executed_in_the_stored_order(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = written(tmp_path / "theirs.ipynb", "x = 1", "x = 2", "print(x)")
    notebook = read(path)
    notebook.cells[1], notebook.cells[2] = notebook.cells[2], notebook.cells[1]  # as if moved up after it was run
    nbformat.write(notebook, path)
    assert main(["rerun", str(path)]) == 1
    assert "1, was 2" in capsys.readouterr().out
    assert main(["rerun", str(path), "--order", "stored"]) == 0


def test_parameters_change_what_is_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = written(tmp_path / "theirs.ipynb", "cut = 80", "print('cut', cut)")
    notebook = read(path)
    notebook.cells[0].metadata["tags"] = ["parameters"]
    nbformat.write(notebook, path)
    assert main(["rerun", str(path), "-p", "cut=81"]) == 1
    assert "cut 81, was 80" in capsys.readouterr().out


def test_random_numbers_without_a_seed_are_recorded_and_judged_as_such(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    book = "import numpy as np\nfrom hist import Hist\nrng = np.random.default_rng()"
    path = written(tmp_path / "theirs.ipynb", book, "Hist.new.Reg(20, -3, 3, name='x').Double().fill(rng.normal(size=5000))")
    assert main(["rerun", str(path)]) == 0
    assert "agrees within declared randomness" in capsys.readouterr().out


def test_measured_noise_is_the_measure(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cell = "import os, time\nprint(f'value {1 + int(time.perf_counter_ns() % 1000) * 1e-6:.6f}')"
    path = written(tmp_path / "theirs.ipynb", cell)
    assert main(["run", str(path), "-o", str(path), "--repeat", "3"]) == 0
    assert main(["rerun", str(path)]) == 0
    assert "within the measured noise" in capsys.readouterr().out


def test_a_notebook_of_plain_python_is_judged_by_what_it_holds(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "theirs.ipynb"
    cell = nbformat.v4.new_code_cell("print(sum(range(10)))", execution_count=1, outputs=[nbformat.v4.new_output("stream", name="stdout", text="45\n")])
    nbformat.write(nbformat.v4.new_notebook(cells=[cell], metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}), path)
    assert main(["rerun", str(path)]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "agrees: 1 result"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"{", "is no JSON"),
        (b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [{}]}', "is not a"),
        (b"\xff\xfe\x00", "it is no text"),
        (b"[]", "is not a notebook: it is JSON of something else"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"nbformat": 5, "nbformat_minor": 0, "metadata": {}, "cells": []}', "is of a format that nbformat does not know here"),
        (b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": {}}, "cells": []}', "metadata/kernelspec: 'name' is a required property"),
        (b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": {"name": "xcpp99", "display_name": "C++"}}, "cells": []}', "'xcpp99', which is not installed here"),
    ],
)
def test_what_cannot_be_run_is_said_in_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes, sentence: str) -> None:
    path = tmp_path / "theirs.ipynb"
    path.write_bytes(content)
    assert main(["rerun", str(path)]) == 2
    said = capsys.readouterr().err.splitlines()
    assert sentence in said[-1]


def stored(path: Path, source: str, text: str) -> Path:
    """A notebook of plain Python with what it has printed."""
    cell = nbformat.v4.new_code_cell(source, execution_count=1, outputs=[nbformat.v4.new_output("stream", name="stdout", text=text)])
    path.write_text(json.dumps(nbformat.v4.new_notebook(cells=[cell], metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}})))
    return path


def test_half_a_character_is_one_that_cannot_be_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = stored(tmp_path / "theirs.ipynb", "print(45)  # \ud83d and \\ud83d and \N{GRINNING FACE}", "45\n\udc00")
    assert read(path).cells[0].source.endswith("# \ufffd and \\ud83d and \N{GRINNING FACE}")
    assert main(["rerun", str(path)]) == 1
    assert capsys.readouterr().out.splitlines()[-1] == "differs first in cell 1: text: line 2 is missing, was '\ufffd'"


def test_what_steers_a_terminal_is_shown_as_an_escape(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    paths = [stored(tmp_path / f"{name}.ipynb", "x", f"{name}\x1b]0;title\x07\n") for name in ("one", "two")]
    assert main(["compare", *map(str, paths)]) == 1
    assert capsys.readouterr().out.splitlines()[-1] == r"differs first in cell 1: text: line 1 is 'two\x1b]0;title\x07', was 'one\x1b]0;title\x07'"


def test_a_file_that_cannot_be_written_is_said_beside_the_verdict(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    paths = [str(stored(tmp_path / f"{name}.ipynb", "x", "1\n")) for name in ("one", "two")]
    for option, ending in (("--json", "json"), ("--junit", "xml"), ("--report", "ipynb"), ("--report", "html")):
        (taken := tmp_path / f"taken.{ending}").mkdir()
        assert main(["compare", *paths, option, str(taken)]) == 2
        out, err = capsys.readouterr()
        assert out.splitlines()[-1] == "agrees: 1 result"
        assert err == f"doublet: '{taken}' cannot be written: Is a directory\n"


def test_a_cell_in_which_the_kernel_dies_or_that_takes_too_long_is_the_one_that_differs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cells = [nbformat.v4.new_code_cell(source, execution_count=1) for source in ("import os, time", "time.sleep(60) if os.environ.get('SLOW') else os._exit(1)", "print(1)")]
    cells[2].outputs = [nbformat.v4.new_output("stream", name="stdout", text="1\n")]
    path = tmp_path / "theirs.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}), path)
    assert main(["rerun", str(path)]) == 1
    assert capsys.readouterr().out.splitlines()[-1] == "differs first in cell 2: cell: fails now: DeadKernelError: the kernel died"
    path.write_text(path.read_text().replace("os.environ.get('SLOW')", "True"))
    assert main(["rerun", str(path), "--timeout", "2"]) == 1
    assert capsys.readouterr().out.splitlines()[-1].startswith("differs first in cell 2: cell: fails now: KeyboardInterrupt")


def test_a_notebook_of_format_3_is_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "theirs.ipynb"
    cell = {"cell_type": "code", "language": "python", "metadata": {}, "collapsed": False, "prompt_number": 1, "input": ["print(45)"], "outputs": [{"output_type": "stream", "stream": "stdout", "text": ["45\n"]}]}
    path.write_text(json.dumps({"nbformat": 3, "nbformat_minor": 0, "metadata": {"name": ""}, "worksheets": [{"cells": [cell], "metadata": {}}]}))
    assert main(["rerun", str(path)]) == 0
    assert "agrees: 1 result" in capsys.readouterr().out


class Attachment(BaseHTTPRequestHandler):
    """One notebook, as an agenda gives it."""

    content = b""

    def do_GET(self) -> None:
        found = self.path.endswith("z.ipynb")
        self.send_response(200 if found else 404)
        self.end_headers()
        self.wfile.write(self.content if found else b"")

    def log_message(self, *_: object) -> None:
        """Nothing."""


def test_a_published_notebook_is_run_from_its_address(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Attachment.content = draft(written(tmp_path / "z.ipynb", BOOK, MASS)).content()
    with serving(Attachment) as agenda:
        assert main(["rerun", f"{agenda}/event/1/attachments/2/3/z.ipynb"]) == 0
        assert capsys.readouterr().out.splitlines()[-1] == "agrees: 1 result"
        assert main(["rerun", f"{agenda}/event/1/attachments/2/3/other.ipynb"]) == 2
    assert "HTTP 404" in capsys.readouterr().err


@pytest.mark.needs("bwrap")
def test_a_sandbox_has_no_network_no_home_no_secrets_and_little_to_write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("DOUBLET_INDICO_TOKEN", "indp_0123456789")
    probe = """\
import os, pathlib, socket
def tried(what):
    try:
        return what()
    except OSError as error:
        return type(error).__name__
print(tried(lambda: socket.create_connection(("127.0.0.1", PORT), 2) and "connected"))
print(tried(lambda: pathlib.Path("/etc/doublet-was-here").write_text("x")))
print(len(list(pathlib.Path("/root").iterdir()) if pathlib.Path("/root").is_dir() else []) < 3, "DOUBLET_INDICO_TOKEN" in os.environ)
print(pathlib.Path("own.txt").write_text("x"))
"""
    with serving(BaseHTTPRequestHandler) as address:
        cell = probe.replace("PORT", address.rpartition(":")[2].strip("/"))
        path = tmp_path / "theirs.ipynb"
        text = "OSError\nOSError\nTrue False\n1\n"
        made = nbformat.v4.new_code_cell(cell, execution_count=1, outputs=[nbformat.v4.new_output("stream", name="stdout", text=text)])
        nbformat.write(nbformat.v4.new_notebook(cells=[made], metadata={"kernelspec": {"name": "doublet", "display_name": "", "language": "python"}}), path)
        done = tmp_path / "done.ipynb"
        main(["rerun", str(path), "--sandbox", "-o", str(done)])
    lines = read(done).cells[0].outputs[0].text.splitlines()
    assert lines[0] in ("ConnectionRefusedError", "OSError")
    assert lines[1:] == ["OSError", "True False", "1"]
    assert (tmp_path / "own.txt").read_text() == "x"


@pytest.mark.needs("bwrap")
def test_a_sandbox_ends_what_takes_too_much(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = written(tmp_path / "theirs.ipynb", "print(1)", "print(2)")
    edited(path, "print(2)", "import numpy as np\\nprint(np.ones(10**9).sum())")
    assert main(["rerun", str(path), "--sandbox", "--memory", "4"]) == 1
    assert "MemoryError" in capsys.readouterr().out


@pytest.mark.slow
def test_an_environment_has_the_recorded_version_and_bisect_finds_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Two releases of a package scale masses differently: the older one is recorded, the newer one is here."""
    old, new = (wheel(tmp_path, version) for version in ("1.0", "2.0"))
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "wheels"))
    monkeypatch.setenv("DOUBLET_CACHE", str(Toolchain.from_environment().pch.parent))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("PYTHONPATH", str(old))
    path = written(tmp_path / "theirs.ipynb", "import mass_scale\nprint(91.1876 * mass_scale.SCALE)", kernel="python3")
    monkeypatch.setenv("PYTHONPATH", str(new))
    assert main(["rerun", str(path)]) == 1
    assert "package mass_scale is 2.0, was 1.0" in capsys.readouterr().out
    assert main(["rerun", str(path), "--bisect"]) == 1
    assert "note: with mass_scale 1.0 it agrees: 1 result" in capsys.readouterr().out
    assert main(["rerun", str(path), "--env"]) == 0


@pytest.mark.parametrize(("name", "version"), [("--index-url", "http://198.51.100.1/"), ("git+https://example.org/x", "1"), ("numpy", "1; touch x")])
def test_an_environment_takes_nothing_but_packages_with_versions(tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, version: str) -> None:
    path = tmp_path / "theirs.ipynb"
    session = Session("abcd1234", "2026-01-01T00:00:00Z", packages={name: version})
    cell = nbformat.v4.new_code_cell("print(1)", execution_count=1, outputs=[nbformat.v4.new_output("stream", name="stdout", text="1\n")])
    nbformat.write(nbformat.v4.new_notebook(cells=[cell], metadata={"kernelspec": {"name": "python3", "display_name": "", "language": "python"}, "doublet": Provenance([session]).to_dict()}), path)
    assert main(["rerun", str(path), "--env"]) == 2
    assert "which is no package with its version" in capsys.readouterr().err


def test_a_pack_is_run_where_nothing_else_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "numbers.txt").write_text("1 2 3")
    path = written(tmp_path / "there" / "theirs.ipynb", "print(sum(map(int, open('numbers.txt').read().split())))")
    pack, empty = tmp_path / "theirs.zip", tmp_path / "empty"
    assert main(["pack", str(path), "-o", str(pack)]) == 0
    shutil.rmtree(tmp_path / "there")
    empty.mkdir()
    monkeypatch.chdir(empty)
    capsys.readouterr()
    assert main(["rerun", str(pack)]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "agrees: 1 result"
    assert not list(empty.iterdir())


def wheel(folder: Path, version: str) -> Path:
    """A wheel of a small package, and the folder where it is unpacked."""
    where = folder / f"mass-{version}"
    info = where / f"mass_scale-{version}.dist-info"
    info.mkdir(parents=True)
    (where / "mass_scale.py").write_text(f"SCALE = {1 + (float(version) - 1) * 1e-3}\n")
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: mass-scale\nVersion: {version}\n")
    (info / "WHEEL").write_text("Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
    (info / "RECORD").write_text("")
    (folder / "wheels").mkdir(exist_ok=True)
    with zipfile.ZipFile(folder / "wheels" / f"mass_scale-{version}-py3-none-any.whl", "w") as archive:
        for file in sorted(where.rglob("*")):
            if file.is_file():
                archive.write(file, file.relative_to(where))
    return where
