"""C++ objects that Python made or holds: C++ refers to the object itself."""

from __future__ import annotations

from functools import partial
from operator import is_
from typing import TYPE_CHECKING, Any

from doublet.bridge import converts
from doublet.engine.interpreter import interpreter
from doublet.engine.proxies import instance_type

if TYPE_CHECKING:
    from doublet.engine.binding import Binding


@converts(instance_type())
def instance(name: str, value: Any) -> Binding | None:
    return interpreter().reference(name, value, unchanged=partial(is_, value))
