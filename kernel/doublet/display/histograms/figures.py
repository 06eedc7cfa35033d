"""A drawing in matplotlib's axes, by mplhep."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from doublet.display.histograms.axes import Bins
from doublet.display.histograms.colours import color_range, is_empty, shown
from doublet.display.histograms.contents import is_count, is_unweighted, points, total
from doublet.display.histograms.curves import nothing, value_range
from doublet.display.histograms.drawing import Drawing, Layer
from doublet.display.histograms.labels import title, value_label
from doublet.display.histograms.mathtext import drawable
from doublet.display.histograms.picture import projection, projections
from doublet.display.histograms.style import color_of
from doublet.display.histograms.ticks import number

if TYPE_CHECKING:
    import hist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["draw"]

_UNCERTAINTY = "Stat. uncertainty"
_NAMED = 30
"""How many names are written below an axis at most."""
_FAR = 1e210
"""Stands for infinity: it is beyond every frame, and matplotlib draws a line to it."""
_SQUARABLE = 1e75
"""The largest content that is compared: its variance has a square."""
_COMPARISONS = {"ratio": "split_ratio", "pull": "pull"}


def draw(drawing: Drawing, figure: Figure, comparison: str = "") -> Axes:
    """Draw into an empty figure, and return the main axes.

    `comparison` is "ratio" or "pull" for a panel below, which mplhep's comparison plotters draw.
    """
    if drawing.ndim > 2:
        return _grid(drawing, figure)
    axes: Axes
    below: Axes | None = None
    if comparison:
        axes, below = figure.subplots(2, 1, sharex=True, gridspec_kw={"height_ratios": [3, 1]})
    else:
        axes = figure.add_subplot()
    if drawing.ndim == 0 or any(not len(axis) for axis in drawing.layers[0].histogram.axes):
        _words(drawing, axes)
    elif drawing.ndim == 1:
        _curves(drawing, axes)
    else:
        _colours(drawing, axes, figure)
    if below is not None:
        _compare(drawing, below, comparison)
        axes.set_xlabel("")
    return axes


def _curves(drawing: Drawing, axes: Axes) -> None:
    import mplhep

    bins = Bins.of(drawing.layers[0].histogram.axes[0])
    stack = [(n, layer) for n, layer in enumerate(drawing.layers) if layer.stacked]
    if stack:
        mplhep.histplot(
            [np.nan_to_num(_near(points(layer).values)) for _, layer in stack],
            bins.edges, stack=True, histtype="fill", edgecolor="#222", linewidth=0.7, yerr=False, flow="none", ax=axes,
            color=[color_of(layer, n) for n, layer in stack], label=[_label(layer) for _, layer in stack],
        )  # fmt: skip
        sums = total([layer for _, layer in stack])
        mplhep.histplot(
            _near(sums.values), bins.edges, yerr=_near(sums.bars[0]), histtype="band", flow="none", ax=axes, label=_UNCERTAINTY
        )
    for place, layer in enumerate(drawing.layers):
        if not layer.stacked:
            _curve(layer, color_of(layer, place), bins, axes, alone=len(drawing.layers) == 1)
    if not any(np.nan_to_num(points(layer).values).any() for layer in drawing.layers):
        axes.text(0.5, 0.5, nothing(points(drawing.layers[0]).values), color="#767676", horizontalalignment="center", transform=axes.transAxes)
    axes.set_xlim(float(bins.edges[0]), float(bins.edges[-1]))
    low, high = value_range(drawing, log=drawing.log)
    # The limits first: matplotlib would look for others, and warn where nothing is above zero.
    axes.set_ylim(low, high)
    if drawing.log:
        axes.set_yscale("log")
    if bins.log:
        axes.set_xscale("log")
    _names(bins, axes)
    axes.set_xlabel(drawable(bins.label))
    axes.set_ylabel(drawable(value_label(drawing)))
    axes.set_title(drawable(title(drawing)), loc="left", fontsize="medium")
    if any(layer.label for layer in drawing.layers):
        _legend(drawing, axes, x_log=bins.log)


def _curve(layer: Layer, color: str, bins: Bins, axes: Axes, *, alone: bool) -> None:
    import mplhep

    found = points(layer)
    options: dict[str, Any] = {"color": color, "flow": "none", "ax": axes}
    values, errors = _near(found.values), _near(found.bars)
    if layer.draw == "points":
        mplhep.histplot(values, bins.edges, yerr=errors, histtype="errorbar", marker="o", xerr=layer.role != "data", label=_label(layer), **options)
        return
    if layer.draw == "filled" or alone:
        axes.stairs(values, bins.edges, fill=True, color=color, alpha=0.35 if layer.draw == "filled" else 0.15)
    bars = errors if layer.draw == "errors" else False
    mplhep.histplot(values, bins.edges, yerr=bars, histtype="step", label=_label(layer), **options)


def _near(values: Any) -> Any:
    return np.clip(values, -_FAR, _FAR)


def _legend(drawing: Drawing, axes: Axes, *, x_log: bool) -> None:
    """Put it into the upper corner where less is drawn, and make room for it if that is not enough."""
    lines = sum(bool(layer.label) for layer in drawing.layers) + any(layer.stacked for layer in drawing.layers)
    columns = 1 if lines <= 6 else 2
    low, high = axes.get_ylim()
    share = min(0.6, 0.07 * -(-lines // columns) + 0.06)
    heights = {side: _height(drawing, side, 0.45 * columns, low, high, x_log=x_log) for side in ("right", "left")}
    side = "left" if heights["left"] < 0.95 * heights["right"] else "right"
    stretch = max(1.0, heights[side] / (1 - share))
    axes.set_ylim(low, low * (high / low) ** stretch if drawing.log else low + (high - low) * stretch)
    entries = dict(zip(*reversed(axes.get_legend_handles_labels()), strict=True))
    stacked = [label for layer in drawing.layers if layer.stacked and (label := _label(layer))]
    data_first = sorted(drawing.layers, key=lambda layer: layer.role != "data")
    others = [label for layer in data_first if not layer.stacked and (label := _label(layer))]
    order = [label for label in (*others, *stacked[::-1], _UNCERTAINTY) if label in entries]
    axes.legend([entries[label] for label in order], order, loc="upper left" if side == "left" else "upper right", ncols=columns)


def _height(drawing: Drawing, side: str, part: float, low: float, high: float, *, x_log: bool) -> float:
    """How high what is drawn reaches in a part of the width, of the height of the axes."""
    edges = Bins.of(drawing.layers[0].histogram.axes[0]).edges
    along = np.log(edges) if x_log else edges
    along = (along - along[0]) / (along[-1] - along[0])
    inside = along[1:] > 1 - part if side == "right" else along[:-1] < part
    tops = [points(layer).upper if layer.draw in ("errors", "points") else points(layer).values for layer in drawing.layers if not layer.stacked]
    stack = [layer for layer in drawing.layers if layer.stacked]
    values = np.concatenate([each[inside] for each in (*tops, *([total(stack).upper] if stack else []))])
    values = values[np.isfinite(values) & (values > 0 if drawing.log else True)]
    if not len(values):
        return 0.0
    top = float(values.max())
    return float(np.log(top / low) / np.log(high / low)) if drawing.log else (top - low) / (high - low)


def _colours(drawing: Drawing, axes: Axes, figure: Figure) -> None:
    import matplotlib as mpl
    from matplotlib.colors import LogNorm, Normalize

    histogram = drawing.layers[0].histogram
    across, up = Bins.of(histogram.axes[0]), Bins.of(histogram.axes[1])
    values = shown(histogram)
    low, high = color_range(values, log=drawing.log, from_zero=is_count(histogram))
    colours = mpl.colormaps["RdBu_r" if low < 0 and is_count(histogram) else "viridis"].with_extremes(bad="#bebebe")
    norm = LogNorm(low, high) if drawing.log else Normalize(low, high)
    # What is empty stays white: it is not drawn, but under it there is nothing.
    axes.set_facecolor("white")
    empty = is_empty(values, log=drawing.log, from_zero=is_count(histogram))
    drawn = np.where(empty, 0.0, values)
    mesh = axes.pcolormesh(across.edges, up.edges, drawn.T, norm=norm, cmap=colours, rasterized=True)
    if empty.any():
        white = np.where(empty, 1.0, np.nan)
        axes.pcolormesh(across.edges, up.edges, white.T, cmap=mpl.colors.ListedColormap(["white"]), rasterized=True)
    bar = figure.colorbar(mesh, ax=axes, pad=0.02)
    bar.set_label(drawable(value_label(drawing)))
    for bins, scale in ((across, axes.set_xscale), (up, axes.set_yscale)):
        if bins.log:
            scale("log")
    _names(across, axes)
    if up.names:
        axes.set_yticks((up.edges[:-1] + up.edges[1:]) / 2, [drawable(name) for name in up.names])
        axes.tick_params(axis="y", which="minor", length=0)
    axes.set_xlabel(drawable(across.label))
    axes.set_ylabel(drawable(up.label))
    axes.set_title(drawable(title(drawing)), loc="left", fontsize="medium")


def _names(bins: Bins, axes: Axes) -> None:
    """Write the names of categories below their bins, turned if they are long."""
    if not bins.names:
        return
    each = -(-len(bins.names) // _NAMED)
    middles = (bins.edges[:-1] + bins.edges[1:]) / 2
    shown_names = [name if len(name) < 25 else name[:23] + "…" for name in bins.names[::each]]
    turned = sum(map(len, shown_names)) > 60 or max(map(len, shown_names)) * len(shown_names) > 70
    axes.set_xticks(middles[::each], [drawable(name) for name in shown_names])
    axes.tick_params(axis="x", which="minor", length=0)
    if turned:
        axes.tick_params(axis="x", rotation=35)
        for text in axes.get_xticklabels():
            text.set_horizontalalignment("right")


def _compare(drawing: Drawing, axes: Axes, comparison: str) -> None:
    import mplhep

    parts = drawing.parts()
    assert parts is not None
    data, below = parts
    reference = _comparable(below)
    name = "stack" if below[0].stacked else below[0].label or "first"
    for place, layer in enumerate(data):
        mplhep.comp.comparison(
            _comparable([layer]), reference, axes, xlabel=drawable(Bins.of(layer.histogram.axes[0]).label), h1_label=drawable(layer.label or "Data"),
            h2_label=drawable(name), comparison=_COMPARISONS[comparison], comparison_ylabel=_compared(comparison, layer, name), h1_w2method="poisson" if is_unweighted(layer.histogram) else "sqrt",
            flow="none", color=color_of(layer, drawing.layers.index(layer)) if len(data) > 1 or not place else None,
        )  # fmt: skip


def _comparable(layers: list[Layer]) -> hist.Hist[Any]:
    """The sum of layers as mplhep can compare it: of numbers between finite edges, with variances, 0 where errors are not known."""
    import hist

    axis = hist.axis.Variable(Bins.of(layers[0].histogram.axes[0]).edges, flow=False)
    sums = total(layers)
    made: hist.Hist[Any]
    if len(layers) == 1 and is_unweighted(layers[0].histogram):
        made = hist.Hist(axis, storage=hist.storage.Double())
        made[...] = np.minimum(sums.values, _SQUARABLE)
        return made
    made = hist.Hist(axis, storage=hist.storage.Weight())
    values = np.clip(np.nan_to_num(sums.values, posinf=0, neginf=0), -_SQUARABLE, _SQUARABLE)
    made[...] = np.stack([values, np.minimum(sums.bars[1], _SQUARABLE) ** 2], axis=-1)
    return made


def _compared(comparison: str, layer: Layer, name: str) -> str:
    return "Pull" if comparison == "pull" else drawable(f"{layer.label or 'Data'} / {name}")


def _grid(drawing: Drawing, figure: Figure) -> Axes:
    """Projections, two in a row."""
    chosen = projections(drawing.ndim)
    grid = figure.subplots(-(-len(chosen) // 2), 2, squeeze=False)
    flat = list(grid.flat)
    layer = drawing.layers[0]
    for which, axes in zip(chosen, flat, strict=False):
        smaller = Drawing((projection(layer, which),), log=drawing.log, value=drawing.value)
        if len(which) == 1:
            _curves(smaller, axes)
        else:
            _colours(smaller, axes, figure)
    for axes in flat[len(chosen) :]:
        axes.set_axis_off()
    figure.suptitle(drawable(title(drawing)), fontsize="medium")
    first: Axes = flat[0]
    return first


def _words(drawing: Drawing, axes: Axes) -> None:
    histogram = drawing.layers[0].histogram
    text = "An axis of this histogram has no bins yet" if drawing.ndim else number(float(histogram.values()))
    variances = histogram.variances()
    if not drawing.ndim and variances is not None:
        text += f" ± {number(float(variances) ** 0.5)}"
    axes.set_axis_off()
    axes.text(0.5, 0.5, text, horizontalalignment="center", transform=axes.transAxes)
    axes.set_title(drawable(title(drawing)), fontsize="medium")


def _label(layer: Layer) -> str | None:
    return drawable(layer.label) if layer.label else None
