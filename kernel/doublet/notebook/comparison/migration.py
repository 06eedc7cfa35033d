"""Events that moved across edges of bins: the same events in two histograms, a few of them in a bin beside."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import maximum_flow

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["moved"]

_BINS = 20_000
"""In how many differing bins it is looked for at most."""


def moved(difference: NDArray[np.int64]) -> int | None:
    """How many events went to a bin beside, at least; none where that does not explain the difference.

    `difference` is an array of whole numbers, an axis for each of the histogram's, with under- and overflow; its sum is to be 0.
    The events that bins lost must reach those that gained them, each over one edge (or corner). That is a flow in
    a graph of neighbours, and its maximum says whether all of them do.
    """
    lost, gained = np.argwhere(difference < 0), np.argwhere(difference > 0)
    if difference.sum() or not len(lost) or len(lost) + len(gained) > _BINS:
        return None
    to_gained = {tuple(place): number for number, place in enumerate(gained.tolist(), len(lost) + 2)}
    edges = [(0, number, -int(difference[tuple(place)])) for number, place in enumerate(lost.tolist(), 2)]
    edges += [(number, 1, int(difference[place])) for place, number in to_gained.items()]
    steps = [step for step in product((-1, 0, 1), repeat=difference.ndim) if any(step)]
    for number, place in enumerate(lost.tolist(), 2):
        for step in steps:
            beside = to_gained.get(tuple(a + b for a, b in zip(place, step, strict=True)))
            if beside is not None:
                edges.append((number, beside, -int(difference[tuple(place)])))
    starts, ends, capacities = zip(*edges, strict=True)
    total = int(difference[difference > 0].sum())
    if total > np.iinfo(np.int32).max:
        return None
    size = len(lost) + len(gained) + 2
    graph = coo_array((np.array(capacities, np.int32), (starts, ends)), shape=(size, size)).tocsr()
    return total if maximum_flow(graph, 0, 1).flow_value == total else None
