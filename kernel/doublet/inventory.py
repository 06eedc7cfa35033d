"""The names of both languages: what each stands for, who owns its memory, and which of two of the same name is meant where.

The rule: a C++ cell, and ``cpp.x``, mean C++'s own ``x`` if it has one, be it from a cell, a header or a macro, and
Python's otherwise; Python code means Python's ``x``. Neither changes because the other is assigned.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from fnmatch import fnmatchcase
from html import escape
from types import BuiltinFunctionType, FunctionType
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from doublet.cells.heads import read_head
from doublet.engine.looking import view_of
from doublet.engine.names import clean_name
from doublet.engine.proxies import instance_type, size_of

if TYPE_CHECKING:
    from doublet.engine.entities import Entity
    from doublet.engine.interpreter import Interpreter

__all__ = ["Name", "NameTable", "names_of_both"]

_HAVE_LENGTH = (list, tuple, dict, set, frozenset, str, bytes, bytearray, range)
_LIBRARIES = ("pandas", "polars", "awkward", "pyarrow")
_VIEWS = ("std::span<", "std::basic_string_view<", "std::string_view", "doublet::view<")
_LONGEST = 60


@dataclass(frozen=True)
class Name:
    """One name of one language."""

    name: str
    """As its own language writes it: ``space::f`` for what is in a C++ namespace."""
    language: Literal["C++", "Python"]
    type: str
    size: str
    """How many elements, or the shape; empty for what has none, or where to ask would run code of the user's."""
    bytes: int | None
    """How much memory its elements take, or the object itself; None if that cannot be known without a walk through it."""
    cell: str
    """The numbers of the cells that define it, in the order of their numbers; empty if no cell has."""
    memory: str
    """Who owns the memory that it shows: ``Python``, ``C++``, or the other language's, of what."""
    clash: str
    """Which of two is meant where; empty if there is one only."""


class NameTable(list[Name]):
    """The names, sorted; a table where it is shown."""

    def __repr__(self) -> str:
        if not self:
            return "no names"
        rows = [[field.name for field in fields(Name)], *([_short(cell) for cell in _cells(name)] for name in self)]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows)
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        head = "".join(f"<th align=left>{field.name}</th>" for field in fields(Name))
        rows = ("".join(f"<td align=left>{escape(cell)}</td>" for cell in _cells(name)) for name in self)
        return f"<table><tr>{head}</tr>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>"


def names_of_both(
    interpreter: Interpreter, names: Mapping[str, Any], hidden: Container[str], defined: Mapping[str, int], patterns: Sequence[str] = ()
) -> NameTable:
    """The names of cells that match one of the patterns, such as ``m*``, or all.

    `hidden` are those of Python's `names` that are not the user's, `defined` tells the cells that these are from.
    Nothing of the user's runs: objects are looked at by their types.
    """

    def is_asked_for(name: str) -> bool:
        return not patterns or any(fnmatchcase(name, pattern) for pattern in patterns)

    own = {name: value for name, value in names.items() if name not in hidden and not name.startswith("_") and name != "cpp" and is_asked_for(name)}
    found = [*_python_names(interpreter, own, defined), *_cpp_names(interpreter, own, is_asked_for)]
    return NameTable(sorted(found, key=lambda one: (one.name.casefold(), one.name, one.language)))


def _python_names(interpreter: Interpreter, names: Mapping[str, Any], defined: Mapping[str, int]) -> Iterator[Name]:
    for name, value in [*names.items()]:
        size, count = _size_in_python(value)
        cell = str(defined[name]) if name in defined else ""
        yield Name(name, "Python", _type_in_python(value), size, count, cell, _memory_of_python(interpreter, name, value), _clash(interpreter, name))


def _clash(interpreter: Interpreter, name: str) -> str:
    if interpreter.binding(name) is not None:
        return ""
    if interpreter.definitions.kind_of(name) is not None or name in interpreter.definitions.namespaces:
        return f"C++ cells and cpp.{name} mean C++'s"
    return "C++ cells mean a header's" if interpreter.names.is_hidden(name) else ""


def _type_in_python(value: object) -> str:
    if isinstance(value, instance_type()):
        return clean_name(type(value).__cpp_name__)  # type: ignore[attr-defined] # cppyy
    if type(value) is np.ndarray:
        return f"ndarray of {value.dtype}"
    return type(value).__name__


def _size_in_python(value: Any) -> tuple[str, int | None]:
    """Elements or shape, and bytes, of what answers without code of the user's."""
    kind = type(value)
    if isinstance(value, np.ndarray) and kind.__module__.partition(".")[0] == "numpy":
        return "×".join(map(str, value.shape)), value.nbytes
    if kind in (bytes, bytearray):
        return str(len(value)), len(value)
    if kind in _HAVE_LENGTH:
        return str(len(value)), None
    if kind.__module__.partition(".")[0] in _LIBRARIES and hasattr(kind, "__len__"):
        shape = getattr(value, "shape", None) if hasattr(kind, "shape") else None
        count = getattr(value, "nbytes", None) if hasattr(kind, "nbytes") else None
        return "×".join(map(str, shape)) if isinstance(shape, tuple) else str(len(value)), count if isinstance(count, int) else None
    if isinstance(value, instance_type()):
        return _size_in_cpp(value)
    return "", None


