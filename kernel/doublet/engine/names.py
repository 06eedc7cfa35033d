"""Names as the user wrote them."""

from __future__ import annotations

import re

__all__ = ["clean_name"]


def clean_name(name: str) -> str:
    """A C++ name or signature without what Cling and Doublet have added to it."""
    name = re.sub(r"__cling_N5\d+(::|\.)|doublet_v\d+_|__doublet\w*(::|\.)", "", name)
    return name.replace("std::__cxx11::", "std::")
