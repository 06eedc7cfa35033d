"""`doublet doctor NOTEBOOK` says what a notebook needs, by its cells, and whether its outputs can come from them."""

from __future__ import annotations

import ast
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_notebook, new_output

from doublet.cli import main
from doublet.notebook.errors import NotebookError
from doublet.notebook.needs.finding import examine
from doublet.notebook.needs.mapping import Mapping, mappings
from doublet.notebook.needs.paths import Named, PythonPaths, files_in_cpp
from doublet.notebook.needs.reading import needed
from doublet.notebook.provenance.checksums import sha256
from doublet.notebook.provenance.names import Aliases
from doublet.notebook.provenance.record import Execution, InputFile, Provenance, Randomness, Session, digest
from doublet.notebook.provenance.states import hidden_executions, states
from doublet.notebook.provenance.stored import provenance_of, store
from doublet.notebook.publish.checks import findings

if TYPE_CHECKING:
    from doublet.notebook.needs.need import Need

EXAMPLES = sorted((Path(__file__).parents[1] / "examples").glob("*.ipynb"))
DATA = EXAMPLES[0].parent / "data/HZZ.root"


def notebook_of(*sources: str, kernel: str = "doublet") -> Any:
    spec = {"name": kernel, "display_name": kernel, "language": "c++" if kernel == "doublet-cpp" else "python"}
    return new_notebook(cells=[new_code_cell(source, id=f"c{place}") for place, source in enumerate(sources, 1)], metadata={"kernelspec": spec})


def told(notebook: Any, folder: Path, *data: Mapping) -> list[Need]:
    return [need for need in examine(notebook, folder / "a.ipynb", data) if need.kind not in ("kernel", "record")]


