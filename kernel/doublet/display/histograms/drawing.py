"""What is drawn: histograms with how they look, in one picture."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

from doublet.display.histograms.contents import is_count
from doublet.errors import HistogramError

if TYPE_CHECKING:
    import hist

__all__ = ["Draw", "Drawing", "Layer", "Role"]

Draw = Literal["step", "errors", "filled", "points"]
Role = Literal["histogram", "background", "signal", "data", "efficiency", "profile"]


@dataclass(frozen=True)
class Layer:
    """One histogram of a drawing.

    `draw` is one of "step" (an outline), "errors" (an outline with error bars), "filled" and "points" (markers with
    error bars). Layers that are `stacked` stand on each other in their order. Of an efficiency, the histogram is of
    all entries, and `passed`, on the same axes, of those that passed. Raises `HistogramError` for other words and colours.
    """

    histogram: hist.Hist[Any]
    label: str = ""
    draw: Draw = "step"
    role: Role = "histogram"
    stacked: bool = False
    color: str = ""
    passed: hist.Hist[Any] | None = None

    def __post_init__(self) -> None:
        for what, value, known in (("way to draw", self.draw, get_args(Draw)), ("role", self.role, get_args(Role))):
            if value not in known:
                raise HistogramError(f"there is no {what} called {value!r}", f"choose one of {', '.join(known)}")
        if not re.fullmatch("(#[0-9a-f]{6})?", self.color):
            raise HistogramError(f"{self.color!r} is no colour", 'write six hexadecimal digits, as in "#3f90da"')


@dataclass(frozen=True)
class Drawing:
    """Histograms in one picture. As a cell's value it is shown.

    Layers share their axes. `log` asks for a logarithmic axis of values, `value` is its label; `ratio` asks for a
    panel that divides the data by the sum of the stack, or the second and later layers by the first. `notes` are
    sentences below the picture.
    Raises `HistogramError` for layers that do not fit together.
    """

    layers: tuple[Layer, ...]
    title: str = ""
    ratio: bool = False
    log: bool = False
    notes: tuple[str, ...] = ()
    value: str = ""

    def __post_init__(self) -> None:
        if not self.layers:
            raise HistogramError("there is no histogram to draw", "give at least one")
        first = self.layers[0].histogram
        for number, layer in enumerate(self.layers[1:], 2):
            if layer.histogram.ndim != first.ndim:
                raise HistogramError(
                    f"histogram {number} has {layer.histogram.ndim} dimensions and the first one {first.ndim}",
                    "draw them in pictures of their own",
                )
        if len(self.layers) > 1 and first.ndim != 1:
            raise HistogramError(
                f"{len(self.layers)} histograms of {first.ndim} dimensions do not fit in one picture",
                "draw them one by one, or project them",
            )
        if self.ratio and self.parts() is None:
            raise HistogramError(
                "there is nothing to divide for a ratio",
                "give data and a stack, or two histograms with the same bins",
            )

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        """What any IPython shows."""
        from doublet.display.histograms.bundle import bundle

        return bundle(self, lambda kind: (not include or kind in include) and kind not in (exclude or ()))

    @property
    def ndim(self) -> int:
        return self.layers[0].histogram.ndim

    def parts(self) -> tuple[list[Layer], list[Layer]] | None:
        """What a ratio divides, and by the sum of what: data by the stack, or the others by the first layer."""
        stack = [layer for layer in self.layers if layer.stacked]
        data = [layer for layer in self.layers if layer.role == "data"] if stack else list(self.layers[1:])
        below = stack or [self.layers[0]]
        if not data or any(layer.passed is not None or not is_count(layer.histogram) for layer in data + below):
            return None
        edges = below[0].histogram.axes[0]
        if any(list(layer.histogram.axes[0]) != list(edges) for layer in data + below):
            return None
        return data, below
