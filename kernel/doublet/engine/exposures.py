"""What a cell names at the top level: of a namespace of cells by ``using`` or an alias, of an enum by ``using enum``.

For the compiler these would name the version of the namespace that there is now, for good. So each name is declared
at the top level instead, where a new definition can shadow it, and again whenever the namespace has a new one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Protocol

from doublet.cells import Item, Kind
from doublet.engine.transaction import NO_CELL, Piece

__all__ = ["Exposure", "Named", "enumerated", "exposure"]

_USING = re.compile(r"using\s+(namespace\s+)?(?:::\s*)?([\w:\s]+?)\s*;", re.ASCII)
_USING_ENUM = re.compile(r"using\s+enum\s+(?:::\s*)?(\w+)\s*;", re.ASCII)
_ALIAS = re.compile(r"namespace\s+(\w+)\s*=\s*(?:::\s*)?([\w:\s]+?)\s*;", re.ASCII)


class Named(Protocol):
    """What is defined under one name of one scope."""

    @property
    def name(self) -> str: ...
    @property
    def scope(self) -> tuple[str, ...]: ...
    @property
    def kinds(self) -> set[Kind]: ...
    @property
    def items(self) -> tuple[Item, ...]: ...


@dataclass(frozen=True)
class Exposure:
    """Of which namespace, which name or all, or the namespace itself under an alias."""

    scope: tuple[str, ...]
    name: str = ""
    alias: str = ""

    def pieces(self, entities: Iterable[Named], usings: Iterable[Item], known: Mapping[str, Named]) -> Iterator[Piece]:
        """Declarations of those that have been defined, also where only `usings` make them names of the namespace."""
        inside = "::".join(("", *self.scope))
        if self.alias:
            yield _piece(f"namespace {self.alias} = {inside};")
            return
        depth = len(self.scope)
        reached = {self.scope}
        for using in usings:
            match = _USING.fullmatch(using.text) if using.scope == self.scope else None
            path = tuple(match[2].replace("::", " ").split()) if match else ()
            if match and match[1]:
                reached |= {path, (*self.scope, *path)}
            elif match and self.name in ("", path[-1]):
                named = known.get("::".join(path)) or known.get("::".join((*self.scope, *path)))
                qualified = f"{inside}::{path[-1]}"
                yield _declared(named, qualified) if named else _piece(f"using {qualified};", kind="using")
        for entity in entities:
            if entity.scope in reached and self.name in ("", entity.name):
                yield _declared(entity, f"{inside}::{entity.name}")
            elif entity.scope[:depth] == self.scope and not self.name and len(entity.scope) == depth + 1:
                yield _piece(f"namespace {entity.scope[depth]} = {inside}::{entity.scope[depth]};")


def exposure(item: Item, namespaces: Iterable[str]) -> Exposure | None:
    """What an item exposes of these namespaces."""
    used, alias = _USING.fullmatch(item.text), _ALIAS.fullmatch(item.text)
    if item.scope or not (used or alias):
        return None
    path = tuple((used or alias)[2].replace("::", " ").split())  # type: ignore[index]  # one of them it is
    if not path or path[0] not in namespaces:
        return None
    if alias:
        return Exposure(path, alias=alias[1])
    return Exposure(path) if used and used[1] else Exposure(path[:-1], path[-1])


def enumerated(items: Iterable[Item], known: Mapping[str, Named]) -> Iterator[Item]:
    """The items of a cell, with constants in place of ``using enum``, which no later definition can shadow."""
    enumerators: dict[str, frozenset[str]] = {}
    for item in items:
        enumerators |= dict.fromkeys(item.names, item.members) if item.kind == "type" and not item.scope else {}
        match = _USING_ENUM.fullmatch(item.text)
        if match is None or item.scope:
            yield item
            continue
        name = match[1]
        entity = known.get(name)
        found = enumerators.get(name) or (entity.items[0].members if entity else ())
        names = tuple(sorted(found))
        text = f"constexpr auto {', '.join(f'{n} = {name}::{n}' for n in names)};"
        refers = frozenset((*names, name))
        yield replace(item, kind="constant", text=text, names=names, uses=item.uses | refers, refers=refers, is_stateless=True) if names else item


def _declared(entity: Named, qualified: str) -> Piece:
    item, name = entity.items[0], entity.name
    if "function" in entity.kinds or item.is_template or not name.isidentifier():
        return _piece(f"using {qualified};", kind="using")
    if "type" in entity.kinds:
        is_enumerator = name != item.names[0]
        return _piece(f"constexpr auto {name} = {qualified};" if is_enumerator else f"using {name} = {qualified};")
    return _piece(f"{'constexpr ' * ('constant' in entity.kinds)}auto& {name} = {qualified};")


def _piece(text: str, kind: Kind = "other") -> Piece:
    return Piece(Item(kind, text, 0, ""), NO_CELL)
