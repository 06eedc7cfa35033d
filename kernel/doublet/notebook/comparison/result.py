"""One result of a cell, and what every kind of result can say of itself and of another one."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Hashable
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from typing import Self

    import numpy as np
    from numpy.typing import NDArray

    from doublet.notebook.comparison.agreement import Judgement

__all__ = ["Quantities", "Result"]


class Quantities(NamedTuple):
    """A result as numbers, in a fixed order, and all of it that is no number: where `frame` differs, numbers cannot be compared one by one."""

    frame: Hashable
    numbers: NDArray[np.float64]


class Result(ABC):
    """What a cell shows, of one kind. Results of the same class can be compared."""

    @property
    @abstractmethod
    def what(self) -> str:
        """The kind and the name, as in ``histogram "mass"``."""

    @abstractmethod
    def against(self, other: Self) -> Judgement:
        """Judge `other`, this one being the reference."""

    def quantities(self) -> Quantities | None:
        """The result as numbers; none if it is not made of any."""
        return None

    def chance(self, other: Self) -> float | None:  # noqa: ARG002 - the answer for kinds without errors
        """The p-value of both being independent samples of the same; none where they have no errors to tell by."""
        return None
