"""Histograms of any kind, for property tests."""

from __future__ import annotations

from typing import Any

import hist
import numpy as np
from hypothesis import strategies as st

__all__ = ["axes", "histograms", "labels"]

labels = st.text(max_size=12) | st.sampled_from([r"$m_{\mu\mu}$ [GeV]", "<b>&amp;", "]]>", "$", r"$\frac{1", "\x00", '"', "\\"])
_finite = st.floats(-1e3, 1e3, allow_nan=False)
_flow = st.booleans()


@st.composite
def axes(draw: st.DrawFn) -> Any:
    kind = draw(st.sampled_from(["regular", "circular", "log", "variable", "infinite", "integer", "integers", "strings", "boolean"]))
    label, bins = draw(labels), draw(st.integers(1, 6))
    low = draw(_finite)
    if kind == "regular":
        return hist.axis.Regular(bins, low, low + draw(st.floats(0.1, 1e3)), label=label, underflow=draw(_flow), overflow=draw(_flow))
    if kind == "circular":
        return hist.axis.Regular(bins, low, low + 1, label=label, circular=True)
    if kind == "log":
        return hist.axis.Regular(bins, 0.1, draw(st.floats(1, 1e6)), label=label, transform=hist.axis.transform.log)
    if kind in ("variable", "infinite"):
        edges = sorted(draw(st.sets(_finite, min_size=2, max_size=7)))
        ends = ([-np.inf], [np.inf]) if kind == "infinite" else ([], [])
        return hist.axis.Variable([*ends[0], *edges, *ends[1]], label=label, underflow=draw(_flow), overflow=draw(_flow))
    if kind == "integer":
        return hist.axis.Integer(-3, -3 + bins * draw(st.sampled_from([1, 10])), label=label, underflow=draw(_flow), overflow=draw(_flow))
    if kind == "integers":
        return hist.axis.IntCategory(sorted(draw(st.sets(st.integers(-99, 99), min_size=1, max_size=6))), label=label, overflow=draw(_flow))
    if kind == "strings":
        names = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1, max_size=30)
        return hist.axis.StrCategory(sorted(draw(st.sets(names, min_size=1, max_size=6))), label=label, overflow=draw(_flow))
    return hist.axis.Boolean(label=label)


@st.composite
def histograms(draw: st.DrawFn, *, ndim: int | None = None, odd: bool = True) -> hist.Hist[Any]:
    """Any axes and storage, with contents as filling gives them and, if `odd`, also with NaN, infinite and negative ones."""
    chosen = [draw(axes()) for _ in range(draw(st.integers(1, 3)) if ndim is None else ndim)]
    storage: Any = draw(
        st.sampled_from([hist.storage.Double, hist.storage.Int64, hist.storage.AtomicInt64, hist.storage.Weight, hist.storage.Mean, hist.storage.WeightedMean, hist.storage.Unlimited])
    )
    made: hist.Hist[Any] = hist.Hist(*chosen, storage=storage(), label=draw(labels))
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    entries = draw(st.integers(0, 40))
    columns = [_values(axis, entries, random) for axis in chosen]
    options: dict[str, Any] = {}
    if storage in (hist.storage.Mean, hist.storage.WeightedMean):
        options["sample"] = random.normal(0, 10, entries)
    if storage in (hist.storage.Weight, hist.storage.WeightedMean) or (storage is hist.storage.Double and draw(st.booleans())):
        options["weight"] = random.normal(1, 0.3, entries)
    if entries:
        made.fill(*columns, **options)
    if odd and storage is hist.storage.Double and draw(st.booleans()):
        view: Any = made.view(flow=True)
        view[...] = random.choice([0.0, 1.5, -2.0, np.nan, np.inf, -np.inf, 1e300, 5e-324], view.shape)
    return made


def _values(axis: Any, entries: int, random: np.random.Generator) -> Any:
    if isinstance(axis, hist.axis.StrCategory):
        return [str(name) for name in random.choice([*axis, "none of them"], entries)]
    if isinstance(axis, (hist.axis.IntCategory, hist.axis.Integer, hist.axis.Boolean)):
        return random.choice([*range(-5, 20)], entries) % 2 if isinstance(axis, hist.axis.Boolean) else random.integers(-50, 50, entries)
    inner = np.asarray(axis.edges)[np.isfinite(axis.edges)]
    margin = 0.2 * (inner[-1] - inner[0] + 1)
    return random.uniform(inner[0] - margin, inner[-1] + margin, entries)
