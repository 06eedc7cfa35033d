"""C++ expressions with values of Python's in them: what the compiler makes of each combination of types is kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from typing import TYPE_CHECKING, Any

from doublet.engine.constants import is_constant
from doublet.engine.transaction import Transaction

if TYPE_CHECKING:
    from doublet.engine.definitions import Definitions

__all__ = ["Expressions"]

_INT = 2**31


class Expressions:
    """`compile_` compiles a transaction, after a rehearsal if told so."""

    def __init__(self, gbl: Any, definitions: Definitions, compile_: Callable[[Transaction, bool], None]) -> None:
        import libcppyy  # after the toolchain has been set up

        self._gbl = gbl
        self._definitions = definitions
        self._instance: type = libcppyy.CPPInstance
        self._compile = compile_
        self._numbers = count(1)
        self._revision = -1
        self._recent: dict[tuple[object, ...], Any] = {}
        """What has been applied to values of these types in the present revision of the definitions."""
        self._found: dict[tuple[str, ...], tuple[object, Any]] = {}

    def apply(self, expression: str, *values: Any) -> Any:
        """The value of an expression with these as `value0`, `value1`...; `NotImplemented` if it does not compile."""
        if self._definitions.revision != self._revision:
            self._revision = self._definitions.revision
            self._recent.clear()
        recent = self._recent.get((expression, *map(type, values), *map(is_constant, values)))
        return self._chosen(expression, values) if recent is None else recent(*values)

    def _chosen(self, expression: str, values: tuple[Any, ...]) -> Any:
        types = (*map(type, values),)
        values = tuple(value.item() if type(value).__module__ == "numpy" and hasattr(value, "item") else value for value in values)
        for kinds in self._kinds(values):
            function = self._function(expression, kinds)
            if function is not None:
                if int not in types and types == (*map(type, values),):  # the type of a whole number depends on its size
                    self._recent[expression, *types, *map(is_constant, values)] = function
                return function(*values)
        return NotImplemented

    def _kinds(self, values: tuple[Any, ...]) -> Iterator[tuple[str, ...]]:
        """The C++ types of the parameters that values are given to; a whole number may become a real one."""
        kinds = tuple(map(self._kind, values))
        if "" not in kinds:
            yield kinds
            if any(kind in ("int", "long") for kind in kinds):
                yield tuple("double" if kind in ("int", "long") else kind for kind in kinds)

    def _kind(self, value: Any) -> str:
        """The type of a parameter; empty if there is none for it."""
        cls: Any = type(value)
        if issubclass(cls, self._instance):
            return f"{'const ' * is_constant(value)}{cls.__cpp_name__}&"
        if isinstance(value, bool):
            return "bool"
        if isinstance(value, int):
            return "int" if -_INT <= value < _INT else "long"
        return {float: "double", complex: "std::complex<double>", str: "const std::string&"}.get(cls, "")

    def _function(self, expression: str, kinds: tuple[str, ...]) -> Any:
        """The function for these types; None if the expression does not compile with them."""
        known = self._definitions
        defined = tuple((name, e.transaction, e.version) for name, e in known.entities.items() if e.name.startswith("operator"))
        state, function = self._found.get((expression, *kinds), (None, None))
        if state != (defined if function is not None else known.revision):
            function = self._compiled(expression, kinds)
            self._found[(expression, *kinds)] = defined if function is not None else known.revision, function
        return function

    def _compiled(self, expression: str, kinds: tuple[str, ...]) -> Any:
        own = f"__doublet_expression_{next(self._numbers)}"
        names = (f"value{number}" for number in range(len(kinds)))
        parameters = ", ".join(f"{kind} {name}" for kind, name in zip(kinds, names, strict=True))
        text = f"namespace {own} {{ decltype(auto) apply({parameters}) {{ return {expression}; }} }}\n"
        self._compile(Transaction(text, is_running=False), True)
        return getattr(getattr(self._gbl, own, None), "apply", None)
