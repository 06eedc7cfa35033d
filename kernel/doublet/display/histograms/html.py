"""A drawing as HTML that sanitisers leave whole: pictures in ``<img>``, and parts that fold out without script.

JupyterLab shows notebooks that are not trusted without ``<svg>``, ``<style>`` and scripts. ``<img>`` with a ``data:`` URI,
``<details>`` and tables stay, so nothing else is used; where ``style=`` goes, too, pictures keep their width.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from typing import TYPE_CHECKING

import numpy as np

from doublet.display.histograms.axes import Bins
from doublet.display.histograms.contents import points
from doublet.display.histograms.labels import value_label
from doublet.display.histograms.picture import picture
from doublet.display.histograms.statistics import Statistics, statistics
from doublet.display.histograms.svg import data_uri
from doublet.display.histograms.tex import as_html, clean
from doublet.display.histograms.ticks import number
from doublet.display.histograms.words import alternative, summary

if TYPE_CHECKING:
    from doublet.display.histograms.drawing import Drawing

__all__ = ["html"]

_ROWS = 250
"""How many rows a table has at most, without those of under- and overflow."""
_CELLS = 400
"""How many bins of two dimensions a table has at most."""


def html(drawing: Drawing, whole: Drawing, notes: Sequence[str]) -> str:
    """Make it. `drawing` is what is drawn, `whole` the same with all its bins, which the statistics are of."""
    parts = [_image(drawing, log=drawing.log)]
    parts += [f"<div><small>{as_html(note)}</small></div>" for note in notes]
    if drawing.ndim and all(len(axis) for axis in drawing.layers[0].histogram.axes):
        parts.append(_details("Linear scale" if drawing.log else "Logarithmic scale", _image(drawing, log=not drawing.log)))
    found = [statistics(layer.histogram) for layer in whole.layers]
    line = f"Statistics: {summary(found[0])}" if len(found) == 1 else "Statistics"
    names = [layer.label or f"histogram {n}" for n, layer in enumerate(whole.layers, 1)] if len(found) > 1 else [""]
    parts.append(_details(line, "".join(_statistics(name, each) for name, each in zip(names, found, strict=True))))
    if drawing.ndim == 1:
        parts.append(_details("Bins", _bins(drawing)))
    elif drawing.ndim == 2:
        parts.append(_details("Bins", _matrix(drawing)))
    return f'<div>{"".join(parts)}</div>'


def _image(drawing: Drawing, *, log: bool) -> str:
    alt = escape(clean(alternative(drawing, log=log)), quote=True)
    width = 640 if drawing.ndim < 3 else 720
    return f'<img src="{data_uri(picture(drawing, log=log))}" alt="{alt}" width="{width}" style="max-width:100%;height:auto">'


def _details(heading: str, content: str) -> str:
    return f"<details><summary>{escape(heading)}</summary>{content}</details>"


def _statistics(name: str, found: Statistics) -> str:
    """A table with a row for each number."""
    rows = [
        ("Entries" if found.unweighted else "Sum of weights", number(found.entries, 6)),
        ("of these in bins", number(found.inside, 6)),
    ]
    if found.effective is not None and not found.unweighted:
        rows.append(("Effective entries", number(found.effective, 6)))
    for place, axis in enumerate(found.axes):
        label = f" of {as_html(axis.label) or f'axis {place}'}" if len(found.axes) > 1 else ""
        for what, value in (("Mean", axis.mean), ("Standard deviation", axis.deviation), ("Underflow", axis.underflow), ("Overflow", axis.overflow)):
            if value is not None:
                rows.append((f"{what}{label}", number(value, 6)))
    body = "".join(f"<tr><th align=left>{what}</th><td align=right>{value}</td></tr>" for what, value in rows)
    return f"<table>{f'<caption>{as_html(name)}</caption>' if name else ''}{body}</table>"


def _bins(drawing: Drawing) -> str:
    """A table with a row for each bin, with what is drawn and its error."""
    first = drawing.layers[0].histogram
    bins = Bins.of(first.axes[0])
    heads = [as_html(bins.label) or "Bin", *(as_html(layer.label or value_label(drawing)) for layer in drawing.layers)]
    rows = [f"<tr>{''.join(f'<th>{head}</th>' for head in heads)}</tr>"]
    columns = [points(layer) for layer in drawing.layers]
    flows = [_flow(drawing, side) for side in ("underflow", "overflow")]
    count = len(bins.edges) - 1
    body = [
        [escape(clean(bins.describe(n))), *(_value(c.values[n], c.lower[n], c.upper[n]) for c in columns)] for n in range(min(count, _ROWS))
    ]
    rows += [_row(cells) for cells in (*flows[0], *body)]
    if count > _ROWS:
        rows.append(f"<tr><td colspan={len(heads)}>… {count - _ROWS:,} more bins</td></tr>")
    rows += [_row(cells) for cells in flows[1]]
    return f"<table>{''.join(rows)}</table>"


def _flow(drawing: Drawing, side: str) -> Iterator[list[str]]:
    """The row of the underflow or overflow, if any histogram has one."""
    found = [getattr(statistics(layer.histogram).axes[0], side) for layer in drawing.layers]
    if any(value is not None for value in found):
        yield [side, *("" if value is None else number(value) for value in found)]


def _row(cells: Sequence[str]) -> str:
    return f"<tr><td>{cells[0]}</td>{''.join(f'<td align=right>{cell}</td>' for cell in cells[1:])}</tr>"


def _value(value: float, lower: float, upper: float) -> str:
    if not np.isfinite(value):
        return "–" if np.isnan(value) else number(float(value))
    shown = number(float(value), 5)
    below, above = value - lower, upper - value
    if not (np.isfinite(below) and np.isfinite(above)) or (below == 0 and above == 0):
        return shown
    if np.isclose(below, above):
        return f"{shown} ± {number(float(above), 3)}"
    return f"{shown} +{number(float(above), 3)} −{number(float(below), 3)}"


def _matrix(drawing: Drawing) -> str:
    """A table with a column for each bin of x and a row for each of y, from the top as in the picture."""
    histogram = drawing.layers[0].histogram
    values = np.asarray(histogram.values(), dtype=float)
    if values.size > _CELLS:
        return f"<p>There are {values.size:,} bins; the table is left out. The data are part of this output as JSON.</p>"
    across, up = Bins.of(histogram.axes[0]), Bins.of(histogram.axes[1])
    corner = f"{as_html(up.label) or 'y'} \\ {as_html(across.label) or 'x'}"
    head = "".join(f"<th>{escape(clean(across.describe(n)))}</th>" for n in range(values.shape[0]))
    rows = [_row([escape(clean(up.describe(n))), *(number(v) for v in values[:, n])]) for n in reversed(range(values.shape[1]))]
    return f"<table><tr><th>{corner}</th>{head}</tr>{''.join(rows)}</table>"
