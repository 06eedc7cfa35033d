"""Objects of the standard library in pickles: the name of the class and what they hold, as Python has it."""

from __future__ import annotations

import re
from typing import Any

from doublet.engine.names import clean_name

__all__ = ["give_pickling"]

_SEQUENCE = re.compile(r"std::(vector|array|valarray|deque|list|forward_list)<")
_SET = re.compile(r"std::(unordered_)?(multi)?set<")
_MAP = re.compile(r"std::(unordered_)?(multi)?map<")
_OF_ONE = re.compile(r"std::(optional|chrono::\w+|bitset|complex)<|std::filesystem::path$")
"""What is made again of one value, if of any."""
_POINTERS = re.compile(r"\*|\b\w+_ptr<|reference_wrapper<")
_OF_OBJECTS = re.compile(r"std::vector<(?!std::|.*[*&]|(?:unsigned |signed )?(?:bool|char|short|int|long|float|double|u?int\d+_t)\b)")
_TOGETHER = re.compile(r"std::(tuple|pair)<")


def give_pickling(cls: Any) -> None:
    """Have the objects of a new class be pickled if their elements can be."""
    kind = cls.__cpp_name__
    if not kind.startswith("std::"):
        _give_object_pickling(cls)
    elif _POINTERS.search(kind):
        cls.__reduce_ex__ = _refuse_pointers
    elif kind.startswith("std::vector<") and _OF_OBJECTS.match(kind):
        cls.__reduce_ex__ = lambda self, _protocol: (_made, (clean_name(kind), _records(self)))
    elif _SEQUENCE.match(kind) or _SET.match(kind) or _TOGETHER.match(kind):
        cls.__reduce_ex__ = lambda self, _protocol: (_made, (kind, [_plain(part) for part in self]))
    elif _MAP.match(kind):
        cls.__reduce_ex__ = lambda self, _protocol: (_made, (kind, [(key, _plain(value)) for key, value in self.items()]))
    elif kind.startswith("std::variant<"):
        cls.__reduce_ex__ = lambda self, _protocol: (_made, (kind, [int(self.index()), _plain(self.get())]))
    elif kind.startswith("std::bitset<"):
        cls.__reduce_ex__ = lambda self, _protocol: (_made, (kind, [int(self)]))
    elif kind.startswith("std::complex<"):
        cls.__reduce_ex__ = lambda self, _protocol: (_made, (kind, [complex(self)]))
    elif kind == "std::filesystem::path":
        cls.__reduce_ex__ = lambda self, _protocol: (_made, (kind, [str(self)]))
    elif kind.startswith("std::optional<"):
        cls.__reduce_ex__ = lambda self, _protocol: (_made, (kind, [_plain(self.value())] if self else []))
    elif kind.startswith("std::chrono::duration<"):
        cls.__reduce_ex__ = lambda self, _protocol: (_made, (kind, [self.count()]))
    elif kind.startswith("std::chrono::time_point<"):
        cls.__reduce_ex__ = lambda self, _protocol: (_made, (kind, [self.time_since_epoch()]))


def _refuse_pointers(self: Any, _protocol: Any) -> Any:
    """What a pointer points to would be nobody's once it is unpickled."""
    raise TypeError(f"cannot pickle this {clean_name(type(self).__cpp_name__)}: it is, or holds, a pointer")


def _give_object_pickling(cls: Any) -> None:
    """Have objects of a class of a cell or library be pickled by their fields; a class of Python's that derives from it is left alone."""
    original, plain = cls.__reduce_ex__, vars(object)["__reduce__"]

    def reduce(self: Any, protocol: Any) -> Any:
        if type(self) is not cls or cls.__reduce__ is not plain:  # which a library may have registered
            return original(self, protocol)
        # What %recover keeps of a C++ variable; with NumPy, without which a kernel starts faster.
        from doublet.engine.contents import UncopyableError, content_of

        try:
            content = content_of(self)
        except UncopyableError as error:
            raise TypeError(f"cannot pickle this {clean_name(cls.__cpp_name__)}: {error}") from None
        if getattr(content, "kind", "") == "null":
            raise TypeError(f"cannot pickle this {clean_name(cls.__cpp_name__)}: it is a null pointer")
        return _object, (clean_name(cls.__cpp_name__), content)

    cls.__reduce_ex__ = reduce


def _object(kind: str, content: Any) -> Any:
    """An object of this class with this content; raises `TypeError` if C++ has no such class, or it has other fields now."""
    from doublet.engine.contents import fill

    made = _class(kind)()
    try:
        fill(made, content)
    except AttributeError as error:
        raise TypeError(f"this {kind} was pickled when the class had other fields: {error}") from None
    return made


def _records(vector: Any) -> Any:
    """The elements as a structured array where they are made of numbers and nothing else, else one by one."""
    from doublet.engine.interpreter import interpreter

    if not interpreter().gbl.std.is_aggregate[type(vector).__cpp_name__ + "::value_type"].value:
        return [*vector]
    try:
        return vector.__array__(copy=True)
    except TypeError:
        return [*vector]


def _is_array(parts: object) -> bool:
    return type(parts).__name__ == "ndarray"


def _class(kind: str) -> Any:
    """The newest class of this name, as typed in cells; raises `TypeError` if there is none."""
    from doublet.engine.interpreter import interpreter
    from doublet.engine.proxies import class_of

    found = class_of(interpreter().names.newest(kind))
    if found is None:
        raise TypeError(f"C++ has no class '{kind}': run the cell that defines it first")
    return found


def _plain(part: Any) -> Any:
    kind = getattr(type(part), "__cpp_name__", "")
    return str(part) if kind == "std::string" else complex(part) if kind.startswith("std::complex<") else part


def _made(kind: str, parts: list[Any]) -> Any:
    """An object of this class with these parts; raises `TypeError` if C++ has no such class, as before its cell has run."""
    cls = _class(kind)
    if _TOGETHER.match(kind) or _OF_ONE.match(kind):
        return cls(*parts)
    if kind.startswith("std::variant<"):
        return _variant(cls, *parts)
    if kind.startswith("std::vector<") and len(parts) and (_is_array(parts) or isinstance(parts[0], (bool, int, float, complex, str))):
        return cls(parts)
    made = cls()
    if kind.startswith("std::forward_list<"):
        for part in reversed(parts):
            made.push_front(part)
        return made
    if kind.startswith("std::valarray<"):
        made.resize(len(parts))
    for number, part in enumerate(parts):
        if "multimap<" in kind[: kind.index("<") + 1]:
            made.emplace(*part)
        elif _MAP.match(kind):
            made[part[0]] = part[1]
        elif _SET.match(kind):
            made.insert(part)
        elif kind.startswith(("std::array<", "std::valarray<")):
            made[number] = part
        else:
            made.push_back(part)
    return made


def _variant(cls: Any, index: int, held: Any) -> Any:
    """One that holds a value as this alternative; raises `TypeError` if C++ takes the value for another one."""
    made = cls(held)
    if made.index() != index:
        raise TypeError(f"{held!r:.60} alone does not tell which alternative of {clean_name(cls.__cpp_name__)} it is: pickle what it holds")
    return made
