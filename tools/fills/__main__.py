"""What the test-suites of hist and boost-histogram fill, filled from C++ as well: the same contents, bit by bit.

The tests come from the sdists of the installed versions, and nothing of them is kept. Where contents differ, the same
entries are filled by Python one at a time: if that gives what C++ has, the order of sums explains the difference, or
that boost-histogram moves contents while an axis grows, or has lost what one value stands for in all entries.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import os
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Sequence
from pathlib import Path

from .outcomes import verdict

__all__ = ["main"]

PACKAGES = ("hist", "boost-histogram")
NEEDED = ("cloudpickle", "iminuit", "py-cpuinfo", "pytest-benchmark", "pytest-mpl", "scipy")
"""What their tests import and this environment need not have: installed for them alone, for plug-ins change other tests, too."""
ROOT = Path(__file__).resolve().parent.parent.parent


class DownloadError(Exception):
    """PyPI has not given a package's sources."""


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="tools.fills", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("packages", nargs="*", help=f"which (default: {' '.join(PACKAGES)})")
    chosen = parser.parse_args(argv).packages or PACKAGES
    wrong = False
    with tempfile.TemporaryDirectory() as folder:
        needed = Path(folder) / "needed"
        for package in chosen:
            try:
                tests = _sources(package, Path(folder)) / "tests"
                if not needed.is_dir():
                    _pip("install", "--target", str(needed), "--only-binary", ":all:", *NEEDED, why="what the tests need")
            except DownloadError as error:
                print(f"fills: {error}", file=sys.stderr)
                return 2
            report = Path(folder) / f"{package}.json"
            _run(tests, needed, report)
            if not report.is_file():
                print(f"fills: the tests of {package} ended before all had run", file=sys.stderr)
                return 2
            lines, unexplained = verdict(package, json.loads(report.read_text(encoding="utf-8")))
            print("\n".join(lines), flush=True)
            wrong |= unexplained
    return int(wrong)


def _sources(package: str, folder: Path) -> Path:
    """The unpacked sdist of what is installed; raises `DownloadError`."""
    version = importlib.metadata.version(package)
    target = folder / package
    _pip("download", "--no-binary", package, "--dest", str(target), f"{package}=={version}", why=f"the sources of {package} {version}")
    archives = list(target.glob("*.tar.gz"))
    with tarfile.open(archives[0]) as archive:
        archive.extractall(target, filter="data")
    return next(path for path in target.iterdir() if path.is_dir())


def _pip(command: str, *arguments: str, why: str) -> None:
    """Run pip without what packages depend on; raises `DownloadError`."""
    options = ("--quiet", "--disable-pip-version-check", "--no-deps")
    run = subprocess.run((sys.executable, "-m", "pip", command, *options, *arguments), capture_output=True, text=True, check=False)
    if run.returncode:
        said = next((line for line in run.stderr.splitlines() if line.startswith("ERROR")), "pip did not say why")
        raise DownloadError(f"{why} could not be downloaded from PyPI, which this check needs: {said}")


def _run(tests: Path, needed: Path, report: Path) -> None:
    """Run the tests, of which some lack what they need, or look at what the check changes: their fills count alone."""
    path = os.pathsep.join(filter(None, (str(ROOT), str(needed), os.environ.get("PYTHONPATH"))))
    options = ("-q", "-p", "tools.fills.plugin", "-p", "no:cacheprovider", "--continue-on-collection-errors", "--tb", "no", "--no-summary", "--benchmark-disable")
    # Theirs are settings for plug-ins that need not be here.
    settings = ("-o", "addopts=", "-o", "filterwarnings=", "-o", "required_plugins=")
    environment = {**os.environ, "PYTHONPATH": path, "DOUBLET_FILLS": str(report), "MPLBACKEND": "agg"}
    subprocess.run((sys.executable, "-m", "pytest", *options, *settings, "tests"), cwd=tests.parent, env=environment, check=False, stdout=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
