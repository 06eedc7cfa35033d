"""Records and tables that C++ makes of Python's arrays, when Python gets them back: their fields as attributes."""

from __future__ import annotations

from typing import Any

__all__ = ["give_fields"]

_GETTER = "doublet_get_"


def give_fields(cls: Any, _name: str) -> None:
    """Have a new class of records or tables read its fields, for which it has functions only: cppyy sees no properties."""
    for name in [*vars(cls)]:
        if name.startswith(_GETTER):
            setattr(cls, name.removeprefix(_GETTER), property(_calling(name)))


def _calling(getter: str) -> Any:
    return lambda record: getattr(record, getter)()
