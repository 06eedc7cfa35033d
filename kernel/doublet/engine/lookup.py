"""C++ names in Python: always the newest definition, and all overloads, whichever cells they come from.

cppyy keeps what it has found under a name for good, and finds in one namespace only what that namespace itself
defines. Cling puts each transaction into a namespace of its own, so that is where to look.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import reduce
from itertools import count
from typing import TYPE_CHECKING, Any

from doublet.cells import parse
from doublet.cells.comments import comment_above
from doublet.cells.defaults import completed
from doublet.cells.forwarding import forwarder, head
from doublet.cells.parameters import lambda_head, lambda_parameters
from doublet.engine.arrays import is_array, is_view
from doublet.engine.constants import constant_view
from doublet.engine.enums import is_enum, name_enumerators
from doublet.engine.names import clean_name, is_object
from doublet.engine.namespaces import versioned
from doublet.engine.transaction import NO_CELL, Piece, announced, label, render
from doublet.engine.values import Foreign

if TYPE_CHECKING:
    from doublet.engine.definitions import Definitions
    from doublet.engine.entities import Entity
    from doublet.engine.planning import Plan
    from doublet.engine.transaction import Transaction

__all__ = ["Lookup"]

_FORWARDING = -1
"""The number of no cell, in which names have the meaning that they have in cells."""

_UNQUALIFIED = re.compile(r"(?<!\w::)\b[A-Za-z_]\w*")
"""A name that stands for what a cell has called so, and is no part of a namespace or class."""


class Lookup:
    """`tell` has C++ tell the mangled name of a transaction's tag; `evaluate` gives the value of an expression;
    `compile_` compiles a transaction, after a rehearsal if told so; `texts` are the cells as typed, by their labels.
    """

    def __init__(
        self,
        gbl: Any,
        definitions: Definitions,
        tell: Callable[[int], bytes],
        evaluate: Callable[[str], Any],
        compile_: Callable[[Transaction, bool], None],
        texts: Mapping[str, str],
    ) -> None:
        import libcppyy  # after the toolchain has been set up
        from cppyy._cpython_cppyy import Template

        self._gbl = gbl
        self._definitions = definitions
        self._tell = tell
        self._evaluate = evaluate
        self._compile = compile_
        self._texts = texts
        self._documented: dict[tuple[object, str], Entity] = {}
        self._numbers = count(1)
        self._forwarders: dict[str, tuple[Entity | None, Any]] = {}
        self._homes: dict[int, str] = {}
        self._completed: dict[str, int] = {}
        self._fixed: dict[str, tuple[Entity | None, Any]] = {}
        self._class_template = Template
        self._constants: dict[str, tuple[Entity | None, bool]] = {}
        self._instance = libcppyy.CPPInstance
        self._class: Any = libcppyy.CPPScope
        self._function, self._template = libcppyy.CPPOverload, libcppyy.TemplateProxy

    def home(self, transaction: int) -> str:
        """The inline namespace that Cling has put a transaction in."""
        if transaction not in self._homes:
            mangled = self._tell(transaction)
            match = re.match(rb"N(\d+)", mangled)
            self._homes[transaction] = mangled[match.end() :][: int(match[1])].decode() if match else ""
        return self._homes[transaction]

    def find(self, name: str) -> Any:
        """The newest C++ object of a name in the global namespace; raises `AttributeError` if there is none."""
        known = self._definitions
        if name == "nullptr":
            return None  # which is a null pointer to C++
        if name in known.unusable:
            raise AttributeError(name)
        if name in known.namespaces and name not in known.entities:
            scope = getattr(self._gbl, known.namespaces.real(name))
            scope.__name__ = scope.__qualname__ = name
            meta: Any = type(scope)
            meta.__repr__ = lambda _: f"<C++ namespace {name}>"
            self._complete(name, scope)
            return scope
        entity = known.entities.get(name)
        if entity is None and (aliased := known.namespaces.aliased(name)):
            return reduce(getattr, aliased, self._gbl)
        if entity is None:
            return self._evaluate(name) if known.is_exposed(name) else getattr(self._gbl, name)
        if entity.is_type or entity.real_name != name:
            found = getattr(self._gbl, entity.real_name)
            if isinstance(found, self._class_template):  # whose own text is about cppyy
                found.__doc__ = _heads(entity)
            elif entity.generation and is_enum(found):
                name_enumerators(found)
            elif isinstance(found, self._class) and found.__cpp_name__ == entity.real_name and self._documented.get((entity.scope, name)) is not entity:
                self._documented[entity.scope, name] = entity
                found.__doc__ = self._told(entity).strip()
            return found
        found = self._value(entity)
        return constant_view(found) if isinstance(found, self._instance | tuple) and self.is_constant(entity) else found

    def is_constant(self, entity: Entity) -> bool:
        """Whether it is a variable of the top level that C++ itself may not change."""
        if not entity.kinds <= {"variable", "constant"}:
            return False
        known, is_constant = self._constants.get(entity.name, (None, False))
        if known is not entity:
            is_constant = self._is_const(entity.name)
            self._constants[entity.name] = entity, is_constant
        return is_constant

    def _is_const(self, expression: str) -> bool:
        return bool(self._evaluate(f"::doublet::detail::is_constant<std::remove_reference_t<decltype({expression})>>"))

    def _value(self, entity: Entity) -> Any:
        """A variable, or the functions, of the top level."""
        known, array = self._fixed.get(entity.name, (None, None))
        if known is entity:
            return array
        found = self.found(entity)
        if entity.is_array and is_object(found):  # a pointer to pointers, for cppyy
            return self._evaluate(entity.name)
        if isinstance(found, Foreign):
            text = entity.items[0].text
            found.parameters = lambda_parameters(text)
            found.__doc__ = (lambda_head(text) + self._told(entity)).strip()
            return found
        if is_view(found):
            array = self._evaluate(entity.name)
            found = array if is_array(array) else found
        elif not is_array(found):
            self._document(found, entity)
            return found
        self._fixed[entity.name] = entity, found
        return found

    def found(self, entity: Entity) -> Any:
        """What cppyy has for a variable or for functions of the top level."""
        if not entity.is_reference:  # of which cppyy would read the own bytes
            try:
                return self._bound(entity)
            except (AttributeError, TypeError):  # it does not resolve every type, such as those of lambdas
                pass
        found = self._evaluate(entity.name)
        if self._stays(entity, is_class=isinstance(found, Foreign)):
            self._fixed[entity.name] = entity, found
        return found

    def _bound(self, entity: Entity) -> Any:
        """It as cppyy has it; raises `AttributeError` or `TypeError` if that has not."""
        name, scopes = entity.name, self._scopes(entity)
        if len(scopes) > 1 or entity.is_among_others:
            return self._forwarded(entity)
        scope = getattr(self._gbl, scopes[0])
        if name not in vars(scope):
            getattr(scope, name)  # which finds it; from now on it is bound, as runtime/templates.cpp wants to see it
        return getattr(scope, name)

    def _stays(self, entity: Entity, *, is_class: bool) -> bool:
        """Whether a variable is for good what has been found of it: a constant, or an object that Python knows by its place."""
        asked = "std::is_class_v" if is_class else "std::is_const_v"
        return not entity.is_written_reference and bool(self._evaluate(f"{asked}<std::remove_reference_t<decltype({entity.name})>>"))

    def _complete(self, name: str, scope: Any) -> None:
        """Give a namespace, once in each of its states, what only its older versions have.

        It names that by using-declarations, of which cppyy finds no function and takes an enum for an int.
        """
        known = self._definitions
        if self._completed.get(name) == known.revision:
            return
        self._completed[name] = known.revision
        for entity in known.entities.values():
            if entity.scope[:1] != (name,) or not entity.kinds & {"function", "type"}:
                continue
            home = reduce(getattr, entity.scope[1:], scope)
            kept = self._kept(entity, known.namespaces.versions[name])
            if isinstance(kept, type | self._function | self._template):
                setattr(home, entity.name, kept)
            if "function" in entity.kinds:
                self._document(getattr(home, entity.name, None), entity)

    def _kept(self, entity: Entity, newest: int) -> Any:
        """What an older version of its namespace has of an entity, and perhaps the newest, too; None if that has all."""
        if "function" in entity.kinds and newest > 1 and len({*entity.places.values()}) > 1:
            return self._forwarded(entity)
        if entity.version == newest:
            return None
        top, *inner = entity.scope
        return getattr(reduce(getattr, (versioned(top, entity.version), *inner), self._gbl), entity.name, None)

    def newest(self, argument: Any) -> Any:
        """An argument of a template, or several, with the names that text in it has for the compiler now."""
        if isinstance(argument, tuple):
            return (*map(self.newest, argument),)
        if not isinstance(argument, str):
            return argument
        renamed = self._definitions.renamed(_UNQUALIFIED.findall(argument))
        return _UNQUALIFIED.sub(lambda word: renamed.get(word[0], word[0]), argument) if renamed else argument

    def _document(self, found: Any, entity: Entity) -> None:
        """Give a function the signatures that were typed, with what is written above them and the cells that they are from.

        Of a template, cppyy knows only what it has instantiated.
        """
        if isinstance(found, self._template):
            found.__doc__ = _heads(entity) + self._told(entity)
        elif isinstance(found, self._function) and self._documented.get((entity.scope, entity.name)) is not entity:
            self._documented[entity.scope, entity.name] = entity
            found.__doc__ = clean_name(found.__doc__).partition("\n\n")[0] + self._told(entity)

    def documentation(self, entity: Entity) -> str:
        """How an entity is defined, without the bodies of functions, what stands above that, and in which cells."""
        shown = _heads(entity) if "function" in entity.kinds else "\n".join(item.text for item in entity.items)
        return shown + self._told(entity)

    def _told(self, entity: Entity) -> str:
        """What stands above the definitions of an entity in its cells, and in which they are."""
        told: dict[str, None] = {}
        for piece in entity.parts.values():
            if piece.cell != NO_CELL and not piece.item.is_addition:
                comment = comment_above(self._texts.get(label(piece.cell), ""), piece.item.line)
                told["\n\n".join(filter(None, ("", comment, f"Defined in cell {piece.cell}.")))] = None
        return "".join(f"\n\n{text.strip()}" for text in told)

    def forget(self, plan: Plan) -> None:
        """Have cppyy look again for the functions that a cell has added to a namespace."""
        for piece in plan.pieces:
            if piece.item.kind == "function" and piece.item.scope and piece.defines:
                scope = self._gbl
                for name in piece.item.scope:
                    scope = getattr(scope, "__dict__", {}).get(name)
                for name in piece.item.names:
                    if name in getattr(scope, "__dict__", {}):
                        delattr(scope, name)

    def mend(self, plan: Plan) -> None:
        """Have Python read the references and arrays in a namespace: cppyy would read the references' own bytes."""
        known = self._definitions
        for top in {name.split("::")[0] for name in plan.entities if "::" in name}:
            for entity in known.entities.values():
                if entity.scope[:1] == (top,) and (entity.is_reference or entity.is_array):
                    path = (known.namespaces.real(top), *entity.scope[1:])
                    scope = type(reduce(getattr, path, self._gbl))
                    if entity.name not in scope.__dict__:
                        setattr(scope, entity.name, self._evaluated("::".join(("", *path, entity.name))))

    def _evaluated(self, expression: str) -> property:
        arrays: list[Any] = []
        constant: list[bool] = []

        def read(_: Any) -> Any:
            found = arrays[0] if arrays else self._evaluate(expression)
            arrays[:] = [found] if is_array(found) else []
            if isinstance(found, self._instance):
                constant[:] = constant or [self._is_const(expression)]
            return constant_view(found) if constant and constant[0] else found

        return property(read)

    def _scopes(self, entity: Entity) -> list[str]:
        """Where its parts are."""
        places = dict.fromkeys(entity.places.values()) or [entity.transaction]
        return [self.home(place) if isinstance(place, int) else place for place in places]

    def _forwarded(self, entity: Entity) -> Any:
        """Functions that call those of this name, all in one namespace, where cppyy chooses among them as C++ does."""
        name = "::".join((*entity.scope, entity.name))
        known, forwarded = self._forwarders.get(name, (None, None))
        if known is not entity:
            number = next(self._numbers)
            own = f"__doublet_overloads_{number}"
            path = (self._definitions.namespaces.real(entity.scope[0]), *entity.scope[1:]) if entity.scope else ()
            around = (f"using namespace ::{'::'.join(path[: depth + 1])};" for depth in range(len(path)))
            texts = (forwarder(text, "::".join((*path, entity.name))) for text in _definitions(entity))
            items = parse("\n".join((f"namespace {own} {{", *around, *filter(None, texts), "}"))).items
            renamed = self._definitions.renamed(frozenset().union(*(item.uses for item in items)))
            pieces = [Piece(item, _FORWARDING) for item in items]
            self._compile(render(number, pieces, renamed, tagged=False), True)
            forwarded = getattr(getattr(self._gbl, own), entity.name)
            self._forwarders[name] = entity, forwarded
        return forwarded


def _heads(entity: Entity) -> str:
    return "\n".join(head(item.text) for item in entity.items if not item.is_addition)


def _definitions(entity: Entity) -> Iterator[str]:
    """The definitions of a function's overloads, with the default arguments of their prototypes."""
    for piece in entity.parts.values():
        if not piece.item.is_addition and not piece.item.declares_only:
            prototype = entity.parts.get(announced(piece.key))
            yield piece.item.text if prototype is None else completed(piece.item.text, prototype.item.text)
