"""A pack has all that a notebook takes, and nothing else; executed elsewhere, it gives the same results."""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import shlex
import shutil
import zipfile
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import nbformat
import pytest
import yaml
from packed_project import FILES, NAMED_ELSEWHERE, project
from rocrate.rocrate import ROCrate
from serving import serving

from doublet.cli import main
from doublet.engine.toolchain import Toolchain
from doublet.errors import CppUsageError
from doublet.notebook.errors import PackError, RefusedError
from doublet.notebook.needs.mapping import Mapping
from doublet.notebook.packing.citation import Authors, licence_of
from doublet.notebook.packing.contents import Reference
from doublet.notebook.packing.installed import Distribution, Installed
from doublet.notebook.packing.lock import lock, locked_packages
from doublet.notebook.packing.packing import Options, pack
from doublet.notebook.packing.unpacking import unpacked
from doublet.notebook.packing.wheels import wheel
from doublet.notebook.reading import read
from doublet.notebook.rerun.data import with_data

PYTHON = {"name": "python3", "display_name": "Python", "language": "python"}
OPTIONS = Options(authors=Authors.of("Lovelace, Ada"), date="2026-11-28", licence="CC-BY-4.0")


@pytest.fixture(scope="module")
def executed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project with its notebook as ``doublet run`` has left it."""
    folder = tmp_path_factory.mktemp("executed")
    notebook = project(folder)
    Toolchain.from_environment().build()  # a kernel that builds it first may take longer than it is waited for
    assert main(["run", str(notebook), "--output", str(notebook)]) == 0
    return folder


@pytest.fixture
def notebook(executed: Path, tmp_path: Path) -> Path:
    """The executed notebook in a copy of its project, of which other tests know nothing."""
    shutil.copytree(executed, tmp_path / "alice")
    return tmp_path / "alice" / "z" / "peak.ipynb"


@pytest.fixture
def alone(tmp_path: Path) -> Callable[..., Path]:
    """Make a notebook of cells, with no record and nothing beside it."""

    def make(*cells: str, **metadata: Any) -> Path:
        path = tmp_path / "alone.ipynb"
        nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells], metadata={"kernelspec": PYTHON, **metadata}), path)
        return path

    return make


def files(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def made(notebook: Path, options: Options = OPTIONS, *force: str) -> dict[str, bytes]:
    """The files of the notebook's pack."""
    target = notebook.with_name("p.pack.zip")
    pack(notebook, options, target.name).write(target, force)
    return files(target)


def told(notebook: Path, rule: str, options: Options = OPTIONS) -> list[tuple[int, str]]:
    return [(finding.cell, finding.text) for finding in pack(notebook, options, "p.pack.zip").findings if finding.rule == rule]


def test_code_and_data_of_the_notebook_are_packed_wherever_they_lie_and_nothing_else(notebook: Path) -> None:
    named = {
        "peak.ipynb", "cuts.py", "tools/__init__.py", "tools/numbers.py", "include/selection.hpp", "include/detail/units.hpp",
        "data/window.json", "data/HZZ.root", "data/shared/copy.root", "code/lib/levels.py", "code/include/twice.h", "code/include/inner/two.h",
    }  # fmt: skip
    environment = {"requirements.txt", "Dockerfile", ".binder/apt.txt", ".binder/requirements.txt", ".binder/runtime.txt", "reana.yaml"}
    description = {"ro-crate-metadata.json", "CITATION.cff", ".zenodo.json", "README.md"}
    inside = made(notebook)
    assert set(inside) == named | environment | description
    assert inside["peak.ipynb"] == notebook.read_bytes()
    assert inside["code/include/inner/two.h"] == FILES["shared/include/inner/two.h"].encode()


