"""Tables and functions, measured inside one process: a message to a kernel would take longer than what is measured.

As a program it prints its samples, in seconds, as JSON: ``python -m tools.bench.tables ROUNDS``.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .figures import Row, Target
from .kernels import LIMIT, MeasurementError

__all__ = ["tables"]

HZZ = Path(__file__).parents[2] / "examples" / "data" / "HZZ.root"
COPIES = 420
NUMBERS = 1_000_000
CPP = """
double cpp_pairs() {
  double total = 0;
  for (const auto& event : events) {
    const auto muons = event.muons;
    for (std::size_t i = 0; i < muons.size(); ++i)
      for (std::size_t j = i + 1; j < muons.size(); ++j) {
        const auto a = muons[i], b = muons[j];
        if (a.q * b.q > 0) continue;
        const double E = a.E + b.E, x = a.px + b.px, y = a.py + b.py, z = a.pz + b.pz, m2 = E * E - x * x - y * y - z * z;
        if (m2 > 0) total += std::sqrt(m2);
      }
  }
  return total;
}
double cpp_pt(double x, double y) { return std::sqrt(x * x + y * y); }
"""


def tables(rounds: int) -> list[Row]:
    """A loop over Awkward events beside numba's, and a function over arrays beside a loop in Python."""
    command = (sys.executable, "-m", "tools.bench.tables", str(rounds))
    run = subprocess.run(command, cwd=Path(__file__).parents[2], capture_output=True, text=True, timeout=LIMIT * 3, check=False)
    failures, samples = {}, {}
    if run.returncode:
        failures["Doublet"] = MeasurementError((run.stderr.strip().splitlines() or ["it ended without a word"])[-1])
    else:
        samples = json.loads(run.stdout.splitlines()[-1])
    own = {key: {"Doublet": samples[key]} if key in samples else {} for key in ("pairs", "vectorized")}
    return [
        Row("pairs in 1,016,820 Awkward events", "ms", own["pairs"], failures, Target(1.0, "numba", samples.get("numba", ()))),
        Row("cpp.vectorize over 1,000,000 numbers", "ms", own["vectorized"], failures, Target(0.02, "a Python loop", samples.get("loop", ()))),
    ]


def main(rounds: int) -> None:
    from IPython.core.interactiveshell import InteractiveShell

    shell = InteractiveShell.instance()
    shell.run_line_magic("load_ext", "doublet")
    print(json.dumps(_pairs(shell, rounds) | _vectorized(shell, rounds)))


def _pairs(shell: Any, rounds: int) -> dict[str, list[float]]:
    import awkward as ak
    import numpy as np
    import uproot

    read = uproot.open(f"{HZZ}:events").arrays()
    muons = ak.zip({"px": read.Muon_Px, "py": read.Muon_Py, "pz": read.Muon_Pz, "E": read.Muon_E, "q": read.Muon_Charge})
    events = ak.concatenate([ak.zip({"met": read.MET_px, "muons": muons}, depth_limit=1)] * COPIES)
    shell.push({"events": events})
    shell.run_cell_magic("cpp", "", CPP)
    loops: dict[str, Callable[[], float]] = {"pairs": shell.user_ns["cpp"].cpp_pairs}
    try:
        import numba
    except ImportError:
        pass
    else:
        compiled = numba.njit(_in_numba)
        loops["numba"] = lambda: compiled(events)
    results = [loop() for loop in loops.values()]
    if not np.allclose(results, results[0], rtol=1e-6):
        raise MeasurementError(f"the loops over events found different sums: {results}")
    return _taken(loops, rounds)


def _in_numba(events: Any) -> float:
    total = 0.0
    for event in events:
        muons = event.muons
        for i in range(len(muons)):
            for j in range(i + 1, len(muons)):
                a, b = muons[i], muons[j]
                if a.q * b.q < 0:
                    m2 = (a.E + b.E) ** 2 - (a.px + b.px) ** 2 - (a.py + b.py) ** 2 - (a.pz + b.pz) ** 2
                    if m2 > 0:
                        total += m2**0.5
    return total


def _vectorized(shell: Any, rounds: int) -> dict[str, list[float]]:
    import numpy as np

    cpp = shell.user_ns["cpp"]
    x, y = np.random.default_rng(1).random((2, NUMBERS))
    function, vectorized = cpp.cpp_pt, cpp.vectorize(cpp.cpp_pt)
    few = NUMBERS // 20
    if vectorized(x, y)[:few].tolist() != [function(a, b) for a, b in zip(x[:few], y[:few], strict=True)]:
        raise MeasurementError("cpp.vectorize gives something else than the function")
    samples = _taken({"vectorized": lambda: vectorized(x, y), "loop": lambda: [function(a, b) for a, b in zip(x[:few], y[:few], strict=True)]}, rounds)
    return samples | {"loop": [20 * seconds for seconds in samples["loop"]]}


def _taken(loops: dict[str, Callable[[], Any]], rounds: int) -> dict[str, list[float]]:
    """How long each takes, in turns."""
    samples: dict[str, list[float]] = {name: [] for name in loops}
    for _ in range(rounds):
        for name, loop in loops.items():
            begun = time.perf_counter()
            loop()
            samples[name].append(time.perf_counter() - begun)
    return samples


if __name__ == "__main__":
    main(int(sys.argv[1]))
