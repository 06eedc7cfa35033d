"""What `make` does before anything is built: finding a Python, and saying what is missing."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

# What a Python says that lacks something: each runs before what tools/check.sh asks it.
TOO_OLD = "import sys; sys.version_info = (3, 10, 12)"
WITHOUT_VENV = "import sys; sys.modules['ensurepip'] = None"
WITHOUT_HEADERS = "import sysconfig; sysconfig.get_path = lambda name: '/nowhere'"


class Machine:
    """A folder of programs, alone on the PATH, and a copy of the set-up below a path with a space."""

    def __init__(self, folder: Path) -> None:
        self.bin = folder / "bin"
        self.bin.mkdir()
        for name in ("g++", "grep", "make", "rm", "sed", "sh"):
            (self.bin / name).symlink_to(str(shutil.which(name)))
        self.python("python3")
        self.source = folder / "some dir" / "doublet"
        for name in ("Makefile", "pyproject.toml", "kernel/doublet/__init__.py", "tools/check.sh"):
            copy = self.source / name
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, copy)

    def python(self, name: str, preamble: str = "") -> Path:
        """Add a Python that runs `preamble` before what it is asked with ``-c``."""
        program = self.bin / name
        program.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$1" "{preamble}\n$2"\n')
        program.chmod(0o755)
        return program

    def make(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return self._run("make", *arguments)

    def check(self, **environment: str) -> subprocess.CompletedProcess[str]:
        return self._run("sh", "tools/check.sh", **environment)

    def _run(self, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            cwd=self.source,
            env={"PATH": str(self.bin), **environment},
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_the_python_found_is_printed_and_nothing_else(machine: Machine) -> None:
    run = machine.check()
    assert (run.returncode, run.stdout, run.stderr) == (0, f"{machine.bin / 'python3'}\n", "")


def test_a_newer_python_is_found_behind_one_that_is_too_old(machine: Machine) -> None:
    machine.python("python3", TOO_OLD)
    machine.python("python3.11")
    assert machine.check().stdout == f"{machine.bin / 'python3.11'}\n"


def test_a_python_is_named_by_a_path_with_a_space(machine: Machine) -> None:
    chosen = machine.source / "python"
    machine.python("python3").rename(chosen)
    assert machine.check(PYTHON=str(chosen)).stdout == f"{chosen}\n"


@pytest.mark.parametrize("target", ["demo", "lab", "test"])
def test_without_a_compiler_make_stops_at_one_sentence(target: str, machine: Machine) -> None:
    (machine.bin / "g++").unlink()
    run = machine.make(target)
    assert run.returncode != 0
    assert run.stdout == ""
    sentence, *rest = run.stderr.splitlines()
    assert sentence == (
        "Doublet needs g++, which was not found: install it, on Debian with 'apt-get install g++'."
    )
    assert all(line.startswith("make: ***") for line in rest)
    assert not (machine.source / ".venv").exists()


def test_an_environment_is_kept_where_it_was_made_and_forgotten_elsewhere(machine: Machine) -> None:
    pip = machine.source / ".venv" / "bin" / "pip"
    pip.parent.mkdir(parents=True)
    pip.write_text(f"#!{machine.source}/.venv/bin/python\n")
    assert machine.make("help").returncode == 0
    assert pip.exists()
    machine.source = machine.source.rename(machine.source.parent / "moved")
    assert machine.make("help").returncode == 0
    assert not (machine.source / ".venv").exists()


def test_without_a_python_that_is_new_enough_the_remedy_is_named(machine: Machine) -> None:
    machine.python("python3", TOO_OLD)
    run = machine.check()
    assert (run.returncode, run.stdout) == (1, "")
    assert run.stderr == (
        "Doublet needs Python 3.11 or newer, and python3 is missing or older: "
        "install one and name it with 'make PYTHON=/path/to/python3'.\n"
    )


def test_a_python_that_was_named_is_not_replaced_by_another(machine: Machine) -> None:
    run = machine.check(PYTHON="python9")
    assert (run.returncode, run.stdout) == (1, "")
    assert "Python 3.11 or newer, and python9 is missing or older" in run.stderr


@pytest.mark.parametrize(
    ("lacking", "what", "package"),
    [
        (WITHOUT_VENV, "the venv module", "python3-venv"),
        (WITHOUT_HEADERS, "the header Python.h", "python3-dev"),
    ],
    ids=["venv", "headers"],
)
def test_a_python_without_its_parts_is_one_sentence(
    lacking: str, what: str, package: str, machine: Machine
) -> None:
    python = machine.python("python3", lacking)
    run = machine.check()
    assert (run.returncode, run.stdout) == (1, "")
    assert run.stderr == (
        f"Doublet needs {what}, which {python} does not have: "
        f"install it, on Debian with 'apt-get install {package}'.\n"
    )
