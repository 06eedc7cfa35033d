"""The measurements behind ``make bench``: what is wrong is not timed, and the table says what holds."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from bench.__main__ import failures, main, table
from bench.figures import Row, Target, cells, take_turns
from bench.filling import BOOST, CASES, HAND, compare
from bench.kernels import Kernel, MeasurementError, Peer, TooSlowError, peers

DOUBLET, IPYKERNEL, CPPYY, ROOT = peers(None)


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[[Peer], Kernel]]:
    running: list[Kernel] = []

    def kernel(peer: Peer) -> Kernel:
        running.append(Kernel(peer, tmp_path))
        return running[-1]

    yield kernel
    for each in running:
        each.stop()


def test_a_cell_is_timed_until_its_output_has_come(start: Callable[[Peer], Kernel]) -> None:
    kernel = start(IPYKERNEL)
    assert kernel.first_reply("import time") > 0.1
    assert 0.3 < kernel.time("time.sleep(0.3); print('ab')\n7", value="7", characters=3) < 3
    assert kernel.memory() > 10e6


def test_a_cell_that_fails_or_gives_something_else_has_no_time(start: Callable[[Peer], Kernel]) -> None:
    kernel = start(IPYKERNEL)
    with pytest.raises(MeasurementError, match="'1/0' failed: ZeroDivisionError"):
        kernel.first_reply("1/0")
    with pytest.raises(MeasurementError, match="NameError"):
        kernel.time("nowhere")
    with pytest.raises(MeasurementError, match=r"gave \['2'\] instead of 3"):
        kernel.time("1+1", value="3")
    with pytest.raises(MeasurementError, match="2 of 5 characters arrived"):
        kernel.time("print('a')", characters=5)


def test_a_slow_cell_and_a_dead_kernel_are_told_apart(start: Callable[[Peer], Kernel]) -> None:
    kernel = start(IPYKERNEL)
    kernel.first_reply("import time, os")
    with pytest.raises(TooSlowError, match="> 1 s"):
        kernel.time("time.sleep(2)", limit=1)
    with pytest.raises(MeasurementError, match="ended the kernel"):
        kernel.time("os._exit(1)", limit=4)


def test_a_kernel_that_does_not_start_says_why(start: Callable[[Peer], Kernel]) -> None:
    kernel = start(Peer("broken", (sys.executable, "-m", "no_such_kernel"), ""))
    with pytest.raises(MeasurementError, match="No module named no_such_kernel"):
        kernel.first_reply("1")


def test_a_peer_that_fails_is_left_out_and_the_others_go_on() -> None:
    def work(peer: Peer, number: int) -> dict[str, float]:
        if peer is CPPYY and number == 1:
            raise MeasurementError("no")
        return {"figure": float(number)}

    samples = take_turns("", (DOUBLET, CPPYY), 3, work)
    assert samples.by_figure["figure"] == {"Doublet": [0, 1, 2], "cppyy": [0]}
    assert list(samples.failures) == ["cppyy"]


def test_trivial_cells_are_measured_in_doublet_and_cppyy(tmp_path: Path) -> None:
    rows = cells((DOUBLET, IPYKERNEL, CPPYY), tmp_path, 2)
    assert [(set(row.samples), dict(row.failures)) for row in rows] == [
        ({"Doublet", "cppyy"}, {}),
        ({"Doublet", "cppyy"}, {}),
        ({"Doublet", "ipykernel", "cppyy"}, {}),
        ({"Doublet", "ipykernel", "cppyy"}, {}),
    ]


def test_the_table_shows_ratios_targets_and_what_is_not_installed() -> None:
    python = [0.010, 0.012]
    rows = [
        Row("cell", "ms", {"Doublet": [0.04, 0.05, 0.06], "cppyy": [0.1]}, {}, Target(1.5, "ipykernel", python)),
        Row("memory", "kB", {"Doublet": [20e3]}, {"cppyy": TooSlowError(9)}, Target(30e3)),
    ]
    head, cell, ratios, memory, held = (line.split("  ") for line in table((DOUBLET, CPPYY, ROOT), rows))
    words = [[word.strip() for word in line if word.strip()] for line in (head, cell, ratios, memory, held)]
    assert words == [
        ["Doublet", "cppyy", "ROOT", "target"],
        ["cell, ms", "50 ±5", "100", "not installed", "1.5x ipykernel"],
        ["0.5x", "4.55x OVER"],
        ["memory, kB", "20", "> 9 s", "not installed", "30 kB"],
        ["20 kB ok"],
    ]


def test_only_a_slow_peer_is_a_result_and_not_a_failure() -> None:
    def failed(name: str, error: MeasurementError) -> list[str]:
        return failures([Row("", "s", {}, {name: error})])

    assert failed("cppyy", TooSlowError(9)) == []
    assert failed("Doublet", TooSlowError(9)) == ["Doublet: > 9 s"]
    assert failed("cppyy", MeasurementError("no")) == ["cppyy: no"]


def test_a_python_without_root_is_refused_in_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--root-python", sys.executable]) == 2
    assert "cannot import ROOT and ipykernel: ModuleNotFoundError" in capsys.readouterr().err
    assert main(["--root-python", "/no/such/python"]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_filling_is_compared_with_each_peer_that_is_there() -> None:
    lines = compare({"Doublet": dict.fromkeys(CASES, 2.0), HAND: dict.fromkeys(CASES, 1.9), BOOST: dict.fromkeys(CASES, 1.0)})
    assert [line[:11] for line in lines] == ["1-D regular", "1-D variabl", "3-D regular"]
    assert "by hand, g++ 1.90 ns: 1.05x of 1.1x ok" in lines[0]
    assert "Boost, g++ 1.00 ns: 2.00x of 1x OVER" in lines[0]
    assert "ROOT" not in lines[0]
