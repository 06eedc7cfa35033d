"""Values that Python writes into C++ objects, and that do not fit: named with their types, which cppyy leaves out."""

from __future__ import annotations

import re

from doublet.engine.names import clean_name

__all__ = ["REFUSED", "named"]

_UNFIT = re.compile(
    r"(?:^|: )(?:an integer is required$|\w+ conversion expects an integer|must be real number|boolean value should be|char or small int type expected"
    r"|wrong type in assignment|.*out of range for |.*cannot be interpreted as an integer|.*int too large)"
)
"""What cppyy says of a value that is no number, or none of the kind, without naming it."""
_OF_ELEMENT = re.compile(r"[^(]*::operator\[\]\(.*?: .* cannot be assigned to ")
"""What is said of an object in a container, behind the function by which cppyy found it."""
REFUSED = (TypeError, ValueError, OverflowError)
"""The errors that it raises then."""
_LONGEST = 40
"""Of a value that is shown."""


def named(error: Exception, value: object, place: str) -> Exception:
    """The error that says what was written where, "Hit::n cannot hold 'a' (str)"; one that has another reason as it is."""
    told = str(error)
    if _OF_ELEMENT.match(told):
        return type(error)(told.partition(": ")[2])
    if not _UNFIT.search(told):
        return error
    why = f": {told.rpartition(': ')[2]}" if "out of range" in told else ""
    return type(error)(f"{clean_name(place)} cannot hold {_shown(value)}{why}")


def _shown(value: object) -> str:
    text = repr(value) if type(value) in (str, float, int, bool) else ""
    kind = type(value).__name__
    return f"{text} ({kind})" if 0 < len(text) <= _LONGEST else "None" if value is None else f"this {kind}"
