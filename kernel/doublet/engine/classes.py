"""What is amiss in the Python classes that cppyy makes of C++ classes, and mended when one is made."""

from __future__ import annotations

import ctypes
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from doublet.engine.aggregates import mend_aggregate
from doublet.engine.arithmetic import refuse_arithmetic
from doublet.engine.array_views import mend_array_view
from doublet.engine.arrays import give_arrays
from doublet.engine.attributes import check_attributes
from doublet.engine.behaviours import Behaviours
from doublet.engine.bitfields import BitFields
from doublet.engine.comparing import leave_order
from doublet.engine.constant_parts import constant_with_owner
from doublet.engine.constants import choose_by_constness, constant_members
from doublet.engine.containers import give_python_ways, give_text
from doublet.engine.converting import Containers
from doublet.engine.copies import give_copying
from doublet.engine.enums import dtype_of_enum
from doublet.engine.hints import give_hints
from doublet.engine.histograms import is_histogram_name
from doublet.engine.holders import give_holder_ways
from doublet.engine.iterating import show_iteration
from doublet.engine.lifelines import is_owner, keep_arguments, keep_owners, watch_objects, watch_referred
from doublet.engine.maps import mend_map
from doublet.engine.names import clean_name
from doublet.engine.optionals import mend_optional
from doublet.engine.overriding import Overriding
from doublet.engine.pickles import give_pickling
from doublet.engine.pointers import end_loops
from doublet.engine.ranges import give_loops
from doublet.engine.sequences import check_indices
from doublet.engine.sets import give_set_ways
from doublet.engine.spans import mend_span
from doublet.engine.strings import give_characters, give_texts, mend_string, mend_text
from doublet.engine.tables import give_table
from doublet.engine.times import give_times
from doublet.engine.tuples import mend_tuple
from doublet.engine.type_modules import type_modules
from doublet.engine.variants import mend_variant
from doublet.engine.vectors import mend_vector
from doublet.engine.wholes import Owners

if TYPE_CHECKING:
    from doublet.engine.given import Given
    from doublet.engine.operators import Operators
    from doublet.engine.records import Records
    from doublet.engine.transaction import Transaction

__all__ = ["SCOPES", "Classes"]

_OF_STANDARD = ("std", "std::filesystem", "std::chrono")
SCOPES = ("", "doublet", *_OF_STANDARD)
"""The namespaces of the classes that are given ways of their own."""

_VIEWED = re.compile(r"(vector|array|span|valarray)<")
"""Classes of the standard library whose objects become NumPy arrays."""