def test_a_pack_executed_elsewhere_gives_results_that_agree(notebook: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made(notebook)
    shutil.move(notebook.with_name("p.pack.zip"), tmp_path / "p.pack.zip")
    shutil.rmtree(tmp_path / "alice")
    there = unpacked(tmp_path / "p.pack.zip", tmp_path / "elsewhere" / "peak")
    assert [(mapping.old, mapping.new) for mapping in there.mappings] == [(old, str(tmp_path / "elsewhere/peak" / new)) for old, new in NAMED_ELSEWHERE.items()]
    data = [word for mapping in there.mappings for word in ("--data", f"{mapping.old}={mapping.new}")]
    assert main(["doctor", str(there.notebook), *data]) == 0
    capsys.readouterr()
    assert main(["rerun", str(tmp_path / "p.pack.zip"), "--output", str(tmp_path / "again.ipynb")]) == 0
    assert capsys.readouterr().out.splitlines()[-1].startswith("agrees: 4 results")
    assert main(["compare", str(there.notebook), str(tmp_path / "again.ipynb")]) == 0


def test_a_pack_is_fetched_from_an_address_and_told_if_it_is_none(notebook: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    made(notebook)
    contents = {"/p.pack.zip": notebook.with_name("p.pack.zip").read_bytes(), "/broken.zip": b"no zip"}

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - its name upstream
            pass

        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(contents[self.path])))
            self.end_headers()
            self.wfile.write(contents[self.path])

    with serving(Handler) as address:
        assert main(["rerun", f"{address}/p.pack.zip"]) == 0
        assert capsys.readouterr().out.splitlines()[-1].startswith("agrees: 4 results")
        assert main(["rerun", f"{address}/broken.zip"]) == 2
        assert "broken.zip' is no pack, or a damaged one: File is not a zip file" in capsys.readouterr().err


def test_the_same_notebook_makes_the_same_bytes_wherever_and_whenever_it_lies(executed: Path, tmp_path: Path) -> None:
    digests = set()
    for name, time in (("first", 0), ("second place", 1_700_000_000)):
        shutil.copytree(executed, tmp_path / name)
        for path in (tmp_path / name).rglob("*"):
            os.utime(path, (time, time))
        made(tmp_path / name / "z/peak.ipynb")
        digests.add(hashlib.sha256((tmp_path / name / "z/p.pack.zip").read_bytes()).hexdigest())
    assert len(digests) == 1


