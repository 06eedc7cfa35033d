"""``cpp``, the C++ global namespace as Python sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from doublet.bridge import bind
from doublet.errors import BridgeError, CppCompileError, CppException

if TYPE_CHECKING:
    from doublet.engine.interpreter import Interpreter

__all__ = ["Cpp"]


class Cpp:
    """The C++ global namespace: ``cpp.f(1)``, ``cpp.std.vector``, ``cpp.x = 2``; always the newest definition."""

    def __init__(self, interpreter: Interpreter) -> None:
        object.__setattr__(self, "_interpreter", interpreter)

    def __getattr__(self, name: str) -> Any:
        if name.startswith(("_repr_", "__", "_ipython_")):
            raise AttributeError(name)
        interpreter: Interpreter = object.__getattribute__(self, "_interpreter")
        try:
            return interpreter.lookup(name)
        except AttributeError:
            raise AttributeError(f"C++ has no '{name}'", name=name, obj=self) from None

    def __setattr__(self, name: str, value: object) -> None:
        interpreter: Interpreter = object.__getattribute__(self, "_interpreter")
        if not interpreter.knows(name):
            raise AttributeError(f"C++ has no variable '{name}'; define it in a C++ cell", name=name, obj=self)
        binding = bind("doublet_value", value)
        if binding is None:
            raise BridgeError(name, type(value).__name__, "C++ has no counterpart of it")
        try:
            interpreter.assign(name, binding)
        except (CppCompileError, CppException):
            reason = f"the C++ variable '{name}' cannot hold {value!r:.60}"
            raise BridgeError(name, type(value).__name__, reason, "assign in a C++ cell to convert it") from None

    def __dir__(self) -> list[str]:
        interpreter: Interpreter = object.__getattribute__(self, "_interpreter")
        names = {*interpreter.definitions.entities, *interpreter.definitions.namespaces.versions}
        return sorted({"std", *(name for name in names if "::" not in name and not name.startswith("doublet_"))})

    def __repr__(self) -> str:
        return "<the C++ global namespace>"
