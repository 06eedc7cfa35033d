"""Definitions out of line, such as ``template <> struct std::hash<Q> {}`` or ``void ns::f() {}``, put where they belong.

What belongs to a namespace of cells is written into it, for the namespace may get a new version. What specialises
something of a header has a name of its own, such as ``std::hash<Q>``; all those in ``std`` have nothing in common.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace

from doublet.cells import Edit, Item

__all__ = ["arguments", "placed"]


def placed(items: Iterable[Item], scopes: Collection[tuple[str, ...]], names: Collection[str]) -> Iterator[Item]:
    """The items; `scopes` are the namespaces of earlier cells, `names` what these have defined at the top level."""
    known, defined = {*scopes}, {*names}
    for item in items:
        known |= {item.scope[:depth] for depth in range(1, len(item.scope) + 1)}
        defined |= {*item.names} if not item.is_addition else set()
        within = _namespaces(item, known) if item.path else ()
        if within:
            yield _inside(item, within)
        elif item.around or (_specialises(item) and item.path.split("::")[0] not in defined):
            yield _foreign(item)
        else:
            yield item


def _specialises(item: Item) -> bool:
    return bool(item.path) and (item.is_special or item.kind == "type")


def arguments(name: str) -> set[str]:
    """The words in what a template of a header is specialised for; `name` is the specialisation's."""
    return {*re.findall(r"\w+", name.partition("<")[2])} if "::" in name else set()


def _namespaces(item: Item, known: Collection[tuple[str, ...]]) -> tuple[str, ...]:
    """The namespaces of cells that the path of an item begins with."""
    found = re.findall(r"(\w+)::", item.path.partition("<")[0])
    depths = range(len(found), 0, -1)
    return next((tuple(found[:depth]) for depth in depths if (*item.scope, *found[:depth]) in known), ())


def _inside(item: Item, within: tuple[str, ...]) -> Item:
    """The item without the namespaces in its path, to be compiled in them."""
    begin = item.path_at
    prefix = re.compile(r"\s*::\s*".join((*within, ""))).match(item.text, begin)
    end = prefix.end() if prefix is not None else begin
    path = item.path.removeprefix("::".join((*within, "")))
    name = re.match(r"operator[^\w(]+|\w+", path)
    assert name is not None
    is_member = "::" in re.sub(r"<.*>", "", path)
    blanks = Edit(begin, end, (" " * (end - begin),))
    return replace(
        item,
        scope=(*item.scope, *within),
        names=(name[0],),
        key=item.key.replace(item.path, path if is_member else path[name.end() :], 1),
        path=path if is_member else "",
        edits=tuple(sorted((*item.edits, blanks), key=lambda edit: edit.start)),
    )


def _foreign(item: Item) -> Item:
    """The item under a name that is the same whether it stands in ``namespace std { }`` or not."""
    base = item.path.partition("<")[0] or "::".join((*item.around, *item.names[:1]))
    rest = item.key.replace(item.path, item.path.removeprefix(base), 1) if item.path else item.key
    return replace(item, names=((base + rest).replace("<><", "<"),), key="", is_special=True) if item.names else item
