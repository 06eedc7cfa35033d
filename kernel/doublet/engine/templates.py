"""Templates in Python, as they are given arguments: ``cpp.Histogram["Weighted"]``, ``cpp.largest[cpp.Jet]``, ``cpp.sum(events)``."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from typing import Any

from doublet.errors import ToolchainError

__all__ = ["wrap_templates"]


def wrap_templates(
    library: ctypes.CDLL,
    newest: Callable[[Any], Any],
    instance: Callable[[Any], Any],
    others: Callable[[tuple[Any, ...]], tuple[tuple[Any, ...], ...]],
) -> None:
    """Have class and function templates take arguments as `newest` gives them: cppyy keeps the first meaning of a text.

    Where a function template is called, `instance` gives the C++ object for an argument that is none, and `others` what else to try for all of them.
    """
    import libcppyy  # after the toolchain has been set up
    from cppyy._cpython_cppyy import Template

    instantiate = Template.__getitem__
    Template.__getitem__ = lambda template, *arguments: instantiate(template, *map(newest, arguments))
    wrap = ctypes.PYFUNCTYPE(ctypes.c_bool, *[ctypes.py_object] * 7)(("doublet_templates", library))
    if not wrap(libcppyy.TemplateProxy, libcppyy.CPPOverload, libcppyy.CPPScope, libcppyy.CPPInstance, newest, instance, others):
        raise ToolchainError("this version of cppyy has templates that cannot be wrapped", "run 'pip install cppyy==3.5.0'")
