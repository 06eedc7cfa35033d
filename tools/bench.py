"""Measure how long the C++ side takes to start: plain cppyy, and with Doublet's precompiled header."""

from __future__ import annotations

import subprocess
import sys

ROUNDS = 5
PLAIN = "import cppyy"
DOUBLET = "from doublet.engine.toolchain import Toolchain; Toolchain.from_environment().apply(); import cppyy"
FIRST_LINE = "cppyy.gbl.gInterpreter.ProcessLine('1;')"
RANGES = "cppyy.gbl.gInterpreter.Declare('#include <ranges>')"
SCRIPT = """
import time
start = time.perf_counter()
{prepare}
{line}
print(time.perf_counter() - start)
"""


def seconds(prepare: str, line: str) -> float:
    """Return the best of some fresh processes; the first of them builds what is missing."""
    script = SCRIPT.format(prepare=prepare, line=line)
    runs = (subprocess.check_output((sys.executable, "-c", script), text=True) for _ in range(ROUNDS))
    return min(float(run.splitlines()[-1]) for run in runs)


def main() -> None:
    print(f"{'seconds':<24}{'plain cppyy':>14}{'doublet':>14}")
    for name, line in (("to the first line", FIRST_LINE), ("to #include <ranges>", RANGES)):
        print(f"{name:<24}{seconds(PLAIN, line):>14.2f}{seconds(DOUBLET, line):>14.2f}")


if __name__ == "__main__":
    main()
