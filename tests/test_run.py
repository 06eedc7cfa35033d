"""`doublet run` executes notebooks in real kernels, and writes them whatever happens."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from doublet.cli import main
from doublet.engine.interpreter import interpreter
from doublet.errors import CppUsageError
from doublet.notebook.errors import NotebookError
from doublet.notebook.execution.parameters import _literal, parameters, with_parameters
from doublet.notebook.execution.repeating import circumstances, differing
from doublet.notebook.execution.writing import write
from doublet.notebook.provenance.record import digest
from doublet.notebook.provenance.stored import provenance_of

EXAMPLE = Path(__file__).parents[1] / "examples/01_z_peak.ipynb"


def notebook_of(*sources: str | tuple[str, str], kernel: str = "doublet") -> Any:
    language = "c++" if kernel == "doublet-cpp" else "python"
    spec = {"name": kernel, "display_name": kernel, "language": language}
    pairs = [source if isinstance(source, tuple) else (source, "") for source in sources]
    return new_notebook(cells=[new_code_cell(source, metadata={"tags": [tag]} if tag else {}) for source, tag in pairs], metadata={"kernelspec": spec})


def run(folder: Path, notebook: Any, *options: str) -> tuple[int, Any]:
    """The exit code, and the notebook that was written."""
    path = folder / "a.ipynb"
    nbformat.write(notebook, path)
    code = main(["run", str(path), "-o", str(folder / "out.ipynb"), *options])
    return code, nbformat.read(folder / "out.ipynb", as_version=4)


def outputs(notebook: Any) -> list[str]:
    return [output.get("text", output.get("data", {}).get("text/plain", output.get("ename", ""))) for cell in notebook.cells for output in cell.get("outputs", ())]


def test_a_notebook_is_executed_and_says_where_its_outputs_come_from(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    notebook = notebook_of("x = 20", "%%cpp\ndouble run_twice(double a) { return 2 * a; }\nrun_twice(x)")
    notebook.cells.insert(0, new_markdown_cell("text"))
    code, done = run(tmp_path, notebook)
    assert code == 0
    assert outputs(done) == ["40.0"]
    (session,) = provenance_of(done).sessions
    assert [(each.cell, each.count, each.source, each.language) for each in session.executions] == [
        (done.cells[1].id, 1, digest("x = 20"), "python"),
        (done.cells[2].id, 2, digest(notebook.cells[2].source), "cpp"),
    ]
    out, err = capfd.readouterr()
    assert out == f"{tmp_path / 'out.ipynb'}\n"
    assert [line.rpartition(":")[0] for line in err.splitlines()] == ["cell 2 of 3 [1]", "cell 3 of 3 [2]"]


def test_the_notebook_stays_as_it_is_unless_it_is_named_as_the_output(tmp_path: Path) -> None:
    path = tmp_path / "a.ipynb"
    nbformat.write(notebook_of("1 + 1"), path)
    before = path.read_bytes()
    assert main(["run", str(path)]) == 0
    assert path.read_bytes() == before
    assert outputs(nbformat.read(tmp_path / "a.run.ipynb", as_version=4)) == ["2"]
    assert main(["run", str(path), "-o", str(path)]) == 0
    assert outputs(nbformat.read(path, as_version=4)) == ["2"]
    assert sorted(each.name for each in tmp_path.iterdir()) == ["a.ipynb", "a.run.ipynb"]


def test_a_cell_that_fails_ends_it_and_the_notebook_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    stale = notebook_of("print('first')", '%%cpp\nthrow std::runtime_error("no such muon");', "print('last')")
    stale.cells[2].outputs = [new_output("stream", text="of an earlier run")]
    code, done = run(tmp_path, stale)
    assert code == 1
    assert outputs(done) == ["first\n", "std::runtime_error"]
    assert capsys.readouterr().err.endswith("did not run through: cell 2 failed: std::runtime_error: no such muon\n")
    assert [each.count for each in provenance_of(done).sessions[0].executions] == [1, 2]


def test_a_record_of_before_that_is_none_keeps_no_notebook_from_being_run(tmp_path: Path) -> None:
    broken = notebook_of("1 + 1")
    broken.metadata["doublet"] = {"version": 7}
    code, done = run(tmp_path, broken)
    assert (code, outputs(done)) == (0, ["2"])
    assert len(provenance_of(done).sessions) == 1


def test_cells_may_be_allowed_to_fail(tmp_path: Path) -> None:
    code, done = run(tmp_path, notebook_of("1/0", "2"), "--allow-errors")
    assert (code, outputs(done)) == (0, ["ZeroDivisionError", "2"])
    code, done = run(tmp_path, notebook_of(("1/0", "raises-exception"), "2"))
    assert (code, outputs(done)) == (0, ["ZeroDivisionError", "2"])


@pytest.mark.parametrize("endless", ["import time; time.sleep(100)", "%%cpp\nfor (volatile long i = 0;; i = i + 1) {}"])
def test_a_cell_that_takes_too_long_is_ended_and_the_kernel_still_tells(endless: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, done = run(tmp_path, notebook_of("x = 1", endless, "2"), "--timeout", "2")
    assert code == 1
    assert capsys.readouterr().err.endswith("did not run through: cell 2 was not done after 2 s\n")
    assert outputs(done) == ["KeyboardInterrupt"]
    assert provenance_of(done).sessions[0].kernel["name"] == "doublet"


def test_a_kernel_that_dies_leaves_what_could_be_seen_from_outside(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, done = run(tmp_path, notebook_of("print(1)", "import os; os.kill(os.getpid(), 9)", "2"))
    assert code == 1
    assert capsys.readouterr().err.endswith("did not run through: the kernel died in cell 2\n")
    assert outputs(done) == ["1\n", "DeadKernelError"]
    assert [each.source for each in provenance_of(done).sessions[0].executions] == [digest("print(1)"), digest("import os; os.kill(os.getpid(), 9)")]


def test_an_interrupt_ends_the_cell_and_the_notebook_is_written(tmp_path: Path) -> None:
    path = tmp_path / "a.ipynb"
    nbformat.write(notebook_of("x = 1", f"open('{tmp_path}/begun', 'w').close(); import time; time.sleep(100)"), path)
    process = subprocess.Popen((sys.executable, "-c", "import sys; from doublet.cli import main; sys.exit(main())", "run", str(path)), stderr=subprocess.PIPE, text=True)
    for _ in range(600):
        if (tmp_path / "begun").exists():
            break
        time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 1
    assert err.endswith("did not run through: interrupted in cell 2\n")
    assert "Traceback" not in err
    assert outputs(nbformat.read(tmp_path / "a.run.ipynb", as_version=4)) == ["KeyboardInterrupt"]


def test_live_output_is_shown_while_cells_run(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    run(tmp_path, notebook_of("print('printed')", '%%cpp\nstd::cerr << "told\\n"; 42'), "--live")
    out, err = capfd.readouterr()
    assert out.startswith("printed\n42\n")
    assert "told\n" in err


def test_widgets_keep_their_state(tmp_path: Path) -> None:
    _, done = run(tmp_path, notebook_of("import ipywidgets\nipywidgets.IntSlider(value=7)"))
    state = done.metadata.widgets["application/vnd.jupyter.widget-state+json"]["state"]
    assert 7 in [each["state"].get("value") for each in state.values()]


def test_other_kernels_are_recorded_too(tmp_path: Path) -> None:
    (tmp_path / "in.txt").write_text("3")
    code, done = run(tmp_path, notebook_of("import numpy as np\nfloat(open('in.txt').read()) + 0 * np.random.normal()", kernel="python3"))
    assert (code, outputs(done)) == (0, ["3.0"])
    (session,) = provenance_of(done).sessions
    assert "numpy" in session.packages
    assert not session.cpp
    assert [file.name for file in session.files] == ["in.txt"]
    assert [each.generator for each in session.randomness if each.is_free] == ["numpy.random"]


def test_parameters_of_python_and_cpp_keep_what_they_were_declared_as(tmp_path: Path) -> None:
    code, done = run(tmp_path, notebook_of(("cut = 20.0\nname = 'a'", "parameters"), "cut, name"), "-p", "cut=25", "-p", "name=b c")
    assert (code, outputs(done)) == (0, ["(25, 'b c')"])
    code, done = run(tmp_path, notebook_of(("%%cpp\nconst double run_cut = 20; int run_n = 1;", "parameters"), "%%cpp\nrun_cut / 2 + run_n"), "-p", "run_cut=25", "-p", "run_n=2")
    assert (code, outputs(done)) == (0, ["14.5"])
    assert done.cells[1].source == "%%cpp\n// Parameters\nconst double run_cut = 25;\nint run_n = 2;"
    first = notebook_of(("double run_a = 1, run_b = 2;\nstd::vector<int> run_v{1};", "parameters"), "run_a / 2 + run_b + run_v[1]", kernel="doublet-cpp")
    code, done = run(tmp_path, first, "-p", "run_a=3", "-p", "run_v=[7, 8]")
    assert (code, outputs(done)) == (0, ["11.5"])


def test_parameters_that_the_notebook_does_not_have_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.ipynb"
    nbformat.write(notebook_of(("cut = 20", "parameters")), path)
    assert main(["run", str(path), "-p", "cutt=3"]) == 1
    assert capsys.readouterr().err.endswith("has no parameter 'cutt': the cell tagged 'parameters' sets cut\n")
    assert main(["run", str(path), "-p", "cut"]) == 1
    assert "'cut' is no parameter; write -p NAME=VALUE" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "value"),
    [("a=1", 1), ("a=1.5", 1.5), ("a=true", True), ("a=None", None), ("a=x=y", "x=y"), ("a=[1, 2]", [1, 2]), ("a='1'", "1"), ("a=", ""), ("a=f(1)", "f(1)"), ("a=(1,2)", "(1,2)")],
)
def test_values_of_parameters(text: str, value: object) -> None:
    assert parameters([text]) == {"a": value}


@given(st.booleans() | st.integers(-(2**62), 2**62) | st.floats(allow_nan=False, allow_infinity=False) | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=10))
def test_values_are_the_same_in_cpp(value: Any) -> None:
    kind = "bool" if isinstance(value, bool) else "std::int64_t" if isinstance(value, int) else "double" if isinstance(value, float) else "std::string"
    assert interpreter().evaluate(f"{kind}({_literal(value)})") == value


def test_a_number_that_cpp_cannot_hold_is_refused() -> None:
    with pytest.raises(NotebookError, match="cannot be given these parameters: C\\+\\+ has no literal for None"):
        with_parameters(notebook_of(("int n = 1;", "parameters"), kernel="doublet-cpp"), {"n": None}, "a.ipynb", "doublet-cpp")
    with pytest.raises(CppUsageError):
        parameters(["1a=2"])


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "'{path}' is not a notebook: it is no JSON"),
        ("[]", "'{path}' is not a notebook: "),
        ('{"cells": 3, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}', "'{path}' is not a"),
        (json.dumps({"cells": [], "metadata": {"kernelspec": {"name": "xcpp17", "display_name": ""}}, "nbformat": 4, "nbformat_minor": 5}), "'{path}' is for the kernel 'xcpp17', which is not installed here (there are: "),
    ],
)
def test_what_cannot_be_executed_is_told_in_a_sentence(content: str, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.ipynb"
    path.write_text(content)
    assert main(["run", str(path)]) == 1
    err = capsys.readouterr().err
    assert err.startswith("doublet: " + message.format(path=path))
    assert err.count("\n") == 1
    assert [each.name for each in tmp_path.iterdir()] == ["a.ipynb"]


def test_a_notebook_of_an_old_format_is_executed(tmp_path: Path) -> None:
    path = tmp_path / "old.ipynb"
    cell = {"cell_type": "code", "collapsed": False, "input": ["x = 2\n", "x"], "language": "python", "metadata": {}, "outputs": [], "prompt_number": 1}
    path.write_text(json.dumps({"metadata": {"name": ""}, "nbformat": 3, "nbformat_minor": 0, "worksheets": [{"cells": [cell], "metadata": {}}]}))
    assert main(["run", str(path), "--kernel", "doublet"]) == 0
    done = nbformat.read(tmp_path / "old.run.ipynb", as_version=4)
    nbformat.validate(done)
    assert outputs(done) == ["2"]
    assert done.metadata.kernelspec.name == "doublet"
    assert provenance_of(done).sessions[0].executions[0].cell == done.cells[0].id


def test_a_folder_that_is_not_there_is_told_before_anything_runs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", str(EXAMPLE), "-o", str(tmp_path / "none/out.ipynb")]) == 1
    assert capsys.readouterr().err.endswith("cannot be written: there is no such folder\n")


def test_writing_leaves_the_old_notebook_if_the_new_one_cannot_be_written(tmp_path: Path) -> None:
    path = tmp_path / "a.ipynb"
    write(notebook_of("1"), path)
    before = path.read_bytes()
    with pytest.raises(TypeError):
        write(new_notebook(metadata={"set": {1}}), path)
    assert path.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == ["a.ipynb"]


def test_repeats_store_what_other_threads_and_hash_seeds_change_and_nothing_else(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    moving = "import os\nprint(os.environ['PYTHONHASHSEED'], os.environ['OMP_NUM_THREADS'])"
    code, done = run(tmp_path, notebook_of("os = 1; 1 + 1", moving.replace("os.environ['", "os.environ.get('").replace("']", "')"), "print('same'); 3"), "--repeat", "2")
    assert code == 0
    same, moved, _ = done.cells
    repeats = done.metadata.doublet.repeats
    assert [(each.seed, each.threads) for each in repeats] == [circumstances(1), circumstances(2)] == [(1, 1), (2, 2)]
    assert [each.outputs for each in repeats] == [{moved.id: [{"text/plain": "1 1\n"}]}, {moved.id: [{"text/plain": "2 2\n"}]}]
    assert same.outputs[0].data["text/plain"] == "2"
    assert len(provenance_of(done).sessions) == 1
    assert "run 2 of 2 more is done" in capsys.readouterr().err


def test_differences_are_told_output_by_output_without_pictures() -> None:
    def cell(*data: dict[str, Any]) -> Any:
        return new_code_cell("h", id="h", outputs=[new_output("display_data", data=each) for each in data])

    first = new_notebook(cells=[cell({"text/plain": "1", "image/png": "a"}, {"application/json": {"n": [1]}})])
    second = new_notebook(cells=[cell({"text/plain": "1", "image/png": "b"}, {"application/json": {"n": [2]}, "text/html": "x"})])
    assert differing(first, second) == {"h": [{}, {"application/json": {"n": [2]}}]}
    assert differing(first, first) == {}
    assert differing(first, new_notebook(cells=[cell()])) == {"h": []}


@pytest.mark.parametrize("command", ["run", "rerun"])
@pytest.mark.parametrize("seconds", ["0", "-1", "1.5", "long"])
def test_a_timeout_that_is_no_time_is_refused_in_words(command: str, seconds: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main([command, "theirs.ipynb", "--timeout", seconds])
    assert f"argument --timeout: '{seconds}' is no whole number above 0" in capsys.readouterr().err
