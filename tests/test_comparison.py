"""Pairs of notebooks whose difference is known get the verdict that they must get."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING

import pytest
from notebook_pairs import PAIRS, Pair, executed

from doublet.notebook.comparison.agreement import Agreement
from doublet.notebook.comparison.comparing import compare
from doublet.notebook.comparison.telling import lines
from doublet.notebook.execution.repeating import differing

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from doublet.notebook.comparison.verdict import Verdict


@pytest.fixture(scope="module")
def pictures() -> list[bytes]:
    """Two pictures that are not the same."""
    from matplotlib.figure import Figure

    made = []
    for height in (1, 2):
        figure, out = Figure(figsize=(2, 2)), io.BytesIO()
        figure.subplots().plot([0, height])
        figure.savefig(out, format="png")
        made.append(out.getvalue())
    return made


def judged(shell: InteractiveShell, pair: Pair, pictures: list[bytes]) -> Verdict:
    shell.push({"PNG": pictures})
    first = executed(shell, pair.first, pair.tags, pair.record)
    second = executed(shell, pair.second, pair.tags, pair.other_record)
    if pair.repeats:
        runs = [{"seed": n, "threads": n, "outputs": differing(first, executed(shell, cells, pair.tags))} for n, cells in enumerate(pair.repeats, 1)]
        first.metadata["doublet"] = {"version": 1, "sessions": [], "repeats": runs}
    return compare(first, second, accepted=pair.accepted)


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.name)
def test_a_pair_gets_the_verdict_that_it_must(shell: InteractiveShell, pictures: list[bytes], pair: Pair) -> None:
    verdict = judged(shell, pair, pictures)
    classes = [each.agreement for cell in verdict.cells for each in cell.judgements]
    told = "\n".join((*lines(verdict, with_identical=True), *verdict.causes, verdict.line))
    assert max(classes, key=lambda each: each.rank, default=Agreement.IDENTICAL) is pair.worst, told
    assert pair.says in told
    assert json.loads(json.dumps(verdict.to_dict(), allow_nan=False))["verdict"] == verdict.line
    assert verdict.code == (pair.code if pair.code is not None else int(not pair.worst.agrees)), told


def test_there_are_forty_pairs_and_each_class_is_among_them() -> None:
    assert len(PAIRS) >= 40
    assert {pair.worst for pair in PAIRS} == set(Agreement)


def test_cells_that_were_not_executed_have_nothing_to_compare_with(shell: InteractiveShell) -> None:
    first, second = (executed(shell, ["print(1)", "print(2)"], {}) for _ in range(2))
    first.cells[1].outputs, first.cells[1].execution_count = [], None
    verdict = compare(first, second)
    assert verdict.agrees
    assert verdict.counts == {Agreement.IDENTICAL: 1, Agreement.UNJUDGED: 1}
