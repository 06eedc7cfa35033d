"""The `doublet` command and the checks behind it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from urllib.request import Request, urlopen

import nbformat
import pytest
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_server_of_its_own import address, wait_for
from nbformat.v4 import new_code_cell, new_notebook

import doublet
from doublet import cli, doctor
from doublet.engine import toolchain


def test_version_is_the_package_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        cli.main(["--version"])
    assert stop.value.code == 0
    assert capsys.readouterr().out == f"doublet {doublet.__version__}\n"


def test_no_command_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        cli.main([])
    assert stop.value.code == 2
    assert "COMMAND" in capsys.readouterr().err


def test_importing_the_package_and_the_command_is_light() -> None:
    heavy = {"cppyy", "IPython", "jupyter_client", "matplotlib", "numpy"}
    script = f"import sys, doublet, doublet.cli; print(sorted(set(sys.modules) & {heavy}))"
    assert subprocess.check_output((sys.executable, "-c", script), text=True) == "[]\n"


def test_a_command_does_not_read_the_grammar_of_addresses(tmp_path: Path) -> None:
    notebook = tmp_path / "a.ipynb"
    nbformat.write(new_notebook(cells=[new_code_cell("1 + 1")]), notebook)
    script = f"import sys, doublet.cli; sys.argv[1:] = ['doctor', {str(notebook)!r}]; doublet.cli.main(); print('jsonschema' in sys.modules, 'lark' in sys.modules)"
    assert subprocess.check_output((sys.executable, "-c", script), text=True).splitlines()[-1] == "True False"


@pytest.mark.parametrize(
    "rest",
    [(), ("examples",), ("examples", "--no-browser", "--port", "8889"), ("--port", "8889")],
    ids=" ".join,
)
def test_lab_replaces_the_process_by_jupyterlab_with_the_same_arguments(
    rest: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[tuple[str, ...]] = []
    monkeypatch.setattr(cli, "find_spec", lambda name: name)
    monkeypatch.setattr(os, "execv", lambda _program, arguments: started.append(arguments))
    with pytest.raises(TypeError):  # a real execv does not come back with a None to convert
        cli.main(["lab", *rest])
    encrypted = "--MappingKernelManager.transport_encryption=auto"
    assert started == [(sys.executable, "-m", "jupyterlab", encrypted, *rest)]


def test_lab_builds_what_kernels_need_before_it_starts(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(cli, "find_spec", lambda name: name)
    monkeypatch.setenv("DOUBLET_STDCXX", "11")
    assert cli.main(["lab"]) == 1
    assert capsys.readouterr().err.startswith("doublet: C++ standard '11' is not supported; set DOUBLET_STDCXX to ")


def test_an_unknown_option_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        cli.main(["doctor", "--mend"])
    assert stop.value.code == 2
    assert "unrecognized arguments: --mend" in capsys.readouterr().err


def test_lab_without_jupyterlab_says_how_to_install_it_here(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(cli, "find_spec", lambda _name: None)
    monkeypatch.setattr(sys, "executable", "/some dir/bin/python")
    assert cli.main(["lab"]) == 1
    command = "'/some dir/bin/python' -m pip install jupyterlab"
    assert capsys.readouterr().err == f"doublet: JupyterLab is not installed; run: {command}\n"


@pytest.mark.slow
def test_lab_encrypts_what_it_exchanges_with_a_kernel(tmp_path: Path) -> None:
    runtime = tmp_path / "runtime"
    environment = {**os.environ, "JUPYTER_RUNTIME_DIR": str(runtime), "JUPYTER_TOKEN": "secret"}
    program = "from doublet.cli import main; main()"
    options = ("--no-browser", "--allow-root", "--port", "0")
    log = tmp_path / "log"
    with log.open("w") as output:
        lab = subprocess.Popen(
            (sys.executable, "-c", program, "lab", str(tmp_path), *options),
            env=environment,
            stdout=output,
            stderr=output,
        )
    try:
        request = Request(
            f"{address(runtime, lab, log)}api/kernels",
            data=b'{"name": "doublet"}',
            headers={"Authorization": "token secret", "Content-Type": "application/json"},
        )
        with urlopen(request, timeout=60) as answer:
            assert json.load(answer)["name"] == "doublet"
        client = BlockingKernelClient(connection_file=str(_awaited(runtime, "kernel-*.json")))
        client.load_connection_file()
        client.start_channels()
        wait_for(client)
        assert client.curve_publickey
        client.stop_channels()
    finally:
        lab.terminate()
        lab.wait(timeout=60)
    assert "without encryption" not in log.read_text()


def _awaited(folder: Path, pattern: str) -> Path:
    """Return the file once it is there and whole."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        for path in folder.glob(pattern):
            if path.read_text().endswith("}"):
                return path
        time.sleep(0.1)
    raise TimeoutError(f"no {pattern} in {folder}")


def test_doctor_names_everything_it_looked_at(capsys: pytest.CaptureFixture[str]) -> None:
    cli.main(["doctor"])
    table = capsys.readouterr().out
    for name in ("Python", "cppyy", "g++", "C++ standard", "precompiled header", "kernel doublet-cpp"):
        assert name in table


def test_doctor_aligns_its_columns(capsys: pytest.CaptureFixture[str]) -> None:
    checks = [doctor.Check("a", "1", ok=True), doctor.Check("longer", "2", ok=False, remedy="mend it")]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(doctor, "examine", lambda _fix: checks)
        code = doctor.report()
    assert code == 1
    assert capsys.readouterr().out.splitlines() == ["ok       a       1", "MISSING  longer  2  mend it"]


def test_doctor_forgives_what_is_optional(monkeypatch: pytest.MonkeyPatch) -> None:
    absent = doctor.Check("jupyterlab", "not installed", ok=False, needed=False)
    monkeypatch.setattr(doctor, "examine", lambda _fix: [absent])
    assert doctor.report() == 0


def test_doctor_says_what_an_absent_package_is_for(monkeypatch: pytest.MonkeyPatch) -> None:
    def found_version(name: str) -> str:
        if name in ("hist", "cppyy"):
            raise PackageNotFoundError(name)
        return version(name)

    monkeypatch.setattr(doctor, "version", found_version)
    found = {check.name: check for check in doctor.examine() if not check.ok}
    assert (found["hist"].found, found["hist"].fatal) == ("not installed; only the examples need it", False)
    assert (found["cppyy"].found, found["cppyy"].fatal) == ("not installed", True)


def test_doctor_without_a_compiler_says_how_to_get_one(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(toolchain, "COMPILER", "no-such-compiler")
    assert cli.main(["doctor"]) == 1
    assert "apt-get install no-such-compiler" in capsys.readouterr().out


def test_doctor_shows_no_remedy_for_what_is_fine() -> None:
    fine = [check for check in doctor.examine() if check.ok]
    assert fine
    assert not any(check.fatal for check in fine)
