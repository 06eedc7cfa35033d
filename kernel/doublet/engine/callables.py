"""Whether something that Python can call can be called as C++ will, where that takes a function; ``runtime/callables.cpp`` asks.

So an overload that takes functions of other arguments is passed over, and a function that does not fit is refused when it is
given, not when it is called.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import count
from types import FunctionType, MethodType
from typing import Any

from doublet.cells.heads import read_head
from doublet.engine.elements import DTYPES
from doublet.engine.thread_flag import ThreadFlag
from doublet.engine.type_arguments import split_arguments

__all__ = ["Callables"]

_FUNCTION = re.compile(r"(?:std::function<)?(?P<returns>.*?)\s*(?:\(\*\))?\((?P<arguments>.*)\)")
_TEXT = re.compile(r"string|char\s*\*")
_STRING = re.compile(r"std::basic_string<char(?:,\s*std::char_traits<char>\s*)?(?:,\s*std::allocator<char>\s*)?>|std::string\b")
_KINDS = str.maketrans("?g", "bf")
"""NumPy's letters of types that are not those of their kinds."""


class Callables:
    """Asks `with_text`, once the bridge has set it, for a function that C++ calls with text, which cppyy does not pass on."""

    def __init__(self, gbl: Any, declare: Callable[[str], None]) -> None:
        self._gbl = gbl
        self._declare = declare
        self._is_making = ThreadFlag()
        self._numbers = count()
        self._kept: dict[tuple[object, ...], Any] = {}
        """What plain pointers stand for, for good: nobody knows how long C++ keeps them, and cppyy gives the place of a function that is
        gone to another one. Of functions that are the same one, as those of a loop often are, there is one.
        """
        self._takers: dict[str, str] = {}
        """For each type of functions, the C++ function that takes a pointer to one and tells where it points."""
        self.with_text: Callable[[Any, str, str, list[str]], Any] = lambda value, *_: value

    def __call__(self, value: Any, kind: str) -> Any:
        """What to pass where a type such as ``std::function<double(int)>`` is wanted; raises `TypeError` with the reason for what does not fit."""
        found = _parsed(kind)
        if found is None or self._is_making:
            return value
        returned, arguments = found
        if type(value).__name__ == "CPPOverload":
            if reason := _misfit(value.__doc__ or "", value.__name__, arguments, returned):
                raise TypeError(reason)
            return value
        if hasattr(type(value), "__cpp_name__") or type(value).__name__ in ("TemplateProxy", "Foreign"):  # C++ objects, which C++ itself calls
            return value
        if not callable(value):
            raise TypeError(f"{type(value).__name__} cannot be called")
        _check_signature(value, arguments, returned)
        if kind.startswith("std::function<") and any(_STRING.search(of) for of in (returned, *arguments)):
            plain = [_STRING.sub("std::string", of) for of in (kind, returned, *arguments)]
            return self.with_text(value, plain[0], plain[1], plain[2:])
        if not kind.startswith("std::function<"):
            return self._kept.setdefault(_identity(value), value)
        return self.owned(value, f"{returned}({', '.join(arguments)})")

    def owned(self, value: Any, signature: str) -> Any:
        """The ``std::function`` that keeps a function of Python's, wherever C++ puts it."""
        own: Any = self._gbl.doublet.detail
        return own.owning[signature](self.place(value, signature), id(value))

    def place(self, value: Any, signature: str) -> int:
        """Where the C++ function begins that calls one of Python's, as cppyy makes it where C++ takes a pointer to a function."""
        if signature not in self._takers:
            taker = f"doublet_taker_{next(self._numbers)}"
            returned, _, arguments = signature.partition("(")
            self._declare(f"unsigned long {taker}({returned} (*given)({arguments}) {{ return reinterpret_cast<unsigned long>(given); }}")
            self._takers[signature] = taker
        with self._is_making.during():
            return int(getattr(self._gbl, self._takers[signature])(value))


