"""Arrays as arguments of templates that take a pointer to elements, or a vector of them: from a span C++ does not deduce what these are of.

Where a template has refused what cells see in an array, it is tried with a pointer to the array's elements, and then with a
vector of copies, which is constant: what C++ wrote to it would be lost.
"""

from __future__ import annotations

from typing import Any

from doublet.engine.arrays import is_array
from doublet.engine.constants import mark_constant
from doublet.engine.elements import DTYPES

__all__ = ["Deducing"]


class Deducing:
    """`gbl` is the global namespace."""

    def __init__(self, gbl: Any) -> None:
        self._gbl = gbl

    def __call__(self, arguments: tuple[Any, ...]) -> tuple[tuple[Any, ...], ...]:
        """The arguments again with what may stand for the arrays among them; nothing if there is no array that C++ could have so."""
        arrays = [one for one in arguments if is_array(one)]
        if not arrays or any(not one.dtype.isnative or _element(one) is None for one in arrays):
            return ()
        ways = []
        if all(one.flags.c_contiguous and one.flags.aligned and one.flags.writeable and one.dtype.kind in "iuf" and one.itemsize > 1 for one in arrays):
            ways.append(self._pointer)
        if all(one.ndim == 1 for one in arrays):
            ways.append(self._vector)
        return tuple(tuple(way(one) if is_array(one) else one for one in arguments) for way in ways)

    def _pointer(self, array: Any) -> Any:
        return self._gbl.doublet.detail.elements_at[_element(array)](array.ctypes.data)

    def _vector(self, array: Any) -> Any:
        made = self._gbl.std.vector[_element(array)](array)
        mark_constant(made)
        return made


def _element(array: Any) -> str | None:
    """What C++ calls the elements; none for what are no numbers of C++'s."""
    return next((name for name, kind in DTYPES.items() if array.dtype == kind), None)
