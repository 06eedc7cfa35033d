"""What a C++ object gives Python of itself keeps the object, for it may be the only one that does.

cppyy learns from a method's first call whether that has to be, and from an object that lives on it learns that it has not.
"""

from __future__ import annotations

import re
from typing import Any

__all__ = ["is_owner", "keep_owners"]

_OWNER = re.compile(
    r"(vector|array|deque|list|forward_list|(unordered_)?(multi)?(map|set)|stack|queue|priority_queue|optional|variant|unique_ptr|shared_ptr)<"
)

_NUMBER = r"(?:bool|(?:(?:un)?signed )?char|(?:unsigned )?(?:short|int|long|long long)|u?int8_t|float|(?:long )?double|std::string)"
_REFERRING = re.compile(rf"^(?!(?:const )?{_NUMBER} ?[&*]|void ?\*)[^(]*?[&*] [^ (]*(?:operator[^(]*)?\(", re.MULTILINE)
"""The signature of a function that returns a reference or a pointer to an object."""


def is_owner(name: str) -> bool:
    """Whether objects of this class of the standard library own what they refer to."""
    return _OWNER.match(name) is not None


def keep_owners(cls: Any) -> None:
    """Have what the methods of a new class refer to keep the object."""
    for member in vars(cls).values():
        if type(member).__name__ == "CPPOverload" and _REFERRING.search(member.__doc__):
            member.__set_lifeline__ = True
