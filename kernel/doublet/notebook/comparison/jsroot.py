"""The histograms in a canvas that ROOT shows by JSROOT: JupyROOT writes them into the page as compressed JSON.

The compression is ROOT's: 9 bytes, "ZL" first, before zlib's. Arrays are shortened as ``TBufferJSON`` does it: ``len`` numbers,
0 but from place ``p`` on the numbers ``v`` (one, or the same one ``n`` times), from ``p1`` on ``v1``, and so on.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
import zlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from doublet.notebook.comparison.histogram import Histogram

if TYPE_CHECKING:
    import hist
    from numpy.typing import NDArray

__all__ = ["histograms"]

_PAGE = re.compile(r"unzipJSON\(\d+,\s*'([A-Za-z0-9+/=]+)'\)")
_COUNTS = re.compile(r"TH([123])[CSIFDL]")
_MOST = 200_000_000
"""Bytes that are unpacked at most."""
_CELLS = 10_000_000


def histograms(page: str) -> list[Histogram]:
    """Those of all canvases of a page, in their order; empty if it has none that can be read."""
    found: list[Histogram] = []
    for match in _PAGE.finditer(page):
        try:
            found += map(_read, _objects(json.loads(_unpacked(match[1]))))
        except (binascii.Error, zlib.error, KeyError, TypeError, ValueError, RecursionError):
            return []
    return found


def _unpacked(text: str) -> bytes:
    data = base64.b64decode(text)
    found, at = b"", 0
    while data[at : at + 2] == b"ZL" and len(found) < _MOST:  # blocks of 16 MB
        size = int.from_bytes(data[at + 3 : at + 6], "little")
        found += zlib.decompressobj().decompress(data[at + 9 : at + 9 + size], _MOST)
        at += 9 + size
    return found


def _objects(data: Any) -> Iterator[dict[str, Any]]:
    """The histograms in an object, in the order in which they stand there."""
    if isinstance(data, list):
        for part in data:
            yield from _objects(part)
    elif isinstance(data, dict):
        kind = str(data.get("_typename", ""))
        if _COUNTS.fullmatch(kind) or (kind == "TProfile" and not data["fBinSumw2"]):
            yield data
            return
        for part in data.values():
            yield from _objects(part)


def _read(data: dict[str, Any]) -> Histogram:
    import hist

    counts = _COUNTS.fullmatch(data["_typename"])
    axes = [_axis(data[f"f{name}axis"]) for name in "XYZ"[: int(counts[1]) if counts else 1]]
    shape = tuple(len(axis) + 2 for axis in axes)
    sums, squares = (_array(data[name], shape) for name in ("fArray", "fSumw2"))
    made: hist.Hist[Any]
    view: Any
    if counts is None:
        made = hist.Hist(*axes, storage=hist.storage.Mean())
        entries, view = _array(data["fBinEntries"], shape), made.view(flow=True)
        with np.errstate(all="ignore"):
            view["count"], view["value"] = entries, np.where(entries > 0, sums / entries, 0)
            view["_sum_of_deltas_squared"] = np.where(entries > 0, squares - sums**2 / entries, 0)
    elif len(data["fSumw2"]):
        made = hist.Hist(*axes, storage=hist.storage.Weight())
        view = made.view(flow=True)
        view["value"], view["variance"] = sums, squares
    else:
        made = hist.Hist(*axes, storage=hist.storage.Double())
        made.view(flow=True)[...] = sums
    return Histogram(str(data["fName"]), made)


def _axis(data: dict[str, Any]) -> Any:
    import hist

    bins = int(data["fNbins"])
    edges = _array(data["fXbins"], (bins + 1,)) if len(data["fXbins"]) else None
    label = str(data["fTitle"])
    return hist.axis.Regular(bins, data["fXmin"], data["fXmax"], label=label) if edges is None else hist.axis.Variable(edges, label=label)


def _array(data: Any, shape: tuple[int, ...]) -> NDArray[np.float64]:
    """The numbers, the first axis being the fastest; raises `ValueError` for more or fewer."""
    size = int(np.prod(shape))
    if size > _CELLS or (isinstance(data, dict) and data["len"] != size):
        raise ValueError(size)
    if isinstance(data, list):
        return np.array(data or np.zeros(size), float).reshape(shape, order="F")
    numbers, at = np.zeros(size), 0
    for count in range(size + 1):
        part = str(count or "")
        if f"v{part}" not in data:
            break
        at, value = int(data.get(f"p{part}", at)), data[f"v{part}"]
        run = np.array(value if isinstance(value, list) else [value] * int(data.get(f"n{part}", 1)), float)
        numbers[at : at + len(run)] = run
        at += len(run)
    return numbers.reshape(shape, order="F")
