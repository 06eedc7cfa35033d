"""Packages that no index has, such as a physicist's own that is under development, built to be installed elsewhere."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from doublet.notebook.errors import PackError

if TYPE_CHECKING:
    from doublet.notebook.packing.installed import Distribution

__all__ = ["WHEELS", "wheel"]

WHEELS = "wheels"
"""Their folder in a pack."""
_SECONDS = 600
_DATE = "315532800"
"""The beginning of 1980 (``SOURCE_DATE_EPOCH``), by which build tools make the same bytes of the same sources."""


def wheel(distribution: Distribution) -> tuple[str, bytes]:
    """The name and the content of a wheel, built by pip from the folder or file that the package was installed from.

    Raises `PackError` where it cannot be built.
    """
    source = Path(unquote(urlsplit(str(distribution.origin["url"])).path))
    if not source.exists():
        raise PackError(distribution.name, f"cannot be built to be packed: {source}, from which it was installed, is no longer there")
    with tempfile.TemporaryDirectory() as folder:
        command = (sys.executable, "-m", "pip", "--disable-pip-version-check", "wheel", "--quiet", "--no-deps", "--wheel-dir", folder, str(source))
        try:
            done = subprocess.run(command, env={**os.environ, "SOURCE_DATE_EPOCH": _DATE}, capture_output=True, text=True, errors="replace", timeout=_SECONDS, check=False)
        except subprocess.TimeoutExpired:
            raise PackError(distribution.name, f"cannot be built to be packed: pip had not ended after {_SECONDS} s") from None
        made = sorted(Path(folder).glob("*.whl"))
        if done.returncode or len(made) != 1:
            raise PackError(distribution.name, f"cannot be built to be packed: {_reason(done.stderr)}")
        return made[0].name, made[0].read_bytes()


def _reason(said: str) -> str:
    """The line of what pip says that tells why; below a traceback, the last one does."""
    lines = [line.strip() for line in said.splitlines() if line.strip()] or ["pip does not say why"]
    told = [line.partition(":")[2].strip() for line in lines if line.lower().startswith("error:")]
    return told[0] if told and told[0] != "Exception:" else lines[-1]
