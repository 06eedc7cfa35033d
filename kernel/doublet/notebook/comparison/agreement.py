"""How well two results agree: the classes, and what is said of one pair of results."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from doublet.notebook.comparison.result import Result

__all__ = ["Agreement", "Judgement"]


class Agreement(Enum):
    """The class of a pair of results, from the best on."""

    IDENTICAL = "identical"
    """Bit for bit the same."""
    ROUNDING = "equal within rounding"
    """No further apart than the order of sums in floating point can bring them."""
    NOISE = "within the measured noise"
    """No further apart than repetitions of the reference were."""
    RANDOM = "within declared randomness"
    """Compatible as independent samples, where the notebook draws random numbers without a seed."""
    UNJUDGED = "not judged"
    """Not the same, and of a kind whose differences say nothing: a picture, a time, a cell that may differ."""
    MOVED = "events moved"
    """Events moved across edges of bins, with the sum kept."""
    DIFFERENT = "different"

    @property
    def agrees(self) -> bool:
        """Whether it speaks for the same physics; what was not judged speaks neither for nor against it."""
        return self not in (Agreement.MOVED, Agreement.DIFFERENT)

    @property
    def rank(self) -> int:
        """0 for the best class."""
        return list(Agreement).index(self)


@dataclass(frozen=True)
class Judgement:
    """What is to be said of a pair of results."""

    agreement: Agreement
    what: str
    """The result: ``histogram "mass"``."""
    text: str = ""
    """Where and by how much they differ: ``bins 41-44: 3 events more``."""
    moved: int = 0
    """How many events moved across edges of bins."""
    details: dict[str, Any] = field(default_factory=dict)
    """Numbers for programs, such as the largest difference, its bound or a p-value."""
    results: tuple[Result, Result] | None = field(default=None, repr=False, compare=False)
    """The two results, to be shown in a report."""

    def __str__(self) -> str:
        return f"{self.what}: {self.text or self.agreement.value}"
