"""C++ functions and templates that Python calls take what cells see; what makes it of Python's objects is imported when it is needed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from doublet.engine.interpreter import Interpreter

__all__ = ["give_instances"]


def give_instances(engine: Interpreter) -> None:
    """Have them do so."""
    engine.given.instance = _instance
    engine.callables.with_text = _with_text


def _instance(value: Any, wanted: Any) -> Any:
    from doublet.bridge.given import instance

    return instance(value, wanted)


def _with_text(*about: Any) -> Any:
    from doublet.bridge.functions import function_with_text

    return function_with_text(*about)
