"""The variables of C++ cells, by names such as ``cpp.x``: read where the state of a kernel is saved, written where it is restored."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import reduce
from typing import TYPE_CHECKING, Any

from doublet.engine.interpreter import interpreter
from doublet.engine.values import Foreign

if TYPE_CHECKING:
    from doublet.engine.entities import Entity

__all__ = ["PREFIX", "content", "restore", "variables"]

PREFIX = "cpp."
_CONSTANT = re.compile(r"(?:(?:static|inline|extern|thread_local)\s+)*(?:const|constexpr|constinit)\b")


def variables() -> list[str]:
    """The names of all that C++ cells have defined and can change; what Python has bound, and references, are others'."""
    return [f"{PREFIX}{'.'.join((*entity.scope, entity.name))}" for entity in _entities()]


def _entities() -> Iterator[Entity]:
    engine = interpreter()
    for name, entity in engine.definitions.entities.items():
        is_own = entity.kinds == {"variable"} and not entity.is_reference and engine.binding(name) is None and name not in engine.definitions.unusable
        if is_own and not any(_CONSTANT.match(item.text) for item in entity.items):
            yield entity


def content(name: str) -> Any:
    """What a variable holds; None for a lambda, which its cell makes. Raises `UncopyableError` for what cannot be copied."""
    from doublet.engine.contents import content_of  # with NumPy, without which a kernel starts faster

    value = _found(name)
    return None if isinstance(value, Foreign) else content_of(value)


def restore(cpp: Any, name: str, kept: Any) -> None:
    """Put what a variable has held into the one of that name; raises whatever says why not."""
    from doublet.engine.contents import Content, fill

    if isinstance(kept, Content):
        fill(_found(name), kept)
    elif kept is not None:
        *scope, last = name.removeprefix(PREFIX).split(".")
        setattr(reduce(getattr, scope, cpp), last, kept)


def _found(name: str) -> Any:
    first, *rest = name.removeprefix(PREFIX).split(".")
    return reduce(getattr, rest, interpreter().lookup(first))
