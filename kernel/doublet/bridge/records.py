"""NumPy's structured types: C++ gets a struct with the same fields at the same places."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from keyword import iskeyword
from typing import TYPE_CHECKING, Any

from doublet.bridge.keywords import KEYWORDS
from doublet.bridge.scalars import SCALARS
from doublet.engine.interpreter import interpreter
from doublet.errors import BridgeError

if TYPE_CHECKING:
    import numpy as np

__all__ = ["record", "record_alignment"]

_count = count(1)
_structs: dict[str, str] = {}
"""The C++ struct for each structured type that has crossed, by what tells the types apart."""


def record(name: str, kind: np.dtype[Any]) -> str:
    """The C++ struct for a structured type; raises `BridgeError`, which calls the array `name`, if there can be none."""
    key = repr((_key(kind), kind.itemsize))
    if key not in _structs:
        struct = f"doublet_struct_{next(_count)}"
        interpreter().declare(_definition(name, struct, kind))
        _structs[key] = struct
    return _structs[key]


def _key(kind: np.dtype[Any]) -> object:
    """What tells a type from others."""
    if kind.subdtype:
        return (_key(kind.subdtype[0]), kind.subdtype[1])
    return [(field, _key(part), offset) for field, part, offset in _fields(kind)] or kind.str


def _fields(kind: np.dtype[Any]) -> list[tuple[str, np.dtype[Any], int]]:
    """Name, type and offset of each field, in the order of the memory."""
    found = [(field, *value[:2]) for field, value in (kind.fields or {}).items() if field in (kind.names or ())]
    return sorted(found, key=lambda field: field[2])


def _definition(name: str, struct: str, kind: np.dtype[Any]) -> str:
    """A packed struct, with what lies between the fields as unnamed bit-fields."""
    alignment = record_alignment(kind)
    members: list[str] = []
    checks = [f"sizeof({struct}) == {kind.itemsize}"]
    end = 0
    for field, part, offset in _fields(kind):
        if offset < end:
            raise _refused(name, kind, f"its field '{field}' lies over another one", "take its fields one by one")
        if not (field.isidentifier() and field.isascii()) or field in KEYWORDS or iskeyword(field) or field.startswith("_"):
            raise _refused(name, kind, f"'{field}' cannot be the name of a field in C++", f"rename it, as in {name}.dtype.names = (...)")
        element, shape = part.subdtype or (part, ())
        if alignment == 1 and element.kind == "c":  # to which the compiler does not apply 'packed'
            raise _refused(name, kind, f"its field '{field}' is complex and not aligned", "make its dtype with align=True")
        members += _padding(offset - end)
        members.append(f"{_type(name, kind, field, element)} {field}{''.join(f'[{size}]' for size in shape)};")
        checks.append(f"offsetof({struct}, {field}) == {offset}")
        end = offset + part.itemsize
    members += _padding(kind.itemsize - end)
    body = "\n".join(members)
    return f"struct __attribute__((packed, aligned({alignment}))) {struct} {{\n{body}\n}};\nstatic_assert({' && '.join(checks)});"


def _padding(size: int) -> Iterator[str]:
    if size:
        yield "unsigned char : 8; " * size


def record_alignment(kind: np.dtype[Any]) -> int:
    """Of what number the addresses of elements are multiples: 1 for fields that do not lie as C++ would put them."""
    if kind.names is None:
        return 1
    needs = [(record_alignment(part) if part.names else part.base.alignment, offset) for _, part, offset in _fields(kind)]
    alignment = max(need for need, _ in needs)
    return alignment if kind.itemsize % alignment == 0 and all(offset % need == 0 for need, offset in needs) else 1


def _type(name: str, kind: np.dtype[Any], field: str, element: np.dtype[Any]) -> str:
    if element.names is not None:
        return record(name, element)
    if not element.isnative:
        raise _refused(name, kind, f"the byte order of its field '{field}' is not this machine's", f"bind {name}.astype({name}.dtype.newbyteorder('=')) instead")
    if element.str[1:] not in SCALARS:
        raise _refused(name, kind, f"C++ has no type for its field '{field}', which is {element}", f"leave that out, as in {name}[[...]].copy()")
    return SCALARS[element.str[1:]]


def _refused(name: str, kind: np.dtype[Any], reason: str, advice: str) -> BridgeError:
    return BridgeError(name, f"numpy.ndarray of {', '.join(kind.names or ())}", reason, advice)
