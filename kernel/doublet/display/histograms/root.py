"""ROOT's histograms. They keep to UHI's protocol, which has no place for their titles, nor for what their profiles hold.

Nothing of ROOT is imported: whoever has such a histogram has done so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import hist
    from numpy.typing import NDArray

__all__ = ["histogram", "is_root", "label", "value_label"]

_AXES = ("GetXaxis", "GetYaxis", "GetZaxis")
_FONT = re.compile(r"#(?:it|bf|font\[\d+\]|color\[\d+\]|scale\[[\d.]+\])\{([^{}]*)\}")
_MATHS = re.compile(r"#(?=[A-Za-z])|[_^]\{")


def is_root(value: Any) -> bool:
    """Whether it is a histogram of ROOT's, a ``TH1`` or what derives from it."""
    return all(callable(getattr(type(value), name, None)) for name in ("GetXaxis", "GetBinContent", "GetTitle"))


def histogram(value: Any) -> hist.Hist[Any]:
    """Copy one, with under- and overflow and its titles."""
    import hist

    axes = [_axis(axis, getattr(value, get)()) for axis, get in zip(value.axes, _AXES, strict=False)]
    # ROOT has an underflow before each axis, also of texts.
    place = tuple(slice(0 if axis.traits.underflow else 1, None) for axis in axes)
    found: hist.Hist[Any]
    if str(getattr(value.kind, "value", value.kind)) == "MEAN":
        found = _profile(value, axes, place)
    else:
        values, variances = (np.asarray(each, dtype=float)[place] for each in (value.values(flow=True), value.variances(flow=True)))
        is_weighted = not np.array_equal(values, variances, equal_nan=True)
        found = hist.Hist(*axes, storage=hist.storage.Weight() if is_weighted else hist.storage.Double())
        bins: Any = found.view(flow=True)
        if is_weighted:
            bins["value"], bins["variance"] = values, variances
        else:
            bins[...] = values
    found.label = label(str(value.GetTitle()))
    return found


def value_label(value: Any) -> str:
    """What the contents of the bins are, by the title of the axis behind the last one; empty if it has none."""
    number = len(value.axes)
    return label(str(getattr(value, _AXES[number])().GetTitle())) if number < len(_AXES) else ""


def label(text: str) -> str:
    r"""A text of ROOT's, as in ``m_{#mu#mu} [GeV]``, as those are written here: ``$\mathrm{m_{\mu\mu}}$ [GeV]``."""
    return " ".join(map(_word, _words(_FONT.sub(r"\1", text))))


def _words(text: str) -> Iterator[str]:
    """What stands between spaces, but for those in braces."""
    word = ""
    for part in text.split(" "):
        word += part
        if word.count("{") > word.count("}"):
            word += " "
        else:
            yield word
            word = ""
    if word:
        yield word.rstrip(" ")


def _word(word: str) -> str:
    if not _MATHS.search(word) or word.count("{") != word.count("}") or "$" in word:
        return word
    return "$\\mathrm{" + re.sub("#(?=[A-Za-z])", r"\\", word) + "}$"


def _axis(axis: Any, root: Any) -> Any:
    import hist

    title = label(str(root.GetTitle()))
    bins = list(axis)
    if all(isinstance(each, str) for each in bins):
        return hist.axis.StrCategory(bins, label=title)
    if not root.GetXbins().GetSize():
        return hist.axis.Regular(len(bins), root.GetXmin(), root.GetXmax(), label=title)
    return hist.axis.Variable([bins[0][0], *(high for _, high in bins)], label=title)


def _profile(value: Any, axes: list[Any], place: tuple[slice, ...]) -> hist.Hist[Any]:
    """One of means, by the sums that ROOT keeps: of the weights w, of their squares, and of the samples, w y and w y².

    A bin has as many entries as unweighted ones would have to be to tell as much, (Σw)² / Σw², for on them its error depends.
    """
    import hist

    shape = [len(axis) + 2 for axis in value.axes]

    def sums(each: Callable[[int], float]) -> NDArray[np.float64]:
        return np.fromiter(map(each, range(value.GetNcells())), float).reshape(shape, order="F")[place]

    squares, weights_squared = value.GetSumw2(), value.GetBinSumw2()
    weights, means = sums(value.GetBinEntries), sums(value.GetBinContent)
    spread = np.maximum(sums(lambda number: squares[number]) - weights * means**2, 0)
    squared = sums(lambda number: weights_squared[number]) if weights_squared.GetSize() else weights
    scale = np.divide(weights, squared, out=np.zeros_like(weights), where=squared > 0)
    found: hist.Hist[Any] = hist.Hist(*axes, storage=hist.storage.Mean())
    bins: Any = found.view(flow=True)
    bins["count"], bins["value"], bins["_sum_of_deltas_squared"] = weights * scale, means, spread * scale
    return found
