"""Doublet's errors and the compiler messages they carry.

Every error derives from `DoubletError`, keeps what it knows in fields (messages are for people), and can
be pickled. C++ exceptions thrown by user code are not here: they keep their own C++ type.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from doublet.diagnostic import Diagnostic, Severity
from doublet.rendering import Paint, count, render, width

__all__ = [
    "BridgeError",
    "CppCompileError",
    "CppException",
    "CppUsageError",
    "Diagnostic",
    "DoubletError",
    "HistogramError",
    "Place",
    "Severity",
    "ToolchainError",
    "render",
    "width",
]


class DoubletError(Exception):
    """The root of every error that Doublet itself raises."""

    def _render_traceback_(self) -> list[str]:
        """What IPython shows: one sentence, for Doublet's own frames tell a user nothing."""
        return [f"{Paint(_in_colour())(type(self).__name__, 'error')}: {self}"]


class CppCompileError(DoubletError):
    """A cell does not compile; nothing of it ran and nothing of it is defined."""

    def __init__(self, diagnostics: Iterable[Diagnostic], cell: int | None = None) -> None:
        self.diagnostics = list(diagnostics)
        self.cell = cell
        super().__init__(self.diagnostics, cell)

    @property
    def first(self) -> Diagnostic | None:
        """The first error among the diagnostics."""
        return next((d for d in self.diagnostics if d.is_error), None)

    @property
    def line(self) -> int | None:
        """The line of the first error, in the cell or header where the user has to look."""
        return self.first.site.line if self.first else None

    def __str__(self) -> str:
        where = f"cell {self.cell}" if self.cell is not None else ""
        if self.first is None:
            return f"{where or 'the cell'} does not compile, and the compiler gave no reason"
        if where and not self.first.site.place():
            return f"{where}: {self.first.message}"
        return str(self.first)

    def render(self, color: bool = True) -> list[str]:
        """The lines to show instead of a Python traceback."""
        paint = Paint(color)
        if self.first is None:
            return [f"{paint(type(self).__name__, 'error')}: {self}"]
        where = f" in cell {self.cell}" if self.cell is not None else ""
        return [
            f"{paint(type(self).__name__, 'error')}{where}: {count(self.diagnostics)}",
            *render(sorted(self.diagnostics, key=lambda d: not d.is_error), color),
        ]

    def _render_traceback_(self) -> list[str]:
        """What IPython shows; the Python frames that led here say nothing about the cell."""
        return self.render(color=_in_colour())


class CppException(DoubletError):  # noqa: N818 - each carries the name of its C++ type
    """An exception thrown by C++; the class of each is a subclass named as its C++ type.

    Where the C++ class derives from ``std::exception``, it is the class that ``cpp`` gives by its name.
    `chain` holds type and ``what()`` of the exception itself and of those nested in it.
    """

    def __init__(self, chain: Sequence[tuple[str, str]]) -> None:
        self.chain = tuple(chain)
        super().__init__(self.chain)

    @classmethod
    def of(cls, chain: Sequence[tuple[str, str]]) -> CppException:
        """Make the error for a chain, of a class named as the C++ type."""
        named: type[CppException] = type(chain[0][0], (cls,), {"__module__": "cpp"})
        return named(chain)

    def __reduce__(self) -> tuple[Callable[..., CppException], tuple[object, ...]]:
        return CppException.of, (self.chain,)

    @property
    def cpp_type(self) -> str:
        """The C++ type, such as ``std::runtime_error``."""
        return self.chain[0][0]

    def __str__(self) -> str:
        return self.chain[0][1]

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self)!r})"

    def _render_traceback_(self) -> list[str]:
        """What IPython shows: the Python code that called C++, if there is any, and what is nested."""
        paint = Paint(_in_colour())
        lines = [paint(self.cpp_type, "error") + (f": {self}" if str(self) else "")]
        traceback, shell = self.__traceback__, _shell()
        if shell is not None and traceback is not None and traceback.tb_next is not None:
            lines = shell.InteractiveTB.structured_traceback(type(self), self, traceback)
        return lines + [f"  nested: {paint(kind, 'error')}: {what}" for kind, what in self.chain[1:]]