def short(needs: list[Need]) -> list[tuple[str, str, str, tuple[int, ...]]]:
    return [(need.status, need.kind, need.name, need.cells) for need in needs]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_the_examples_have_all_that_they_need(example: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", str(example)]) == 0
    assert "MISSING" not in capsys.readouterr().out


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_the_outputs_of_the_examples_come_from_their_cells(example: Path) -> None:
    notebook = nbformat.read(example, as_version=4)
    whole = provenance_of(notebook)
    assert {state.kind for state in states(notebook, whole)} == {"current"}
    assert hidden_executions(notebook, whole) == []
    assert [(file.name, file.entries) for file in whole.sessions[0].files] == [("data/HZZ.root", {"events": 2421})]


def test_modules_are_missed_by_name_and_cell_with_the_command_that_gets_them(tmp_path: Path) -> None:
    (tmp_path / "helpers.py").write_text("")
    notebook = notebook_of("import numpy, os, helpers", "import sklearn.svm\nfrom not_there import x", "import not_there\ntry:\n    import not_there_either\nexcept ImportError:\n    pass")
    needs = told(notebook, tmp_path)
    assert short(needs) == [
        ("ok", "module", "numpy", (1,)),
        ("MISSING", "module", "sklearn", (2,)),
        ("MISSING", "module", "not_there", (2, 3)),
        ("note", "module", "not_there_either", (3,)),
    ]
    assert needs[1].remedy.endswith("-m pip install scikit-learn")


def test_what_a_notebook_installs_or_writes_itself_is_not_missing(tmp_path: Path) -> None:
    notebook = notebook_of(
        "!pip install -q 'scikit_learn>=1.0' not-there",
        "%%writefile own_helpers.py\nx = 1",
        "%%writefile own.hpp\nint x;",
        "%%writefile own.csv\n1,2",
        "import sklearn, not_there, own_helpers\nopen('own.csv')",
        '%%cpp\n#include "own.hpp"',
    )
    assert [(need.status, need.name, need.found) for need in told(notebook, tmp_path)] == [
        ("note", "sklearn", "not installed; cell 1 installs it"),
        ("note", "not_there", "not installed; cell 1 installs it"),
        ("note", "own.hpp", "cell 3 writes it"),
    ]


def test_cells_of_another_language_are_not_read(tmp_path: Path) -> None:
    notebook = notebook_of("library(ggplot2)\nread.csv('a.csv')", kernel="ir")
    notebook.metadata.kernelspec.language = "R"
    assert [(need.status, need.found) for need in told(notebook, tmp_path)] == [("unknown", "are r, so what they need is not known")]


def test_headers_and_libraries_are_looked_for_without_loading_them(tmp_path: Path) -> None:
    (tmp_path / "include").mkdir()
    (tmp_path / "include/mine.hpp").write_text("#error never compiled")
    notebook = notebook_of(
        "%cpp_include include\n%cpp_load m\n%cpp_load fastjet_that_is_not_there",
        '%%cpp\n#include <vector>\n#include <doublet/table.hpp>\n#include "mine.hpp"\n#include "yours.hpp"\n#include <HepMC3/GenEvents.h>\n#pragma cling load("libnone.so")',
    )
    needs = told(notebook, tmp_path)
    assert short(needs) == [
        ("ok", "library", "m", (1,)),
        ("MISSING", "library", "fastjet_that_is_not_there", (1,)),
        ("MISSING", "library", "libnone.so", (2,)),
        ("ok", "header", "doublet/table.hpp", (2,)),
        ("ok", "header", "mine.hpp", (2,)),
        ("MISSING", "header", "yours.hpp", (2,)),
        ("MISSING", "header", "HepMC3/GenEvents.h", (2,)),
    ]
    assert needs[-1].remedy == "apt-get install libhepmc3-dev"


def test_variables_and_questions_are_told_unless_the_notebook_answers_them_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOUBLET_IS_SET", "x")
    monkeypatch.delenv("DOUBLET_NOT_SET", raising=False)
    notebook = notebook_of(
        "import os, getpass\nos.environ['DOUBLET_IS_SET'], os.environ['DOUBLET_NOT_SET'], os.getenv('DOUBLET_MAY_BE')",
        "os.environ['DOUBLET_OWN'] = '1'\nos.environ['DOUBLET_OWN']",
        "%env DOUBLET_OTHER=2",
        "os.environ['DOUBLET_OTHER']; getpass.getpass()",
    )
    assert [each for each in short(told(notebook, tmp_path)) if each[2] != "DOUBLET_OWN"] == [
        ("ok", "variable", "DOUBLET_IS_SET", (1,)),
        ("MISSING", "variable", "DOUBLET_NOT_SET", (1,)),
        ("note", "variable", "DOUBLET_MAY_BE", (1,)),
        ("unknown", "answer", "", (4,)),
    ]


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("open('a.csv')", [Named("a.csv")]),
        ("uproot.open('data/x.root:events')", [Named("data/x.root")]),
        ("uproot.open({'data/x.root': 'events'})", [Named("data/x.root")]),
        ("x = 'root://eospublic.cern.ch//eos/a.root'", [Named("root://eospublic.cern.ch//eos/a.root")]),
        ("from pathlib import Path\nD = Path('data')\nnp.load(D / 'run1' / 'a.npy')", [Named("data/run1/a.npy")]),
        ("import os\nD = 'data'\nopen(os.path.join(D, 'a.csv')); open(f'{D}/b.csv'); open(D + '/c.csv')", [Named("data/a.csv"), Named("data/b.csv"), Named("data/c.csv")]),
        ("F = 'a.csv'\nopen(F)", [Named("a.csv")]),
        ("open(f'{run}/a.csv'); open(folder / 'b.csv')", [Named("a.csv", is_whole=False), Named("b.csv", is_whole=False)]),
        ("df.to_csv('out.csv'); plt.savefig('p.json'); open('o.txt', 'w'); open('o.txt', mode='a'); np.save('x.npy', y)", []),
        ("np.save('x.npy', np.load('y.npy'))", [Named("y.npy")]),
        ("'reads a.csv and b.csv'\n'''a.csv'''\nprint('see\\na.csv')", []),
        ("'%s.root' % name; 'x.root'.upper()", [Named("x.root")]),
    ],
)
def test_files_are_found_in_python(source: str, found: list[Named]) -> None:
    aliases = Aliases()
    tree = ast.parse(source)
    aliases.note(tree)
    assert [each for each in PythonPaths(aliases).read(tree) if "%" not in each.path] == found


def test_files_are_found_in_cpp() -> None:
    text = '#include "cuts.json"\nstd::ifstream in("data/a.csv"); TFile f("b.root"); std::ofstream out("c.csv"); auto* o = new TFile("d.root", "RECREATE"); std::cout << "a.txt is read\\n";'
    assert files_in_cpp(text) == [Named("data/a.csv"), Named("b.root")]


@given(st.text(), st.booleans())
def test_reading_what_a_notebook_needs_never_fails(source: str, cpp_first: bool) -> None:
    needed(notebook_of(source, "%%cpp\n" + source, "%cpp_load " + source), cpp_first=cpp_first)


def test_an_expression_of_thousands_of_terms_is_not_read(tmp_path: Path) -> None:
    notebook = notebook_of("x = " + " + ".join(["'a'"] * 5000), "open('a.csv')")
    assert [(need.status, need.name, need.cells) for need in told(notebook, tmp_path)] == [("MISSING", "a.csv", (2,)), ("unknown", "1", (1,))]


