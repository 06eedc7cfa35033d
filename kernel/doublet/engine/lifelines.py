"""What a C++ object gives Python of itself keeps the object, for it may be the only one that does, and is told when the
object has let go of the memory in which it is.

cppyy learns from a method's first call whether that has to be, and from an object that lives on it learns that it has not.
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Callable
from typing import Any

from doublet.engine.constants import changeable_view, mark_part
from doublet.engine.looking import LIFELINE, View
from doublet.engine.names import is_object
from doublet.engine.wholes import Owners, Wholes

__all__ = ["is_owner", "keep_arguments", "keep_owners", "watch_objects", "watch_referred"]

_OWNER = re.compile(
    r"(vector|array|deque|list|forward_list|(unordered_)?(multi)?(map|set)|stack|queue|priority_queue|optional|variant|unique_ptr|shared_ptr)<"
)

_NUMBER = r"(?:bool|(?:(?:un)?signed )?char|(?:unsigned )?(?:short|int|long|long long)|u?int8_t|float|(?:long )?double|std::string)"
_VIEW = r"(?:const )?std::(?:span|basic_string_view|reference_wrapper|ranges::\w+)<|(?:const )?std::string_view "
_ITERATOR = r"(?:const )?(?:std|__gnu_cxx)::[\w:]*iterator(?:<[^(]*>)? [^ (]*\("
_REFERRING = re.compile(rf"^(?:{_VIEW}|{_ITERATOR}|(?!(?:const )?{_NUMBER} ?[&*]|void ?\*)[^(]*?[&*] [^ (]*(?:operator[^(]*)?\()", re.MULTILINE)
"""The signature of a function that returns a reference or a pointer to an object, an iterator, or a view of something."""

_HISTOGRAM = re.compile(r"^(?:const )?(?:std::(?:unique|shared)_ptr<(?:const )?)?doublet::hist<[^(]*[&*] [^ (]*(?:operator[^(]*)?\(", re.MULTILINE)
"""The signature of one that gives a histogram: Python's own, which needs nobody to keep it."""


def is_owner(name: str) -> bool:
    """Whether objects of this class of the standard library own what they refer to."""
    return _OWNER.match(name) is not None


def keep_owners(cls: Any) -> None:
    """Have what the methods of a new class refer to keep the object, and each method be known when it is called."""
    for name, member in list(vars(cls).items()):
        if type(member).__name__ != "CPPOverload":
            continue
        getattr(cls, name)  # which binds it: Python calls methods without that, and templates.cpp knows only what has been bound
        if _REFERRING.search(member.__doc__) and not _HISTOGRAM.search(member.__doc__):
            member.__set_lifeline__ = True


def watch_objects(cppyy: Any, cls: Any, owners: Owners) -> None:
    """Have objects of a new class that are parts of another one look at their memory, and be constant if that is."""
    setattr(cls, LIFELINE, _Lifeline(cppyy, owners))


class _Lifeline:
    """What cppyy sets of an object that is a part of another."""

    def __init__(self, cppyy: Any, owners: Owners) -> None:
        self._addressof: Callable[[Any], int] = cppyy.addressof
        self._wholes = Wholes(cppyy)
        self._owners = owners

    def __set__(self, part: Any, owner: Any) -> None:
        at = self._addressof(part)
        vars(part)[LIFELINE] = View(at, owner, part, self._wholes.of(owner) or self._owners.of_part(part, at, owner)) if at else owner
        mark_part(part, owner)

    def __get__(self, part: Any, cls: type | None = None) -> Any:
        try:
            return vars(part)[LIFELINE]
        except (KeyError, TypeError):
            raise AttributeError(LIFELINE) from None


def watch_referred(cppyy: Any, library: ctypes.CDLL, owners: Owners) -> None:
    """Have objects to which functions refer be told when C++ lets go of their memory: nobody knows what they are a part of."""
    addressof: Callable[[Any], int] = cppyy.addressof

    def watch(found: Any) -> None:
        if is_object(found) and LIFELINE not in vars(found) and not found.__python_owns__ and (at := addressof(found)):
            vars(found)[LIFELINE] = View(at, None, found, owners.of(found, at))

    ctypes.PYFUNCTYPE(None, ctypes.py_object)(("doublet_referred", library))(watch)


class _Get:
    """``std::get``, of which what it gives keeps what it is a part of."""

    def __init__(self, template: Any, instance: type) -> None:
        self._template = template
        self._instance = instance

    def __getitem__(self, part: Any) -> Callable[[Any], Any]:
        get = self._template[part]

        def called(whole: Any) -> Any:
            found = get(changeable_view(whole))
            if isinstance(found, self._instance):
                setattr(found, LIFELINE, whole)
            return mark_part(found, whole)

        return called


def keep_arguments(cppyy: Any) -> None:
    """Have what ``std::get`` refers to keep the object, for it is no method."""
    import libcppyy  # after the toolchain has been set up

    cppyy.gbl.std.get = _Get(cppyy.gbl.std.get, libcppyy.CPPInstance)
