"""Vectors of objects that Python makes, by hand or for a function that takes one.

cppyy would copy the bytes of any structured array that has elements of that size, and what it compiles for lists of lists
may leave the compiler unusable.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from doublet.engine.conversions import as_element
from doublet.engine.names import clean_name

__all__ = ["mend_vector"]

_OF_VECTORS = re.compile(r"vector<std::vector<")
_BY_ELEMENT = re.compile(r"vector<std::(?:vector|tuple|pair|optional|variant)<")
"""What is made element by element."""
_OF_OTHERS = re.compile(r"vector<(?:std::|.*[*&]|(?:unsigned |signed )?(?:bool|char|short|int|long|float|double|u?int\d+_t)\b)")


_OF_SINGLES = re.compile(r"vector<(?:(?:unsigned |signed )?(?:bool|char|short|int|long|float|double|u?int\d+_t)\b[\w ]*|std::string|.*\*)>$")
"""Of elements that are no arguments of a constructor, as which cppyy takes what stands in a list or tuple of the list."""


def mend_vector(cls: Any, name: str, record: Callable[[str], Any]) -> None:
    """Have a new class of vectors be made of lists and arrays row by row, of structured arrays field by field.

    `record` gives the NumPy type of a class that is simple enough.
    """
    if name.startswith("vector<") and not hasattr(cls, "value_type"):  # cppyy does not find that of some pointers
        cls.value_type = name[len("vector<") : -1]
    if _OF_SINGLES.match(name):
        cls.__init__ = _of_flat_lists(cls, f"std::{name}")
    is_nested = _OF_VECTORS.match(name) is not None
    is_by_element = _BY_ELEMENT.match(name) is not None
    if not name.startswith("vector<") or (not is_nested and not is_by_element and _OF_OTHERS.match(name)):
        return
    original = vars(cls)["__init__"].__get__  # of cppyy, and cannot be called with the object

    def initialise(self: Any, *values: Any) -> None:
        of = type(values[0]).__name__ if len(values) == 1 else ""
        if (is_by_element and of in ("list", "tuple")) or (is_nested and of == "ndarray"):
            original(self)()
            for value in values[0]:
                self.push_back(as_element(name[len("vector<") : -1], value))
        elif of == "ndarray" and values[0].dtype != object:
            original(self)()  # not of a size, which is explicit and so no conversion to what a function takes
            self.resize(len(values[0]))
            _copy_fields(self, values[0], record(name[len("vector<") : -1]))
        else:
            original(self)(*values)

    cls.__init__ = initialise


def _of_flat_lists(cls: Any, kind: str) -> Callable[..., None]:
    original = vars(cls)["__init__"].__get__

    def initialise(self: Any, *values: Any) -> None:
        if len(values) == 1 and type(values[0]) in (list, tuple) and values[0] and type(values[0][0]) in (list, tuple):
            raise TypeError(f"a {kind} does not hold a {type(values[0][0]).__name__}; give it the elements themselves, or take a vector of vectors")
        original(self)(*values)

    return initialise


def _copy_fields(vector: Any, array: Any, kind: Any) -> None:
    import numpy as np

    from doublet.engine.array_arguments import copied

    element = clean_name(type(vector).__cpp_name__)
    if kind.names is None:
        np.asarray(vector)[...] = copied(array, element, kind)
        return
    if set(array.dtype.names or ()) != set(kind.names):
        raise TypeError(f"{element} is made of arrays with the fields {', '.join(kind.names)}, not of {array.dtype}")
    elements = np.asarray(vector)
    for field in kind.names:
        if not np.can_cast(array.dtype[field], kind[field], "same_kind"):
            raise TypeError(f"the field '{field}' is {kind[field]} in {element}, and {array.dtype[field]} in the array")
        elements[field] = array[field]
