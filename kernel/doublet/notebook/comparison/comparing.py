"""Two executed notebooks, cell by cell and result by result."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from doublet.notebook.comparison.agreement import Agreement, Judgement
from doublet.notebook.comparison.causes import differences, free_from
from doublet.notebook.comparison.curve_fits import CurveFits, as_fit
from doublet.notebook.comparison.failure import Failure, Opaque
from doublet.notebook.comparison.independence import LEVEL
from doublet.notebook.comparison.noise import within
from doublet.notebook.comparison.outputs import pair, shown
from doublet.notebook.comparison.pairing import Pair, pairs
from doublet.notebook.comparison.repeats import again
from doublet.notebook.comparison.text import Text
from doublet.notebook.comparison.verdict import CellJudgement, Verdict
from doublet.notebook.provenance.stored import provenance_of
from doublet.notebook.publish.preparing import stored

if TYPE_CHECKING:
    from doublet.notebook.comparison.result import Result
    from doublet.notebook.reading import Cell, Notebook

__all__ = ["MAY_DIFFER", "MAY_FAIL", "RANDOM", "compare"]

MAY_DIFFER = ("may-differ", "nbval-ignore-output")
"""Tags of cells whose outputs are not judged."""
MAY_FAIL = "raises-exception"
"""The tag of cells that may end with an error, in one run and not in another: nbclient goes on after them."""
RANDOM = "random"
"""The tag of cells whose outputs are of random numbers without a seed."""


def compare(first: Notebook, second: Notebook, *, accepted: int = 0, names: tuple[str, str] = ("reference", "rerun")) -> Verdict:
    """Judge the second notebook's results by the first one's, which are the reference.

    What was published is compared as it was before. `accepted` events may move across edges of bins in each histogram.
    """
    reference, found = stored(first), stored(second)
    provenance = provenance_of(reference, names[0])
    both = pairs(reference, found)
    comparison = _Comparison(provenance.repeats, free_from(provenance), len(both), (CurveFits(reference), CurveFits(found)))
    cells = tuple(comparison.cell(each) for each in both)
    verdict = Verdict(cells, accepted=accepted, names=names)
    sources = (f"cell {each.place} has another source" for each in cells if each.is_changed)
    until = None if verdict.first is None else verdict.first.count
    return replace(verdict, causes=(*sources, *differences(provenance, provenance_of(found, names[1]), until)))


@dataclass(frozen=True)
class _Comparison:
    """What cells are judged by: other runs of the reference, and from which execution on it draws random numbers without a seed."""

    repeats: Sequence[Mapping[str, Any]]
    free: int | None
    cells: int
    fits: tuple[CurveFits, CurveFits]

    def cell(self, both: Pair) -> CellJudgement:
        """Judge a cell and its counterpart."""
        known = both.first or both.second
        assert known is not None
        judgements = list(self._judgements(both))
        tags = known.metadata.get("tags", ())
        if any(tag in tags for tag in MAY_DIFFER):
            judgements = [each if each.agreement.agrees else replace(each, agreement=Agreement.UNJUDGED, text=f"{each.text} (the cell may differ)") for each in judgements]
        return CellJudgement(both.place, tuple(judgements), known.get("execution_count"), known.source, both.is_changed)

    def _judgements(self, both: Pair) -> Iterator[Judgement]:
        if both.first is None or both.second is None:
            missing = "is in the second notebook only" if both.first is None else "is missing"
            has_results = bool((both.first or both.second).outputs)  # type: ignore[union-attr]
            yield Judgement(Agreement.DIFFERENT if has_results else Agreement.UNJUDGED, "cell", missing)
            return
        if both.first.execution_count is None and not both.first.outputs:
            if both.second.outputs:
                yield Judgement(Agreement.UNJUDGED, "cell", "has no stored results to compare with, for it was not executed")
            return
        one, two = shown(both.first.outputs), shown(both.second.outputs)
        repeated = [shown(outputs) for outputs in again(both.first, self.repeats)]
        if one.failure or two.failure:
            yield self._failed(both.first, one.failure, two.failure)
            return
        if one.text or two.text:
            yield self._judge(both.first, Text(one.text), Text(two.text), [Text(each.text) for each in repeated])
        if one.errors != two.errors:
            yield Opaque("error stream", one.errors).against(Opaque("error stream", two.errors))
        for place, (mine, other) in enumerate(zip_longest(one.bundles, two.bundles)):
            yield from self._bundles(both.first, both.second, mine, other, [each.bundles[place] for each in repeated if place < len(each.bundles)])

    @staticmethod
    def _failed(cell: Cell, one: Failure | None, two: Failure | None) -> Judgement:
        """What is to be said of errors; a cell that fails has no other results to compare."""
        if MAY_FAIL in cell.metadata.get("tags", ()):
            return Judgement(Agreement.IDENTICAL if one == two else Agreement.UNJUDGED, "error", "" if one == two else "not the same, and the cell may fail")
        if one == two:
            return Judgement(Agreement.UNJUDGED, "error", f"the cell fails in both, so that it has no results: {one}")
        if one is not None and two is not None:
            return one.against(two)
        when = "failed before, and does not now" if two is None else "fails now"
        return Judgement(Agreement.DIFFERENT, "cell", f"{when}: {one or two}")

    def _bundles(self, cell: Cell, second: Cell, mine: Mapping[str, Any] | None, other: Mapping[str, Any] | None, repeated: Sequence[Mapping[str, Any]]) -> Iterator[Judgement]:
        if mine is None or other is None:
            yield Judgement(Agreement.DIFFERENT, "output", "is in the second notebook only" if mine is None else "is missing")
            return
        found = pair(mine, other)
        if found is None:
            yield Judgement(Agreement.DIFFERENT, "output", f"is {', '.join(other)}, was {', '.join(mine)}")
            return
        more = [each[1] for bundle in repeated if (each := pair(mine, bundle)) is not None]
        if len(found[0]) == 2 and (tolerances := [each for each in (self.fits[0].tolerance(cell), self.fits[1].tolerance(second)) if each is not None])[1:]:
            found = as_fit(found[0], tolerances[0]), as_fit(found[1], tolerances[1])
            more = [as_fit(each, tolerances[0]) for each in more]
        for place, (one, two) in enumerate(zip_longest(*found)):
            if one is None or two is None or type(one) is not type(two):
                there = two or one
                yield Judgement(Agreement.DIFFERENT, there.what, "is new" if one is None else "is missing" if two is None else f"was a {one.what}")
                continue
            yield self._judge(cell, one, two, [each[place] for each in more if place < len(each) and type(each[place]) is type(one)])

    def _judge(self, cell: Cell, one: Result, two: Result, repeated: Sequence[Result]) -> Judgement:
        """Judge one result by what explains most: nothing, rounding, measured noise, declared randomness."""
        judgement = replace(one.against(two), results=(one, two))
        if judgement.agreement.agrees:
            return judgement
        noise = within(one, two, repeated)
        if noise is not None:
            return replace(judgement, agreement=Agreement.NOISE, text=noise)
        if not self._is_random(cell):
            return judgement
        chance = one.chance(two)
        if chance is None:
            return replace(judgement, agreement=Agreement.UNJUDGED, text=f"{judgement.text} (random, and without an error to judge it by)")
        details = {**judgement.details, "p": chance}
        if chance >= LEVEL / max(1, self.cells):
            return replace(judgement, agreement=Agreement.RANDOM, text=f"as far apart as independent samples are (p = {chance:.2g})", details=details)
        return replace(judgement, text=f"{judgement.text}; independent samples are not so far apart (p = {chance:.1g})", details=details)

    def _is_random(self, cell: Cell) -> bool:
        count = cell.get("execution_count")
        return RANDOM in cell.metadata.get("tags", ()) or (self.free is not None and count is not None and count >= self.free)
