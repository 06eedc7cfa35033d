"""Executes every example again and again and says how often its results agree: a verdict on honest notebooks must be no false alarm."""

from __future__ import annotations

import argparse
from pathlib import Path

from doublet.notebook.reading import read
from doublet.notebook.rerun.rerunning import Options, rerun

EXAMPLES = Path(__file__).parent.parent / "examples"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=50)
    times = parser.parse_args().times
    alarms = 0
    for path in sorted(EXAMPLES.glob("*.ipynb")):
        verdicts = [rerun(read(path), path, EXAMPLES, Options())[1] for _ in range(times)]
        wrong = [verdict.line for verdict in verdicts if not verdict.agrees]
        alarms += len(wrong)
        print(f"{path.name}: {times - len(wrong)} of {times} agree; {verdicts[-1].line}", *sorted(set(wrong)), sep="\n  ")
    return int(alarms > 0)


if __name__ == "__main__":
    raise SystemExit(main())
