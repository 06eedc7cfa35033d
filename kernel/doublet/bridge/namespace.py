"""``cpp``, the C++ global namespace as Python sees it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from doublet.bridge import bind
from doublet.bridge.histograms import lend
from doublet.engine.binding import Binding
from doublet.errors import BridgeError, CppCompileError, CppException
from doublet.rendering import warn

if TYPE_CHECKING:
    from doublet.bridge.names import Names
    from doublet.engine.interpreter import Interpreter

__all__ = ["Cpp"]

_VALUE = "doublet_value"


class Cpp:
    """The C++ global namespace: ``cpp.f(1)``, ``cpp.std.vector``, ``cpp.x = 2``; always the newest definition."""

    def __init__(self, interpreter: Interpreter, names: Names) -> None:
        object.__setattr__(self, "_interpreter", interpreter)
        object.__setattr__(self, "_names", names)

    def __getattr__(self, name: str) -> Any:
        if name.startswith(("_repr_", "__", "_ipython_")):
            raise AttributeError(name)
        interpreter: Interpreter = object.__getattribute__(self, "_interpreter")
        refresh = object.__getattribute__(self, "_refresh")
        refresh(name)
        lend()
        binding = interpreter.binding(name)
        if binding is not None and binding.is_copy:
            return binding.python
        try:
            return interpreter.lookup(name)
        except AttributeError:
            if name == "vectorize":
                from doublet.bridge.vectorize import vectorize

                return partial(vectorize, interpreter, refresh)
            reason = interpreter.definitions.unusable.get(name)
            message = f"C++ has no '{name}'" if reason is None else f"'{name}' cannot be used: {reason}"
            raise AttributeError(message, name=name, obj=self) from None

    def _refresh(self, name: str) -> None:
        """Have C++ see what Python's names stand for now in what this name stands for."""
        interpreter: Interpreter = object.__getattribute__(self, "_interpreter")
        names: Names = object.__getattribute__(self, "_names")
        if changed := names.refresh(name):
            result = interpreter.rebind(changed)
            warn(result.warnings)

    def __setattr__(self, name: str, value: object) -> None:
        interpreter: Interpreter = object.__getattribute__(self, "_interpreter")
        if interpreter.binding(name) is not None:
            raise AttributeError(f"'{name}' is a name of Python's; assign to {name} itself", name=name, obj=self)
        if not interpreter.names.knows(name):
            raise AttributeError(f"C++ has no variable '{name}'; define it in a C++ cell", name=name, obj=self)
        try:
            interpreter.assign(name, _assignable(value))
        except BridgeError as error:
            raise BridgeError(name, error.python_type, error.reason, error.advice) from None
        except CppException as error:
            why = f": {error}"
        except CppCompileError:
            if interpreter.names.is_constant(name):
                reason = f"the C++ variable '{name}' is constant"
                raise BridgeError(name, type(value).__name__, reason, "define it again in a C++ cell") from None
            why = ""
        else:
            return
        reason = f"the C++ variable '{name}' cannot hold {value!r:.60}{why}"
        raise BridgeError(name, type(value).__name__, reason, "assign in a C++ cell to convert it")

    def __dir__(self) -> list[str]:
        interpreter: Interpreter = object.__getattribute__(self, "_interpreter")
        names = {*interpreter.definitions.entities, *interpreter.definitions.namespaces.versions}
        return sorted({"std", *(name for name in names if "::" not in name and not name.startswith("doublet_"))})

    def __repr__(self) -> str:
        return "<the C++ global namespace>"


def _assignable(value: object) -> Binding:
    """What is assigned for a Python object, also for one that has no type of its own in C++."""
    if value is None:
        return Binding(_VALUE, f"::doublet::assigning::None {_VALUE};", None)
    if isinstance(value, (list, tuple)) and not value:
        return Binding(_VALUE, f"::doublet::assigning::Empty {_VALUE};", None)
    return bind(_VALUE, value)
