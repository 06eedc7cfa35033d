"""Build the JupyterLab extension when the package is built, where Node is there to do it.

It is a build hook of hatchling's, so that ``pip install .`` and ``make`` need nothing else. Without Node, or without
what npm fetches, the kernel is installed all the same: JupyterLab then shows the static picture of a histogram.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NODE = (20, 19)
"""The oldest Node that the packages in extension/package.json run on."""
BUILT = Path("share/jupyter/labextensions/doublet")
SCHEMA = Path("kernel/doublet/display/histograms/schema.json")
SECONDS = 300
"""How long npm may take for one step."""


class LeftOutError(Exception):
    """Why there is no extension, as the end of a sentence."""


class ExtensionBuildHook(BuildHookInterface[Any]):
    """What hatchling calls before it collects the files of a wheel or source distribution."""

    def initialize(self, _version: str, _build_data: dict[str, Any]) -> None:
        try:
            build(Path(self.root))
        except LeftOutError as reason:
            self.app.display_warning(f"The JupyterLab extension was left out, static pictures show instead: {reason}.")


def build(root: Path) -> bool:
    """Build what is older than its sources; return whether anything was done.

    Raises `LeftOutError` if it cannot be built, and leaves nothing half done or out of date then.
    """
    if is_current(root):
        return False
    source = root / "extension"
    npm = find_npm()
    try:
        installed = source / "node_modules/.package-lock.json"
        if not installed.exists() or _modified(installed) < _modified(source / "package-lock.json"):
            _run(npm, "ci", folder=source)
            installed.touch()
        _run(npm, "run", "build", folder=source)
        # For `jupyter labextension list`, which names who has installed what.
        shutil.copy(source / "install.json", root / BUILT)
    except LeftOutError:
        shutil.rmtree(root / BUILT, ignore_errors=True)
        raise
    return True


def is_current(root: Path) -> bool:
    """Whether the extension is built, from sources as they are."""
    try:
        built = _modified(root / BUILT / "install.json")
        # Without its load path it would be found and do nothing.
        json.loads((root / BUILT / "package.json").read_text(encoding="utf-8"))["jupyterlab"]["_build"]["load"]
    except (OSError, KeyError, ValueError):
        return False
    return all(_modified(file) <= built for file in sources(root))


def sources(root: Path) -> Iterator[Path]:
    """What the extension is made of, besides this file."""
    yield root / SCHEMA
    folder = root / "extension"
    # The schema's copy in there is made new each time.
    yield from (file for file in folder.glob("src/**/*.ts") if "tests" not in file.parts)
    yield from folder.glob("schema/*")
    yield from folder.glob("style/*")
    yield from (file for file in folder.glob("*.*js*") if file.name != "biome.json")


def find_npm() -> str:
    """Find npm, whose Node is new enough."""
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm is None or node is None:
        raise LeftOutError("npm was not found")
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    version = re.match(r"v(\d+)\.(\d+)", said)
    if version is None or tuple(map(int, version.groups())) < NODE:
        raise LeftOutError(f"Node {'.'.join(map(str, NODE))} or newer is needed, and {node} says {said.strip()!r}")
    return npm


def _run(npm: str, *arguments: str, folder: Path) -> None:
    step = " ".join(arguments)
    try:
        done = subprocess.run(
            [npm, *arguments], cwd=folder, capture_output=True, text=True, errors="replace", timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise LeftOutError(f"'npm {step}' took more than {SECONDS} s") from None
    if done.returncode:
        sys.stderr.write(done.stdout + done.stderr)
        last = (done.stderr.strip() or done.stdout.strip() or "no reason").splitlines()[-1]
        raise LeftOutError(f"'npm {step}' failed: {last.strip()[:200]}")


def _modified(file: Path) -> int:
    return file.stat().st_mtime_ns