def _memory_of_python(interpreter: Interpreter, name: str, value: Any) -> str:
    binding = interpreter.binding(name)
    is_seen = binding is not None and not binding.is_copy and binding.unchanged(value)
    if isinstance(value, instance_type()):
        is_own: bool = value.__python_owns__  # type: ignore[attr-defined] # cppyy
        return "C++" if not is_own else "Python, seen by C++" if is_seen else "Python"
    if isinstance(value, np.ndarray):
        if (view := view_of(value)) is not None:
            of = getattr(type(view.owner), "__cpp_name__", "")
            left = ", which has let go of it" if view.is_left else ""
            return f"C++ ({clean_name(of)}{left})" if of else f"C++{left}"
        whose = "Python" if value.base is None else f"Python (of another {type(value.base).__name__})"
        return f"{whose}, seen by C++" if is_seen else whose
    return "Python, seen by C++" if is_seen and not isinstance(value, (FunctionType, BuiltinFunctionType)) else "Python"


def _cpp_names(interpreter: Interpreter, python: Mapping[str, Any], is_asked_for: Callable[[str], bool]) -> Iterator[Name]:
    known = interpreter.definitions
    entities = {
        path: e
        for path, e in known.entities.items()
        if is_asked_for(path) and interpreter.binding(path) is None and e.name.isidentifier() and not e.name.startswith("doublet_")
    }
    variables = [path for path, entity in entities.items() if entity.kinds <= {"variable", "constant"}]
    types = dict(zip(variables, interpreter.asking.types_of(variables), strict=True))
    for path, entity in entities.items():
        size, count = _size_of_variable(interpreter, path, entity, types.get(path, ""))
        clash = f"Python cells mean Python's; cpp.{path} is this" if path in python else ""
        cells = "" if entity.cells == "0" else entity.cells
        yield Name(path, "C++", _type_in_cpp(entity, types.get(path, "")), size, count, cells, _memory_of_cpp(interpreter, entity, types.get(path)), clash)
    for path, reason in known.unusable.items():
        if is_asked_for(path):
            yield Name(path, "C++", f"cannot be used: {reason}", "", None, "", "", "")


def _type_in_cpp(entity: Entity, kind: str) -> str:
    if kind:
        return "lambda" if kind.startswith("(lambda") else clean_name(kind)
    if "function" in entity.kinds:
        heads = [head for item in entity.items if not item.declares_only and (head := read_head(item.text)) is not None]
        if len(heads) == 1:
            return f"{heads[0].returns}({', '.join(parameter.type for parameter in heads[0].parameters)})"
        return f"{len(heads)} functions" if heads else "function"
    if "type" in entity.kinds and all(entity.name != item.names[0] for item in entity.items if item.names):
        return "enumerator"
    if "type" in entity.kinds:
        return next((word for item in entity.items for word in ("template", "enum", "struct", "class", "union") if item.text.lstrip().startswith(word)), "type")
    return "macro" if "directive" in entity.kinds else "variable"


def _size_of_variable(interpreter: Interpreter, path: str, entity: Entity, kind: str) -> tuple[str, int | None]:
    """Of what is no reference: that may lead to memory that is not there."""
    if not kind or entity.is_reference or entity.scope or kind.endswith("*"):
        return "", None
    if kind.startswith("std::"):
        try:
            value = interpreter.lookup(path)
        except (AttributeError, TypeError):
            return "", None
        return _size_in_cpp(value)
    size = None if "(" in kind else size_of(kind)
    return "×".join(re.findall(r"\[(\d+)\]", kind)) if kind.endswith("]") else "", size


def _size_in_cpp(value: Any) -> tuple[str, int | None]:
    """How many elements a container of the standard library has, and how many bytes they take if they lie in one piece."""
    kind = getattr(type(value), "__cpp_name__", "")
    if not kind.startswith("std::") or not hasattr(type(value), "size"):
        return "", None
    count = int(value.size())
    if kind.startswith("std::vector<bool"):
        return str(count), (count + 7) // 8
    element = getattr(type(value), "value_type", None)
    if not kind.startswith(("std::vector<", "std::array<", "std::span<", "std::valarray<", "std::basic_string<char", "std::string")):
        return str(count), None
    size = 1 if kind.startswith(("std::basic_string<char", "std::string")) else _size_of(getattr(element, "__cpp_name__", element))
    return str(count), count * size if size else None


def _size_of(kind: Any) -> int | None:
    """How many bytes an element takes; None if its type is not known."""
    return size_of(kind) if isinstance(kind, str) else None


def _memory_of_cpp(interpreter: Interpreter, entity: Entity, kind: str | None) -> str:
    if kind is None:
        return ""
    if not (entity.is_reference or kind.endswith("*") or kind.startswith(_VIEWS)):
        return "C++"
    seen = sorted(name for name in entity.refers if interpreter.binding(name) is not None)
    return f"Python ({', '.join(seen)})" if seen else "another C++ object's"


def _cells(name: Name) -> list[str]:
    return ["" if value is None else f"{value:,}" if isinstance(value, int) else value for value in (getattr(name, f.name) for f in fields(Name))]


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
