"""Whether what a container holds is still the very same, without looking into what cannot change.

A snapshot keeps the objects that there were, so that none that comes later can have the identity of one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from operator import is_
from pathlib import PosixPath, PurePosixPath
from typing import Any

import numpy as np

from doublet.bridge.arrays import is_there, layout

__all__ = ["snapshot"]

_UNCHANGEABLE = frozenset(
    (bool, int, float, complex, str, bytes, type(None), dt.datetime, dt.date, dt.timedelta, PosixPath, PurePosixPath, *np.sctypeDict.values())
) - {np.void, np.object_}
"""Whose objects never change; not what derives from them, for that may."""

_CONTAINERS: dict[type, Callable[[Any], tuple[Iterable[Any], ...]]] = {
    list: lambda value: (value,),
    tuple: lambda value: (value,),
    set: lambda value: (value,),
    frozenset: lambda value: (value,),
    dict: lambda value: (value, value.values()),
}

_Unchanged = Callable[[Any], bool]


def snapshot(value: Any) -> _Unchanged | None:
    """What says of an object whether it is this one, and holds the very objects that it holds now; None if that cannot be known."""
    kind = type(value)
    if kind in _UNCHANGEABLE:
        return lambda other: other is value
    if kind is np.ndarray:  # whose numbers C++ sees as they are
        return partial(is_there, value, layout(value))
    if kind not in _CONTAINERS:
        return None
    parts = _CONTAINERS[kind]
    held = [[*part] for part in parts(value)]
    inner: list[_Unchanged] = []
    for part in _changeable(held):
        found = snapshot(part)
        if found is None:
            return None
        inner.append(found)

    def unchanged(other: object) -> bool:
        if not is_(other, value) or any(len(own) != len(value) for own in held):
            return False
        if not all(all(map(is_, own, part)) for own, part in zip(held, parts(value), strict=True)):
            return False
        return all(map(_same, inner, _changeable(held)))

    return unchanged


def _changeable(held: list[list[Any]]) -> Iterator[Any]:
    """Those of the objects that may change, or hold what may."""
    for part in held:
        if not _UNCHANGEABLE.issuperset(map(type, part)):
            yield from (value for value in part if type(value) not in _UNCHANGEABLE)


def _same(unchanged: _Unchanged, value: Any) -> bool:
    return unchanged(value)
