"""Names as the user wrote them."""

from __future__ import annotations

import re
from typing import Any

__all__ = ["clean_name", "is_object"]


def clean_name(name: str) -> str:
    """A C++ name or signature without what Cling and Doublet have added to it."""
    name = re.sub(r"__cling_N5\d+(::|\.)|doublet_v\d+_|__doublet\w*(::|\.)", "", name)
    return name.replace("std::__cxx11::", "std::")


def is_object(value: Any) -> bool:
    """Whether it is what cppyy has made of a C++ object."""
    return isinstance(getattr(type(value), "__cpp_name__", None), str)  # functions have one as well
