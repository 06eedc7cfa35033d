"""A drawing as ``application/vnd.doublet.histogram+json``, and back. ``schema.json`` next to this says what it holds."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from doublet.display.histograms.arrays import decode, encode, uri
from doublet.display.histograms.contents import Points, is_unweighted, points, ratio, unit
from doublet.display.histograms.drawing import Drawing, Layer
from doublet.display.histograms.fingerprint import fingerprint, words
from doublet.display.histograms.labels import axis_label, axis_scale, title, value_label
from doublet.display.histograms.picture import projections
from doublet.display.histograms.reduction import cells, factor_of, merged
from doublet.errors import HistogramError

if TYPE_CHECKING:
    import hist

__all__ = ["MIME", "VERSION", "payload", "read", "schema"]

MIME = "application/vnd.doublet.histogram+json"
VERSION = 1
CELLS = 250_000
"""How many bins, with under- and overflow, a payload holds of a histogram at most."""

_FINE, _DRAWN = 2000, 500
"""From how many bins on an interactive picture of one dimension merges them, and how many it has at most then."""


def schema() -> dict[str, Any]:
    """The JSON Schema of what `payload` gives."""
    text = (Path(__file__).parent / "schema.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


def payload(drawing: Drawing) -> dict[str, Any]:
    """Make the data of a drawing: the histograms in UHI's schema, and how they are drawn."""
    notes = list(drawing.notes)
    layers = []
    for layer in drawing.layers:
        described, said = _layer(layer)
        layers.append(described)
        notes += [each for each in said if each not in notes]
    first = drawing.layers[0].histogram
    axes = [
        {"label": axis_label(axis), "unit": unit(axis_label(axis)), "scale": axis_scale(axis)} for axis in first.axes
    ]
    made: dict[str, Any] = {
        "version": VERSION,
        "title": title(drawing),
        "axes": axes,
        "value": {"label": value_label(drawing), "unit": "", "scale": "log" if drawing.log else "linear"},
        "layers": layers,
        "notes": notes,
    }
    if first.ndim > 2:
        made["projections"] = [list(axes) for axes in projections(first.ndim)]
    if first.ndim == 1 and len(first.axes[0]) > _FINE and first.axes[0].traits.ordered and not drawing.ratio and not any("points" in layer for layer in layers):
        made["merged"] = _merged(drawing)
    found = ratio(drawing)
    if found is not None:
        made["ratio"] = {
            "label": found.label,
            "points": [_points(each) for each in found.points],
            "band": _points(found.band),
        }
    return made


def read(data: Any) -> Drawing:
    """Read a drawing again, with histograms equal to those that were stored.

    Raises `HistogramError` for another version, and for data that are not what the schema says.
    """
    version = data.get("version") if isinstance(data, dict) else None
    if version != VERSION:
        raise HistogramError(
            f"these histogram data are of version {version!r}, and this Doublet reads version {VERSION}",
            "update Doublet, or run the cell again",
        )
    try:
        layers = tuple(
            Layer(
                _histogram(layer["histogram"]),
                layer["label"],
                layer["draw"],
                layer["role"],
                layer["stacked"],
                layer["color"],
                _histogram(layer["passed"]) if "passed" in layer else None,
            )
            for layer in data["layers"]
        )
        return Drawing(layers, data["title"], "ratio" in data, data["value"]["scale"] == "log", tuple(data["notes"]), data["value"]["label"])
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise HistogramError(f"these histogram data are not what their schema says: {type(error).__name__} {error}") from None


def _merged(drawing: Drawing) -> dict[str, Any]:
    """How bins are merged for a picture that has a pixel for few of them."""
    first = drawing.layers[0].histogram
    fewer, note = merged(first, 0, _DRAWN)
    coarse = replace(drawing, layers=(replace(drawing.layers[0], histogram=fewer), *drawing.layers[1:]))
    return {"by": factor_of(len(first.axes[0]), _DRAWN), "label": value_label(coarse), "note": note}


