"""The Python, the machine and the threads that a kernel has: what a result may depend on, and nothing that tells whose it is."""

from __future__ import annotations

import os
import platform
import re
import sys
from collections.abc import Iterable
from pathlib import Path

__all__ = ["hash_seed", "machine", "python", "threads", "without_folders"]

_FEATURE = re.compile(r"sse\w*|ssse3|avx\w*|fma\w?|f16c|bmi\d|amx\w*|asimd\w*|sve\w*|neon|popcnt")
"""Instructions that compilers and libraries choose their arithmetic by, in Linux's names."""
_THREAD_VARIABLES = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "BLIS_NUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "NUMBA_NUM_THREADS",
    "POLARS_MAX_THREADS",
)
_FOLDERS = re.compile(r"(?:~|[A-Za-z]:)?[/\\](?:[^\s:;,=\"'/\\]+[/\\])*([^\s:;,=\"'/\\]*)")


def python() -> dict[str, str]:
    """Which Python this is."""
    return {"implementation": platform.python_implementation(), "version": platform.python_version()}


def machine() -> dict[str, str]:
    """System, C library and processor, with the names of its vector instructions."""
    libc = str(os.confstr("CS_GNU_LIBC_VERSION") or "") if "CS_GNU_LIBC_VERSION" in os.confstr_names else ""
    model, features = _processor()
    found = {"system": platform.system(), "machine": platform.machine(), "libc": libc, "cpu": model, "features": features}
    return {name: value for name, value in found.items() if value}


def threads() -> dict[str, int | str]:
    """How many processors there are, those that this process may use, and how many threads libraries were told to take."""
    told: dict[str, int | str] = {"cpus": os.cpu_count() or 1, "usable": len(os.sched_getaffinity(0))}
    for name in _THREAD_VARIABLES:
        value = os.environ.get(name, "")
        if re.fullmatch(r"\d+(,\d+)*", value):
            told[name] = int(value) if value.isdigit() else value
    if (numba := sys.modules.get("numba")) is not None:
        told["numba"] = int(numba.get_num_threads())
    return told


def hash_seed() -> str:
    """What orders sets of texts: a number, or ``random``."""
    return os.environ.get("PYTHONHASHSEED") or "random"


def without_folders(flags: Iterable[str]) -> str:
    """A compiler's flags, of paths in them only the last part: ``-I/home/me/include`` is ``-Iinclude``."""
    return " ".join(_FOLDERS.sub(r"\1", flag) for flag in flags)


def _processor() -> tuple[str, str]:
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return platform.processor(), ""
    first, _, _ = text.partition("\n\n")
    lines = dict(re.findall(r"(?m)^(.+?)[ \t]*:[ \t]*(.*)$", first))
    words = (lines.get("flags") or lines.get("Features") or "").split()
    return lines.get("model name") or "", " ".join(sorted({word for word in words if _FEATURE.fullmatch(word)}))
