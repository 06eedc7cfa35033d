"""What it costs to cross: arrays bound into C++ cells, and C++ functions called from Python."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from .figures import Row, Target, pool, take_turns

if TYPE_CHECKING:
    from .kernels import Peer

__all__ = ["binding", "calls"]

SIZES = {"1 kB": 128, "1 GB": 125_000_000}
CALLS = 100_000
CALLED = {"Doublet": "cpp", "cppyy": "cppyy.gbl", "ROOT": "ROOT"}
"""Where Python finds the C++ functions."""


def binding(peers: Sequence[Peer], folder: Path, rounds: int) -> list[Row]:
    """A cell that binds an array, and one that uses it again beside one that uses a span of C++'s own."""
    doublet = [peer for peer in peers if peer.name == "Doublet"]
    memory: list[float] = []
    with pool(folder) as kernel:

        def work(peer: Peer, number: int) -> dict[str, float]:
            run, measured = kernel(peer).time, {}
            run("import numpy as np")
            for title, size in SIZES.items():
                run(f"bound = np.zeros({size})")
                before = kernel(peer).memory()
                measured[title] = run(peer.line.format(code="bound[0] + 1"), value="1.0")
                if title == "1 GB" and number >= 0:
                    memory.append(kernel(peer).memory() - before)
            run(peer.line.format(code="auto own = bound;"))
            again = run(peer.line.format(code="bound[0] + 1"), value="1.0")
            measured["again"] = again - run(peer.line.format(code="own[0] + 1"), value="1.0")
            run("del bound")
            return measured

        samples = take_turns("binding", doublet, rounds, work)
    samples.by_figure["memory"]["Doublet"] = memory
    return [
        samples.row("1 GB", "ms", Target(1.2, "1 kB", samples.by_figure["1 kB"]["Doublet"]), title="cell that binds a 1 GB array"),
        samples.row("memory", "kB", Target(1e6), title="memory for binding 1 GB"),
        samples.row("again", "ms", Target(2e-3), title="a bound name more than a C++ one"),
    ]


def calls(peers: Sequence[Peer], folder: Path, rounds: int) -> list[Row]:
    """Python calls a small C++ function."""
    with pool(folder) as kernel:

        def work(peer: Peer, number: int) -> dict[str, float]:
            name = f"added_{abs(number)}{'_warm_up' if number < 0 else ''}"
            kernel(peer).time(peer.declare.format(code=f"double {name}(double a, double b) {{ return a + b; }}"))
            kernel(peer).time(f"f = {CALLED[peer.name]}.{name}; f(1.0, 2.0)", value="3.0")
            return {"calls": kernel(peer).time(f"for _ in range({CALLS}): f(1.0, 2.0)") / CALLS}

        samples = take_turns("calls", [peer for peer in peers if peer.name in CALLED], rounds, work)
    return [samples.row("calls", "ns", Target(1.2, "cppyy", samples.by_figure["calls"]["cppyy"]), title="Python calls a C++ function")]
