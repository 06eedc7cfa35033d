"""What Python adds to C++ classes that are known by name or by a pattern such as ``Eigen::Matrix<*>``.

The members of a Python class, a behaviour, become members of each C++ class that matches: of those that cppyy has made
already, and of those to come, such as a class that a cell defines again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from doublet.engine.lifelines import keep_owners
from doublet.engine.names import clean_name
from doublet.errors import CppUsageError

if TYPE_CHECKING:
    from doublet.engine.type_modules import TypeModules

__all__ = ["Behaviours"]

_PATTERN = re.compile(r"(?:\w+::)*[\w*]+(?:<[\w:<>,*&() -]*>)?")
_PYTHONS_OWN = frozenset(
    ("__module__", "__dict__", "__weakref__", "__doc__", "__qualname__", "__annotations__", "__firstlineno__", "__static_attributes__")
)
"""What a Python class has of its own, and does not add to others."""
_MISSING = object()


@dataclass(frozen=True)
class _Behaviour:
    pattern: str
    members: type
    is_default: bool
    """Whether it comes from a package, so that what a notebook says counts more."""
    regex: re.Pattern[str]

    def covers(self, name: str) -> bool:
        """Whether a class of this name is meant; a ``*`` stands for what is whole between ``<`` and ``>``."""
        match = self.regex.fullmatch(name)
        return match is not None and all(map(_is_balanced, match.groups()))


class Behaviours:
    """`class_named` gives a class, `instance` is what all C++ objects derive from."""

    def __init__(self, modules: TypeModules, class_named: Callable[[str], Any], instance: type) -> None:
        self._modules = modules
        self._instance = instance
        self._class = class_named
        self._known: dict[str, _Behaviour] = {}
        self._changed: dict[int, tuple[Any, dict[str, object]]] = {}
        """The classes that have been given members, by id, with what these were before."""

    def register(self, pattern: str, members: type) -> None:
        """Give all classes that match the members of a Python class; what was registered for the pattern before is taken back.

        Raises `CppUsageError` for what cannot be the name of a class.
        """
        plain = _normal(pattern)
        if not _PATTERN.fullmatch(plain) or not _is_balanced(plain):
            raise CppUsageError(
                f"'{pattern}' is not the name of a C++ class", "write it as C++ does, with * for any arguments of a template: 'Eigen::Matrix<*>'"
            )
        self._known.pop(plain, None)
        regex = re.compile("(.*)".join(map(re.escape, plain.split("*"))))
        self._known[plain] = _Behaviour(plain, members, self._modules.loading, regex)
        for cls in self._classes():
            if regex.fullmatch(_normal(cls.__cpp_name__)):
                self.give(cls)

    def give(self, cls: Any) -> None:
        """Give a class all that is registered for it, in place of what it was given before."""
        name = _normal(cls.__cpp_name__)
        self._modules.load_for(name)
        meant = [behaviour for behaviour in self._known.values() if behaviour.covers(name)]
        _, before = self._changed.pop(id(cls), (cls, {}))
        for member, value in before.items():
            if value is _MISSING:
                delattr(cls, member)
            else:
                setattr(cls, member, value)
        if not meant:
            return
        keep_owners(cls)
        # The last one counts: a notebook's before a package's, a name before a pattern, a later one before an earlier one.
        meant.sort(key=lambda behaviour: (not behaviour.is_default, "*" not in behaviour.pattern))
        members = {member: value for behaviour in meant for member, value in _members(behaviour.members).items()}
        if "__repr__" in members:
            members.setdefault("__str__", members["__repr__"])
        if "from_python" in members:
            members.setdefault("__init__", _converting(cls, self._instance))
        self._changed[id(cls)] = cls, {member: vars(cls).get(member, _MISSING) for member in members}
        for member, value in members.items():
            setattr(cls, member, value)

    def text(self, cls: type) -> Callable[[Any], str] | None:
        """What makes the text of the objects of a class, if that has been registered for it or a base of it."""
        return self.member(cls, "__repr__")

    def member(self, cls: type, name: str) -> Callable[[Any], str] | None:
        """What has been registered under this name for a class or a base of it."""
        for base in cls.__mro__:
            if name in self._changed.get(id(base), (None, {}))[1]:
                found: Callable[[Any], str] = vars(base)[name]
                return found
        return None

    def text_of_elements(self, sequence: Any) -> Callable[[Any], str] | None:
        """What makes the text of the elements of a class of sequences, if that has been registered."""
        element = getattr(sequence, "value_type", None)
        if isinstance(element, str):
            name = _normal(element)
            self._modules.load_for(name)
            # Others are left alone: cppyy reads some classes of the standard library otherwise once it has been asked for them.
            if not any(behaviour.covers(name) for behaviour in self._known.values()):
                return None
            element = self._class(element)
        return self.text(element) if isinstance(element, type) else None

    def _classes(self) -> Iterator[Any]:
        """The C++ classes that Python has seen."""
        waiting: list[Any] = type.__subclasses__(self._instance)
        seen: set[int] = set()
        while waiting:
            cls = waiting.pop()
            if id(cls) not in seen:
                seen.add(id(cls))
                waiting += type.__subclasses__(cls)
                if hasattr(cls, "__cpp_name__"):
                    yield cls


def _normal(name: str) -> str:
    """A name without what is written in one way or another: spaces, Cling's own namespaces."""
    return re.sub(r"\s*([<>,*&():])\s*", r"\1", clean_name(name)).strip()


def _is_balanced(text: str) -> bool:
    depth = 0
    for char in text.replace("->", ""):
        depth += (char == "<") - (char == ">")
        if depth < 0:
            return False
    return depth == 0


def _members(behaviour: type) -> dict[str, object]:
    """The members of a Python class and its bases."""
    found: dict[str, object] = {}
    for cls in reversed(behaviour.__mro__[:-1]):
        found |= {name: value for name, value in vars(cls).items() if name not in _PYTHONS_OWN}
    if found.get("__hash__", 0) is None:  # what Python adds to a class with __eq__
        del found["__hash__"]
    return found


def _converting(cls: Any, instance: type) -> Callable[..., None]:
    """A constructor that has ``from_python`` look at what is no C++ object, or where ``takes_objects`` is true is one of another class;
    C++ functions that take the class do so, too.
    """
    original = cls.__init__
    fill = getattr(original, "fill", original)  # of a class that is made of its fields

    def initialise(self: Any, *values: Any, **named: Any) -> None:
        is_own = cls if getattr(cls, "takes_objects", False) else instance
        if len(values) == 1 and not named and not isinstance(values[0], is_own):
            made = cls.from_python(values[0])
            if made is not NotImplemented:
                values = made if isinstance(made, tuple) else (made,)
                fill(self, *values)
                self.__doublet_elements__ = values  # which may know what has to stay alive
                return
        original(self, *values, **named)

    initialise.__doc__ = original.__doc__
    return initialise