def test_the_stated_date_is_given_or_of_the_source_or_todays(notebook: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def date(*words: str) -> str:
        assert main(["pack", str(notebook), *words]) == 0
        root = ROCrate(notebook.with_suffix(".pack.zip")).root_dataset
        return str(root["datePublished"])

    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    assert date() == "1970-01-02"
    assert date("--date", "2026-02-03") == "2026-02-03"
    assert main(["pack", str(notebook), "--date", "yesterday"]) == 1


def test_rocrate_reads_it_back_with_the_size_and_checksum_of_each_file(notebook: Path, tmp_path: Path) -> None:
    inside = made(notebook)
    (tmp_path / "crate").mkdir()
    with zipfile.ZipFile(notebook.with_name("p.pack.zip")) as archive:
        archive.extractall(tmp_path / "crate")
    crate = ROCrate(tmp_path / "crate")
    assert crate.name == "The Z peak, packed"
    assert crate.mainEntity.id == "peak.ipynb"
    assert (crate.license.id, crate.license["identifier"], crate.license.type) == ("https://spdx.org/licenses/CC-BY-4.0", "CC-BY-4.0", "CreativeWork")
    assert crate.root_dataset["author"]["name"] == "Lovelace, Ada"
    assert [entity.id for entity in crate.data_entities if not re.fullmatch(r"[\w.-]+/[\w.-]+(\+[\w.-]+)?", entity["encodingFormat"])] == []
    assert {entity.id: (int(entity["contentSize"]), entity["sha256"]) for entity in crate.data_entities} == {
        name: (len(content), hashlib.sha256(content).hexdigest()) for name, content in inside.items() if name != "ro-crate-metadata.json"
    }
    versions = {entity["name"]: entity["version"] for entity in crate.mainEntity["softwareRequirements"]}
    session = read(notebook).metadata.doublet.sessions[-1]
    assert versions["numpy"] == session.packages["numpy"]
    assert f"g++ {versions['g++']}" == session.cpp["compiler"]


def test_the_lock_has_the_recorded_versions_and_what_they_need_in_turn(notebook: Path) -> None:
    lines = made(notebook)["requirements.txt"].decode().splitlines()
    assert lines[0] == f"# The packages that peak.ipynb was run with, and all that they need, for Python {read(notebook).metadata.doublet.sessions[-1].python.version}."
    place = lines.index("# What 'doublet rerun' needs besides:")
    locked, runner = (dict(line.split("==") for line in part if "==" in line) for part in (lines[:place], lines[place:]))
    assert locked["uproot"] == read(notebook).metadata.doublet.sessions[-1].packages["uproot"]
    assert {"awkward_cpp", "traitlets", "doublet", "CPyCppyy"} <= set(locked)
    assert {"nbclient", "papermill", "nbconvert"} <= set(runner)
    assert not set(locked) & set(runner)
    assert list(locked) == sorted(locked, key=lambda name: name.lower().replace("_", "-").replace(".", "-"))


def test_a_recorded_version_counts_more_than_the_installed_one(notebook: Path) -> None:
    changed = read(notebook)
    changed.metadata.doublet.sessions[-1].packages["uproot"] = "5.0.1"
    changed.metadata.doublet.sessions[-1].packages["gone-package"] = "1.2"
    nbformat.write(changed, notebook)
    lines = made(notebook)["requirements.txt"].decode().splitlines()
    assert "uproot==5.0.1" in lines
    assert "gone-package==1.2" in lines
    assert any(text.startswith("uproot 5.0.1 was used, and ") for _, text in told(notebook, "versions"))
    assert told(notebook, "dependencies") == [(0, "gone-package is not installed here, so what it needs is not known")]


def test_docker_binder_and_reana_execute_it_with_what_lies_elsewhere(notebook: Path) -> None:
    inside = made(notebook)
    session = read(notebook).metadata.doublet.sessions[-1]
    words = ["doublet", "rerun", "peak.ipynb", *(word for old, new in NAMED_ELSEWHERE.items() for word in ("--data", f"{old}={new}")), "--output", "peak.rerun.ipynb"]
    dockerfile = inside["Dockerfile"].decode()
    assert dockerfile.startswith(f"FROM python:{session.python.version}-slim-")
    assert json.loads(dockerfile.splitlines()[-1].removeprefix("CMD ")) == words
    assert inside[".binder/apt.txt"].decode().split() == ["g++", "make"]
    assert inside[".binder/runtime.txt"].decode() == f"python-{'.'.join(session.python.version.split('.')[:2])}\n"
    assert inside[".binder/requirements.txt"].decode() == "-r ../requirements.txt\n"
    reana = yaml.safe_load(inside["reana.yaml"])
    assert set(reana["inputs"]["files"]) <= set(inside)
    assert {"peak.ipynb", "requirements.txt", "data/shared/copy.root", "code/lib/levels.py"} <= set(reana["inputs"]["files"])
    (step,) = reana["workflow"]["specification"]["steps"]
    assert step["environment"].startswith(f"docker.io/library/python:{session.python.version}-")
    assert step["commands"][0].endswith(f"environment/bin/{' '.join(words)}")
    assert reana["outputs"]["files"] == ["peak.rerun.ipynb"]


def test_it_says_how_to_cite_it(notebook: Path) -> None:
    inside = made(notebook)
    cff = yaml.safe_load(inside["CITATION.cff"])
    assert (cff["cff-version"], cff["title"], cff["date-released"], cff["license"]) == ("1.2.0", "The Z peak, packed", "2026-11-28", "CC-BY-4.0")
    assert cff["authors"] == [{"family-names": "Lovelace", "given-names": "Ada"}]
    zenodo = json.loads(inside[".zenodo.json"])
    assert (zenodo["title"], zenodo["creators"], zenodo["license"]) == ("The Z peak, packed", [{"name": "Lovelace, Ada"}], "cc-by-4.0")


def test_a_licence_is_an_identifier_of_spdx() -> None:
    assert (licence_of("cc-by-4.0"), licence_of("MIT"), licence_of("")) == ("CC-BY-4.0", "MIT", "")
    for text in ("mine", "MIT OR Apache-2.0"):
        with pytest.raises(CppUsageError, match=r"is no licence's identifier; write --license CC-BY-4\.0"):
            licence_of(text)


def test_authors_come_from_the_notebook_or_are_missed(alone: Callable[..., Path]) -> None:
    path = alone("1", authors=[{"name": "Ada Lovelace"}, {"name": "Noether, Emmy"}])
    assert json.loads(made(path, Options())[".zenodo.json"])["creators"] == [{"name": "Lovelace, Ada"}, {"name": "Noether, Emmy"}]
    path = alone("1")
    assert told(path, "authors", Options()) == [(0, "nobody is named as its author: --author 'Family, Given'")]
    assert yaml.safe_load(made(path, Options())["CITATION.cff"])["authors"] == [{"name": "The authors of alone.ipynb"}]
    with pytest.raises(CppUsageError, match="'Ada' is no author; write --author 'Family, Given'"):
        Authors.of("Noether, Emmy; Ada")


def test_large_data_is_referred_to_with_its_size_and_checksums(notebook: Path, tmp_path: Path) -> None:
    inside = made(notebook, Options(limit=100_000))
    assert not {name for name in inside if name.endswith(".root")}
    there = unpacked(notebook.with_name("p.pack.zip"), tmp_path / "there")
    content = (notebook.parent / "data/HZZ.root").read_bytes()
    about = (len(content), hashlib.sha256(content).hexdigest(), "76a647e8-03ee-11e2-9717-668ba983beef", "it is larger than the limit")
    assert there.references == (Reference("../shared/copy.root", *about), Reference("data/HZZ.root", *about))
    assert told(notebook, "large", Options(limit=100_000))[0][1] == "data/HZZ.root, 0.2 MB, is larger than --data-limit, so the pack refers to it"


def test_a_file_that_is_not_the_one_that_was_used_stops_it(notebook: Path) -> None:
    (notebook.parent / "data/window.json").write_text('{"low": 70.0}\n')
    (notebook.parent / "include/selection.hpp").write_text('#pragma once\n#include "detail/units.hpp"\n')
    with pytest.raises(RefusedError, match=r"is not packed: mend what stops it.*or pack it all the same with --force changed"):
        made(notebook)
    stopping = [text for _, text in told(notebook, "changed")]
    assert stopping == [
        "data/window.json is not what was read: another file: its checksum is not the recorded one",
        "include/selection.hpp is not the file that was used: execute the notebook again",
    ]
    assert made(notebook, OPTIONS, "changed")["data/window.json"] == b'{"low": 70.0}\n'


def test_data_that_is_not_here_is_told_and_can_be_given(notebook: Path, tmp_path: Path) -> None:
    (notebook.parents[1] / "shared/copy.root").rename(tmp_path / "moved.root")
    (text,) = [text for _, text in told(notebook, "missing")]
    assert text == "../shared/copy.root, 217,945 bytes, was read, and is not found here: say where it is by --data ../shared/copy.root=PATH"
    given = Options(data=(Mapping("../shared/copy.root", str(tmp_path / "moved.root")),))
    assert made(notebook, given)["data/shared/copy.root"] == (tmp_path / "moved.root").read_bytes()
    assert unpacked(notebook.with_name("p.pack.zip"), tmp_path / "there").mappings[1] == Mapping("../shared", str(tmp_path / "there/data/shared"))
    with pytest.raises(CppUsageError, match=r"the notebook names no data 'nothing.root'"):
        pack(notebook, Options(data=(Mapping("nothing.root", str(tmp_path)),)), "p.zip")


def test_data_elsewhere_of_the_same_name_does_not_meet(alone: Callable[..., Path], tmp_path: Path) -> None:
    for name in ("a/x.csv", "b/x.csv", "data/x.csv"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text(name)
    (tmp_path / "nb").mkdir()
    path = alone(f'open("{tmp_path}/a/x.csv"), open("../b/x.csv"), open("data/x.csv")')
    path = path.rename(tmp_path / "nb" / path.name)
    shutil.move(tmp_path / "data", tmp_path / "nb/data")
    inside = made(path)
    assert {name: text for name, text in inside.items() if name.endswith(".csv")} == {"data/a/x.csv": b"a/x.csv", "data/b/x.csv": b"b/x.csv", "data/x.csv": b"data/x.csv"}
    there = unpacked(path.with_name("p.pack.zip"), tmp_path / "there")
    assert {mapping.old: Path(mapping.new).read_text() for mapping in there.mappings} == {f"{tmp_path}/a/x.csv": "a/x.csv", "../b/x.csv": "b/x.csv"}


def test_whole_paths_into_the_notebooks_own_folder_are_found_elsewhere(alone: Callable[..., Path], tmp_path: Path) -> None:
    nb = tmp_path / "nb"
    (nb / "lib").mkdir(parents=True)
    (nb / "lib/reading.py").write_text("")
    (nb / "x.csv").write_text("1")
    (nb / "y.csv").write_text("2")
    path = alone(f'import sys\nsys.path.append("{nb}/lib")\nimport reading', f'open("{nb}/x.csv")', f'FOLDER = "{nb}"\nopen(f"{{FOLDER}}/y.csv")', 'open("../nb/x.csv")')
    path = path.rename(nb / path.name)
    assert {"x.csv", "y.csv", "lib/reading.py"} <= set(made(path))
    there = unpacked(path.with_name("p.pack.zip"), tmp_path / "there")
    whole = {f"{nb}/x.csv": "x.csv", f"{nb}/lib": "lib", "../nb/x.csv": "x.csv", f"{nb}": "."}
    assert {mapping.old: Path(mapping.new) for mapping in there.mappings} == {old: tmp_path / "there" / new for old, new in whole.items()}
    executed = read(there.notebook)
    with_data(executed, there.mappings)
    assert executed.cells[2].source.splitlines()[0] == f'FOLDER = "{tmp_path}/there"'


def test_data_from_the_network_is_referred_to_unless_it_is_given(alone: Callable[..., Path], tmp_path: Path) -> None:
    path = alone('import uproot\nuproot.open("root://eospublic.cern.ch//eos/a.root:Events")')
    (tmp_path / "here.root").write_bytes(b"root")
    given = Options(data=(Mapping("root://eospublic.cern.ch//eos/a.root", str(tmp_path / "here.root")),))
    assert made(path, given)["data/here.root"] == b"root"
    assert told(path, "remote") == [(1, "root://eospublic.cern.ch//eos/a.root is fetched when the notebook runs, so it is not in the pack")]


def test_data_elsewhere_that_no_cell_names_is_told(alone: Callable[..., Path], tmp_path: Path) -> None:
    (tmp_path / "nb").mkdir()
    (tmp_path / "x.csv").write_text("1")
    (tmp_path / "nb/reading.py").write_text('open("../x.csv")\n')
    path = alone("import reading")
    path = path.rename(tmp_path / "nb" / path.name)
    assert made(path)["data/x.csv"] == b"1"
    assert told(path, "outside") == [(1, "../x.csv lies outside of the notebook's folder, and no cell says its name, so that what reads it has to be told that it is data/x.csv")]
    assert unpacked(path.with_name("p.pack.zip"), tmp_path / "there").mappings == ()


def test_a_folder_of_data_is_packed_whole(alone: Callable[..., Path], tmp_path: Path) -> None:
    (tmp_path / "parts.parquet/run=1").mkdir(parents=True)
    (tmp_path / "parts.parquet/run=1/0.parquet").write_bytes(b"PAR1")
    assert made(alone('import pandas as pd\npd.read_parquet("parts.parquet")'))["parts.parquet/run=1/0.parquet"] == b"PAR1"


def test_scripts_that_are_run_are_packed_with_what_they_import(alone: Callable[..., Path], tmp_path: Path) -> None:
    (tmp_path / "setup_plots.py").write_text("import styles\n")
    (tmp_path / "styles.py").write_text("")
    assert {"setup_plots.py", "styles.py"} <= set(made(alone("%run -i setup_plots")))
    assert told(alone("%run nothing.py"), "missing") == [(1, "nothing.py, which it runs, is not there")]


def test_what_magics_name_elsewhere_is_packed_and_found(alone: Callable[..., Path], tmp_path: Path) -> None:
    for name in ("nb", "my headers", "lib", "more"):
        (tmp_path / name).mkdir()
    (tmp_path / "my headers/a.hpp").write_text("")
    (tmp_path / "lib/libfit.so").write_bytes(b"\x7fELF")
    (tmp_path / "more/plots.py").write_text("")
    path = alone('%cpp_include "../my headers"\n%cpp_load ../lib/libfit.so\n%run -i ../more/plots.py', '%%cpp\n#include "a.hpp"', kernelspec={**PYTHON, "name": "doublet"})
    path = path.rename(tmp_path / "nb" / path.name)
    inside = made(path)
    assert {"code/my headers/a.hpp", "code/lib/libfit.so", "code/plots.py"} <= set(inside)
    assert told(path, "binary") == [(1, "code/lib/libfit.so is made for machines as this one: others have to build it")]
    there = unpacked(path.with_name("p.pack.zip"), tmp_path / "there")
    executed = read(there.notebook)
    with_data(executed, there.mappings)
    new = tmp_path / "there/code"
    assert executed.cells[0].source == f'%cpp_include "{new}/my headers"\n%cpp_load {new}/lib/libfit.so\n%run -i {new}/plots.py'


def test_a_folder_that_is_called_like_a_package_is_no_module(alone: Callable[..., Path], tmp_path: Path) -> None:
    (tmp_path / "hist").mkdir()
    (tmp_path / "hist/out.txt").write_text("")
    inside = made(alone("import hist"))
    assert "hist/out.txt" not in inside
    assert "\nhist==" in inside["requirements.txt"].decode()


def test_modules_on_the_path_of_python_are_put_beside_the_notebook(alone: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mine/fitting").mkdir(parents=True)
    (tmp_path / "mine/fitting/__init__.py").write_text("")
    (tmp_path / "mine/shapes.py").write_text("")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "mine"))
    assert {"fitting/__init__.py", "shapes.py"} <= set(made(alone("import fitting, shapes")))


def test_links_in_circles_and_pipes_in_a_package_are_left_out(alone: Callable[..., Path], tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/__init__.py").write_text("")
    (tmp_path / "mine/again").symlink_to(tmp_path / "mine")
    os.mkfifo(tmp_path / "mine/pipe")
    assert {name for name in made(alone("import mine")) if name.startswith("mine")} == {"mine/__init__.py"}


def test_a_package_that_is_installed_from_its_sources_is_locked_and_not_copied(alone: Callable[..., Path]) -> None:
    inside = made(alone("import doublet, hist"))
    assert not {name for name in inside if name.endswith(".py")}
    assert "\ndoublet==" in inside["requirements.txt"].decode().partition("# What 'doublet rerun' needs besides:")[0]


def test_a_file_that_nothing_names_can_be_added(notebook: Path, tmp_path: Path) -> None:
    assert made(notebook, Options(added=(notebook.with_name("notes.txt"),)))["notes.txt"] == FILES["z/notes.txt"].encode()
    with pytest.raises(CppUsageError, match="lies outside of the notebook's folder"):
        pack(notebook, Options(added=(notebook.parents[1] / "lib/levels.py",)), "p.zip")
    with pytest.raises(CppUsageError, match="there is no file"):
        pack(notebook, Options(added=(tmp_path / "nothing",)), "p.zip")


SECRET = "ghp_" + "".join("aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bC1dE3fG5"[:36])


def test_a_secret_in_a_cell_stops_it_with_the_cell_named(alone: Callable[..., Path], capsys: pytest.CaptureFixture[str]) -> None:
    path = alone("1", f'login("{SECRET}")')
    assert main(["pack", str(path)]) == 1
    captured = capsys.readouterr()
    assert "cell 2: its source holds what looks like a secret (GitHub Token)" in captured.out
    assert SECRET not in captured.out + captured.err
    assert "is not packed: mend what stops it (secrets)" in captured.err
    assert not path.with_suffix(".pack.zip").exists()
    assert main(["pack", str(path), "--force", "secrets"]) == 0


def test_a_secret_in_an_output_stops_it(alone: Callable[..., Path]) -> None:
    path = alone("print(token)")
    whole = read(path)
    whole.cells[0].outputs = [nbformat.v4.new_output("stream", name="stdout", text=f"{SECRET}\n")]
    nbformat.write(whole, path)
    assert told(path, "secrets") == [(1, "its output holds what looks like a secret (GitHub Token): take it out, and make a new one")]


def test_a_secret_in_the_metadata_stops_it(alone: Callable[..., Path]) -> None:
    ((cell, text),) = told(alone("1", login=SECRET), "secrets")
    assert (cell, text.startswith("the notebook's metadata holds")) == (0, True)


@pytest.mark.parametrize("name", ["cuts.py", "tools/numbers.py", "include/detail/units.hpp", "data/window.json"])
def test_a_secret_in_a_packed_text_stops_it_with_file_and_line(notebook: Path, name: str) -> None:
    path = notebook.parent / name
    path.write_text(path.read_text() + f"\n// {SECRET}\n")
    assert (f"{name}, line {len(path.read_text().splitlines())}, holds what looks like a secret (GitHub Token): take it out, and make a new one") in [text for _, text in told(notebook, "secrets")]


def test_a_table_of_many_numbers_is_screened_quickly_and_its_secret_found(alone: Callable[..., Path], tmp_path: Path) -> None:
    rows = "".join(f"{row},{row * 1.25e-3}\n" for row in range(500_000))
    (tmp_path / "table.csv").write_text(f"{rows}# {SECRET}\n")
    ((_, text),) = told(alone('open("table.csv")'), "secrets")
    assert text.startswith("table.csv, line 500001, holds")


def test_a_folder_of_somebodys_own_is_told_and_does_not_stop_it(alone: Callable[..., Path]) -> None:
    path = alone('open("/home/alice/x.csv")')
    assert told(path, "homes") == [(1, "its source names a folder of somebody's own: /home/alice/x.csv")]
    made(path)


def test_passwords_in_the_addresses_of_packages_stay_here() -> None:
    marker = {"python_version": "3.11", "python_full_version": "3.11.7"}
    git = Distribution("Mine", "1.0", ["needed; python_version > '3'", "other; python_version < '3'", "more; extra == 'all'"], {"url": "https://me:pass@example.org/mine.git", "vcs_info": {"vcs": "git", "commit_id": "abc123"}})
    archive = Distribution("needed", "2.0", ["Mine"], {"url": "https://example.org/needed.whl", "archive_info": {"hash": "sha256=00ff"}})
    there = Installed(marker, {"mine": git, "needed": archive}, {"mine": ["Mine"]})
    locked = lock("python3", {"mine": [3]}, None, there, there)
    assert list(locked.requirements.values())[-2:] == ["Mine @ git+https://example.org/mine.git@abc123", "needed @ https://example.org/needed.whl#sha256=00ff"]


def test_a_file_of_the_users_that_is_called_like_one_of_the_packs_is_refused(alone: Callable[..., Path], tmp_path: Path) -> None:
    (tmp_path / "reana.yaml").write_text("")
    with pytest.raises(PackError, match=r"'reana.yaml' is the name of a file of the notebook's and of one that every pack has: rename yours"):
        pack(alone('open("reana.yaml")'), Options(), "p.zip")


def test_what_is_no_notebook_and_what_cannot_be_written_is_told(tmp_path: Path, alone: Callable[..., Path], capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "broken.ipynb").write_text("{")
    for words, message in (
        ([str(tmp_path / "broken.ipynb")], "is not a notebook: it is no JSON"),
        ([str(tmp_path / "nothing.ipynb")], "cannot be read: No such file or directory"),
        ([str(tmp_path / "a.txt")], "does not end in .ipynb"),
        ([str(alone("1")), "-o", str(tmp_path / "none/p.zip")], "cannot be written: No such file or directory"),
        ([str(alone("1")), "-o", str(tmp_path / "p.tar")], "does not end in .zip"),
    ):
        assert main(["pack", *words]) == 1
        assert message in capsys.readouterr().err
    assert {path.name for path in tmp_path.iterdir()} == {"broken.ipynb", "alone.ipynb"}


def test_a_file_that_changes_while_it_is_packed_is_noticed(notebook: Path) -> None:
    made_ready = pack(notebook, Options(), "p.zip")
    (notebook.parent / "data/window.json").write_text('{"low": 81.0}\n')
    with pytest.raises(PackError, match=r"data/window.json has changed meanwhile"):
        made_ready.write(notebook.with_name("p.zip"))
    assert not notebook.with_name("p.zip").exists()


@pytest.fixture
def own_package(tmp_path: Path) -> Path:
    """The sources of a package that is installed here by ``pip install -e``."""
    folder = tmp_path / "mine"
    (folder / "src/my_shapes").mkdir(parents=True)
    (folder / "src/my_shapes/__init__.py").write_text("WIDTH = 2.5\n")
    (folder / "pyproject.toml").write_text('[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n[project]\nname = "my-shapes"\nversion = "0.3"\n[tool.hatch.build.targets.wheel]\npackages = ["src/my_shapes"]\n')
    return folder


@pytest.mark.slow
def test_packages_that_no_index_has_are_told_and_can_be_packed_as_wheels(own_package: Path) -> None:
    origin = {"url": own_package.as_uri(), "dir_info": {"editable": True}}
    there = Installed({"python_full_version": "3.11.7"}, {"my-shapes": Distribution("my-shapes", "0.3", (), origin)}, {"my_shapes": ["my-shapes"]})
    locked = lock("python3", {"my_shapes": [2]}, None, there, there)
    assert [(note.cell, note.text) for note in locked.notes if note.rule == "local"] == [
        (2, "my-shapes 0.3 was installed from a folder or file of this machine: elsewhere, pip finds it only if it is published, or if --wheels packs it")
    ]
    name, content = wheel(locked.local["my-shapes"])
    assert re.fullmatch(r"my_shapes-0.3-(py2\.)?py3-none-any.whl", name)
    with zipfile.ZipFile(io.BytesIO(content)) as built:
        assert built.read("my_shapes/__init__.py") == b"WIDTH = 2.5\n"
    assert wheel(locked.local["my-shapes"]) == (name, content)
    assert locked.with_wheels({"my-shapes": f"wheels/{name}"}).requirements["my-shapes"] == f"./wheels/{name}"


@pytest.mark.slow
def test_a_pack_is_executed_in_an_environment_of_its_lock_and_its_wheels(
    own_package: Path, alone: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    info = own_package / "src/my_shapes-0.3.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: my-shapes\nVersion: 0.3\n")
    (info / "top_level.txt").write_text("my_shapes\n")
    (info / "direct_url.json").write_text(json.dumps({"url": own_package.as_uri(), "dir_info": {"editable": True}}))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("PYTHONPATH", str(own_package / "src"))
    path = alone("import my_shapes\nprint(my_shapes.WIDTH)")
    assert main(["run", str(path), "--output", str(path)]) == 0
    assert main(["pack", str(path), "--wheels"]) == 0
    monkeypatch.delenv("PYTHONPATH")
    pack = path.with_suffix(".pack.zip")
    assert main(["rerun", str(pack)]) == 1
    assert "ModuleNotFoundError" in capsys.readouterr().out
    assert main(["rerun", str(pack), "--env"]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "agrees: 1 result"
    monkeypatch.setattr("doublet.notebook.rerun.sandbox.check_sandbox", lambda: None)
    assert main(["rerun", str(pack), "--env", "--sandbox"]) == 2
    assert "brings packages of its own, which would be installed outside of the sandbox: leave out --env" in capsys.readouterr().err


def test_a_lock_is_read_back(tmp_path: Path) -> None:
    lines = ["# head", "numpy==2.4.6", "Mine @ git+https://example.org/mine.git@abc123", "./wheels/my_shapes-0.3-py3-none-any.whl", "unknown", "# What 'doublet rerun' needs besides:", "nbclient==0.11.0"]
    (tmp_path / "requirements.txt").write_text("\n".join(lines))
    assert locked_packages(tmp_path / "requirements.txt") == {"numpy": "2.4.6", "Mine": "@ git+https://example.org/mine.git@abc123", "my-shapes": "0.3", "unknown": ""}
    (tmp_path / "requirements.txt").write_text("--index-url https://evil.example.org\n")
    with pytest.raises(PackError, match="is no lock of a pack"):
        locked_packages(tmp_path / "requirements.txt")


def test_a_wheel_that_cannot_be_built_is_told(own_package: Path) -> None:
    distribution = Distribution("my-shapes", "0.3", (), {"url": own_package.as_uri()})
    (own_package / "pyproject.toml").write_text("[build-system\n")
    with pytest.raises(PackError, match=r"'my-shapes' cannot be built to be packed: .*TOML"):
        wheel(distribution)
    shutil.rmtree(own_package)
    with pytest.raises(PackError, match="from which it was installed, is no longer there"):
        wheel(distribution)


def test_pictures_that_texts_show_are_packed(alone: Callable[..., Path], tmp_path: Path) -> None:
    (tmp_path / "my figures").mkdir()
    (tmp_path / "my figures/setup.png").write_bytes(b"png")
    path = alone("1")
    whole = read(path)
    whole.cells.insert(0, nbformat.v4.new_markdown_cell("![setup](my%20figures/setup.png) and [passwords](/etc/passwd) and [gone](gone.png)"))
    nbformat.write(whole, path)
    inside = made(path)
    assert inside["my figures/setup.png"] == b"png"
    assert not {name for name in inside if "passwd" in name or "gone" in name}


def test_a_notebook_whose_kernel_is_not_here_is_packed_by_what_is_known(alone: Callable[..., Path]) -> None:
    path = alone("import numpy", kernelspec={"name": "elsewhere", "display_name": "Elsewhere", "language": "python"})
    assert told(path, "kernel") == [(0, "the kernel 'elsewhere' is not here to be asked, so that versions are those of the record and of this Python")]
    assert "\nnumpy==" in made(path)["requirements.txt"].decode()


def test_names_with_signs_of_the_shell_stay_names(alone: Callable[..., Path], tmp_path: Path) -> None:
    (tmp_path / "out side").mkdir()
    name = "a b$(touch evil)#é.csv"
    (tmp_path / "nb").mkdir()
    (tmp_path / "out side" / name).write_text("1")
    path = alone(f"open({f'../out side/{name}'!r})")
    path = path.rename(tmp_path / "nb" / "my nb.ipynb")
    inside = made(path)
    assert inside[f"data/{name}"] == b"1"
    words = ["doublet", "rerun", "my nb.ipynb", "--data", f"../out side/{name}=data/{name}", "--output", "my nb.rerun.ipynb"]
    assert json.loads(inside["Dockerfile"].decode().splitlines()[-1].removeprefix("CMD ")) == words
    (step,) = yaml.safe_load(inside["reana.yaml"])["workflow"]["specification"]["steps"]
    assert shlex.split(step["commands"][0])[-len(words) + 1 :] == words[1:]
    there = unpacked(path.with_name("p.pack.zip"), tmp_path / "there")
    assert Path(there.mappings[0].new).read_text() == "1"
