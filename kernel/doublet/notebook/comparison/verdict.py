"""The verdict on two runs of a notebook: what is said of each cell, of the first that differs, and of the whole."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from math import isfinite
from typing import Any

from doublet.notebook.comparison.agreement import Agreement, Judgement

__all__ = ["CellJudgement", "Verdict"]

_WITHIN = (Agreement.ROUNDING, Agreement.NOISE, Agreement.RANDOM)


@dataclass(frozen=True)
class CellJudgement:
    """What is said of one cell: `place` is where it stands, from 1; `count` the number beside it, of the reference."""

    place: int
    judgements: tuple[Judgement, ...]
    count: int | None = None
    source: str = ""
    is_changed: bool = False

    @property
    def worst(self) -> Judgement | None:
        """The one with the worst class, the first of several."""
        return max(self.judgements, key=lambda judgement: judgement.agreement.rank, default=None)


@dataclass(frozen=True)
class Verdict:
    """All judgements in the order of the cells. `accepted` events may have moved in a histogram for it still to agree."""

    cells: tuple[CellJudgement, ...]
    causes: tuple[str, ...] = ()
    """What the runs depend on and what differs in it, as sentences."""
    notes: tuple[str, ...] = ()
    """What could not be judged, and why."""
    accepted: int = 0
    names: tuple[str, str] = field(default=("reference", "rerun"))

    @property
    def first(self) -> CellJudgement | None:
        """The first cell with a result that does not agree."""
        return next((cell for cell in self.cells if any(self.is_off(each) for each in cell.judgements)), None)

    @property
    def agrees(self) -> bool:
        return self.first is None and self.is_judged

    @property
    def is_judged(self) -> bool:
        """Whether there was anything to judge."""
        return any(each.agreement is not Agreement.UNJUDGED for cell in self.cells for each in cell.judgements)

    @property
    def code(self) -> int:
        """The exit code: 0 if it agrees, 1 if not, 2 if nothing could be judged."""
        return 0 if self.agrees else 1 if self.is_judged else 2

    @property
    def counts(self) -> Counter[Agreement]:
        """How many results there are of each class."""
        return Counter(each.agreement for cell in self.cells for each in cell.judgements)

    def is_off(self, judgement: Judgement) -> bool:
        """Whether a result does not agree."""
        if judgement.agreement is Agreement.MOVED:
            return judgement.moved > self.accepted
        return not judgement.agreement.agrees

    @property
    def line(self) -> str:
        """The verdict in one line."""
        if not self.is_judged:
            count = sum(self.counts.values())
            return f"not judged: none of {count} results says anything" if count else "not judged: there are no results to compare"
        cell = self.first
        if cell is not None:
            off = next(each for each in cell.judgements if self.is_off(each))
            return f"differs first in cell {cell.place}: {off}"
        counts = self.counts
        within = [agreement.value.removeprefix("equal ") for agreement in _WITHIN if counts[agreement]]
        moved = sum(each.moved for each in self._moved())
        if moved:
            within.append(f"within {moved} {'event' if moved == 1 else 'events'} moved across edges of bins")
        line = f"agrees {' and '.join(within)}" if within else "agrees"
        judged = sum(counts.values()) - counts[Agreement.UNJUDGED]
        line += f": {judged} {'result' if judged == 1 else 'results'}"
        return line + (f", {counts[Agreement.UNJUDGED]} not judged" if counts[Agreement.UNJUDGED] else "")

    def to_dict(self) -> dict[str, Any]:
        """As JSON has it, which has no infinite numbers: null stands for one, such as how far a bin is beyond a bound of 0."""
        return {
            "version": 1,
            "verdict": self.line,
            "agrees": self.agrees,
            "code": self.code,
            "reference": self.names[0],
            "compared": self.names[1],
            "causes": list(self.causes),
            "notes": list(self.notes),
            "cells": [
                {
                    "cell": cell.place,
                    "count": cell.count,
                    "changed": cell.is_changed,
                    "results": [
                        {"what": each.what, "class": each.agreement.name.lower(), "off": self.is_off(each), "text": each.text, "moved": each.moved, "details": _finite(each.details)}
                        for each in cell.judgements
                    ],
                }
                for cell in self.cells
            ],
        }

    def _moved(self) -> list[Judgement]:
        return [each for cell in self.cells for each in cell.judgements if each.agreement is Agreement.MOVED]


def _finite(details: dict[str, Any]) -> dict[str, Any]:
    return {name: None if isinstance(value, float) and not isfinite(value) else value for name, value in details.items()}
