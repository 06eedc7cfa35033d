"""What is measured. Kernels take turns, so that a noisy machine hits all alike."""

from __future__ import annotations

import statistics
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from .kernels import Kernel, MeasurementError, Peer

__all__ = ["Row", "Samples", "Target", "cells", "long_session", "output", "showing", "starting"]

CELLS = Path(__file__).parent / "cells"
FIRST_CELLS = (
    # the figure, the file with the definitions, the call, its value as g++ compiles it
    ("analysis of 1,000,000 events", "analysis.cpp", "analyse(1000000)", "216902"),
    ("first use of <regex>", "regex.cpp", 'has_digit("Z0")', "True"),
    ("first use of <random>", "random.cpp", "thrown(100)", "100"),
)
OUTPUT_LINES = 100_000
OUTPUT = f'for (int i = 0; i < {OUTPUT_LINES}; ++i) std::cout << "{"x" * 99}" << "\\n";'


@dataclass(frozen=True)
class Target:
    """At most `limit`, of the figure itself or as a ratio to other samples."""

    limit: float
    of: str = ""
    against: Sequence[float] = ()


@dataclass(frozen=True)
class Row:
    """One figure: what was sampled for each kernel, or why it could not be."""

    figure: str
    unit: str
    samples: Mapping[str, Sequence[float]]
    failures: Mapping[str, MeasurementError]
    target: Target | None = None


@dataclass
class Samples:
    """What kernels gave, by figure and kernel's name."""

    by_figure: dict[str, dict[str, list[float]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(list))
    )
    failures: dict[str, MeasurementError] = field(default_factory=dict)

    def row(self, key: str, unit: str, target: Target | None = None, *, title: str = "") -> Row:
        return Row(title or key, unit, self.by_figure[key], self.failures, target)


def take_turns(
    title: str,
    peers: Sequence[Peer],
    rounds: int,
    work: Callable[[Peer, int], Mapping[str, float]],
    *,
    warm_up: int = 1,
) -> Samples:
    """Collect what `work` measures in a peer and round; rounds below 0 warm up and do not count."""
    samples = Samples()
    for number in range(-warm_up, rounds):
        _progress(f"{title}: {number + 1}/{rounds}")
        for place in range(len(peers)):
            peer = peers[(place + number) % len(peers)]
            if peer.name in samples.failures:
                continue
            try:
                measured = work(peer, number)
            except MeasurementError as error:
                samples.failures[peer.name] = error
                continue
            if number >= 0:
                for key, value in measured.items():
                    samples.by_figure[key][peer.name].append(value)
    _progress("")
    return samples


@contextmanager
def pool(folder: Path) -> Iterator[Callable[[Peer], Kernel]]:
    """Give each peer one kernel that is ready for C++ cells, for as long as the block lasts."""
    running: dict[str, Kernel] = {}

    def kernel(peer: Peer) -> Kernel:
        if peer.name not in running:
            running[peer.name] = Kernel(peer, folder)
            running[peer.name].first_reply(peer.setup or "None")
        return running[peer.name]

    try:
        yield kernel
    finally:
        for each in running.values():
            each.stop()


def starting(peers: Sequence[Peer], folder: Path, rounds: int) -> list[Row]:
    """What takes place in a kernel that has just started."""

    def work(peer: Peer, _number: int) -> dict[str, float]:
        kernel = Kernel(peer, folder)
        try:
            times = {"start": kernel.first_reply(peer.setup + peer.line.format(code="1+1"))}
            for figure, file, call, value in FIRST_CELLS:
                code = (CELLS / file).read_text(encoding="utf-8")
                times[figure] = kernel.time(peer.program.format(code=code, call=call), value=value)
        finally:
            kernel.stop()
        return times

    samples = take_turns("start", _with_cpp(peers), rounds, work)
    start = Target(1.0, "cppyy", samples.by_figure["start"]["cppyy"])
    return [
        samples.row("start", "s", start, title="start to the first C++ reply"),
        *(samples.row(figure, "ms") for figure, *_ in FIRST_CELLS),
    ]


