"""The build options of the C++ side and its precompiled header."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from doublet.engine import toolchain
from doublet.engine.toolchain import Toolchain
from doublet.errors import DoubletError, ToolchainError

ASK_CLING = """
import pathlib, sys
from doublet.engine import toolchain
toolchain.INCLUDE = pathlib.Path({include!r})
toolchain.Toolchain.from_environment().apply()
assert "cppyy" not in sys.modules
import cppyy
run = cppyy.gbl.gInterpreter.ProcessLine
print(run("__cplusplus;"), run("math_errhandling & MATH_ERRNO;"), cppyy.gbl.gInterpreter.Declare({code!r}))
"""


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DOUBLET_STDCXX", raising=False)
    monkeypatch.delenv("DOUBLET_CXXFLAGS", raising=False)


@pytest.fixture
def cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Return an empty cache folder, with a space in its name."""
    folder = tmp_path / "a cache"
    monkeypatch.setenv("DOUBLET_CACHE", str(folder))
    return folder


@pytest.fixture
def headers(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Return a copy of Doublet's headers that a test may change."""
    include = tmp_path / "own include"
    shutil.copytree(toolchain.INCLUDE, include)
    monkeypatch.setattr(toolchain, "INCLUDE", include)
    return include / "doublet"


def ask_cling(code: str) -> list[str]:
    """Start an interpreter with the options in force and return what it answers."""
    script = ASK_CLING.format(code=code, include=str(toolchain.INCLUDE))
    run = subprocess.run((sys.executable, "-c", script), capture_output=True, text=True, check=True)
    assert run.stderr == ""
    return run.stdout.split()


def test_default_is_cpp20_optimised_for_any_processor(cache: Path) -> None:
    chosen = Toolchain.from_environment()
    assert chosen.standard == "20"
    assert chosen.flags[:3] == ("-O2", "-fno-math-errno", "-fconstexpr-steps=262144")
    assert not [flag for flag in chosen.flags if flag.startswith("-m")]
    assert chosen.include.is_dir()
    assert chosen.pch.parent == cache
    assert not cache.exists(), "looking must not write"


def test_environment_chooses_standard_and_adds_flags(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOUBLET_STDCXX", "17")
    monkeypatch.setenv("DOUBLET_CXXFLAGS", " -DONE  -DTWO=2 ")
    chosen = Toolchain.from_environment()
    assert chosen.standard == "17"
    assert chosen.flags[-2:] == ("-DONE", "-DTWO=2")


@pytest.mark.parametrize("standard", ["", "14", "23", "c++20"])
def test_unknown_standard_is_one_sentence(standard: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOUBLET_STDCXX", standard)
    with pytest.raises(ToolchainError, match=r"not supported; set DOUBLET_STDCXX to 17 or 20$"):
        Toolchain.from_environment()


def test_precompiled_header_is_named_by_everything_that_shapes_it(
    cache: Path, headers: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [Toolchain.from_environment().pch]
    assert Toolchain.from_environment().pch == names[0]

    monkeypatch.setenv("DOUBLET_CXXFLAGS", "-DONE")
    names.append(Toolchain.from_environment().pch)
    monkeypatch.setenv("DOUBLET_STDCXX", "17")
    names.append(Toolchain.from_environment().pch)
    (headers / "more.hpp").write_text("#pragma once\n")
    names.append(Toolchain.from_environment().pch)
    os.utime(headers / "more.hpp", (1, 1))
    names.append(Toolchain.from_environment().pch)
    compiler = headers / "another-compiler"
    compiler.touch(mode=0o755)
    monkeypatch.setattr(toolchain, "COMPILER", str(compiler))
    names.append(Toolchain.from_environment().pch)

    assert len(set(names)) == len(names)


def test_missing_compiler_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(toolchain, "COMPILER", "no-such-compiler")
    with pytest.raises(ToolchainError, match="needed and was not found; install it"):
        Toolchain.from_environment()


def test_missing_cppyy_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(toolchain, "find_spec", lambda _name: None)
    with pytest.raises(ToolchainError, match="cppyy is not installed; run 'pip install cppyy'"):
        Toolchain.from_environment()


def test_unwritable_cache_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    occupied = tmp_path / "file"
    occupied.touch()
    monkeypatch.setenv("DOUBLET_CACHE", str(occupied / "cache"))
    with pytest.raises(ToolchainError, match=r"cannot be written .* set DOUBLET_CACHE to a folder"):
        Toolchain.from_environment().build()


def test_header_that_does_not_compile_is_named_and_leaves_nothing_behind(cache: Path, headers: Path) -> None:
    (headers / "broken.hpp").write_text("#pragma once\nint broken = no_such_name;\n")
    with pytest.raises(DoubletError, match=r"broken\.hpp:2:.*no_such_name.*doublet doctor --fix") as caught:
        Toolchain.from_environment().build()
    assert isinstance(caught.value, ToolchainError)
    assert "no_such_name" in caught.value.output
    assert list(cache.iterdir()) == []


@pytest.mark.slow
def test_precompiled_header_gives_cells_the_standard_the_flags_and_own_headers(
    cache: Path, headers: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (headers / "probe.hpp").write_text(
        "#pragma once\nnamespace doublet { inline int probe() { return 42; } }\n"
    )
    chosen = Toolchain.from_environment()
    stale = cache / "doublet-of-another-version.pch"
    cache.mkdir()
    stale.touch()
    with ThreadPoolExecutor() as pool:  # two kernels that start together
        list(pool.map(lambda _: chosen.build(), range(2)))
    assert sorted(cache.iterdir()) == sorted((chosen.pch, chosen.library, stale))
    assert capfd.readouterr() == ("", "")

    code = "static_assert(std::ranges::range<std::span<int>>); auto p = &doublet::probe;"
    built = chosen.pch.stat().st_mtime_ns
    assert ask_cling(code) == ["202002", "0", "True"]
    assert chosen.pch.stat().st_mtime_ns == built


@pytest.mark.slow
def test_cpp17_reaches_the_interpreter(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOUBLET_STDCXX", "17")
    monkeypatch.setenv("DOUBLET_CXXFLAGS", "-DFROM_THE_USER=1")
    assert ask_cling("static_assert(FROM_THE_USER);") == ["201703", "0", "True"]
