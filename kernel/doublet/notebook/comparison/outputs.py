"""The typed results in the outputs of a cell, and of its counterpart: of each output, the part that says most in both."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from doublet.display.histograms.arrays import decode
from doublet.display.histograms.payload import MIME, read
from doublet.display.results import RESULT
from doublet.errors import HistogramError
from doublet.notebook.comparison.array import Array
from doublet.notebook.comparison.failure import Failure, Opaque
from doublet.notebook.comparison.fit import Fit
from doublet.notebook.comparison.histogram import Histogram
from doublet.notebook.comparison.jsroot import histograms
from doublet.notebook.comparison.picture import Picture
from doublet.notebook.comparison.table import Table, tables
from doublet.notebook.comparison.text import Text
from doublet.notebook.reading import Output, text_of

if TYPE_CHECKING:
    from doublet.notebook.comparison.result import Result

__all__ = ["Shown", "pair", "shown"]

_NAME_ONLY = re.compile(r"<[^<>\n]*>\s*")
"""What Python says of an object that has no better text: nothing about its contents."""


class Shown(NamedTuple):
    """What a cell shows: its text, what it says on its error stream, its bundles of MIME types in their order, and its error."""

    text: str
    errors: str
    bundles: tuple[Mapping[str, Any], ...]
    failure: Failure | None


def shown(outputs: Sequence[Output]) -> Shown:
    """Put together what belongs together: text comes in pieces that differ from run to run."""
    streams = {"stdout": "", "stderr": ""}
    for output in outputs:
        if output.output_type == "stream":
            streams[output.name] = streams.get(output.name, "") + text_of(output.text)
    bundles = tuple(output.data for output in outputs if output.output_type in ("display_data", "execute_result") and output.data)
    failures = [Failure(output.ename, output.evalue) for output in outputs if output.output_type == "error"]
    return Shown(streams["stdout"], streams["stderr"], bundles, failures[0] if failures else None)


def pair(first: Mapping[str, Any], second: Mapping[str, Any]) -> tuple[list[Result], list[Result]] | None:
    """The results of two bundles, from the MIME type that says most in both; none where they have none in common."""
    for kind, made in _KINDS:
        for name in first:
            if name in second and re.fullmatch(kind, name) and (one := made(name, first[name])):
                two = one if first[name] == second[name] else made(name, second[name])
                if two:
                    return one, two
    return None


def _read(results: Callable[[Any], Iterator[Result]]) -> Callable[[str, Any], list[Result]]:
    """Data of Doublet's, by what reads them; nothing of a broken part, or one of a later version, so that what else the bundle has counts."""

    def made(_kind: str, data: Any) -> list[Result]:
        try:
            return list(results(data))
        except (HistogramError, KeyError, TypeError, ValueError):
            return []

    return made


def _histograms(data: Any) -> Iterator[Result]:
    drawing = read(data)
    for number, layer in enumerate(drawing.layers, 1):
        name = layer.label or layer.histogram.name or drawing.title or (layer.histogram.axes[0].name if layer.histogram.ndim == 1 else "")
        name = str(name or (number if len(drawing.layers) > 1 else "")).strip()
        yield Histogram(name, layer.histogram)
        if layer.passed is not None:
            yield Histogram(f"{name}, passed" if name else "passed", layer.passed)


def _typed(data: Any) -> Iterator[Result]:
    if data["kind"] == "array":
        yield Array("array", data["dtype"], decode(data["values"], tuple(data["shape"])))
    elif data["kind"] == "arrays":
        for number, part in enumerate(data["arrays"], 1):
            yield Array(f"array {number}", part["dtype"], decode(part["values"], tuple(part["shape"])))
    elif data["kind"] == "fit":
        count = len(data["parameters"])
        size = count if data["covariance"] else 0
        values, errors = (decode(data[name], (count,)).astype(float) for name in ("values", "errors"))
        minimum, distance = (float(decode(data[name], (1,))[0]) for name in ("minimum", "distance"))
        covariance = decode(data["covariance"], (size, size)).astype(float)
        reach = decode(data["reach"], (count,)).astype(float) if "reach" in data else np.sqrt(max(distance, 0)) * errors
        yield Fit(tuple(data["parameters"]), values, errors, covariance, minimum, data["valid"], distance, reach)
    else:
        yield Table((tuple(data["rows"]),))
        labels = _labels(data)
        for column in data["columns"]:
            name = f"column '{column['name']}'"
            if "texts" in column:
                yield Text("\n".join(column["texts"]), name)
            else:
                yield Array(name, column["dtype"], decode(column["values"], (len(data["rows"]),)), labels)


def _labels(data: Any) -> tuple[str, ...]:
    """The names of a table's rows: its index, or the first column of texts where that only counts them; nothing if there is neither."""
    if not all(row.isdigit() for row in data["rows"]):
        return tuple(data["rows"])
    return tuple(next((column["texts"] for column in data["columns"] if "texts" in column), ()))


def _canvas(_kind: str, data: Any) -> list[Result]:
    return [*histograms(text_of(data))]


def _tables(_kind: str, data: Any) -> list[Result]:
    return [*tables(text_of(data))]


def _contents(_kind: str, data: Any) -> list[Result]:
    text = text_of(data)
    return [] if _NAME_ONLY.fullmatch(text.strip()) else [Text(text)]


def _text(_kind: str, data: Any) -> list[Result]:
    return [Text(text_of(data))]


def _picture(kind: str, data: Any) -> list[Result]:
    return [Picture(kind, text_of(data))]


def _opaque(kind: str, data: Any) -> list[Result]:
    return [Opaque(kind, data if isinstance(data, str) else json.dumps(data, sort_keys=True))]


_KINDS: tuple[tuple[str, Callable[[str, Any], list[Result]]], ...] = (
    (re.escape(MIME), _read(_histograms)),
    (re.escape(RESULT), _read(_typed)),
    ("text/html", _canvas),
    ("text/html", _tables),
    ("text/plain", _contents),
    ("image/.*", _picture),
    ("text/(latex|markdown)", _text),
    ("(?!text/plain).*", _opaque),
    ("text/plain", _text),
)
"""For MIME types, the one that says most first, the results in such data; none if they say nothing."""