class Classes:
    """Mends each new class of a scope that cppyy has been told of."""

    def __init__(self, cppyy: Any, operators: Operators, compile_: Callable[[Transaction, bool], None]) -> None:
        self._cppyy = cppyy
        self._operators = operators
        self._bit_fields = BitFields(cppyy, compile_)
        self._compile = compile_
        self._records: Records | None = None
        self.text: Callable[[Any], str] = object.__repr__
        """How objects of the standard library look."""
        self._overriding = Overriding(cppyy, compile_)
        backend = cppyy._backend
        self.behaviours = Behaviours(type_modules(), backend.CreateScopeProxy, backend.CPPInstance)
        self._containers = Containers(cppyy, compile_)

    def mend_from_now_on(self, library: ctypes.CDLL, given: Given) -> None:
        self._owners = Owners(self._cppyy, library)
        self._is_converted_to = ctypes.PYFUNCTYPE(ctypes.c_bool, ctypes.py_object)(("doublet_is_converted_to", library))
        # cppyy asks those of a namespace first, and then those of the global one, which it asks for all classes.
        add = self._cppyy.py.add_pythonization
        add(self._mend)
        add(lambda cls, name: mend_array_view(self._cppyy, cls, name), "doublet")
        add(lambda cls, name: given.mend(cls) if name.startswith("list<") else None, "doublet")
        for scope in _OF_STANDARD:
            add(self._mend_standard, scope)
        add(give_table, "doublet")
        mend_text(self._cppyy.gbl.std.string, self._is_converted_to)
        keep_arguments(self._cppyy)
        watch_referred(self._cppyy, library, self._owners)

    def _text(self, value: Any) -> str:
        return self.text(value)

    def _record(self, cls: Any) -> Any:
        """The NumPy type of the objects of a class."""
        if self._records is None:
            from doublet.engine.records import Records  # with NumPy, as above

            self._records = Records(self._cppyy, self._compile)
        return self._records.dtype(cls)

    def _record_named(self, name: str) -> Any:
        """The NumPy type of what is called so, a class or an enum."""
        import libcppyy

        enum = dtype_of_enum(self._cppyy, name)
        return self._record(libcppyy.CreateScopeProxy(name)) if enum is None else enum

    def note_enums(self) -> None:
        """Have a cell's enums read in: of the first one, cppyy would not find the size, and read an int in its place."""
        self._cppyy.gbl.gInterpreter.ProcessLine("gROOT->GetListOfEnums(true);")

    def _mend_standard(self, cls: type, name: str) -> None:
        if name.startswith("optional<"):
            mend_optional(self._cppyy, cls)
        mend_span(self._cppyy, cls, name, self._record_named)
        mend_string(self._cppyy, cls)
        if is_owner(name):
            keep_owners(cls)
        watch_objects(self._cppyy, cls, self._owners)
        show_iteration(cls)
        check_indices(cls, name)
        mend_map(self._cppyy, cls, name)
        mend_vector(cls, name, self._record_named)
        mend_tuple(cls, name)
        mend_variant(self._cppyy, cls, name)
        if _VIEWED.match(name):
            from doublet.engine.views import give_view  # with NumPy, without which a kernel starts faster

            give_view(self._cppyy, cls, name, self._record)
        self._containers.give(cls, name)
        if name.startswith("basic_string_view<char>"):
            give_characters(cls)
        give_texts(cls, name, self._cppyy.gbl.std.string)
        give_text(cls, name, self._text)
        give_python_ways(cls, name)
        give_hints(cls, name)
        refuse_arithmetic(cls, name)
        give_set_ways(cls, name)
        give_holder_ways(self._cppyy, cls, name)
        leave_order(cls)
        give_pickling(cls)
        give_times(cls)

    def _mend(self, cls: Any, _name: str) -> None:
        if is_histogram_name(cls.__cpp_name__):
            cls.__iter__ = None  # through a pointer to pointers, cppyy would go on for ever
            return  # it does what Python's does
        mend_aggregate(cls, self._is_converted_to)
        give_loops(self._cppyy, cls)
        _mend_name(self._cppyy, cls)
        check_attributes(cls)
        if not cls.__cpp_name__.startswith("std::"):
            keep_owners(cls)
            watch_objects(self._cppyy, cls, self._owners)
            self._bit_fields.mend(cls)
            give_arrays(self._cppyy, cls)
            constant_members(cls)
            give_pickling(cls)
            give_copying(cls)
            choose_by_constness(cls)
            show_iteration(cls)
            end_loops(cls)
            self._operators.give(cls)
            self._overriding.watch(cls)
        constant_with_owner(cls)
        self.behaviours.give(cls)


def _mend_name(cppyy: Any, cls: Any) -> None:
    name = clean_name(cls.__cpp_name__)
    if name == cls.__cpp_name__:
        return
    cls.__module__ = clean_name(cls.__module__)
    cls.__name__ = cls.__qualname__ = clean_name(cls.__name__)
    shown = f"cppyy.gbl.{name.replace('::', '.')}"
    if "__repr__" not in vars(cls):  # a container of the standard library has its own
        cls.__repr__ = lambda self: f"<{shown} object at {cppyy.addressof(self):#x}>"
    meta: Any = type(cls)
    meta.__repr__ = lambda _: f"<class {shown}>"
    for member in vars(cls).values():
        if type(member).__name__ == "CPPOverload":
            member.__doc__ = clean_name(member.__doc__)
