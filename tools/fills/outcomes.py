"""How a fill from C++ has ended, and what to say about all of a test-suite."""

from __future__ import annotations

import importlib.metadata
from collections import Counter
from collections.abc import Sequence

__all__ = ["BROADCAST", "ORDER", "OTHER", "REFUSED", "SAME", "verdict"]

SAME, ORDER, OTHER = "same", "the same when Python fills one entry at a time", "different"
BROADCAST = "the same when Python is given each value"
"""One value for all entries has boost-histogram lose them all if the first is in no bin (its issue 960)."""
REFUSED = "refused by C++, filled by Python"


def verdict(package: str, found: Sequence[tuple[str, str, str]]) -> tuple[list[str], bool]:
    """What to say about the fills of a suite, each an outcome, a test and a detail; and whether one is different."""
    counts = Counter(outcome for outcome, _, _ in found)
    lines = [f"{package} {importlib.metadata.version(package)}: {counts[SAME]} fills the same bit by bit"]
    lines += [f"  {count} {outcome}" for outcome, count in sorted(counts.items()) if outcome != SAME]
    lines += sorted({f"    {outcome}: {test}: {detail}" for outcome, test, detail in found if outcome in (BROADCAST, ORDER, OTHER, REFUSED)})
    if not counts[SAME]:
        lines.append("  nothing was compared, which is no success")
    return lines, bool(counts[OTHER] or counts[REFUSED]) or not counts[SAME]
