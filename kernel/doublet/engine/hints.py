"""What a container of C++ has instead of a method that Python's have."""

from __future__ import annotations

import re
from typing import Any

from doublet.engine.names import clean_name

__all__ = ["give_hints"]

_CONTAINER = re.compile(r"(?:vector|deque|list|forward_list|array|span|valarray|(?:unordered_)?(?:multi)?(?:set|map)|stack|queue|priority_queue)<")
_INSTEAD = {
    "append": (("push_back", "push_back(value)"), ("push_front", "push_front(value)"), ("push", "push(value)"), ("insert", "insert(value)")),
    "extend": (("push_back", "+= [...], or push_back(value) for each"), ("insert", "insert(value) for each")),
    "add": (("insert", "insert(value)"), ("push_back", "push_back(value)"), ("push", "push(value)")),
    "update": (("insert_or_assign", "container[key] = value for each"), ("insert", "insert(value) for each")),
    "discard": (("erase", "erase(value)"),),
    "remove": (("erase", "erase(...)"),),
    "pop": (("pop_back", "[-1] and pop_back()"), ("pop_front", "front() and pop_front()"), ("erase", "erase(key)")),
    "index": (("begin", "list(container).index(value)"),),
    "sort": (("data", "cpp.std.sort(container.begin(), container.end()), or sorted(container) for a new list"), ("begin", "sorted(container) for a new list")),
    "reverse": (("data", "cpp.std.reverse(container.begin(), container.end()), or list(container)[::-1]"), ("begin", "list(container)[::-1]")),
    "copy": (("begin", "copy.copy(container)"),),
    "tolist": (("begin", "list(container)"),),
    "setdefault": (("insert", "insert, which leaves a key that is there as it is"),),
    "popitem": (("erase", "begin() and erase(key)"),),
}
"""By Python's name, what is needed for it and what to write; the first for which a class has that."""


def give_hints(cls: Any, name: str) -> None:
    """Have a new class of containers say what it has instead of a method of Python's."""
    if _CONTAINER.match(name):
        cls.__getattr__ = _missing


def _missing(self: Any, name: str) -> Any:
    if name.startswith("__"):  # which NumPy asks for often
        raise AttributeError(name, name=name, obj=self)
    cls: Any = type(self)
    kind = clean_name(cls.__cpp_name__)
    instead = next((text for needed, text in _INSTEAD.get(name, ()) if hasattr(cls, needed)), "")
    hint = f"; use {instead}" if instead else ""
    raise AttributeError(f"a {kind} has no '{name}'{hint}", name=name, obj=self)