def cells(peers: Sequence[Peer], folder: Path, rounds: int) -> list[Row]:
    """Cells that do next to nothing."""
    with pool(folder) as kernel:

        def work(peer: Peer, number: int) -> dict[str, float]:
            run = kernel(peer).time
            times = {"python value": run("1+1", value="2"), "python": run(_declaration(None, number))}
            if peer.line:
                times["C++ value"] = run(peer.line.format(code="1+1"), value="2")
                times["C++"] = run(_declaration(peer, number))
            return times

        samples = take_turns("trivial cells", peers, rounds, work, warm_up=3)

    def cpp(key: str) -> Target:
        return Target(1.5, "its Python cell", samples.by_figure[key]["Doublet"])

    def python(key: str) -> Target:
        return Target(1.1, "ipykernel", samples.by_figure[key]["ipykernel"])

    return [
        samples.row("C++ value", "ms", cpp("python value"), title="C++ cell '1+1'"),
        samples.row("C++", "ms", cpp("python"), title="C++ cell 'int a = 1;'"),
        samples.row("python value", "ms", python("python value"), title="Python cell '1+1'"),
        samples.row("python", "ms", python("python"), title="Python cell 'a = 1'"),
    ]


def long_session(peers: Sequence[Peer], folder: Path, first: int, last: int, width: int) -> list[Row]:
    """What many cells do to a kernel: `width` cells around the `first`, and the last ones, are compared."""
    memory: dict[str, list[float]] = {}
    with pool(folder) as kernel:

        def work(peer: Peer, number: int) -> dict[str, float]:
            # ipykernel has no C++: its Python cells show what of this is IPython's.
            seconds = kernel(peer).time(_declaration(peer if peer.declare else None, number))
            if number + 1 in (first, last):
                memory.setdefault(peer.name, []).append(kernel(peer).memory())
            return {"cells": seconds}

        samples = take_turns("long session", peers, last, work)
    ratios, growth = samples.by_figure["flat"], samples.by_figure["memory"]
    for name, times in samples.by_figure["cells"].items():
        if len(memory.get(name, ())) == 2:
            early = statistics.median(times[first - width // 2 : first + width // 2])
            ratios[name] = [late / early for late in times[-width:]]
            growth[name] = [(memory[name][1] - memory[name][0]) / (last - first)]
    return [
        samples.row("flat", "x", Target(1.2), title=f"time of cell {last:,} / cell {first}"),
        samples.row("memory", "kB", Target(30e3), title=f"memory a cell, {first} to {last:,}"),
    ]


def output(peers: Sequence[Peer], folder: Path, rounds: int, limit: float) -> list[Row]:
    """Ten megabytes through ``std::cout``."""
    with pool(folder) as kernel:

        def work(peer: Peer, _number: int) -> dict[str, float]:
            cell = peer.line.format(code=OUTPUT)
            return {"output": kernel(peer).time(cell, characters=100 * OUTPUT_LINES, limit=limit)}

        samples = take_turns("output", _with_cpp(peers), rounds, work, warm_up=0)
    return [samples.row("output", "s", Target(3.0), title="10 MB through std::cout")]


def showing(peers: Sequence[Peer], folder: Path, rounds: int) -> list[Row]:
    """A histogram of 100 bins as the value of a cell; ipykernel shows what hist itself draws, one picture without tables."""
    setup = (CELLS / "histogram.py").read_text(encoding="utf-8")
    ready: set[str] = set()
    with pool(folder) as kernel:

        def work(peer: Peer, _number: int) -> dict[str, float]:
            if peer.name not in ready:
                kernel(peer).time(setup)
                ready.add(peer.name)
            return {"all": kernel(peer).time("h"), "without": kernel(peer).time("display(h, exclude=['image/png'])")}

        samples = take_turns("histograms", [peer for peer in peers if peer.name in ("Doublet", "ipykernel")], rounds, work, warm_up=3)
    return [
        samples.row("without", "ms", Target(0.03), title="histogram of 100 bins, no PNG"),
        samples.row("all", "ms", Target(0.15), title="histogram of 100 bins, PNG too"),
    ]


def _declaration(peer: Peer | None, number: int) -> str:
    """A cell that declares a new name in a peer's C++, or in Python."""
    name = f"{abs(number)}{'_warm_up' if number < 0 else ''}"
    return peer.declare.format(code=f"int cpp_{name} = 1;") if peer else f"python_{name} = 1"


def _with_cpp(peers: Sequence[Peer]) -> list[Peer]:
    return [peer for peer in peers if peer.line]


def _progress(text: str) -> None:
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)
