"""Operators of C++ classes in Python: what the compiler chooses, be it a member, a friend or a function of any namespace.

cppyy looks in some of the places only, and keeps for good what it has found for a class.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from doublet.engine.transaction import Transaction

if TYPE_CHECKING:
    from doublet.engine.definitions import Definitions

__all__ = ["Operators"]

_BINARY = {
    "add": "+", "sub": "-", "mul": "*", "truediv": "/", "mod": "%",
    "and": "&", "or": "|", "xor": "^", "lshift": "<<", "rshift": ">>",
}  # fmt: skip
_COMPARISONS = {"eq": "==", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}
_UNARY = {"neg": "-", "pos": "+", "invert": "~"}
_WRITTEN = "[&] { std::ostringstream text; text << left; return text.str(); }()"
_INT = 2**31


class Operators:
    """Applies operators; `compile_` compiles a transaction, after a rehearsal if told so."""

    def __init__(self, gbl: Any, definitions: Definitions, compile_: Callable[[Transaction, bool], None]) -> None:
        import libcppyy  # after the toolchain has been set up

        self._gbl = gbl
        self._definitions = definitions
        self._instance: type = libcppyy.CPPInstance
        self._compile = compile_
        self._count = 0
        self._revision = -1
        self._recent: dict[tuple[object, ...], Any] = {}
        """What has been applied to values of these types in the present revision of the definitions."""
        self._found: dict[tuple[str, ...], tuple[object, Any]] = {}
        self._methods = dict(self._specials())

    def give(self, cls: Any) -> None:
        """Have the objects of a new class use the operators that there are."""
        for name, method in self._methods.items():
            if name != "__str__" or name not in vars(cls):  # which cppyy makes of a conversion to text
                setattr(cls, name, method)

    def _specials(self) -> Iterator[tuple[str, Callable[..., Any]]]:
        for name, sign in _BINARY.items():
            yield f"__{name}__", lambda left, right, sign=sign: self._apply(f"left {sign} right", left, right)
            yield f"__r{name}__", lambda right, left, sign=sign: self._apply(f"left {sign} right", left, right)
            yield f"__i{name}__", lambda left, right, sign=sign: self._changed(f"left {sign}= right", left, right)
        for name, sign in _COMPARISONS.items():
            otherwise = getattr(self._instance, f"__{name}__")
            yield f"__{name}__", lambda left, right, sign=sign, otherwise=otherwise: self._compared(sign, otherwise, left, right)
        for name, sign in _UNARY.items():
            yield f"__{name}__", lambda value, sign=sign: self._of_one(sign, value)
        yield "__str__", lambda value: self._text(value)  # noqa: PLW0108 - a method of this object would not get the value

    def _compared(self, sign: str, otherwise: Callable[..., Any], left: Any, right: Any) -> Any:
        result = self._apply(f"left {sign} right", left, right)
        is_equality = result is NotImplemented and sign in ("==", "!=")
        return otherwise(left, right) if is_equality else result

    def _of_one(self, sign: str, value: Any) -> Any:
        result = self._apply(f"{sign} left", value)
        if result is NotImplemented:
            raise TypeError(f"bad operand type for unary {sign}: '{type(value).__name__}'")
        return result

    def _text(self, value: Any) -> str:
        """What a stream makes of an object."""
        written = self._apply(_WRITTEN, value)
        return repr(value) if written is NotImplemented else str(written)

    def _changed(self, expression: str, left: Any, right: Any) -> Any:
        return left if self._apply(expression, left, right) is not NotImplemented else NotImplemented

    def _apply(self, expression: str, *values: Any) -> Any:
        if self._definitions.revision != self._revision:
            self._revision = self._definitions.revision
            self._recent.clear()
        recent = self._recent.get((expression, *map(type, values)))
        return self._chosen(expression, values) if recent is None else recent(*values)

    def _chosen(self, expression: str, values: tuple[Any, ...]) -> Any:
        types = (*map(type, values),)
        values = tuple(value.item() if type(value).__module__ == "numpy" and hasattr(value, "item") else value for value in values)
        for kinds in self._kinds(values):
            function = self._function(expression, kinds)
            if function is not None:
                if int not in types and types == (*map(type, values),):  # the type of a whole number depends on its size
                    self._recent[expression, *types] = function
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
            return f"{cls.__cpp_name__}&"
        if isinstance(value, bool):
            return "bool"
        if isinstance(value, int):
            return "int" if -_INT <= value < _INT else "long"
        return {float: "double", complex: "std::complex<double>", str: "const std::string&"}.get(cls, "")

    def _function(self, expression: str, kinds: tuple[str, ...]) -> Any:
        """The function for these types; None if the compiler finds no operator."""
        known = self._definitions
        defined = tuple((name, e.transaction, e.version) for name, e in known.entities.items() if e.name.startswith("operator"))
        state, function = self._found.get((expression, *kinds), (None, None))
        if state != (defined if function is not None else known.revision):
            function = self._compiled(expression, kinds)
            self._found[(expression, *kinds)] = defined if function is not None else known.revision, function
        return function

    def _compiled(self, expression: str, kinds: tuple[str, ...]) -> Any:
        self._count += 1
        own = f"__doublet_operator_{self._count}"
        parameters = ", ".join(f"{kind} {name}" for kind, name in zip(kinds, ("left", "right"), strict=False))
        text = f"namespace {own} {{ decltype(auto) apply({parameters}) {{ return {expression}; }} }}\n"
        self._compile(Transaction(text, is_running=False), True)
        return getattr(getattr(self._gbl, own, None), "apply", None)
