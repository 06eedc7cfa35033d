"""C++ objects that Python made or holds: C++ refers to the object itself."""

from __future__ import annotations

from typing import Any

from doublet.bridge import converts
from doublet.engine.interpreter import Binding, instance_type, interpreter


@converts(instance_type())
def instance(name: str, value: Any) -> Binding | None:
    return interpreter().reference(name, value)
