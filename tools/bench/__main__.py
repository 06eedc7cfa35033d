"""Print a table of Doublet and its peers, measured in one run on this machine."""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import psutil

from . import bridge, figures
from .filling import filling
from .kernels import BenchError, MeasurementError, Peer, TooSlowError, peers
from .live import live
from .tables import tables

SCALE = {"s": 1.0, "ms": 1e3, "ns": 1e9, "kB": 1e-3, "x": 1.0}
LEGEND = """\
Medians; ± is half the distance between the quartiles. Under a peer's figure: Doublet's divided by the peer's.
A cell's time ends when both its reply and its last output have come. cppyy and ROOT are what a Python cell of
ipykernel gets by cppyy.cppdef or ROOT.gInterpreter. Memory is what the process shares with no other."""


FILLING = "Filling 10,000,000 entries, the best of all rounds:"


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="tools.bench", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="fewer repetitions and shorter sessions")
    parser.add_argument("--filling", action="store_true", help="only how long it takes to fill histograms")
    parser.add_argument(
        "--root-python",
        metavar="PATH",
        default=os.environ.get("ROOT_PYTHON"),
        help="a Python that has ROOT and ipykernel (default: the environment variable ROOT_PYTHON)",
    )
    arguments = parser.parse_args(argv)
    try:
        everyone = peers(arguments.root_python)
    except BenchError as error:
        print(f"bench: {error}", file=sys.stderr)
        return 2
    begun = time.monotonic()
    installed = [peer for peer in everyone if not peer.missing]
    wrong = []
    with tempfile.TemporaryDirectory() as folder:
        rows = measure(installed, Path(folder), quick=arguments.quick) if not arguments.filling else []
        try:
            filled = filling(installed, Path(folder), 2 if arguments.quick else 4, 3 if arguments.quick else 5)
            filled.append(live(next(peer for peer in installed if peer.name == "Doublet"), Path(folder), 2 if arguments.quick else 4))
        except MeasurementError as error:
            filled, wrong = [], [str(error)]
    print("\n".join((*machine(everyone), "", *table(everyone, rows), "", LEGEND, "", FILLING, *filled)))
    print(f"\nMeasured in {time.monotonic() - begun:.0f} s.")
    failed = [*failures(rows), *wrong]
    for text in failed:
        print(f"bench: a measurement failed: {text}", file=sys.stderr)
    return int(bool(failed))


def measure(installed: Sequence[Peer], folder: Path, *, quick: bool) -> list[figures.Row]:
    first, last, width = (50, 200, 30) if quick else (100, 2000, 50)
    return [
        *figures.starting(installed, folder, 3 if quick else 5),
        *figures.cells(installed, folder, 20 if quick else 60),
        *figures.showing(installed, folder, 10 if quick else 30),
        *bridge.binding(installed, folder, 3 if quick else 10),
        *bridge.calls(installed, folder, 3 if quick else 10),
        *figures.output(installed, folder, 1 if quick else 3, limit=10 if quick else 30),
        *tables(5 if quick else 20),
        *figures.long_session(installed, folder, first, last, width),
    ]


def failures(rows: Sequence[figures.Row]) -> list[str]:
    """What went wrong, once each; that a peer is too slow is a result."""
    found = {
        f"{name}: {error}": None
        for row in rows
        for name, error in row.failures.items()
        if name == "Doublet" or not isinstance(error, TooSlowError)
    }
    return list(found)


def machine(everyone: Sequence[Peer]) -> list[str]:
    memory = psutil.virtual_memory().total / 2**30
    lines = [
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, {memory:.0f} GiB of memory",
        f"load {os.getloadavg()[0]:.1f} at the end; Python {platform.python_version()}",
    ]
    for peer in everyone:
        lines.append(f"{peer.name:<10}{peer.versions}")
        if peer.missing:
            lines.append(f"{'':<10}to compare with it: {peer.missing}")
    return lines


def table(everyone: Sequence[Peer], rows: Sequence[figures.Row]) -> list[str]:
    """Two lines a figure: medians, and what they come to relative to each other and to the target."""
    names = [peer.name for peer in everyone]
    lines = [["", *names, "target"]]
    for row in rows:
        medians, ratios = [f"{row.figure}, {row.unit}"], [""]
        for peer in everyone:
            median, ratio = _cells(row, peer)
            medians.append(median)
            ratios.append(ratio)
        target, verdict = _target(row)
        lines += [[*medians, target], [*ratios, verdict]]
    widths = [max(map(len, column)) + 2 for column in zip(*lines, strict=True)]
    return [
        "".join(f"{cell:<{width}}" for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
        if any(line)
    ]


def _cells(row: figures.Row, peer: Peer) -> tuple[str, str]:
    if peer.missing:
        return "not installed", ""
    if error := row.failures.get(peer.name):
        return (str(error) if isinstance(error, TooSlowError) else "failed"), ""
    samples = row.samples.get(peer.name)
    if not samples:
        return "-", ""
    scale = SCALE[row.unit]
    median = statistics.median(samples)
    text = _number(median * scale, 3)
    if len(samples) > 1:
        low, _, high = statistics.quantiles(samples, n=4, method="inclusive")
        text += f" ±{_number((high - low) / 2 * scale, 2)}"
    own = row.samples.get("Doublet")
    if peer.name == "Doublet" or not own or row.unit == "x":
        return text, ""
    return text, f"{statistics.median(own) / median:.2g}x"


def _number(value: float, digits: int) -> str:
    return f"{value:.{digits}g}" if abs(value) < 10**digits - 0.5 else f"{value:,.0f}"


def _target(row: figures.Row) -> tuple[str, str]:
    """The target, and whether it holds."""
    if row.target is None:
        return "", ""
    limit = row.target.limit
    scale = SCALE[row.unit]
    text = f"{limit:g}x {row.target.of}" if row.target.of else f"{limit * scale:g} {row.unit}"
    own = row.samples.get("Doublet")
    if "Doublet" in row.failures or not own or (row.target.of and not row.target.against):
        return text, "not measured"
    reached = statistics.median(own) / (statistics.median(row.target.against) if row.target.of else 1)
    shown = f"{reached:.2f}x" if row.target.of else f"{_number(reached * scale, 3)} {row.unit}"
    return text, f"{shown} {'ok' if reached <= limit else 'OVER'}"


if __name__ == "__main__":
    sys.exit(main())