def test_nothing_of_a_notebook_is_executed(tmp_path: Path) -> None:
    evil = f"open('{tmp_path}/was_executed', 'w')"
    (tmp_path / "helpers.py").write_text(evil)
    notebook = notebook_of(f"import helpers\n{evil}", f"!touch {tmp_path}/was_executed", f'%%cpp\n#include "/dev/null"\n#pragma cling load("{tmp_path}/x.so")', f"%cpp_load x; touch {tmp_path}/was_executed")
    told(notebook, tmp_path)
    assert not (tmp_path / "was_executed").exists()


def test_data_is_compared_with_the_record(tmp_path: Path) -> None:
    for name in ("same.csv", "other.csv", "longer.csv"):
        (tmp_path / name).write_text("1,2\n")
    shutil.copy(DATA, tmp_path / "HZZ.root")
    known = sha256(tmp_path / "same.csv")
    notebook = notebook_of("open('same.csv'); open('other.csv'); open('longer.csv'); open('none.csv'); open('HZZ.root')")
    record = Session("0a1b2c3d", executions=[Execution(digest(notebook.cells[0].source), 1)])
    record.files = [
        InputFile("same.csv", 4, known), InputFile("other.csv", 4, "0" * 64), InputFile("longer.csv", 5, known), InputFile("none.csv", 1234567),
        InputFile("HZZ.root", DATA.stat().st_size, uuid="76a647e8-03ee-11e2-9717-668ba983beee"), InputFile("elsewhere.dat", 10), InputFile("made.csv", 3, is_written=True),
    ]  # fmt: skip
    store(notebook, [record])
    needs = {need.name: need for need in told(notebook, tmp_path) if need.kind == "data"}
    assert {name: need.status for name, need in needs.items()} == {
        "same.csv": "ok", "other.csv": "differs", "longer.csv": "differs", "none.csv": "MISSING", "HZZ.root": "differs", "elsewhere.dat": "unknown",
    }  # fmt: skip
    assert needs["same.csv"].found == "as recorded"
    assert needs["longer.csv"].found == "another file: 4 bytes, 5 recorded"
    assert needs["none.csv"].found == "not there; 1,234,567 bytes recorded"
    assert "its UUID" in needs["HZZ.root"].found


def test_data_that_lies_elsewhere_is_mapped(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "here").mkdir()
    (tmp_path / "here/a.csv").write_text("1")
    path = tmp_path / "a.ipynb"
    nbformat.write(notebook_of("open('/eos/user/a/ada/a.csv'); open('/eos/user/a/ada/b.csv')"), path)
    assert main(["doctor", str(path), "--data", f"/eos/user/a/ada={tmp_path}/here"]) == 1
    lines = {line.split()[2]: line for line in capsys.readouterr().out.splitlines() if " data " in line}
    assert lines["/eos/user/a/ada/a.csv"].startswith("ok")
    assert f"(mapped to {tmp_path}/here/a.csv)" in lines["/eos/user/a/ada/a.csv"]
    assert lines["/eos/user/a/ada/b.csv"].startswith("MISSING")
    assert main(["doctor", str(path), "--data", f"/eos/cms={tmp_path}/here"]) == 1
    assert "the notebook names no data '/eos/cms'" in capsys.readouterr().err
    for wrong in ("/eos", f"/eos={tmp_path}/none", "=x"):
        assert main(["doctor", str(path), "--data", wrong]) == 1
    assert mappings([f"a={tmp_path}"])[0].of("ab/c") is None
    assert Mapping("root://x/", "y").of("root://x/a/b.root") == "y/a/b.root"


def test_a_kernel_that_is_not_there_is_told_with_those_that_are(tmp_path: Path) -> None:
    (kernel, module, _) = examine(notebook_of("import numpy", kernel="xcpp17"), tmp_path / "a.ipynb")
    assert (kernel.status, kernel.kind, kernel.name) == ("MISSING", "kernel", "xcpp17")
    assert "doublet, doublet-cpp, python3" in kernel.remedy
    assert module.status == "unknown"


def test_other_versions_than_the_recorded_ones_are_told(tmp_path: Path) -> None:
    notebook = notebook_of("import numpy\nimport yaml_of_old")
    record = Session("0a1b2c3d", python={"version": "3.8.1"}, cpp={"compiler": "g++ 4.8.5"}, packages={"numpy": "1.16.0", "uhi": "0.1", "Old": "1.0"}, modules={"yaml_of_old": "Old"})
    record.executions = [Execution(digest(notebook.cells[0].source), 1)]
    store(notebook, [record])
    needs = {need.name: need for need in told(notebook, tmp_path)}
    assert {name: need.status for name, need in needs.items() if name} == {"3.8.1": "differs", "g++ 4.8.5": "differs", "numpy": "differs", "yaml_of_old": "MISSING", "uhi": "differs"}
    assert needs["numpy"].remedy.endswith("pip install numpy==1.16.0")
    assert needs["yaml_of_old"].remedy.endswith("pip install Old==1.0")