def _identity(value: Any) -> tuple[object, ...]:
    """The same for what does the same when it is called: functions of the same code with the same variables, methods of one object."""
    if type(value) is MethodType:
        return id(value.__self__), *_identity(value.__func__)
    if type(value) is not FunctionType or value.__kwdefaults__ or value.__dict__:
        return (id(value),)
    known = (*(value.__defaults__ or ()), *(value.__closure__ or ()), value.__globals__)
    return value.__code__, len(value.__defaults__ or ()), *map(id, known)


def _check_signature(value: Any, arguments: tuple[str, ...], returned: str) -> None:
    """Raise `TypeError` with the reason if a function of Python's takes other arguments, or says that it returns something else."""
    name = getattr(value, "__name__", type(value).__name__)
    if type(value) is FunctionType and not value.__annotations__ and not hasattr(value, "__wrapped__"):  # most are such, and to ask takes long
        code, defaults = value.__code__, len(value.__defaults__ or ())
        most = len(arguments) if code.co_flags & inspect.CO_VARARGS else code.co_argcount
        if not code.co_kwonlyargcount:
            if not code.co_argcount - defaults <= len(arguments) <= most:
                raise TypeError(f"C++ calls it with {_counted(arguments)}, which '{name}' cannot be called with")
            return
    try:
        signature = inspect.signature(value, eval_str=True)
    except (TypeError, ValueError, NameError):  # of a builtin, for instance
        return
    try:
        bound = signature.bind(*arguments)
    except TypeError:
        raise TypeError(f"C++ calls it with {_counted(arguments)}, which '{name}' cannot be called with") from None
    for parameter, cpp in bound.arguments.items():
        of = signature.parameters[parameter]
        if of.kind is not inspect.Parameter.VAR_POSITIONAL and not _fits(of.annotation, cpp):
            raise TypeError(f"C++ gives it '{cpp}', but '{name}' takes {of.annotation.__name__} as '{parameter}'")
    if not _fits(signature.return_annotation, returned) or (signature.return_annotation is float and _kind(returned) in "iub"):
        raise TypeError(f"C++ takes '{returned}' from it, but '{name}' returns {signature.return_annotation.__name__}")


@lru_cache
def _misfit(documentation: str, name: str, arguments: tuple[str, ...], returned: str) -> str:
    """Why none of the definitions of a C++ function takes and returns such values; empty if one does."""
    reason = ""
    for line in documentation.partition("\n\n")[0].splitlines():
        head = read_head(line)
        if head is None:
            return ""
        wanted = [one.type for one in head.parameters]
        if not sum(not one.default for one in head.parameters) <= len(arguments) <= len(wanted):
            reason = reason or f"C++ calls it with {_counted(arguments)}, and '{name}' takes {_counted(wanted)}"
        elif lost := next((pair for pair in zip(arguments, wanted, strict=False) if _loses(*pair)), None):
            reason = f"C++ gives it '{lost[0]}', but '{name}' takes '{lost[1]}'"
        elif _loses(head.returns, returned):
            reason = f"C++ takes '{returned}' from it, but '{name}' returns '{head.returns}'"
        else:
            return ""
    return reason


def _loses(given: str, taken: str) -> bool:
    """Whether a real number would become a whole one."""
    return _kind(given) in "fc" and _kind(taken) in "iub"


def _kind(cpp: str) -> str:
    """What NumPy calls numbers of this kind; a blank for what is no number."""
    return DTYPES.get(_plain(cpp), " ")[0].translate(_KINDS)


def _counted(arguments: Sequence[str]) -> str:
    return f"{len(arguments)} argument{'' if len(arguments) == 1 else 's'}"


def _fits(annotation: Any, cpp: str) -> bool:
    """Whether numbers are numbers and text is text, as far as an annotation and a C++ type tell."""
    if annotation is str:
        return _plain(cpp) not in DTYPES
    if annotation in (int, float, bool):
        return not _TEXT.search(cpp)
    return True


def _plain(cpp: str) -> str:
    return cpp.removeprefix("const ").rstrip("& ")


@lru_cache
def _parsed(kind: str) -> tuple[str, tuple[str, ...]] | None:
    """What a type of functions returns and takes; none if it is of none."""
    found = _FUNCTION.search(kind)
    return found and (found["returns"], tuple(one for one in split_arguments(found["arguments"]) if one != "void"))
