"""Finding libraries by name: `%cpp_load` and `doublet.load`."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from conftest import Kernel

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


@pytest.mark.needs("pkg-config")
def test_parts_of_a_library_that_are_not_installed_are_named_and_the_others_loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cpp: Engine, shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "part.cpp").write_text('extern "C" int half_installed() { return 3; }')
    subprocess.run(["g++", "-shared", "-fPIC", "-o", tmp_path / "libhalfpart.so", tmp_path / "part.cpp"], check=True)
    (tmp_path / "halflib.pc").write_text(f"Name: halflib\nDescription: x\nVersion: 1\nLibs: -L{tmp_path} -lhalftools -lhalfpart\n")
    (tmp_path / "nolibs.pc").write_text("Name: nolibs\nDescription: x\nVersion: 1\nLibs: -lnolibtools -lnolibpart\n")
    monkeypatch.setenv("PKG_CONFIG_PATH", str(tmp_path))
    doublet.load("halflib")
    assert "halfpart. Not installed, though they belong to it: halftools" in capsys.readouterr().out
    assert cpp('extern "C" int half_installed();\nhalf_installed()') == 3
    with pytest.raises(CppUsageError, match="there is no library 'nolibtools'"):
        doublet.load("nolibs")


@pytest.mark.parametrize("name", ["root", "ROOT"])
def test_root_is_refused_with_the_reason_and_what_to_use_instead(shell: InteractiveShell, name: str) -> None:
    with pytest.raises(CppUsageError, match=rf"^'{name}' is ROOT's, which cannot be loaded into this process: .*read its files with uproot"):
        doublet.load(name)


def test_a_library_of_root_given_by_its_path_is_refused_before_it_is_opened(shell: InteractiveShell, tmp_path: Path) -> None:
    opened = tmp_path / "opened"
    (tmp_path / "hist.cpp").write_text(f'#include <fstream>\nstatic const bool told = [] {{ std::ofstream("{opened}"); return true; }}();\n')
    library = tmp_path / "libHist.so"
    subprocess.run(["g++", "-shared", "-fPIC", "-o", library, tmp_path / "hist.cpp"], check=True)
    (tmp_path / "libCling.so").touch()
    with pytest.raises(CppUsageError, match=r"libHist\.so' is ROOT's"):
        doublet.load(str(library))
    assert not opened.exists()
    (tmp_path / "libCling.so").unlink()
    doublet.load(str(library))
    assert opened.exists()


@pytest.mark.needs("pkg-config")
def test_a_library_that_needs_root_is_refused_and_stays_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shell: InteractiveShell) -> None:
    (tmp_path / "withroot.pc").write_text("Name: withroot\nDescription: x\nVersion: 1\nCflags: -DWITH_ROOT\nLibs: -lWithRoot -lCore -lRIO -lTree\n")
    monkeypatch.setenv("PKG_CONFIG_PATH", str(tmp_path))
    for _ in range(2):
        with pytest.raises(CppUsageError, match="'withroot' needs ROOT's libraries, and ROOT cannot be loaded"):
            doublet.load("withroot")


@pytest.mark.parametrize("name", ["--version", "-I/tmp", "../x", "a b", "a;b", "$(x)", "", "a/b", "é"])
def test_what_is_no_name_is_never_asked_for(name: str) -> None:
    assert not is_name(name)
    assert find(name) is None


def test_flags_in_two_words_and_in_one() -> None:
    found = from_flags("x", "y", "", ["-I", "/a", "-isystem", "/b", "-lm", "-L/c", "-pthread", "-DX", "-DY=2"])
    assert (found.includes, found.libraries, found.folders, found.macros, found.fixed) == (("/a", "/b"), ("m",), ("/c",), (("X", "1"), ("Y", "2")), ())


@pytest.mark.parametrize("name", ["libTaughtHist.so", "TaughtHist", "libTaughtHist"])
def test_a_library_of_root_that_only_the_dynamic_linker_finds_is_refused_before_it_is_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    opened = tmp_path / "opened"
    (tmp_path / "hist.cpp").write_text(f'#include <fstream>\nstatic const bool told = [] {{ std::ofstream("{opened}"); return true; }}();\n')
    subprocess.run(["g++", "-shared", "-fPIC", "-o", tmp_path / "libTaughtHist.so", tmp_path / "hist.cpp"], check=True)
    monkeypatch.setenv("LD_LIBRARY_PATH", str(tmp_path))
    kernel = Kernel("doublet")
    (tmp_path / "libCling.so").touch()  # now that the kernel has loaded its own
    try:
        reply = kernel(f"%cpp_load {name}")
        assert f"'{name}' is ROOT's, which cannot be loaded into this process" in reply.evalue
        assert not opened.exists()
        (tmp_path / "libCling.so").unlink()
        assert kernel(f"%cpp_load {name}").status == "ok"
        assert opened.exists()
    finally:
        kernel.stop()
