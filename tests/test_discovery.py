"""Finding libraries by name: `%cpp_load` and `doublet.load`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import doublet
from doublet.discovery import cmake, config_script, find, folders, is_name, pip_packages
from doublet.discovery.found import from_flags
from doublet.errors import CppUsageError

if TYPE_CHECKING:
    from conftest import Engine
    from IPython.core.interactiveshell import InteractiveShell


@pytest.mark.needs("eigen")
@pytest.mark.needs("pkg-config")
def test_pkg_config_is_asked_first() -> None:
    found = find("eigen3")
    assert found is not None
    assert (found.way, found.includes) == ("pkg-config", ("/usr/include/eigen3",))


@pytest.mark.needs("fastjet")
def test_a_config_script_says_libraries() -> None:
    found = config_script.find("fastjet")
    assert found is not None
    assert "fastjet" in found.libraries
    assert found.way.endswith("fastjet-config")


@pytest.mark.needs("hepmc3")
@pytest.mark.needs("cmake")
def test_cmake_finds_a_package_whatever_its_letters_are_like() -> None:
    found = cmake.find("hepmc3")
    assert found is not None
    assert any(library.endswith("libHepMC3.so") for library in found.libraries)


def test_a_conda_environment_is_looked_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "include" / "condalib").mkdir(parents=True)
    monkeypatch.setenv("CONDA_PREFIX", str(tmp_path))
    found = folders.find_in_conda("condalib")
    assert found is not None
    assert found.includes == (str(tmp_path / "include"),)


def test_pip_packages_say_where_their_headers_are() -> None:
    import numpy as np

    found = pip_packages.find("numpy")
    assert found is not None
    assert (Path(found.includes[0]).resolve(), found.version) == (Path(np.get_include()), np.__version__)


def test_a_pkg_config_file_gives_macros_and_names_what_cannot_be_applied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cpp: Engine, shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "found here.hpp").write_text("inline int found_here() { return FOUND_MACRO; }")
    (tmp_path / "foundlib.pc").write_text(
        f'Name: foundlib\nDescription: x\nVersion: 1.2\nCflags: "-I{tmp_path}" -DFOUND_MACRO=42 -std=c++11 -march=native\nLibs: -lm\n'
    )
    monkeypatch.setenv("PKG_CONFIG_PATH", str(tmp_path))
    doublet.load("foundlib")
    said = capsys.readouterr().out
    assert "foundlib 1.2, found by pkg-config" in said
    assert "-std=c++11 -march=native" in said
    assert cpp('#include "found here.hpp"\nfound_here()') == 42
    doublet.load("foundlib")
    assert capsys.readouterr().out == ""


def test_an_unknown_library_says_where_was_looked_and_what_to_install(shell: InteractiveShell) -> None:
    with pytest.raises(CppUsageError, match=r"there is no library 'nosuchlib': asked were pkg-config.*may be called libnosuchlib-dev"):
        doublet.load("nosuchlib")
    with pytest.raises(CppUsageError, match="did you mean 'fastjet'"):
        doublet.load("fastjett")


@pytest.mark.parametrize("name", ["--version", "-I/tmp", "../x", "a b", "a;b", "$(x)", "", "a/b", "é"])
def test_what_is_no_name_is_never_asked_for(name: str) -> None:
    assert not is_name(name)
    assert find(name) is None


def test_flags_in_two_words_and_in_one() -> None:
    found = from_flags("x", "y", "", ["-I", "/a", "-isystem", "/b", "-lm", "-L/c", "-pthread", "-DX", "-DY=2"])
    assert (found.includes, found.libraries, found.folders, found.macros, found.fixed) == (("/a", "/b"), ("m",), ("/c",), (("X", "1"), ("Y", "2")), ())


@pytest.mark.parametrize("name", ["root", "ROOT", "/opt/root/lib/libCore.so", "libROOTDataFrame.so"])
def test_the_libraries_of_ROOT_are_refused_for_what_they_are(shell: InteractiveShell, name: str) -> None:
    with pytest.raises(CppUsageError, match="is ROOT's, whose compiler cannot share a process with the one of these cells; read ROOT files with uproot"):
        doublet.load(name)
