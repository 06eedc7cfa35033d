"""Histograms that are constant in C++: a ``hist.Hist`` of the same bins that refuses what would change them.

Copies, slices, projections and sums of one are histograms like any other.
"""

from __future__ import annotations

import sys
from copy import copy
from functools import cache
from typing import Any, NoReturn
from weakref import WeakValueDictionary

from doublet.engine.constants import CONSTANT_MARK

__all__ = ["constant_histogram", "is_constant_histogram"]

_CHANGING = ("__iadd__", "__imul__", "__isub__", "__itruediv__", "__setitem__", "_convert_int_storage_to_double", "fill", "fill_flattened", "reset")

_known: WeakValueDictionary[int, Any] = WeakValueDictionary()
"""By the id of the histogram that each looks at, and keeps."""


def constant_histogram(value: Any) -> Any:
    """A histogram as one that cannot be changed, the same one each time; what is no histogram is left alone."""
    module = sys.modules.get("boost_histogram.histogram")
    if module is None or not isinstance(value, module.Histogram) or is_constant_histogram(value):
        return value
    made = _known.get(id(value))
    if made is None:
        cls: Any = type(value)
        made = _known[id(value)] = object.__new__(_constant(cls))
        object.__setattr__(made, "_changeable", value)
        object.__setattr__(made, CONSTANT_MARK, True)
    return made


def is_constant_histogram(value: Any) -> bool:
    """Whether it is one of these."""
    return isinstance(value, _Constant)


class _Constant:
    """What each of the classes adds to that of the histogram which it looks at."""

    _changeable: Any

    def view(self, flow: bool = False) -> Any:
        seen = self._changeable.view(flow)
        seen.flags.writeable = False
        return seen

    def __setattr__(self, name: str, value: object) -> None:
        _refuse(f"setting '{name}'")

    def _new_hist(self, *values: Any, **named: Any) -> Any:
        return self._changeable._new_hist(*values, **named)

    @classmethod
    def _export_bh_(cls, made: Any) -> None:
        """Have a histogram that is made of one have its own bins; those of boost-histogram share them."""
        made._hist = copy(made._hist)
        made.axes = made._generate_axes_()
        super()._export_bh_(made)  # type: ignore[misc]  # of the class that it is mixed into

    def __reduce_ex__(self, _protocol: Any) -> Any:
        return copy, (self._changeable,)

    @property
    def _hist(self) -> Any:
        return self._changeable._hist

    @property
    def axes(self) -> Any:
        return self._changeable.axes

    @property
    def __dict__(self) -> Any:  # type: ignore[override]
        return self._changeable.__dict__


@cache
def _constant(cls: Any) -> Any:
    """The class of constant ones of a class of histograms."""
    members = {name: _refusing(name) for name in _CHANGING if hasattr(cls, name)}
    named = {name: getattr(cls, name) for name in ("__module__", "__qualname__", "__doc__")}
    return type(cls)(cls.__name__, (_Constant, cls), {**members, **named}, family=cls._family)


def _refusing(name: str) -> Any:
    def refuse(_self: Any, *_values: object, **_named: object) -> NoReturn:
        _refuse(f"'{name}'")

    return refuse


def _refuse(what: str) -> NoReturn:
    raise TypeError(f"this histogram is constant in C++, which {what} would change; change a copy() of it, or define it without const")
