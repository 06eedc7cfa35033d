"""How the bins of an axis lie in a picture: edges in numbers, or names in a row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from doublet.display.histograms.labels import axis_label, axis_scale
from doublet.display.histograms.ticks import number as tick_number

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Bins"]

_NAMED = 25
"""Up to how many bins of an integer axis each has its number below it."""


@dataclass(frozen=True)
class Bins:
    """The bins of an axis in a picture: `edges` are one more than bins, finite and increasing.

    `names` are what is written below each bin, empty where the numbers of the axis itself are written. `note` says
    what the picture cannot show. Bins of `whole` numbers have those in their middle.
    """

    label: str
    edges: NDArray[np.float64]
    names: tuple[str, ...] = ()
    log: bool = False
    note: str = ""
    whole: bool = False

    @classmethod
    def of(cls, axis: Any) -> Bins:
        label, count = axis_label(axis), len(axis)
        if not axis.traits.continuous and (not axis.traits.ordered or count <= _NAMED):
            return cls(label, np.arange(count + 1.0), _names(axis))
        edges = np.array(axis.edges, dtype=float)
        if not axis.traits.continuous:
            return cls(label, edges - 0.5, whole=True)
        log = axis_scale(axis) == "log"
        note = ""
        if not np.isfinite(edges).all():
            edges, note = _finite(edges), f"The outer bins of {label or 'the axis'} reach to infinity."
        return cls(label, edges, (), log, note)

    def describe(self, number: int) -> str:
        """What a bin is, for tables."""
        if self.names:
            return self.names[number]
        if self.whole:
            return _exact(self.edges[number] + 0.5)
        return f"{_exact(self.edges[number])} to {_exact(self.edges[number + 1])}"


def _names(axis: Any) -> tuple[str, ...]:
    import boost_histogram

    if isinstance(axis, boost_histogram.axis.Boolean):
        return ("False", "True")
    return tuple(str(axis.value(number)) for number in range(len(axis)))


def _finite(edges: NDArray[np.float64]) -> NDArray[np.float64]:
    """Let bins that reach to infinity end as far away as their neighbour is wide."""
    inner = edges[np.isfinite(edges)]
    width = (inner[-1] - inner[0]) / (len(inner) - 1) if len(inner) > 1 else 1.0
    start = inner[0] if len(inner) else 0.0
    below = [start - width] if np.isneginf(edges[0]) else []
    above = [(inner[-1] if len(inner) else start) + width] if np.isposinf(edges[-1]) else []
    return np.array([*below, *inner, *above])


def _exact(value: float) -> str:
    return tick_number(value, 6) if abs(value) < 1e-4 else f"{value:.6g}".replace("-", "−")
