"""The sanitisers of places that show other people's notebooks, which are JavaScript."""

from __future__ import annotations

import functools
import subprocess
from pathlib import Path

from build_extension import build, find_npm

_ROOT = Path(__file__).resolve().parent.parent


@functools.cache
def _compiled() -> Path:
    build(_ROOT)
    subprocess.run([find_npm(), "run", "compile"], cwd=_ROOT / "extension", check=True, capture_output=True)
    return _ROOT / "extension/lib/tests/sanitise.js"


def sanitised(place: str, given: str) -> str:
    """What is left of HTML at a place, one of those that extension/src/tests/sanitise.ts knows; needs npm."""
    done = subprocess.run(["node", str(_compiled()), place], input=given, capture_output=True, text=True, encoding="utf-8", check=True)
    return done.stdout
