"""The `doublet` command and the checks behind it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

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


def test_lab_replaces_the_process_by_jupyterlab_on_the_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    started: list[tuple[str, ...]] = []
    monkeypatch.setattr(cli, "find_spec", lambda name: name)
    monkeypatch.setattr(os, "execv", lambda _program, arguments: started.append(arguments))
    with pytest.raises(TypeError):  # a real execv does not come back with a None to convert
        cli.main(["lab", str(tmp_path), "--", "--no-browser"])
    assert started == [(sys.executable, "-m", "jupyterlab", str(tmp_path), "--no-browser")]


def test_lab_without_jupyterlab_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(cli, "find_spec", lambda _name: None)
    assert cli.main(["lab"]) == 1
    assert capsys.readouterr().err == "doublet: JupyterLab is not installed; run 'pip install jupyterlab'\n"


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
