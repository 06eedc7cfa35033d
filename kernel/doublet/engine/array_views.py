"""``doublet::view`` made in Python, by hand or for a function that takes one: of an array of its elements, in place."""

from __future__ import annotations

import ctypes
import re
from typing import Any

from doublet.engine.elements import DTYPES

__all__ = ["mend_array_view"]

_VIEW = re.compile(r"view<(const )?(.*),\s*(\d+)(?:u?l*)?>$")


def mend_array_view(cppyy: Any, cls: Any, name: str) -> None:
    """Have a new class of views refer to the elements of an array."""
    match = _VIEW.match(name)
    if match is None or match[2] not in DTYPES:
        return
    constant, element, rank = bool(match[1]), match[2], int(match[3])
    original = cls.__init__

    def initialise(self: Any, *values: Any) -> None:
        if len(values) != 1 or isinstance(values[0], cls):
            original(self, *values)
            return
        array = _fitting(values[0], element, rank, constant=constant)
        size = array.itemsize
        layout = (ctypes.c_ssize_t * (1 + 2 * rank))(array.ctypes.data, *array.shape, *(stride // size for stride in array.strides))
        original(self, cppyy.bind_object(ctypes.addressof(layout), cls))
        self.__doublet_elements__ = array  # which nobody else may keep

    cls.__init__ = initialise


def _fitting(value: Any, element: str, rank: int, *, constant: bool) -> Any:
    """The array that a view is to be of; raises `TypeError` with the reason if there can be none."""
    import numpy as np

    from doublet.engine.array_arguments import check_elements

    if isinstance(value, (list, tuple)):
        raise TypeError(f"C++ takes {element} in place; pass np.array(...) of them")
    array = np.asarray(value)
    check_elements(array, element)
    if array.ndim != rank:
        raise TypeError(f"C++ takes {rank} dimension{'s' * (rank > 1)}, not {array.ndim}")
    if not array.flags.aligned or any(stride % array.itemsize for stride in array.strides):
        raise TypeError("the array's elements are not aligned; pass array.copy()")
    if not array.flags.writeable and not constant:
        raise TypeError("the array is read-only, and C++ could write to it; pass array.copy()")
    return array
