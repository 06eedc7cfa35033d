"""Classes that a thread is still giving their ways: other threads wait before they make an object of one; see
``runtime/unfinished.cpp``.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

__all__ = ["others_wait"]


@contextmanager
def others_wait(cppyy: Any, library: ctypes.CDLL, scopes: Iterable[str]) -> Iterator[None]:
    """Have other threads wait until all that is made known to cppyy in this context, as what changes new classes in these namespaces, has done so."""
    wait = ctypes.PYFUNCTYPE(None, ctypes.py_object)(("doublet_wait_for_class", library))
    _each(cppyy._backend.CPPInstance, wait)
    function = ctypes.PYFUNCTYPE(ctypes.py_object)
    begin = function(("doublet_begin_class", library))()
    own = cppyy._standard_pythonizations  # which cppyy would call before ours
    cppyy.py.remove_pythonization(own, "std")
    for scope in scopes:
        cppyy.py.add_pythonization(begin, scope)
    cppyy.py.add_pythonization(own, "std")
    yield
    cppyy.py.add_pythonization(function(("doublet_finish_class", library))())
    instantiate = ctypes.PYFUNCTYPE(ctypes.py_object, ctypes.py_object)(("doublet_instantiate_class", library))
    cppyy._backend.MakeCppTemplateClass = instantiate(cppyy._backend.MakeCppTemplateClass)


def _each(cls: Any, do: Callable[[Any], object]) -> None:
    do(cls)
    for derived in cls.__subclasses__():
        _each(derived, do)
