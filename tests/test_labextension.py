"""The JupyterLab extension as a part of the project: its own tests, its building, and what is said where it is missing."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from build_extension import BUILT, LeftOutError, build, find_npm, is_current, sources

import doublet
from doublet import doctor

ROOT = Path(__file__).resolve().parent.parent
EXTENSION = ROOT / "extension"

with_npm = pytest.mark.needs("npm")


def npm(*arguments: str) -> str:
    done = subprocess.run([find_npm(), *arguments], cwd=EXTENSION, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@with_npm
def test_its_own_tests_pass() -> None:
    build(ROOT)
    assert re.search(r"\bpass [1-9]", npm("test"))


@with_npm
def test_its_code_is_in_style() -> None:
    build(ROOT)
    npm("run", "lint")


@with_npm
def test_jupyterlab_finds_it_under_the_package_s_version() -> None:
    build(ROOT)
    built = json.loads((ROOT / BUILT / "package.json").read_text(encoding="utf-8"))
    assert built["version"] == doublet.__version__
    assert {"extension", "mimeExtension"} <= built["jupyterlab"]["_build"].keys()
    listed = subprocess.run(
        [sys.executable, "-m", "jupyter", "labextension", "list"],
        env={**os.environ, "JUPYTER_PATH": str(ROOT / "share/jupyter")},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert f"doublet v{doublet.__version__} enabled OK (python, doublet)" in (listed.stdout + listed.stderr).replace("\x1b[32m", "").replace("\x1b[0m", "")


def test_the_lock_file_names_no_host() -> None:
    text = (EXTENSION / "package-lock.json").read_text(encoding="utf-8")
    assert "integrity" in text
    assert "://" not in "".join(line for line in text.splitlines() if '"resolved"' in line)


def test_every_dependency_states_a_lower_bound() -> None:
    package = json.loads((EXTENSION / "package.json").read_text(encoding="utf-8"))
    versions = [*package["dependencies"].values(), *package["devDependencies"].values()]
    assert all(version[0] in "^>~" for version in versions)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """What the extension is built from, without what npm has installed."""
    for file in sources(ROOT):
        if "node_modules" not in file.parts:
            copy = tmp_path / file.relative_to(ROOT)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(file, copy)
    return tmp_path


def program(folder: Path, name: str, script: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    (folder / name).chmod(0o755)


def test_without_npm_there_is_a_reason_and_nothing_else(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(checkout))
    with pytest.raises(LeftOutError, match="npm was not found"):
        build(checkout)
    assert not (checkout / "share").exists()


def test_a_node_that_is_too_old_is_named(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(checkout / "bin", "npm", "exit 0")
    program(checkout / "bin", "node", "echo v18.19.0")
    monkeypatch.setenv("PATH", str(checkout / "bin"))
    with pytest.raises(LeftOutError, match=r"Node 20\.19 or newer is needed, and .*node says 'v18\.19\.0'"):
        build(checkout)


def test_what_npm_cannot_do_is_said_and_an_old_extension_is_not_kept(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(checkout / "bin", "npm", "echo 'npm error code ENOTFOUND' >&2; exit 1")
    program(checkout / "bin", "node", "echo v20.19.0")
    monkeypatch.setenv("PATH", f"{checkout / 'bin'}:{os.environ['PATH']}")
    (checkout / BUILT).mkdir(parents=True)
    with pytest.raises(LeftOutError, match="'npm ci' failed: npm error code ENOTFOUND"):
        build(checkout)
    assert not (checkout / BUILT).exists()


@with_npm
def test_it_is_built_once_and_again_when_a_source_changes() -> None:
    build(ROOT)
    assert is_current(ROOT)
    assert not build(ROOT)
    source = EXTENSION / "src/index.ts"
    before = source.stat()
    try:
        os.utime(source)
        assert not is_current(ROOT)
    finally:
        os.utime(source, ns=(before.st_atime_ns, before.st_mtime_ns))


def test_doctor_says_where_the_extension_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jupyter_core.paths.jupyter_path", lambda *names: [str(tmp_path.joinpath(*names))])
    check = doctor._labextension()
    assert (check.ok, check.fatal) == (False, False)
    assert "histograms are static pictures" in check.found
    assert "Node 20.19" in check.remedy


def test_what_needs_a_missing_program_is_named_at_the_end(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\nmarkers = needs(program): what it needs\n")
    pytester.makeconftest("from programs_needed import pytest_collection_modifyitems, pytest_terminal_summary")
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.needs("npm")
        def test_a(): pass

        def test_b(): pass
        """
    )
    pytester.syspathinsert(ROOT / "tests")
    pytester.syspathinsert(ROOT / "tools")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", "/nowhere")
        result = pytester.runpytest_inprocess("-p", "no:cacheprovider")
    result.assert_outcomes(passed=1, deselected=1)
    result.stdout.fnmatch_lines(["*= not run =*", "*.py: 1 test not run: npm was not found."])
