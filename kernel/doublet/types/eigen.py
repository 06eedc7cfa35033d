"""Eigen's matrices, vectors, arrays and maps in Python: NumPy sees their elements where they are.

``#include <doublet/libraries/eigen.hpp>`` gives C++ the other direction: ``doublet::eigen(a)`` is an ``Eigen::Map`` of an array.
"""

from __future__ import annotations

from typing import Any

import numpy as np

import doublet
from doublet.engine.constants import is_constant
from doublet.engine.interpreter import interpreter
from doublet.engine.looking import memory_at

_engine = interpreter()
_engine.declare("#include <doublet/libraries/eigen.hpp>")
_cpp = _engine.gbl.doublet.libraries


def _dtype(cls: Any) -> np.dtype[Any]:
    found = str(_cpp.dtype_of[cls]())
    if not found:
        raise TypeError(f"NumPy has no elements such as those of '{cls.__cpp_name__}'")
    return np.dtype(found.replace("b1", "?"))


class Dense:
    """What has its elements in memory. Python sees one dimension of what is a vector in Eigen, of all else two."""

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray[Any, Any]:
        kind = _dtype(type(self))
        of = _cpp.elements_of(self)
        shape, strides = (of.rows, of.columns), (of.row_stride * kind.itemsize, of.column_stride * kind.itemsize)
        if of.is_vector:
            along = 1 if of.rows == 1 else 0
            shape, strides = shape[along : along + 1], strides[along : along + 1]
        size = sum((extent - 1) * stride for extent, stride in zip(shape, strides, strict=True)) + kind.itemsize
        found: np.ndarray[Any, Any] = np.empty(shape, kind) if 0 in shape else np.ndarray(shape, kind, memory_at(of.address, size, self), 0, strides)
        if is_constant(self) or not of.is_writable:
            found.flags.writeable = False
        if dtype is not None and np.dtype(dtype) != kind:
            if copy is False:
                raise ValueError(f"elements of {kind} become {np.dtype(dtype)} only by being copied")
            return found.astype(dtype)
        return found.copy() if copy else found

    def __getattr__(self, name: str) -> Any:
        # cppyy takes what has an operator* for a pointer, and would look for the attribute in what that points to.
        raise AttributeError(f"'{type(self).__name__}' object has no attribute '{name}'", name=name, obj=self)

    def __len__(self) -> int:
        return len(np.asarray(self))

    def __iter__(self) -> Any:
        return iter(np.asarray(self))

    def __getitem__(self, index: Any) -> Any:
        return np.asarray(self)[index]

    def __setitem__(self, index: Any, value: Any) -> None:
        np.asarray(self)[index] = value

    def __eq__(self, other: object) -> Any:
        return np.asarray(self) == np.asarray(other)

    __hash__ = None  # type: ignore[assignment] # as of what compares element by element

    def __ne__(self, other: object) -> Any:
        return np.asarray(self) != np.asarray(other)

    @property
    def shape(self) -> tuple[int, ...]:
        return np.asarray(self).shape


@doublet.register("Eigen::Matrix<*>")
@doublet.register("Eigen::Array<*>")
class Plain(Dense):
    """What owns its elements, and can be made of those of an array, which are copied."""

    RowsAtCompileTime: int
    ColsAtCompileTime: int

    @classmethod
    def from_python(cls, value: Any) -> Any:
        if not isinstance(value, (list, tuple, np.ndarray)):
            return NotImplemented
        given = np.asarray(value)
        kind = _dtype(cls)
        if not np.can_cast(given.dtype, kind, "same_kind" if given.size else "unsafe"):
            raise TypeError(f"an array of {given.dtype} has values that {kind} cannot hold; convert it with astype('{kind}')")
        array = np.asarray(given, kind)
        rows, columns = int(cls.RowsAtCompileTime), int(cls.ColsAtCompileTime)
        if array.ndim == 1 and 1 in (rows, columns):
            array = array[:, np.newaxis] if columns == 1 else array[np.newaxis]
        wanted = tuple(size if fixed == -1 else fixed for size, fixed in zip(array.shape, (rows, columns), strict=False))
        if array.ndim != 2 or array.shape != wanted:
            shape = " x ".join("any" if size == -1 else str(size) for size in (rows, columns))
            raise TypeError(f"an Eigen matrix of {shape} elements cannot be made of an array of the shape {given.shape}")
        steps = [stride // array.itemsize for stride in array.strides]
        if not array.flags.aligned or any(stride % array.itemsize for stride in array.strides):
            array = array.copy()
            steps = [stride // array.itemsize for stride in array.strides]
        return _cpp.copied[cls](array.ctypes.data, *array.shape, *steps)

    def __reduce_ex__(self, _protocol: Any) -> Any:
        return _made, (type(self).__cpp_name__, np.array(self))  # type: ignore[attr-defined] # cppyy's


@doublet.register("Eigen::Map<*>")
class Map(Dense):
    """The elements of somebody else, who has to keep them."""


@doublet.register("Eigen::Block<*>")
class Block(Dense):
    """A part of a matrix, which that has to keep."""


@doublet.register("Eigen::Ref<*>")
class Ref(Dense):
    """What C++ functions take for anything with the elements in memory."""


def _made(name: str, elements: np.ndarray[Any, Any]) -> Any:
    """A matrix of this class, from a pickle."""
    cls: Any = _engine.class_named(name)
    return cls(elements)
