"""Eigen's matrices, vectors, arrays and maps in Python: NumPy sees their elements where they are.

``#include <doublet/libraries/eigen.hpp>`` gives C++ the other direction: ``doublet::eigen(a)`` is an ``Eigen::Map`` of an array.
"""

from __future__ import annotations

from typing import Any

import numpy as np

import doublet
from doublet.engine.array_arguments import check_elements
from doublet.engine.constants import is_constant
from doublet.engine.interpreter import interpreter
from doublet.engine.looking import memory_at
from doublet.engine.proxies import class_named, instance_type

_engine = interpreter()
_engine.declare("#include <doublet/libraries/eigen.hpp>")
_cpp = _engine.gbl.doublet.libraries


def _dtype(cls: Any) -> np.dtype[Any]:
    found = str(_cpp.dtype_of[cls]())
    if not found:
        raise TypeError(f"NumPy has no elements such as those of '{cls.__cpp_name__}'")
    return np.dtype(found.replace("b1", "?"))


def _array(value: Any) -> Any:
    """NumPy's array of a matrix, also of those in a list; anything else as it is."""
    if isinstance(value, (list, tuple)):
        return type(value)(map(_array, value))
    return np.asarray(value) if isinstance(value, instance_type()) else value


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

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        return getattr(ufunc, method)(*map(_array, inputs), **options)

    def __array_function__(self, function: Any, _types: Any, arguments: Any, options: Any) -> Any:
        # Otherwise NumPy would call Eigen's sum() for np.sum, with arguments of its own.
        return function(*map(_array, arguments), **{name: _array(value) for name, value in options.items()})

    @property
    def T(self) -> np.ndarray[Any, Any]:  # noqa: N802 - NumPy's name
        return np.asarray(self).T

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
        array = _two_dimensional(np.asarray(given, kind), int(cls.RowsAtCompileTime), int(cls.ColsAtCompileTime))
        if not _is_regular(array):
            array = array.copy()
        steps = [stride // array.itemsize for stride in array.strides]
        return _cpp.copied[cls](array.ctypes.data, *array.shape, *steps)

    def __reduce_ex__(self, _protocol: Any) -> Any:
        return _made, (type(self).__cpp_name__, np.array(self))  # type: ignore[attr-defined] # cppyy's


@doublet.register("Eigen::Block<*>")
class Block(Dense):
    """A part of a matrix, which that has to keep."""


@doublet.register("Eigen::Map<*>")
@doublet.register("Eigen::Ref<*>")
class View(Dense):
    """The elements of somebody else, who has to keep them, or of an array that a C++ function is given for one; only a constant
    ``Ref`` may copy them.
    """

    takes_objects = True

    @classmethod
    def from_python(cls, value: Any) -> Any:
        kind, wanted = _dtype(cls), _cpp.kind_of_view[cls]()
        if isinstance(value, (list, tuple)) and wanted.is_ref and wanted.is_constant:
            value = np.asarray(value, kind)
        if hasattr(type(value), "RowsAtCompileTime"):  # a matrix of Eigen's
            value = np.asarray(value)
        if not isinstance(value, np.ndarray):
            return NotImplemented
        check_elements(value, str(kind), kind)
        if not (value.flags.writeable or wanted.is_constant):
            raise TypeError("the array is read-only, and C++ could write to it; pass array.copy()")
        array = _two_dimensional(value, wanted.rows, wanted.columns)
        if not _is_regular(array) or (wanted.alignment and value.ctypes.data % wanted.alignment):
            raise TypeError("the array's elements are not aligned; pass array.copy()")
        inner, outer = (stride // array.itemsize for stride in (array.strides[::-1] if wanted.is_row_major else array.strides))
        dense = array.shape[1 if wanted.is_row_major else 0]
        is_inner_free, is_outer_free = dense < 2, array.shape[0 if wanted.is_row_major else 1] < 2
        fits = (is_inner_free or wanted.inner == -1 or inner == max(wanted.inner, 1)) and (
            is_outer_free or wanted.outer == -1 or outer == (wanted.outer or dense * inner)
        )
        fits = fits and inner >= 0 and outer >= 0
        if not fits and not (wanted.is_ref and wanted.is_constant):
            order = "row" if wanted.is_row_major else "column"
            raise TypeError(
                f"C++ takes a matrix in place whose elements lie one {order} after the other, and the array's do not; "
                f"pass np.{'ascontiguousarray' if wanted.is_row_major else 'asfortranarray'}(array)"
            )
        if fits:
            outer = max(outer, dense * inner) if is_outer_free else outer
        made = _cpp.viewed[cls](array.ctypes.data, *array.shape, outer, inner, fits)
        made.__doublet_elements__ = array
        return made


def _is_regular(array: np.ndarray[Any, Any]) -> bool:
    return array.flags.aligned and not any(stride % array.itemsize for stride in array.strides)


def _two_dimensional(array: np.ndarray[Any, Any], rows: int, columns: int) -> np.ndarray[Any, Any]:
    """An array as Eigen sees it, a vector along its only dimension; raises `TypeError` if it does not have that many rows and columns."""
    seen = array
    if array.ndim == 1 and 1 in (rows, columns):
        seen = array[:, np.newaxis] if columns == 1 else array[np.newaxis]
    wanted = tuple(size if fixed == -1 else fixed for size, fixed in zip(seen.shape, (rows, columns), strict=False))
    if seen.ndim != 2 or seen.shape != wanted:
        shape = " x ".join("any" if size == -1 else str(size) for size in (rows, columns))
        raise TypeError(f"an Eigen matrix of {shape} elements cannot be made of an array of the shape {array.shape}")
    return seen


def _made(name: str, elements: np.ndarray[Any, Any]) -> Any:
    """A matrix of this class, from a pickle."""
    cls: Any = class_named(name)
    return cls(elements)
