"""Filling histograms: Doublet's cells, a loop by hand and Boost.Histogram in g++ -O2, and ROOT."""

from __future__ import annotations

import subprocess
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from .kernels import Kernel, MeasurementError, Peer

__all__ = ["CASES", "compare", "filling"]

CELLS = Path(__file__).parent / "cells"
CASES = ("1-D regular", "1-D variable", "3-D regular")
HAND, BOOST = "by hand, g++", "Boost, g++"
LIMITS = {HAND: 1.1, BOOST: 1.0, "ROOT": 1.0}
"""How many times as long as each a cell may take."""

_LIMIT = 120
_PYTHON = """\
import hist, pathlib
filled = hist.Hist(hist.axis.Regular(100, 0, 1))
filled_variable = hist.Hist(hist.axis.Variable([(i / 100) ** 1.5 for i in range(101)]))
filled_3d = hist.Hist(*[hist.axis.Regular(20, 0, 1, name=name) for name in "xyz"])
"""

Times = Mapping[str, Mapping[str, float]]
"""By peer and case: the best time of an entry, in nanoseconds."""


def filling(installed: Sequence[Peer], folder: Path, turns: int, rounds: int) -> list[str]:
    """The lines of a table; raises `MeasurementError` where a peer fails, or fills other bins."""
    by_name = {peer.name: peer for peer in installed}
    program = _program(folder)
    kernels = {"Doublet": _doublet(by_name["Doublet"], folder, rounds)}
    if "ROOT" in by_name:
        kernels["ROOT"] = _root(by_name["ROOT"], folder, rounds)
    best: dict[str, dict[str, float]] = defaultdict(dict)
    contents: dict[str, set[str]] = defaultdict(set)
    try:
        for _ in range(turns):
            for name, run in kernels.items():
                run[1](name)
            _run((str(program), str(_file(folder, HAND)), str(_file(folder, BOOST)), str(rounds), "0", "1"))
            for name in (*kernels, HAND, BOOST):
                for case, time, content in _lines(_file(folder, name)):
                    best[name][case] = min(time, best[name].get(case, time))
                    contents[case].add(content)
    finally:
        for kernel, _ in kernels.values():
            kernel.stop()
    if differing := [case for case in CASES if len(contents[case]) != 1]:
        raise MeasurementError(f"not all have filled the same bins: {', '.join(differing)}")
    return compare(best)


def compare(best: Times) -> list[str]:
    """One line a case: the times, and how many times as long as each peer Doublet takes."""
    lines = []
    for case in CASES:
        own = best["Doublet"][case]
        parts = [f"{case:<14}{own:6.2f} ns an entry"]
        for name, limit in LIMITS.items():
            if name in best:
                ratio = own / best[name][case]
                verdict = "ok" if ratio <= limit else "OVER"
                parts.append(f"{name} {best[name][case]:.2f} ns: {ratio:.2f}x of {limit:g}x {verdict}")
        lines.append("   ".join(parts))
    return lines


def _program(folder: Path) -> Path:
    program = folder / "filling"
    _run(("g++", "-O2", "-std=c++20", f"-I{CELLS}", str(CELLS / "filling_peers.cpp"), "-o", str(program)))
    return program


Running = tuple[Kernel, Callable[[str], object]]
"""A kernel, and what has it write its times to the file of this name."""


def _doublet(peer: Peer, folder: Path, rounds: int) -> Running:
    kernel = Kernel(peer, folder)
    kernel.first_reply(_PYTHON)
    kernel.time(f'%%cpp\n#include "{CELLS / "filling.hpp"}"')
    kernel.time("%%cpp\n" + (CELLS / "filling_doublet.cpp").read_text(encoding="utf-8"))
    reset = "for h in (filled, filled_variable, filled_3d): h.reset()"
    return kernel, lambda name: (kernel.time(reset), kernel.time(f"cpp.fill_doublet({str(_file(folder, name))!r}, {rounds})"))


def _root(peer: Peer, folder: Path, rounds: int) -> Running:
    kernel = Kernel(peer, folder)
    kernel.first_reply(peer.setup)
    for file in ("filling.hpp", "filling_root.cpp"):
        kernel.time(f"ROOT.gInterpreter.Declare({(CELLS / file).read_text(encoding='utf-8')!r})\nNone")
    return kernel, lambda name: kernel.time(f"ROOT.fill_root({str(_file(folder, name))!r}, {rounds})")


def _file(folder: Path, name: str) -> Path:
    """What a peer writes its times to."""
    return folder / f"{name}.times"


def _lines(file: Path) -> Iterable[tuple[str, float, str]]:
    for line in file.read_text(encoding="utf-8").splitlines():
        case, time, content = line.split("\t")
        yield case, float(time), content


def _run(command: Sequence[str]) -> None:
    run = subprocess.run(command, capture_output=True, text=True, timeout=_LIMIT, check=False)
    if run.returncode:
        said = run.stderr.strip().splitlines() or [f"it ended with {run.returncode}"]
        raise MeasurementError(f"'{Path(command[0]).name}' failed: {said[0]}; Boost's headers are Debian's libboost-dev")
