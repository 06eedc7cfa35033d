"""What C++ variables hold, as plain values of Python's that can be written down, and put back into variables of the same types.

A `Content` tells how its parts are put back. Numbers in a row are a NumPy array; a text is a text. What cannot be copied, such as a
pointer, a file or an object that hides what it holds, is refused, for half of an object would be another one.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from doublet.engine.data_members import declared_type
from doublet.engine.elements import DTYPES
from doublet.engine.interpreter import interpreter
from doublet.engine.names import clean_name
from doublet.engine.proxies import class_of, instance_type
from doublet.engine.type_arguments import split_arguments

__all__ = ["Content", "UncopyableError", "content_of", "fill"]

_ROW = re.compile(r"std::(vector|array|valarray)<([\w ]+?)(?:,\d+\w*)?>$")
_SEQUENCE = re.compile(r"std::(vector|deque|array)<")
_OTHERS = re.compile(r"std::(?:list|forward_list|(?:unordered_)?(?:multi)?set)<")
_MAP = re.compile(r"std::(?:unordered_)?map<")
_TOGETHER = re.compile(r"std::(?:pair|tuple)<")
_PLAIN = (bool, int, float, complex, str, bytes, np.generic)
_POINTS = re.compile(r"[*&]|_ptr<|\bspan<|_view\b|reference_wrapper<|function<")
"""Types of members that refer to something else."""


class UncopyableError(Exception):
    """Why a variable cannot be copied."""


@dataclass(frozen=True)
class Content:
    """What an object holds: of which kind it is, and its parts."""

    kind: str
    parts: Any


def content_of(value: Any) -> Any:
    """The content of a C++ object, or a plain value; raises `UncopyableError` for what cannot be copied."""
    if value is None or isinstance(value, _PLAIN):
        return value
    if isinstance(value, np.ndarray) and not value.dtype.hasobject:
        return Content("row", np.array(value))
    if hasattr(value, "_hist") and hasattr(value, "storage_type"):
        return Content("histogram", value)
    if not isinstance(value, instance_type()):
        raise UncopyableError(f"C++ does not tell what it holds ({type(value).__name__})")
    return _content_of_object(value) if interpreter().cppyy.addressof(value) else Content("null", None)


def _content_of_object(value: Any) -> Any:
    kind = _kind(value)
    if kind == "std::string":
        return bytes(value).decode("utf-8", "surrogateescape")
    if kind.startswith("std::complex<"):
        return complex(value)
    if (row := _ROW.match(kind)) and row[2] in DTYPES and row[2] != "bool":
        return Content("row", np.array(value))
    if _SEQUENCE.match(kind):
        return Content("sequence", [content_of(part) for part in value])
    if _OTHERS.match(kind):
        return Content("others", [_plain(part) for part in value])
    if _MAP.match(kind):
        return Content("map", [(_plain(key), content_of(part)) for key, part in value.items()])
    if _TOGETHER.match(kind):
        return Content("together", tuple(_plain(part) for part in value))
    if kind.startswith("std::optional<"):
        return Content("optional", [content_of(value.value())] if value else [])
    if kind.startswith("std::variant<"):
        return Content("variant", (int(value.index()), content_of(value.get())))
    if kind.startswith("std::"):
        raise UncopyableError(f"a {clean_name(kind)} cannot be copied")
    return Content("fields", {name: content_of(getattr(value, name)) for name in _fields(value)})


def fill(target: Any, content: Any) -> None:
    """Put a content into a C++ object that is of the type it was of; raises whatever says that it does not fit there."""
    _FILL[content.kind](target, content.parts)


def _kind(value: Any) -> str:
    kind: str = type(value).__cpp_name__
    return kind


def _plain(part: Any) -> Any:
    """A part that is put back as a whole."""
    found = content_of(part)
    if isinstance(found, Content) and found.kind == "together":
        return found.parts
    if isinstance(found, Content):
        raise UncopyableError("it has containers or objects where only numbers and texts can be put back")
    return found


def _fields(value: Any) -> list[str]:
    """The fields of an object of which there is nothing else."""
    from doublet.engine.records import fields_of

    kind = _kind(value)
    shown = clean_name(kind)
    if not interpreter().gbl.std.is_aggregate[kind].value:
        raise UncopyableError(f"a {shown} may hold more than Python sees")
    names = [*dict.fromkeys(fields_of(type(value)))]
    for name in names:
        member: Any = next((vars(base)[name] for base in type(value).__mro__ if name in vars(base)), None)
        declared = declared_type(member)
        if _POINTS.search(declared):
            raise UncopyableError(f"the field '{name}' of {shown} refers to something else")
        if declared.startswith("const "):
            raise UncopyableError(f"the field '{name}' of {shown} is constant, and could not be put back")
    return names


def _fill_row(target: Any, row: np.ndarray[Any, Any]) -> None:
    if hasattr(target, "resize") and not isinstance(target, np.ndarray):
        target.resize(len(row))
    if row.size:
        np.asarray(target)[...] = row


def _fill_sequence(target: Any, parts: list[Any]) -> None:
    if hasattr(target, "resize"):
        target.resize(len(parts))
    for number, part in enumerate(parts):
        _fill_element(target, number, part)


def _fill_element(target: Any, at: Any, part: Any) -> None:
    if isinstance(part, Content):
        fill(target[at], part)
    else:
        target[at] = part


def _fill_others(target: Any, parts: list[Any]) -> None:
    target.clear()
    is_forward = not hasattr(target, "push_back") and hasattr(target, "push_front")
    put = target.push_front if is_forward else getattr(target, "push_back", None) or target.insert
    for part in reversed(parts) if is_forward else parts:
        put(part)


def _fill_map(target: Any, pairs: list[tuple[Any, Any]]) -> None:
    target.clear()
    for key, part in pairs:
        _fill_element(target, key, part)


def _fill_optional(target: Any, parts: list[Any]) -> None:
    target.reset()
    for part in parts:
        if isinstance(part, Content):
            target.emplace()
            fill(target.value(), part)
        else:
            target.emplace(part)


def _fill_variant(target: Any, parts: tuple[int, Any]) -> None:
    index, held = parts
    alternative = split_arguments(_kind(target).removeprefix("std::variant<")[:-1])[index]
    if isinstance(held, Content):
        made: Any = class_of(alternative)()
        fill(made, held)
        target.__assign__(made)
    else:
        target.__assign__(held)
    if target.index() != index:
        raise UncopyableError(f"{held!r:.60} alone does not tell that it is the {alternative} of the variant")


def _fill_null(target: Any, _parts: None) -> None:
    if target:
        raise UncopyableError("it was null")


def _fill_histogram(target: Any, kept: Any) -> None:
    if target.axes != kept.axes or target.storage_type != kept.storage_type:
        raise UncopyableError("it has other axes, or another storage")
    target.view(flow=True)[...] = kept.view(flow=True)


def _fill_fields(target: Any, parts: dict[str, Any]) -> None:
    for name, part in parts.items():
        if isinstance(part, Content):
            fill(getattr(target, name), part)
        else:
            setattr(target, name, part)


_FILL: dict[str, Callable[[Any, Any], None]] = {
    "row": _fill_row,
    "sequence": _fill_sequence,
    "others": _fill_others,
    "map": _fill_map,
    "together": lambda target, parts: target.__assign__(type(target)(*parts)),
    "optional": _fill_optional,
    "variant": _fill_variant,
    "null": _fill_null,
    "fields": _fill_fields,
    "histogram": _fill_histogram,
}
