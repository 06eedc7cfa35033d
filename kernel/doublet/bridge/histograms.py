"""Histograms of hist and boost-histogram: C++ fills them in place, as a ``doublet::hist``.

C++ makes them, too, and asks here for what is Python's: to make and copy one, to let an axis grow. The bins, and what
happens in them, are in ``include/doublet/histogram/``.
"""

from __future__ import annotations

import ctypes
import json
import sys
import weakref
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from doublet.bridge import converts
from doublet.bridge.constant_histograms import constant_histogram, is_constant_histogram
from doublet.bridge.histogram_layout import UnfitError, cpp_type, described
from doublet.engine.binding import Binding
from doublet.engine.interpreter import interpreter
from doublet.errors import BridgeError

if TYPE_CHECKING:
    from doublet.engine.interpreter import Interpreter

__all__ = ["connect", "lend"]

_UNDERFLOW, _OVERFLOW, _CIRCULAR, _GROWTH = 1, 2, 4, 8


@converts("boost_histogram.histogram.Histogram")
def histogram(name: str, value: Any) -> Binding:
    """Raises `BridgeError` for what C++ cannot fill in place."""
    try:
        kind, layout = cpp_type(value), described(value)
    except UnfitError as error:
        raise BridgeError(name, type(value).__name__, error.reason, error.advice) from None
    place = ctypes.create_string_buffer(layout, len(layout))
    declaration = f"{'const ' * is_constant_histogram(value)}{kind} {name}(::doublet::detail::described{{{ctypes.addressof(place):#x}UL}});"
    core, is_growing = value._hist, any(axis.traits.growth for axis in value.axes)

    def unchanged(now: Any) -> bool:
        # Where the cells of a growing one are, C++ looks itself.
        return now is value and now._hist is core and (is_growing or described(value) == layout)

    return Binding(name, declaration, (value, place), unchanged=unchanged, python=value)


def lend() -> None:
    """Have histograms be arguments of C++ functions, once Python has any."""
    module = sys.modules.get("boost_histogram.histogram")
    if module is not None and hasattr(module, "Histogram") and not hasattr(module.Histogram, "__cast_cpp__"):
        module.Histogram.__cast_cpp__ = _lent  # by which cppyy asks what a value is to C++


_loans: dict[tuple[int, bool], tuple[weakref.ref[Any], bytes, Any]] = {}
"""For each histogram's memory: that, its description, and the C++ object that fills it. cppyy lets go of none."""


def _lent(value: Any) -> Any:
    """The C++ object that fills a histogram; raises `BridgeError` for what C++ cannot fill in place."""
    core = value._hist
    try:
        kind, layout = cpp_type(value), described(value)
    except UnfitError as error:
        raise BridgeError("the argument", type(value).__name__, error.reason, error.advice) from None
    key = id(core), is_constant_histogram(value)
    known = _loans.get(key)
    if known is None or known[0]() is not core or known[1] != layout:
        place = ctypes.create_string_buffer(layout, len(layout))
        lent = interpreter().histograms.lent(kind, ctypes.addressof(place), constant=key[1])
        known = _loans[key] = weakref.ref(core, partial(_loans.pop, key)), layout, lent
    return known[2]


def connect(engine: Interpreter) -> None:
    """Have C++ ask here about histograms."""
    engine.histograms.connect(_answer, _restored, constant_histogram)


def _answer(what: str, *about: Any) -> Any:
    """`about` is the histogram, if there is one, perhaps another, and JSON."""
    return _ANSWERS[what](*about)


def _make(text: str) -> Any:
    """A new ``hist.Hist``; raises what hist raises for axes that cannot be."""
    import hist

    asked = json.loads(text)
    return hist.Hist(*map(_axis, asked["axes"]), storage=getattr(hist.storage, asked["storage"])())


def _restored(text: str, cells: bytes) -> Any:
    """A new ``hist.Hist`` with these cells."""
    import numpy as np

    made = _make(text)
    view = made.view(flow=True)
    view[...] = np.frombuffer(cells, view.dtype).reshape(view.shape, order="F")
    return made


def _axis(asked: dict[str, Any]) -> Any:
    import hist

    named = {"name": asked["name"], "label": asked["label"]}
    options = asked["options"]
    overflow, growth = bool(options & _OVERFLOW), bool(options & _GROWTH)
    flow: dict[str, Any] = {"overflow": overflow, "growth": growth}
    ordered = {**flow, "underflow": bool(options & _UNDERFLOW), "circular": bool(options & _CIRCULAR)}
    kind = asked["kind"]
    if kind == "regular":
        transform = asked["transform"]
        if isinstance(transform, float):
            ordered["transform"] = hist.axis.transform.Pow(transform)
        elif transform:
            ordered["transform"] = getattr(hist.axis.transform, transform)
        return hist.axis.Regular(asked["bins"], asked["start"], asked["stop"], **named, **ordered)
    if kind == "variable":
        return hist.axis.Variable(asked["edges"], **named, **ordered)
    if kind == "integer":
        return hist.axis.Integer(asked["start"], asked["stop"], **named, **ordered)
    if kind == "boolean":
        return hist.axis.Boolean(**named)
    category = hist.axis.IntCategory if kind == "int_category" else hist.axis.StrCategory
    return category(asked["values"], **named, **flow)


def _copy(value: Any, _: str) -> Any:
    return value.copy()


def _describe(value: Any, _: str) -> bytes:
    return described(value)


def _text(value: Any, _: str) -> bytes:
    return " ".join(repr(value).split()).encode()


def _fill(value: Any, text: str) -> None:
    entry = json.loads(text)
    value.fill(*entry.pop("values"), **entry)


def _assign(value: Any, other: Any, _: str) -> None:
    if value.storage_type is not other.storage_type or value.axes != other.axes:
        raise ValueError("the histogram has other axes than the one that it is assigned to, which is Python's")
    value.view(flow=True)[...] = other.view(flow=True)
    value._variance_known = other._variance_known


def _weigh(value: Any, _: str) -> None:
    """It is filled with weights from now on; its storage does not know their squares."""
    value._variance_known = False


def _reset(value: Any, _: str) -> None:
    value.reset()
    value._variance_known = True  # hist leaves that as it was


_ANSWERS: dict[str, Callable[..., Any]] = {
    "assign": _assign,
    "copy": _copy,
    "describe": _describe,
    "fill": _fill,
    "make": _make,
    "reset": _reset,
    "text": _text,
    "weigh": _weigh,
}
