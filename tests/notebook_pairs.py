"""Pairs of executed notebooks of which it is known how they differ, made by running cells."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import nbformat
from IPython.utils.capture import capture_output

from doublet.notebook.comparison.agreement import Agreement
from doublet.notebook.provenance.record import Provenance, Randomness, Session, digest

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from doublet.notebook.reading import Notebook

__all__ = ["PAIRS", "Pair", "executed"]


@dataclass(frozen=True)
class Pair:
    """Cells of the reference, and of the other notebook; what the verdict on them must be."""

    name: str
    first: Sequence[str]
    second: Sequence[str]
    worst: Agreement
    says: str = ""
    code: int | None = None
    """The exit code, where the class does not tell it."""
    record: Session | None = None
    other_record: Session | None = None
    repeats: Sequence[Sequence[str]] = ()
    """Cells of other runs of the reference."""
    tags: dict[int, list[str]] = field(default_factory=dict)
    """Tags of cells, by their places from 0."""
    accepted: int = 0


def executed(shell: InteractiveShell, cells: Sequence[str], tags: dict[int, list[str]], record: Session | None = None) -> Notebook:
    """A notebook of these cells, run one after the other, up to one that fails."""
    made, has_failed = [], False
    for place, source in enumerate(cells):
        cell = nbformat.v4.new_code_cell(source, id=_id(cells, place), metadata={"tags": tags[place]} if place in tags else {})
        made.append(cell)
        if has_failed:
            continue
        values: list[dict[str, Any]] = []
        with capture_output() as out, _values(shell, values):
            done = shell.run_cell(source, store_history=False)
        cell.execution_count = place + 1
        if out.stdout:
            cell.outputs.append(nbformat.v4.new_output("stream", name="stdout", text=out.stdout))
        if out.stderr:
            cell.outputs.append(nbformat.v4.new_output("stream", name="stderr", text=out.stderr))
        cell.outputs += [nbformat.v4.new_output("display_data", shown.data) for shown in out.outputs]
        cell.outputs += [nbformat.v4.new_output("execute_result", data, execution_count=place + 1) for data in values]
        error = done.error_in_exec or done.error_before_exec
        if error is not None:
            has_failed = True
            cell.outputs = [nbformat.v4.new_output("error", ename=type(error).__name__, evalue=str(error), traceback=[])]
    notebook = nbformat.v4.new_notebook(cells=made)
    if record is not None:
        notebook.metadata["doublet"] = Provenance([record]).to_dict()
    return notebook


def _id(cells: Sequence[str], place: int) -> str:
    """The same for the same cell in both notebooks, as it stays when others come and go."""
    before = cells[:place].count(cells[place])
    return f"{digest(cells[place])}-{before}"


@contextmanager
def _values(shell: InteractiveShell, values: list[dict[str, Any]]) -> Iterator[None]:
    """Collect what the values of cells are shown as, which a shell without a kernel would print."""
    assert shell.display_formatter is not None
    form: Any = shell.display_formatter.format
    hook = shell.display_trap.hook

    def keep(value: object) -> None:
        if value is not None:
            values.append(form(value)[0])

    shell.display_trap.hook = keep
    try:
        yield
    finally:
        shell.display_trap.hook = hook


BEGIN = "import numpy as np, hist\nfrom hist import Hist\nvalues = np.random.default_rng(7).normal(91, 5, 2000)"
BOOK = 'h = Hist.new.Reg(60, 60, 120, name="mass", label="mass [GeV]").Double()'
FILL = "h.fill(values)\nh"
WEIGHTED = 'weights = np.random.default_rng(8).uniform(0.5, 1.5, 2000)\nh = Hist.new.Reg(60, 60, 120, name="mass").Weight()'
MEAN = 'h = Hist.new.Reg(6, 60, 120, name="mass").Mean()'
TABLE = "import pandas as pd\ntable = pd.DataFrame({'cut': ['all', 'two muons', 'Z'], 'events': [2421, 1464, 1218], 'mean': [1 / 3, 2 / 3, 90.8993]})"
FIT = "from iminuit import Minuit, cost\nedges, counts = h.axes[0].edges, h.values()\nfrom scipy.stats import norm\ndef model(x, loc, scale):\n    return norm.cdf(x, loc, scale)\nnll = cost.BinnedNLL(counts, edges, model)"
CPP = "%%cpp\n#include <cmath>\nfor (double value : values) h(value);\nh"


def _record(**parts: Any) -> Session:
    return Session("abcd1234", "2026-01-01T00:00:00Z", **parts)


def _numbers(*texts: str) -> list[str]:
    return [f"print({text!r})" for text in texts]


SAME, ROUNDING, NOISE, RANDOM, UNJUDGED, MOVED, DIFFERENT = Agreement

PAIRS = [
    # the same
    Pair("a histogram filled twice", [BEGIN, BOOK, FILL], [BEGIN, BOOK, FILL], SAME),
    Pair("a histogram filled by C++ and by Python", [BEGIN, BOOK, FILL], [BEGIN, BOOK, CPP], SAME, "another source"),
    Pair("the same text", _numbers("1464 pairs"), _numbers("1464 pairs"), SAME),
    Pair("a text in other pieces", ["print('a', end='')\nprint('b')"], ["print('ab')"], SAME),
    Pair("an object at another address", ["print('<Fit at 0x7f0012345678>')"], ["print('<Fit at 0x7f0087654321>')"], SAME),
    Pair("a pointer to other memory", _numbers("data: 0x7f0012345678"), _numbers("data: 0x55d0876543a0"), SAME),
    Pair("measured times", ["%time print(1)"], ["%time print(1)"], SAME),
    Pair("a line that was written over", ["print('10 %\\r20 %')"], ["print('20 %')"], SAME),
    Pair("not a number in both", [BEGIN, WEIGHTED, "h.fill([91.0], weight=[np.nan])\nh"], [BEGIN, WEIGHTED, "h.fill([91.0], weight=[np.nan])\nh"], SAME),
    Pair("empty histograms", [BEGIN, BOOK, "h"], [BEGIN, BOOK, "h"], SAME),
    Pair("the same seed", ["import numpy as np\nprint(np.random.default_rng(5).normal())"], ["import numpy as np\nprint(np.random.default_rng(5).normal())"], SAME),
    Pair("the same picture", ["from IPython.display import Image, display\nImage(PNG[0], format='png')"], ["from IPython.display import Image, display\nImage(PNG[0], format='png')"], SAME),
    Pair("the same table", [TABLE, "table"], [TABLE, "table"], SAME),
    Pair("the same error", ["raise ValueError('no muons in 3 events')"], ["raise ValueError('no muons in 3 events')"], UNJUDGED, "fails in both", code=2),
    Pair("the same error in a cell that may fail", ["raise ValueError('no muons in 3 events')"], ["raise ValueError('no muons in 3 events')"], SAME, tags={0: ["raises-exception"]}),
    Pair("a cell without results left out", [BEGIN, "unused = 1", BOOK, FILL], [BEGIN, BOOK, FILL], UNJUDGED, code=0),
    Pair("cells executed in another order with the same results", [BEGIN, "print(len(values))", "print(values.size)"], [BEGIN, "print(values.size)", "print(len(values))"], SAME),
    # rounding
    Pair("a weighted histogram filled in another order", [BEGIN, WEIGHTED, "h.fill(values, weight=weights)\nh"], [BEGIN, WEIGHTED, "h.fill(values[::-1], weight=weights[::-1])\nh"], ROUNDING, "bins differ"),
    Pair("a profile filled in another order", [BEGIN, MEAN, "h.fill(values, sample=values**2)\nh"], [BEGIN, MEAN, "h.fill(values[::-1], sample=values[::-1] ** 2)\nh"], ROUNDING),
    Pair("a weighted profile filled in another order", [BEGIN, WEIGHTED, "h = Hist.new.Reg(6, 60, 120).WeightedMean()\nh.fill(values, sample=values**2, weight=weights)\nh"], [BEGIN, WEIGHTED, "h = Hist.new.Reg(6, 60, 120).WeightedMean()\nh.fill(values[::-1], sample=values[::-1] ** 2, weight=weights[::-1])\nh"], ROUNDING),
    Pair("a sum in another order, in full", [BEGIN, "print('sum:', sum(values / 3))"], [BEGIN, "print('sum:', sum(values[::-1] / 3))"], ROUNDING, "1 number differs"),
    Pair("a sum in another order, in few digits", [BEGIN, "print(f'sum: {sum(values / 3):.4f}')"], [BEGIN, "print(f'sum: {sum(values[::-1] / 3):.4f}')"], SAME),
    Pair("a histogram filled by two threads", [BEGIN, WEIGHTED, "h.fill(values, weight=weights, threads=1)\nh"], [BEGIN, WEIGHTED, "h.fill(values, weight=weights, threads=2)\nh"], ROUNDING),
    Pair("columns that are as wide as their numbers", _numbers("mass 0.30000000000000004 GeV"), _numbers("mass 0.3                 GeV"), ROUNDING),
    Pair("an array in another order of sums", [BEGIN, "np.array([sum(values / 7)])"], [BEGIN, "np.array([sum(values[::-1] / 7)])"], ROUNDING),
    Pair("a table in another order of sums", [BEGIN, TABLE, "table.assign(sum=sum(values / 7))"], [BEGIN, TABLE, "table.assign(sum=sum(values[::-1] / 7))"], ROUNDING),
    Pair("a fit begun elsewhere", [BEGIN, BOOK, "h.fill(values)\nNone", FIT, "m = Minuit(nll, loc=90, scale=4)\nm.migrad()"], [BEGIN, BOOK, "h.fill(values)\nNone", FIT, "m = Minuit(nll, loc=91.5, scale=4.5)\nm.migrad()"], ROUNDING, "minimiser"),
    Pair("a fit made twice", [BEGIN, BOOK, "h.fill(values)\nNone", FIT, "m = Minuit(nll, loc=90, scale=4)\nm.migrad()"], [BEGIN, BOOK, "h.fill(values)\nNone", FIT, "m = Minuit(nll, loc=90, scale=4)\nm.migrad()"], SAME),
    # moved
    Pair("an event moved over an edge", [BEGIN, BOOK, "h.fill([*values, 91.999999])\nh"], [BEGIN, BOOK, "h.fill([*values, 92.000001])\nh"], MOVED, "1 event moved"),
    Pair("an event moved over an edge, which is accepted", [BEGIN, BOOK, "h.fill([*values, 91.999999])\nh"], [BEGIN, BOOK, "h.fill([*values, 92.000001])\nh"], MOVED, "agrees within 1 event", code=0, accepted=1),
    Pair("three events moved", [BEGIN, BOOK, "h.fill([*values, 91.9, 95.9, 70.9])\nh"], [BEGIN, BOOK, "h.fill([*values, 92.1, 96.1, 71.1])\nh"], MOVED, "3 events moved", accepted=2),
    Pair("an event moved out of the axis", [BEGIN, BOOK, "h.fill([*values, 119.9])\nh"], [BEGIN, BOOK, "h.fill([*values, 120.1])\nh"], MOVED, "overflow"),
    Pair("an event moved over a corner", [BEGIN, "h = Hist.new.Reg(6, 60, 120).Reg(6, 60, 120).Double()\nh.fill([79.9], [79.9])\nh"], [BEGIN, "h = Hist.new.Reg(6, 60, 120).Reg(6, 60, 120).Double()\nh.fill([80.1], [80.1])\nh"], MOVED, "(1, 1), (2, 2)"),
    Pair("a weighted event moved", [BEGIN, WEIGHTED, "h.fill(values, weight=weights)\nh.fill(91.9, weight=0.75)\nh"], [BEGIN, WEIGHTED, "h.fill(values, weight=weights)\nh.fill(92.1, weight=0.75)\nh"], MOVED, "1 event moved"),
    # different
    Pair("an event lost", [BEGIN, BOOK, FILL], [BEGIN, BOOK, "h.fill(values[1:])\nh"], DIFFERENT, "sum 1999, was 2000"),
    Pair("an event moved far", [BEGIN, BOOK, "h.fill([*values, 70.5])\nh"], [BEGIN, BOOK, "h.fill([*values, 110.5])\nh"], DIFFERENT, "sum is kept"),
    Pair("another cut", [BEGIN, BOOK, "h.fill(values[values > 80])\nh"], [BEGIN, BOOK, "h.fill(values[values > 81])\nh"], DIFFERENT, 'histogram "mass": bin 20 (80 to 81)'),
    Pair("another cut, in a cutflow", [BEGIN, "print({'all': 2000, 'cut': int((values > 80).sum())})"], [BEGIN, "print({'all': 2000, 'cut': int((values > 81).sum())})"], DIFFERENT, "'cut'"),
    Pair("a weighted event in a bin that was empty", [BEGIN, WEIGHTED, "h.fill(values, weight=weights)\nh"], [BEGIN, WEIGHTED, "h.fill(values, weight=weights)\nh.fill(500.0, weight=0.75)\nh"], DIFFERENT, "overflow"),
    Pair("other weights", [BEGIN, WEIGHTED, "h.fill(values, weight=weights)\nh"], [BEGIN, WEIGHTED, "h.fill(values, weight=weights * 1.000001)\nh"], DIFFERENT),
    Pair("the last digit of a large whole number", _numbers("event 9007199254740993"), _numbers("event 9007199254740992"), DIFFERENT, "9007199254740992, was 9007199254740993"),
    Pair("the last digit of a large whole number in an array", ["import numpy as np\nnp.array([2**60])"], ["import numpy as np\nnp.array([2**60 + 1])"], DIFFERENT, "1152921504606846977, was 1152921504606846976"),
    Pair("a number in hexadecimal", _numbers("events 0x5a3f9c7712ab34cd"), _numbers("events 0x5a3f9c7712ab34ce"), DIFFERENT, "34ce"),
    Pair("another binning", [BEGIN, BOOK, FILL], [BEGIN, BOOK.replace("60, 60", "50, 60"), FILL], DIFFERENT, "50 bins from 60 to 120, was 60 bins"),
    Pair("another unit", [BEGIN, BOOK, FILL], [BEGIN, BOOK.replace("GeV", "MeV"), FILL], DIFFERENT, "mass [MeV]"),
    Pair("another storage", [BEGIN, BOOK, FILL], [BEGIN, BOOK.replace("Double", "Weight"), FILL], DIFFERENT, "storage Weight, was Double"),
    Pair("one axis more", [BEGIN, BOOK, "h"], [BEGIN, BOOK, "Hist.new.Reg(6, 60, 120).Reg(6, 60, 120).Double()"], DIFFERENT, "2 axes, was 1"),
    Pair("a profile of other values", [BEGIN, MEAN, "h.fill(values, sample=values)\nh"], [BEGIN, MEAN, "h.fill(values, sample=values * 1.0001)\nh"], DIFFERENT),
    Pair("not a number where there was one", [BEGIN, WEIGHTED, "h.fill([91.0], weight=[1])\nh"], [BEGIN, WEIGHTED, "h.fill([91.0], weight=[np.nan])\nh"], DIFFERENT, "no numbers"),
    Pair("nothing in a histogram", [BEGIN, BOOK, FILL], [BEGIN, BOOK, "h"], DIFFERENT, "sum 0, was 2000"),
    Pair("a whole number", _numbers("1464 pairs"), _numbers("1465 pairs"), DIFFERENT, "1465, was 1464"),
    Pair("the last of few digits", _numbers("Z mass: 90.90 GeV"), _numbers("Z mass: 90.91 GeV"), DIFFERENT, "Z mass: 90.91, was 90.90"),
    Pair("another sign", _numbers("asymmetry -0.0123456789012345"), _numbers("asymmetry 0.0123456789012345"), DIFFERENT),
    Pair("other words", _numbers("fit converged"), _numbers("fit failed"), DIFFERENT, "line 1 is 'fit failed'"),
    Pair("a number in a table", [TABLE, "table"], [TABLE, "table.assign(events=[2421, 1464, 1219])"], DIFFERENT, "column 'events': cut 'Z': 1218 -> 1219 events"),
    Pair("a digit of a table that is not shown", [TABLE, "table"], [TABLE, "table.assign(mean=table['mean'] * 1.0000001)"], DIFFERENT, "column 'mean'"),
    Pair("a column more", [TABLE, "table"], [TABLE, "table.assign(more=1)"], DIFFERENT, "is new"),
    Pair("a number in an array", ["import numpy as np\nnp.arange(6).reshape(2, 3)"], ["import numpy as np\nnp.array([[0, 1, 2], [3, 4, 6]])"], DIFFERENT, "[1, 2] is 6, was 5"),
    Pair("another shape", ["import numpy as np\nnp.arange(6)"], ["import numpy as np\nnp.arange(7)"], DIFFERENT, "(7,), was int64 of shape (6,)"),
    Pair("a fit of other data", [BEGIN, BOOK, "h.fill(values)\nNone", FIT, "m = Minuit(nll, loc=90, scale=4)\nm.migrad()"], [BEGIN, BOOK, "h.fill(values + 0.05)\nNone", FIT, "m = Minuit(nll, loc=90, scale=4)\nm.migrad()"], DIFFERENT, "sigma"),
    Pair("another seed", ["import numpy as np\nprint(np.random.default_rng(5).normal())"], ["import numpy as np\nprint(np.random.default_rng(6).normal())"], DIFFERENT),
    Pair("a cell left out", [BEGIN, "print(len(values))", "print(values.max())"], [BEGIN, "print(values.max())"], DIFFERENT, "cell 2: cell: is missing"),
    Pair("a missing header", [BEGIN, BOOK, CPP], [BEGIN, BOOK, CPP.replace("<cmath>", "<no_such_header.hpp>")], DIFFERENT, "fails now: CppCompileError"),
    Pair("an error that is gone", ["raise ValueError('no muons')"], ["print('3 muons')"], DIFFERENT, "failed before"),
    Pair("another data file", [BEGIN, BOOK, FILL], [BEGIN, BOOK, "h.fill(values[:-5])\nh"], DIFFERENT, "data file events.root is", record=_record(executions=[], files=[{"name": "events.root", "size": 1000, "sha256": "a" * 64}]), other_record=_record(executions=[], files=[{"name": "events.root", "size": 1000, "sha256": "b" * 64}])),
    Pair("another package", _numbers("0.51"), _numbers("0.52"), DIFFERENT, "package scipy is 1.18.0, was 1.17.1", record=_record(packages={"scipy": "1.17.1"}), other_record=_record(packages={"scipy": "1.18.0"})),
    # chance
    Pair("random numbers without a seed", ["import numpy as np\nfrom hist import Hist\nHist.new.Reg(50, -3, 3, name='x').Double().fill(np.random.default_rng(1).normal(size=5000))"], ["import numpy as np\nfrom hist import Hist\nHist.new.Reg(50, -3, 3, name='x').Double().fill(np.random.default_rng(2).normal(size=5000))"], RANDOM, record=_record(randomness=[Randomness("numpy", 1)])),
    Pair("random numbers without a seed, of another width", ["import numpy as np\nfrom hist import Hist\nHist.new.Reg(50, -3, 3, name='x').Double().fill(np.random.default_rng(1).normal(size=5000))"], ["import numpy as np\nfrom hist import Hist\nHist.new.Reg(50, -3, 3, name='x').Double().fill(np.random.default_rng(2).normal(size=5000) * 1.3)"], DIFFERENT, "independent samples are not so far apart", record=_record(randomness=[Randomness("numpy", 1)])),
    Pair("random numbers that nobody declared", ["import numpy as np\nfrom hist import Hist\nHist.new.Reg(50, -3, 3, name='x').Double().fill(np.random.default_rng(1).normal(size=5000))"], ["import numpy as np\nfrom hist import Hist\nHist.new.Reg(50, -3, 3, name='x').Double().fill(np.random.default_rng(2).normal(size=5000))"], DIFFERENT),
    Pair("random numbers with errors", _numbers("mass 91.20 ± 0.09 GeV"), _numbers("mass 91.31 ± 0.08 GeV"), RANDOM, "p = ", tags={0: ["random"]}),
    Pair("random numbers with errors, far apart", _numbers("mass 91.20 ± 0.09 GeV"), _numbers("mass 92.31 ± 0.08 GeV"), DIFFERENT, tags={0: ["random"]}),
    Pair("random numbers without errors", _numbers("mass 91.20 GeV"), _numbers("mass 91.31 GeV"), UNJUDGED, "without an error", code=2, tags={0: ["random"]}),
    Pair("numbers before any are random", [*_numbers("1464 pairs"), "None"], [*_numbers("1465 pairs"), "None"], DIFFERENT, record=_record(randomness=[Randomness("numpy", 2)])),
    # noise
    Pair("as noisy as before", _numbers("value 1.0012"), _numbers("value 1.0010"), NOISE, "runs of the reference", repeats=[_numbers("value 1.0009"), _numbers("value 1.0011"), _numbers("value 1.0013")]),
    Pair("noisier than before", _numbers("value 1.0012"), _numbers("value 1.1010"), DIFFERENT, repeats=[_numbers("value 1.0009"), _numbers("value 1.0011"), _numbers("value 1.0013")]),
    Pair("a number that never moved", _numbers("value 1.0012"), _numbers("value 1.0013"), DIFFERENT, repeats=[_numbers("value 1.0012"), _numbers("value 1.0012")]),
    # not judged
    Pair("another picture", ["from IPython.display import Image, display\nImage(PNG[0], format='png')"], ["from IPython.display import Image, display\nImage(PNG[1], format='png')"], UNJUDGED, "another picture", code=2),
    Pair("another time, in a cell that may differ", [*_numbers("took 0.51 s"), "print(1)"], [*_numbers("took 0.62 s"), "print(1)"], UNJUDGED, "may differ", code=0, tags={0: ["may-differ"]}),
    Pair("another bar of progress", ["import sys\nprint('10 it/s', file=sys.stderr)\nprint(1)"], ["import sys\nprint('11 it/s', file=sys.stderr)\nprint(1)"], UNJUDGED, "error stream", code=0),
    Pair("an error in a cell that may fail", ["print(1)", "raise OSError('no network')"], ["print(1)", "print('downloaded')"], UNJUDGED, "may fail", code=0, tags={1: ["raises-exception"]}),
    Pair("nothing to judge", ["x = 1"], ["x = 1"], SAME, "not judged", code=2),
]
