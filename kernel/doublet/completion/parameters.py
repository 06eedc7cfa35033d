"""The parameters of a C++ function that Python code names, without the code being run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from doublet.cells.heads import Head, read_head
from doublet.cells.parameters import lambda_parameters
from doublet.engine.proxies import function_type, instance_type, template_type
from doublet.engine.signatures import heads_of
from doublet.engine.values import Foreign

if TYPE_CHECKING:
    from doublet.engine.interpreter import Interpreter

__all__ = ["parameter_names"]


def parameter_names(interpreter: Interpreter, names: Mapping[str, Any], callee: str) -> tuple[str, ...]:
    """The parameters, of all overloads, of what ``cpp.f``, ``obj.f`` or a name of Python's stands for; empty if that is not known."""
    first, *rest = callee.split(".")
    if first == "cpp":
        return _of_entity(interpreter, "::".join(rest))
    value = names.get(first)
    if len(rest) == 1 and isinstance(value, instance_type()):
        value = next((vars(kind)[rest[0]] for kind in type(value).__mro__ if rest[0] in vars(kind)), None)
    elif rest:
        return ()
    if isinstance(value, Foreign):
        return tuple(filter(None, value.parameters))
    return _named(heads_of(value)) if isinstance(value, (function_type(), template_type())) else ()


def _of_entity(interpreter: Interpreter, name: str) -> tuple[str, ...]:
    entity = interpreter.definitions.entities.get(name)
    if entity is None:
        return ()
    if "function" in entity.kinds:
        return _named([head for item in entity.items if (head := read_head(item.text)) is not None])
    return tuple(filter(None, dict.fromkeys(name for item in entity.items for name in lambda_parameters(item.text))))


def _named(heads: list[Head]) -> tuple[str, ...]:
    return tuple(filter(None, dict.fromkeys(parameter.name for head in heads for parameter in head.parameters)))
