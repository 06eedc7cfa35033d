"""Which objects are shown as histograms. No library of theirs is imported for that: whoever has one has imported it."""

from __future__ import annotations

import sys
from typing import Any

__all__ = ["is_drawable", "is_histogram", "is_multicell", "is_stack"]

_METHODS, _PROPERTIES = ("values", "variances", "counts"), ("kind", "axes")
"""The members of UHI's PlottableHistogram."""


def is_histogram(value: Any) -> bool:
    """Whether it is a histogram that can be drawn: hist's, boost-histogram's, or any by UHI's protocol."""
    # Most values have no such methods: of these, no property is computed.
    if isinstance(value, type) or not all(callable(getattr(type(value), name, None)) for name in _METHODS):
        return False
    return all(hasattr(value, name) for name in _PROPERTIES) and not is_multicell(value)


def is_stack(value: Any) -> bool:
    """Whether it is a stack of hist's that holds histograms."""
    module = sys.modules.get("hist.stack")
    return module is not None and isinstance(value, module.Stack)


def is_multicell(value: Any) -> bool:
    """Whether it is a histogram whose bins hold several values each, which no picture here shows."""
    core = sys.modules.get("boost_histogram")
    return core is not None and isinstance(value, core.Histogram) and issubclass(value.storage_type, core.storage.MultiCell)


def is_drawable(value: Any) -> bool:
    """Whether a value is shown as a drawing: one already, a histogram, or a stack of them."""
    module = sys.modules.get("doublet.display.histograms.drawing")
    return (module is not None and isinstance(value, module.Drawing)) or is_histogram(value) or is_stack(value)
