"""What a C++ object gives Python of itself keeps the object, for it may be the only one that does.

cppyy learns from a method's first call whether that has to be, and from an object that lives on it learns that it has not.
"""

from __future__ import annotations

import re
from typing import Any

__all__ = ["keep_owners"]

_NUMBER = r"(?:bool|(?:(?:un)?signed )?char|(?:unsigned )?(?:short|int|long|long long)|u?int8_t|float|(?:long )?double|std::string)"
_REFERRING = re.compile(rf"^(?!(?:const )?{_NUMBER} ?[&*]|void ?\*)[^(]*?[&*] [^ (]*(?:operator[^(]*)?\(", re.MULTILINE)
"""The signature of a function that returns a reference or a pointer to an object."""


def keep_owners(cls: Any) -> None:
    """Have what the methods of a new class refer to keep the object."""
    for member in vars(cls).values():
        if type(member).__name__ == "CPPOverload" and _REFERRING.search(member.__doc__):
            member.__set_lifeline__ = True
