"""From histograms to drawings: what a cell's value becomes, and overlays, stacks and efficiencies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from doublet.display.histograms import root
from doublet.display.histograms.contents import efficiency as check_efficiency
from doublet.display.histograms.contents import is_count, is_unweighted
from doublet.display.histograms.drawing import Draw, Drawing, Layer
from doublet.display.histograms.recognition import is_drawable, is_stack
from doublet.display.histograms.sources import histogram
from doublet.errors import HistogramError

if TYPE_CHECKING:
    import hist

__all__ = ["compose", "drawing_of", "efficiency", "overlay", "stack"]

Histograms = Mapping[str, Any] | Iterable[Any]


def drawing_of(value: Any) -> Drawing:
    """What is shown of a histogram, or of a stack of hist's, which stands on each other if it holds sums."""
    if isinstance(value, Drawing):
        return value
    if is_stack(value):
        together = all(is_count(each) and each.ndim == 1 for each in value)
        return stack(value) if together and len(value) > 1 else overlay(value)
    return Drawing((_layer(histogram(value)),), value=root.value_label(value) if root.is_root(value) else "")


def overlay(histograms: Histograms, *, title: str = "", ratio: bool = False, log: bool = False, draw: Draw | None = None) -> Drawing:
    """Draw histograms of one dimension over each other.

    They come with their names, as in ``overlay({"old": a, "new": b})``, or as a list, whose own labels are taken then.
    `draw` is "step", "errors", "filled" or "points"; `ratio` adds a panel that divides by the first one, `log` makes the
    axis of values logarithmic. Efficiencies can be among them. Raises `HistogramError` for what does not fit together.
    """
    return compose(over=histograms, title=title, ratio=ratio, log=log, draw=draw)


def stack(histograms: Histograms, *, data: Any = None, signal: Histograms = (), title: str = "", ratio: bool | None = None, log: bool = False) -> Drawing:
    """Draw histograms standing on each other, the first one below, with their statistical uncertainty.

    `data` is drawn as points over it, with the ratio of both below unless `ratio` is False; what `signal` holds is drawn as
    lines. Of unweighted data the bars are Garwood intervals. Raises `HistogramError` for what does not fit together.
    """
    return compose(below=histograms, over=signal, data=data, title=title, ratio=data is not None if ratio is None else ratio, log=log)


def efficiency(passed: Any, total: Any, *, label: str = "", title: str = "") -> Drawing:
    """Draw which part of the entries of `total` are in `passed`, bin by bin, with Clopper-Pearson intervals at 68.27 %.

    Both are unweighted and have the same axis. Raises `HistogramError` where that is not so, or where more passed than
    there are.
    """
    above, below = histogram(passed), histogram(total)
    if above.ndim != 1 or below.ndim != 1:
        raise HistogramError(f"an efficiency is drawn of histograms of 1 dimension, and these have {above.ndim} and {below.ndim}", "project both to one axis")
    if above.axes != below.axes:
        raise HistogramError(f"the histograms have different axes: {above.axes[0]!r} and {below.axes[0]!r}", "make both with the same axis")
    check_efficiency(above, below)
    return Drawing((Layer(below, label or _name(above), "points", "efficiency", passed=above),), title or " ")


def compose(
    *, below: Histograms = (), over: Histograms = (), data: Any = None, title: str = "", ratio: bool = False, log: bool = False, draw: Draw | None = None
) -> Drawing:
    """Put a stack, what is drawn over it, and data into one drawing, in this order."""
    layers = [replace(layer, draw="filled", role="background", stacked=True) for layer in _layers(below)]
    for layer in layers:
        if not is_count(layer.histogram) or layer.passed is not None:
            raise HistogramError(f"{layer.label or 'a histogram of the stack'} holds no sums, so nothing can stand on it", "draw it with doublet.overlay")
    has_stack = bool(layers)
    for layer in _layers(over):
        chosen = draw or ("step" if has_stack and layer.role == "histogram" else layer.draw)
        layers.append(replace(layer, draw=chosen, role="signal" if has_stack and layer.role == "histogram" else layer.role))
    if data is not None:
        found = histogram(data)
        layers.append(Layer(found, _name(found) or "Data", "points", "data"))
    return Drawing(tuple(_named(layers)), title, ratio, log)


def _layers(given: Histograms) -> Iterator[Layer]:
    """The layers of histograms with names, without, or of one alone."""
    if is_drawable(given) and not is_stack(given):
        given = [given]
    named = given.items() if isinstance(given, Mapping) else ((None, each) for each in given)
    for name, value in named:
        for layer in drawing_of(value).layers:
            yield replace(layer, label=str(name)) if name is not None else layer


def _named(layers: list[Layer]) -> Iterator[Layer]:
    """Layers of a drawing that has several, with their histograms' own names where they have no other."""
    for layer in layers:
        yield layer if layer.label or len(layers) == 1 else replace(layer, label=_name(layer.histogram))


def _layer(found: hist.Hist[Any]) -> Layer:
    if not is_count(found):
        return Layer(found, draw="points", role="profile")
    has_errors = found.variances() is not None and not is_unweighted(found)
    return Layer(found, draw="errors" if has_errors else "step")


def _name(found: hist.Hist[Any]) -> str:
    return next((text for text in (found.label, found.name) if isinstance(text, str) and text), "")
