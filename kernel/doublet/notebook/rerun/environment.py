"""A fresh environment with the packages that a notebook was run with, built by pip and kept for the next time."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import distribution
from pathlib import Path

from platformdirs import user_cache_path

from doublet import __version__
from doublet.notebook.errors import NotebookError
from doublet.notebook.provenance.checksums import sha256

__all__ = ["Environment", "build"]

@dataclass(frozen=True)
class Environment:
    """An environment's `python`, and what could not be as the record says, in `notes`."""

    python: Path
    notes: tuple[str, ...] = ()


_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?")
_VERSION = re.compile(r"([A-Za-z0-9][A-Za-z0-9.+!_-]*)?|@ ?(git\+)?https://[^\s;'\"]+")
"""What reaches pip: it takes options, too."""


def build(packages: Mapping[str, str], recorded: str, path: str, say: Callable[[str], None], wheels: Path | None = None) -> Environment:
    """The environment with these versions of packages, made if there is none yet; raises `NotebookError` where pip cannot.

    A version is ``@`` and an address for what comes from there; `wheels` is a folder with some of them. The Python is of the `recorded` version if there is one on the PATH, else this one.
    """
    if not packages:
        raise NotebookError(path, "does not say with which packages it was run, so that no environment can be built: run it without --env")
    program = shutil.which(f"python{'.'.join(recorded.split('.')[:2])}") if recorded else None
    interpreter = program or sys.executable
    for name, version in packages.items():
        if not _NAME.fullmatch(name) or not _VERSION.fullmatch(version):
            raise NotebookError(path, f"wants '{name} {version}' to be installed, which is no package with its version: run it without --env")
    requirements = list(_requirements(packages))
    given = {file.name: sha256(file) for file in sorted(wheels.glob("*.whl"))} if wheels else {}
    key = hashlib.sha256(json.dumps([interpreter, sys.version, requirements, *([given] if given else [])]).encode()).hexdigest()[:16]
    folder = user_cache_path("doublet") / "environments" / key
    python = folder / "bin" / "python"
    if not (folder / "complete").exists():
        shutil.rmtree(folder, ignore_errors=True)
        say(f"building an environment of {len(requirements)} packages in {folder}")
        try:
            _do((interpreter, "-m", "venv", str(folder)), path)
            _do((str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *(("--find-links", str(wheels)) if given else ()), *requirements), path)
            if "doublet" in packages:
                _do((str(folder / "bin" / "doublet"), "doctor", "--fix"), path)
        except NotebookError:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        (folder / "complete").touch()
    notes = []
    now = subprocess.run((str(python), "-c", "import platform; print(platform.python_version())"), capture_output=True, text=True, check=True).stdout.strip()
    if recorded and recorded != now:
        notes.append(f"the environment's Python is {now}, the record's {recorded}")
    own = packages.get("doublet", "")
    if own and own != __version__ and _source() is not None:
        notes.append(f"the environment's Doublet is {__version__}, the record's {own}")
    return Environment(python, tuple(notes))


def _requirements(packages: Mapping[str, str]) -> Iterator[str]:
    if "ipykernel" not in packages:
        yield "ipykernel"
    for name, version in sorted(packages.items()):
        yield (name == "doublet" and _source()) or (f"{name} {version}" if version.startswith("@") else f"{name}=={version}" if version else name)


def _source() -> str | None:
    """Where this Doublet was installed from, if that is a folder or a file rather than an index of packages."""
    told = distribution("doublet").read_text("direct_url.json")
    url = json.loads(told).get("url", "") if told else ""
    return url.removeprefix("file://") if url.startswith("file://") else None


def _do(command: Iterable[str], path: str) -> None:
    variables = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}  # what lies there is no part of it
    done = subprocess.run(tuple(command), capture_output=True, text=True, errors="replace", check=False, env=variables)
    if done.returncode:
        said = [line for line in (done.stderr + done.stdout).splitlines() if line.strip()]
        reason = next((line for line in said if line.startswith("ERROR:")), said[-1] if said else "it does not say why")
        raise NotebookError(path, f"cannot have its environment again: {reason.removeprefix('ERROR: ')}")