def recorded(*executions: tuple[str, int, str], number: str = "1") -> Session:
    return Session(number.zfill(8), begun=f"2026-01-0{number}", executions=[Execution(digest(source), count, cell=cell) for source, count, cell in executions])


def counted(*cells: tuple[str, int | None]) -> Any:
    notebook = notebook_of(*(source for source, _ in cells))
    for cell, (_, count) in zip(notebook.cells, cells, strict=True):
        cell.execution_count = count
    return notebook


def test_edited_deleted_and_other_executions_are_told_apart() -> None:
    notebook = counted(("a = 1", 2), ("b = 2", 4), ("c", None), ("d", 9), ("", None))
    whole = store(notebook, [recorded(("a = 1", 1, "c1"), ("a = 1", 2, "c1"), ("b = 1", 3, "c2"), ("b = 1", 4, "c2"), ("gone", 5, "c9"))])
    assert [(state.place, state.kind) for state in states(notebook, whole)] == [(1, "current"), (2, "edited"), (3, "not executed"), (4, "not recorded")]
    assert [(hidden.execution.count, hidden.place, hidden.is_same) for hidden in hidden_executions(notebook, whole)] == [(1, 1, True), (3, 2, False), (5, 0, False)]


def test_the_doctor_says_that_outputs_cannot_come_from_the_cells(tmp_path: Path) -> None:
    notebook = counted(("a = 1", 3), ("b = 2", 2))
    store(notebook, [recorded(("gone", 1, "c9"), ("b = 2", 2, "c2"), ("a = 0", 3, "c1"))])
    assert [(need.status, need.cells, need.found) for need in told(notebook, tmp_path) if need.kind == "outputs"] == [
        ("differs", (1,), "edited since it was executed: they come from another source"),
        ("differs", (2,), "executed before cell 1, which stands above it"),
        ("differs", (), "execution [1] is of a cell that was deleted since, or edited: others may depend on it"),
    ]


def test_publishing_is_stopped_by_cells_that_were_edited_since() -> None:
    notebook = counted(("a = 1", 1), ("b = 2", 2))
    assert findings(notebook) == []
    store(notebook, [recorded(("a = 0", 1, ""), ("b = 2", 2, ""))])
    assert [(finding.rule, finding.cell, finding.stops) for finding in findings(notebook)] == [("edited", 1, True)]


def test_older_sessions_stay_as_long_as_outputs_are_of_them() -> None:
    notebook = counted(("a", 1), ("b", 2))
    store(notebook, [recorded(("a", 1, "c1"), ("b", 2, "c2"), number="1")])
    store(notebook, [recorded(("x", 1, "c9"), number="2")])
    assert [session.id for session in provenance_of(notebook).sessions] == ["00000001", "00000002"]
    notebook.cells[0].execution_count, notebook.cells[1].execution_count = 1, 2
    store(notebook, [recorded(("a", 1, "c1"), ("b", 2, "c2"), number="3")])
    assert [session.id for session in provenance_of(notebook).sessions] == ["00000003"]
    store(notebook, [])
    assert [session.id for session in provenance_of(notebook).sessions] == ["00000003"]
    notebook.cells[0].execution_count = notebook.cells[1].execution_count = None
    store(notebook, [])
    assert "doublet" not in notebook.metadata


@pytest.mark.parametrize("wrong", [3, [], {"version": 1}, {"version": 1, "sessions": [{"id": 3}]}, {"version": 7, "sessions": []}])
def test_a_record_that_is_none_is_told_in_a_sentence(wrong: Any, tmp_path: Path) -> None:
    notebook = notebook_of("a")
    notebook.metadata["doublet"] = wrong
    with pytest.raises(NotebookError, match=r"'a.ipynb' has a record of its execution, metadata.doublet, that is none: "):
        provenance_of(notebook, "a.ipynb")
    assert next(finding.rule for finding in findings(notebook)) == "record"


def test_a_piece_that_is_none_is_told_too() -> None:
    notebook = notebook_of("a")
    notebook.cells[0].outputs = [new_output("display_data", data={}, metadata={"doublet": {"id": "0a1b2c3d"}})]
    with pytest.raises(NotebookError, match="that is none"):
        provenance_of(notebook)


def test_free_generators_are_those_without_a_seed() -> None:
    assert Randomness("numpy.random", 1).is_free
    assert not Randomness("numpy.random", 1, 0).is_free
    assert not Randomness("numpy.random", 1, is_known=False).is_free
    assert Provenance.from_dict(Provenance([Session("0a1b2c3d", randomness=[Randomness("x", 1, is_known=False)])]).to_dict()).sessions[0].randomness[0].is_known is False
