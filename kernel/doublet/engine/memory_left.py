"""How much memory is left: of the machine, and of the groups that limit the process, such as a container or a batch job.

Linux tells that in files, see its documentation: admin-guide/cgroup-v2.rst and cgroup-v1/memory.rst.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import NamedTuple

__all__ = ["left"]


class _Kind(NamedTuple):
    """Where a version of Linux's groups tells what they may take and have taken."""

    folder: str
    most: str
    used: str
    cached: str
    """Begins the lines of ``memory.stat`` that count what is given back when it is needed: files that were read."""


_NEW = _Kind("sys/fs/cgroup", "memory.max", "memory.current", "")
_OLD = _Kind("sys/fs/cgroup/memory", "memory.limit_in_bytes", "memory.usage_in_bytes", "total_")


def left(root: Path = Path("/")) -> int:
    """What a process may still take before it, or another one, is killed, in bytes; `root` has ``proc`` and ``sys`` in it."""
    found = re.search(r"MemAvailable:\s+(\d+) kB", (root / "proc/meminfo").read_text())
    machine = int(found[1]) << 10 if found else 0
    return max(0, min([machine, *_left_of_groups(root)]))


def _left_of_groups(root: Path) -> Iterator[int]:
    for line in (root / "proc/self/cgroup").read_text().splitlines():
        _, controllers, path = line.split(":", 2)
        kind = _OLD if "memory" in controllers.split(",") else _NEW if not controllers else None
        if kind is None:
            continue
        own = PurePosixPath(path.strip("/"))
        for group in (own, *own.parents):  # each limits those in it; a container may see only the outermost, as its root
            if (size := _left_of(root / kind.folder / group, kind)) is not None:
                yield size


def _left_of(group: Path, kind: _Kind) -> int | None:
    """What one group has left, if it has a limit."""
    try:
        most = (group / kind.most).read_text().strip()
        if most == "max":
            return None
        used = int((group / kind.used).read_text())
        counts = dict(line.split() for line in (group / "memory.stat").read_text().splitlines())
    except OSError:  # there is no such group, or it is of the other kind
        return None
    return int(most) - used + sum(int(counts.get(f"{kind.cached}{what}_file", 0)) for what in ("active", "inactive"))
