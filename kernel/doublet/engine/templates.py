"""Templates in Python, as they are given arguments: ``cpp.Histogram["Weighted"]``, ``cpp.largest[cpp.Jet]``, ``cpp.sum(events)``."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from doublet.engine.enums import as_written, is_enum
from doublet.errors import ToolchainError

if TYPE_CHECKING:
    from doublet.engine.class_templates import ClassTemplates

__all__ = ["wrap_templates"]


def wrap_templates(
    library: ctypes.CDLL,
    newest: Callable[[Any], Any],
    instance: Callable[[Any], Any],
    others: Callable[[tuple[Any, ...]], tuple[tuple[Any, ...], ...]],
    classes: ClassTemplates,
) -> None:
    """Have class and function templates take arguments as `newest` gives them: cppyy keeps the first meaning of a text.

    Where a function template is called, `instance` gives the C++ object for an argument that is none, and `others` what else to try for all of
    them. `classes` says which do not compile.
    """
    import cppyy  # after the toolchain has been set up
    import libcppyy
    from cppyy._cpython_cppyy import Template

    instantiate = Template.__getitem__

    def written(argument: Any) -> Any:
        return newest(tuple(map(_written, argument)) if isinstance(argument, tuple) else _written(argument))

    def newest_instance(template: Any, *arguments: Any) -> Any:
        given = written(arguments[0] if arguments and isinstance(arguments[0], tuple) else arguments)
        known: dict[Any, Any] = template._instantiations
        with suppress(KeyError, TypeError):  # the latter for arguments that are none
            return known[given]
        if given and (error := classes.error(classes.name(template.__cpp_name__, given))):
            raise error
        return instantiate(template, *given)

    Template.__getitem__ = newest_instance
    _mend_makers(cppyy.gbl, libcppyy.CPPScope, written, classes)
    wrap = ctypes.PYFUNCTYPE(ctypes.c_bool, *[ctypes.py_object] * 7)(("doublet_templates", library))
    if not wrap(libcppyy.TemplateProxy, libcppyy.CPPOverload, libcppyy.CPPScope, libcppyy.CPPInstance, written, instance, others):
        raise ToolchainError("this version of cppyy has templates that cannot be wrapped", "run 'pip install cppyy==3.5.0'")


def _written(argument: Any) -> Any:
    """A constant that a template is given as C++ writes it, where Python would write it otherwise; another argument as it is."""
    if type(argument).__module__ == "numpy" and hasattr(argument, "item"):
        argument = argument.item()
    if isinstance(argument, bool):
        return str(argument).lower()
    if is_enum(type(argument)):
        return as_written(argument)
    return argument


def _mend_makers(gbl: Any, scope: type, newest: Callable[[Any], Any], classes: ClassTemplates) -> None:
    """Have ``std::make_shared["Hit"]`` and its like take the newest class, and types that are none, for which cppyy has stand-ins of Python's."""
    makers: Any = type(gbl.std.make_shared)
    of_class = makers.__getitem__

    def maker_of(maker: Any, argument: Any) -> Any:
        argument = newest(argument)
        if not isinstance(argument, str):
            return of_class(maker, argument)
        if error := classes.error(argument):
            raise error
        found = getattr(gbl, argument, None)
        return of_class(maker, found) if isinstance(found, scope) else maker.maker[argument]

    makers.__getitem__ = maker_of