class Place(NamedTuple):
    """A place in a cell: the function that it is in, empty for what the cell runs itself, and the line, from 1."""

    function: str
    cell: int
    line: int

    def __str__(self) -> str:
        return (f"{self.function}, " if self.function else "") + f"cell {self.cell}, line {self.line}"


class CppCrash(DoubletError):  # noqa: N818 - the name that notebooks show
    """C++ has done what would have ended the process; what was there before it is as it was.

    `signal` is the name of the signal, `address` the one that was accessed; `cell` and `line` say what was running, and
    `stack` where in cells it was, innermost first. If what others use is damaged, `damage` says what, and what to do.
    """

    def __init__(
        self,
        signal: str,
        reason: str,
        advice: str,
        *,
        address: int = 0,
        cell: int | None = None,
        line: int | None = None,
        stack: Sequence[Place] = (),
        damage: str = "",
    ) -> None:
        self.signal = signal
        self.reason = reason
        self.advice = advice
        self.address = address
        self.cell = cell
        self.line = line
        self.stack = tuple(stack)
        self.damage = damage
        super().__init__(signal, reason, advice)

    def __str__(self) -> str:
        where = "" if self.cell is None else f" in cell {self.cell}" + ("" if self.line is None else f", line {self.line}")
        where = f" in {self.stack[0]}" if self.stack else where
        return ". ".join((f"{self.reason}{where} ({self.signal}); {self.advice}", *([self.damage] if self.damage else ())))

    def _render_traceback_(self) -> list[str]:
        """What IPython shows: the Python code that called C++, if there is any, and the calls within C++."""
        traceback, shell = self.__traceback__, _shell()
        lines = [f"{Paint(_in_colour())(type(self).__name__, 'error')}: {self}"]
        if shell is not None and self.cell is None and traceback is not None and traceback.tb_next is not None:
            lines = shell.InteractiveTB.structured_traceback(type(self), self, traceback)
        return lines + [f"  called from {place}" for place in self.stack[1:]]


class _AdvisedError(DoubletError):
    """What is wrong, and what to do."""

    def __init__(self, reason: str, advice: str = "") -> None:
        self.reason = reason
        self.advice = advice
        super().__init__(reason, advice)

    def __str__(self) -> str:
        return _sentence(self.reason, self.advice)


class CppUsageError(_AdvisedError):
    """Doublet was asked for something it cannot do: a bad option, library, path or text."""


class AbsentLibraryError(CppUsageError):
    """A shared library is found nowhere."""

    def __init__(self, library: str) -> None:
        self.library = library
        super().__init__(f"there is no library '{library}'", "give its path, or its name without 'lib' if it lies where the system looks for libraries")


class BridgeError(DoubletError):
    """An object cannot cross between Python and C++."""

    def __init__(self, name: str, python_type: str, reason: str, advice: str = "") -> None:
        self.name = name
        self.python_type = python_type
        self.reason = reason
        self.advice = advice
        super().__init__(name, python_type, reason, advice)

    def __str__(self) -> str:
        return _sentence(
            f"'{self.name}' ({self.python_type}) cannot cross to C++: {self.reason}", self.advice
        )


class HistogramError(_AdvisedError):
    """A histogram, or what was asked for with it, cannot be drawn, stored or read."""


class ToolchainError(DoubletError):
    """The C++ side cannot be set up: headers, a precompiled header or the interpreter is missing or unfit."""

    def __init__(self, reason: str, advice: str = "", output: str = "") -> None:
        self.reason = reason
        self.advice = advice
        self.output = output
        super().__init__(reason, advice, output)

    def __str__(self) -> str:
        return _sentence(self.reason, self.advice)


def _shell() -> Any:
    """The running IPython, if there is one."""
    ipython = sys.modules.get("IPython")
    return ipython.get_ipython() if ipython else None


def _in_colour() -> bool:
    return str(getattr(_shell(), "colors", "")).lower() != "nocolor"


def _sentence(reason: str, advice: str) -> str:
    return f"{reason}; {advice}" if advice else reason
