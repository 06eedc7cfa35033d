"""Tests that need a program or a library: those whose program is missing are named at the end of the run, and why.

A machine where nobody may install Node, a browser or a library has all other tests nevertheless.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections import Counter
from importlib.util import find_spec
from pathlib import Path

import pytest
from build_extension import LeftOutError, find_npm

from doublet.notebook.publish.browser import find_chromium

_HEADERS = {
    "boost": ("boost/histogram.hpp", "libboost-dev"),
    "eigen": ("eigen3/Eigen/Core", "libeigen3-dev"),
    "fastjet": ("fastjet/PseudoJet.hh", "libfastjet-dev"),
    "hepmc3": ("HepMC3/GenEvent.h", "libhepmc3-dev"),
}
"""Libraries of C++: a header of each, and Debian's package that has it."""

_PACKAGES = {"bwrap": "bubblewrap", "cmake": "cmake", "git": "git", "pkg-config": "pkg-config"}
"""Programs, and Debian's packages that have them."""

_NOT_RUN = pytest.StashKey[Counter[tuple[str, str]]]()


def find_code_server() -> str | None:
    """VS Code in a browser, from npm; the environment variable CODE_SERVER names another than that of the path."""
    return shutil.which(os.environ.get("CODE_SERVER", "code-server"))


def find_root() -> str | None:
    """A Python that has ROOT: what the environment variable ROOT_PYTHON names, or this one."""
    if os.environ.get("ROOT_PYTHON"):
        return shutil.which(os.environ["ROOT_PYTHON"])
    return sys.executable if find_spec("ROOT") else None


def _lacking(program: str) -> str:
    """Why a program cannot be used, empty if it can."""
    if program == "chromium":
        return "" if find_chromium() else "chromium was not found, install it with 'apt-get install chromium'"
    if program == "code-server":
        return "" if find_code_server() else "code-server, which is VS Code in a browser, was not found; docs/DEVELOP.md says how it is installed"
    if program == "root":
        return "" if find_root() else "a Python with ROOT was not found; docs/DEVELOP.md says how one is made, let ROOT_PYTHON name it"
    if program == "npm":
        try:
            find_npm()
        except LeftOutError as reason:
            return str(reason)
        return ""
    if program == "indico":
        return "" if os.environ.get("DOUBLET_TEST_INDICO") else "no Indico is running for them, 'make test-indico' starts one"
    if program in _PACKAGES:
        return "" if shutil.which(program) else f"{program} was not found, install it with 'apt-get install {_PACKAGES[program]}'"
    if program in _HEADERS:
        header, package = _HEADERS[program]
        folders = ("/usr/include", "/usr/local/include", *os.environ.get("CPLUS_INCLUDE_PATH", "").split(os.pathsep))
        return "" if any(Path(folder, header).is_file() for folder in folders if folder) else f"{header} was not found, install it with 'apt-get install {package}'"
    raise ValueError(f"tests need {program!r}, and nobody knows how to look for it")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    reasons: dict[str, str] = {}
    missing: Counter[tuple[str, str]] = Counter()
    kept: list[pytest.Item] = []
    left: list[pytest.Item] = []
    for item in items:
        programs = [marker.args[0] for marker in item.iter_markers("needs")]
        lacking = next(filter(None, (reasons.setdefault(name, _lacking(name)) for name in programs)), "")
        (left if lacking else kept).append(item)
        if lacking:
            missing[str(item.path.relative_to(config.rootpath)), lacking] += 1
    if left:
        config.hook.pytest_deselected(items=left)
        items[:] = kept
    config.stash[_NOT_RUN] = missing


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    missing = config.stash.get(_NOT_RUN, None)
    if missing:
        terminalreporter.section("not run")
        for (file, reason), number in sorted(missing.items()):
            terminalreporter.write_line(f"{file}: {number} test{'s' * (number > 1)} not run: {reason}.")
