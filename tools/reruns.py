"""Executes every example again and again and says how often its results agree: a verdict on honest notebooks must be no false alarm."""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from doublet.notebook.reading import read
from doublet.notebook.rerun.rerunning import Options, rerun

EXAMPLES = Path(__file__).parent.parent / "examples"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=50)
    parser.add_argument("notebooks", metavar="NOTEBOOK", nargs="*", type=Path, default=sorted(EXAMPLES.glob("*.ipynb")), help="instead of the examples")
    arguments = parser.parse_args()
    alarms = 0
    for path in arguments.notebooks:
        agreed = 0
        for number in range(1, arguments.times + 1):
            start = time.perf_counter()
            _, verdict = rerun(read(path), path, path.absolute().parent, Options())
            agreed += verdict.agrees
            print(f"{path.name} {number}: {time.perf_counter() - start:.0f} s, {verdict.line}", flush=True)
        print(f"{path.name}: {agreed} of {arguments.times} agree", flush=True)
        alarms += arguments.times - agreed
    return int(alarms > 0)


if __name__ == "__main__":
    raise SystemExit(main())
