"""Vectors of objects that Python makes, by hand or for a function that takes one.

cppyy would copy the bytes of any structured array that has elements of that size, and what it compiles for lists of lists
may leave the compiler unusable.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from doublet.engine.conversions import as_element, is_of_parts, made_of
from doublet.engine.names import clean_name

__all__ = ["mend_vector"]

_OF_SINGLES = re.compile(r"(?:(?:unsigned |signed )?(?:bool|char|short|int|long|float|double|u?int\d+_t)\b[\w ]*|std::string|.*[*&])$")
"""Elements that are no arguments of a constructor, as which cppyy takes what stands in a list or tuple of the list."""


def mend_vector(cls: Any, name: str, record: Callable[[str], Any]) -> None:
    """Have a new class of vectors be made of lists and arrays row by row, of structured arrays field by field.

    Where a list holds lists or tuples, cppyy would compile a function for their elements, which leaves the compiler unusable if there
    can be none. `record` gives the NumPy type of a class that is simple enough.
    """
    if not name.startswith("vector<"):
        return
    element = name[len("vector<") : -1]
    if not hasattr(cls, "value_type"):  # cppyy does not find that of some pointers
        cls.value_type = element
    if _OF_SINGLES.match(element):
        cls.__init__ = _of_flat_lists(cls, f"std::{name}")
        return
    of_parts = is_of_parts(element)
    original = vars(cls)["__init__"].__get__  # of cppyy, and cannot be called with the object

    def initialise(self: Any, *values: Any) -> None:
        given: Any = values[0] if len(values) == 1 else None
        is_list, is_array = type(given) in (list, tuple), type(given).__name__ == "ndarray"
        if of_parts and (is_list or is_array):
            elements = [as_element(element, each) for each in given]
        elif is_list and any(type(each) in (list, tuple) for each in given):
            elements = [made_of(element, each) for each in given]
        elif is_array and given.dtype != object and not element.startswith("std::"):
            original(self)()  # not of a size, which is explicit and so no conversion to what a function takes
            self.resize(len(given))
            _copy_fields(self, given, record(element))
            return
        else:
            original(self)(*values)
            return
        original(self)()
        for each in elements:
            self.push_back(each)

    cls.__init__ = initialise


def _of_flat_lists(cls: Any, kind: str) -> Callable[..., None]:
    """What refuses a list of lists, or of tuples."""
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
