"""A verdict as a notebook that can itself be attached to an agenda: a table, and overlays with ratios of what differs."""

from __future__ import annotations

import html
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import nbformat

from doublet.display.histograms.bundle import bundle
from doublet.display.histograms.contents import is_count
from doublet.display.histograms.drawing import Drawing, Layer
from doublet.errors import HistogramError
from doublet.notebook.comparison.agreement import Agreement, Judgement
from doublet.notebook.comparison.bins import edges
from doublet.notebook.comparison.histogram import Histogram
from doublet.notebook.reading import code_cells

if TYPE_CHECKING:
    from doublet.notebook.comparison.verdict import CellJudgement, Verdict
    from doublet.notebook.reading import Cell, Notebook

__all__ = ["report"]

_ROWS = 1000
"""How many results the table has at most."""
_PARTS = 100
"""How many results are shown by themselves at most: a viewer draws what an agenda has in a second or gives up."""
_LOOKS = (("reference", "#3f90da"), ("rerun", "#bd1f01"))


def report(verdict: Verdict) -> Notebook:
    """The notebook; nothing in it is to be executed."""
    cells: list[Cell] = [_text(_head(verdict)), _text(_table(verdict))]
    apart = [(cell, each) for cell, each in _results(verdict) if each.agreement not in (Agreement.IDENTICAL, Agreement.UNJUDGED)]
    for cell, each in apart[:_PARTS]:
        cells += _shown(cell, each)
    if apart[_PARTS:]:
        cells.append(_text(f"{len(apart) - _PARTS} more results that are not identical are not shown here."))
    notebook = nbformat.v4.new_notebook(cells=cells, metadata={"title": "Comparison", "language_info": {"name": "python", "pygments_lexer": "ipython3"}})
    for place, cell in enumerate(notebook.cells):
        cell.id = f"report-{place}"
    for count, (_, cell) in enumerate(code_cells(notebook), 1):
        cell.execution_count = count  # an agenda takes notebooks whose cells have been executed
    return notebook


def _head(verdict: Verdict) -> str:
    mark = "✔" if verdict.agrees else "✘" if verdict.is_judged else "?"
    counts = ", ".join(f"{count} {agreement.value}" for agreement, count in sorted(verdict.counts.items(), key=lambda item: item[0].rank))
    parts = [f"# {mark} {_safe(verdict.line)}", f"**{_safe(verdict.names[1])}** judged by **{_safe(verdict.names[0])}**: {counts or 'no results'}."]
    if verdict.causes and not verdict.agrees:
        parts.append("What the two depend on differs in:\n\n" + "\n".join(f"- {_safe(cause)}" for cause in verdict.causes))
    parts += [_safe(note) for note in verdict.notes]
    return "\n\n".join(parts)


def _results(verdict: Verdict) -> list[tuple[CellJudgement, Judgement]]:
    return [(cell, each) for cell in verdict.cells for each in cell.judgements]


def _table(verdict: Verdict) -> str:
    """All results; of very many those that are not identical, as far as there is room."""
    results = _results(verdict)
    told = results if len(results) <= _ROWS else [pair for pair in results if pair[1].agreement is not Agreement.IDENTICAL][:_ROWS]
    rows = [
        f"<tr><td align=right>{cell.place}</td><td align=left>{_safe(each.what)}</td><td align=left>{each.agreement.value}</td><td align=left>{_safe(each.text)}</td></tr>"
        for cell, each in told
    ]
    if len(told) < len(results):
        rows.append(f"<tr><td></td><td align=left colspan=3>{len(results) - len(told)} more are in what --json FILE writes</td></tr>")
    return f"<table><thead><tr><th>Cell</th><th align=left>Result</th><th align=left>Class</th><th></th></tr></thead><tbody>{''.join(rows)}</tbody></table>"


def _shown(cell: CellJudgement, judgement: Judgement) -> Iterator[Cell]:
    yield _text(f"## Cell {cell.place}: {_safe(judgement.what)}\n\n{_safe(judgement.text)}")
    if judgement.results is None or not isinstance(judgement.results[0], Histogram):
        return
    outputs = [nbformat.v4.new_output("display_data", data) for data in _pictures(judgement.results)]
    yield nbformat.v4.new_code_cell(f"# {judgement.what}, from cell {cell.place}:\n{cell.source}", outputs=outputs)


def _pictures(results: tuple[Any, Any]) -> Iterator[dict[str, Any]]:
    """One picture of both with their ratio if they have the same bins of one dimension, else one of each."""
    layers = [Layer(each.histogram, name, color=colour) for each, (name, colour) in zip(results, _LOOKS, strict=True)]
    first, second = (each.histogram for each in results)
    together = first.ndim == second.ndim == 1 and edges(first.axes[0]) == edges(second.axes[0])
    try:
        if together:
            ratio = is_count(first) and is_count(second)
            yield bundle(Drawing((layers[0], replace(layers[1], draw="errors")), results[0].name, ratio=ratio))
            return
    except HistogramError:  # such as infinite contents: each can still be shown
        pass
    for layer in layers:
        yield bundle(Drawing((layer,), layer.label))


def _text(source: str) -> Cell:
    return nbformat.v4.new_markdown_cell(source)


def _safe(text: str) -> str:
    """Text of somebody else's notebook in Markdown: no tags, no formulas, no links."""
    escaped = html.escape(text, quote=False)
    for sign in "\\`*_[]$|#~":
        escaped = escaped.replace(sign, f"&#{ord(sign)};")
    return " ".join(escaped.split())