def _layer(layer: Layer) -> tuple[dict[str, Any], list[str]]:
    stored, notes = _reduced(layer.histogram)
    described: dict[str, Any] = {
        "histogram": _uhi(stored),
        "label": layer.label,
        "draw": layer.draw,
        "role": layer.role,
        "stacked": layer.stacked,
        "color": layer.color,
    }
    if layer.passed is not None:
        described["passed"] = _uhi(_reduced(layer.passed)[0])
    if stored.ndim == 1 and (layer.passed is not None or stored.kind == "MEAN" or (layer.role == "data" and is_unweighted(stored))):
        described["points"] = _points(points(layer))
    return described, notes


def _points(found: Points) -> dict[str, Any]:
    return {"values": encode(found.values), "lower": encode(found.lower), "upper": encode(found.upper)}


def _reduced(histogram: hist.Hist[Any]) -> tuple[hist.Hist[Any], list[str]]:
    notes = []
    while (size := cells(histogram)) > CELLS:
        longest = int(np.argmax([len(axis) for axis in histogram.axes]))
        bins = len(histogram.axes[longest])
        histogram, note = merged(histogram, longest, max(1, min(bins // 2, int(bins * CELLS / size))))
        notes.append(note)
    return histogram, notes


def _uhi(histogram: hist.Hist[Any]) -> dict[str, Any]:
    from hist.serialization import to_uhi

    made = to_uhi(histogram)
    own: dict[str, Any] = {} if getattr(histogram, "_variance_known", True) else {"variance_known": False}
    if (marked := words(histogram)) is not None:
        own["fingerprint"] = uri(marked)
    if own:
        made["writer_info"]["doublet"] = own
    made["metadata"] = _metadata(made.get("metadata", {}))
    for axis in made["axes"]:
        if "metadata" in axis:
            axis["metadata"] = _metadata(axis["metadata"])
        if "edges" in axis:
            axis["edges"] = encode(axis["edges"])
    made["storage"] = {key: value if key == "type" else encode(value) for key, value in made["storage"].items()}
    return made


def _metadata(given: dict[str, Any]) -> dict[str, Any]:
    """What UHI's schema allows: texts, finite numbers and truth values, by names."""
    return {
        str(key): value
        for key, value in given.items()
        if str(key).strip() and isinstance(value, str | bool | int | float) and not _is_odd(value)
    }


def _is_odd(value: str | float) -> bool:
    return isinstance(value, float) and not np.isfinite(value)


def _histogram(data: dict[str, Any]) -> hist.Hist[Any]:
    from hist.serialization import from_uhi

    axes = [{**axis, "edges": _edges(axis["edges"])} if "edges" in axis else axis for axis in data["axes"]]
    shape = tuple(_extents(axes))
    storage = {key: value if key == "type" else decode(value, shape) for key, value in data["storage"].items()}
    made: hist.Hist[Any] = from_uhi({**data, "axes": axes, "storage": storage})
    _settle(made)
    own = data.get("writer_info", {}).get("doublet", {})
    made._variance_known = own.get("variance_known", True)
    if "fingerprint" in own:
        fingerprint(made).view(flow=True)[...] = decode(own["fingerprint"], made.view(flow=True).shape)
    return made


def _edges(value: Any) -> Any:
    if not isinstance(value, str):
        return decode(value, (len(value),))
    # A URI does not say how many edges it holds; base64 does, in 4 characters for 3 bytes.
    text = value.partition(",")[2]
    return decode(value, ((len(text) * 3 // 4 - text.count("=")) // 8,))


def _extents(axes: Iterable[dict[str, Any]]) -> Iterator[int]:
    for axis in axes:
        if axis["type"] == "regular":
            yield axis["bins"] + axis["underflow"] + axis["overflow"]
        elif axis["type"] == "variable":
            yield len(axis["edges"]) - 1 + axis["underflow"] + axis["overflow"]
        elif axis["type"] == "boolean":
            yield 2
        else:
            yield len(axis["categories"]) + axis["flow"]


def _settle(histogram: hist.Hist[Any]) -> None:
    """Of a single entry there is no variance; the sum of squared differences that it is made of is 0, though."""
    view: Any = histogram.view(flow=True)
    for name in ("_sum_of_deltas_squared", "_sum_of_weighted_deltas_squared"):
        if view.dtype.names and name in view.dtype.names:
            few = view["count"] <= 1 if "count" in view.dtype.names else view["sum_of_weights"] ** 2 <= view["sum_of_weights_squared"]
            view[name] = np.where(few, 0, view[name])
