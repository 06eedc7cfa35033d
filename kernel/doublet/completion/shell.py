"""Completion and help as IPython and Jupyter ask for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from IPython.core.completer import CompletionContext, SimpleCompletion, SimpleMatcherResult, context_matcher

from doublet.completion.inspection import told_of
from doublet.handover import cpp_place

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from doublet.completion.completer import Completer
    from doublet.engine.interpreter import Interpreter

__all__ = ["Completing", "complete_cpp"]

_BEFORE_ALL = 1_000_000
"""The priority of what decides whether IPython's own matchers are asked."""
_JEDI = "IPCompleter.jedi_matcher"
"""Takes long to find nothing about a C++ function's arguments, and puts itself before all others."""
_TYPES = "_jupyter_types_experimental"

class Completing:
    """Answers for one shell; what it needs is imported when it is asked first."""

    def __init__(self, shell: InteractiveShell, engine: Interpreter, *, cpp_first: bool) -> None:
        self._shell = shell
        self._engine = engine
        self._cpp_first = cpp_first
        self._completer: Completer | None = None

    @property
    def completer(self) -> Completer:
        if self._completer is None:
            from doublet.completion.completer import (
                Completer,  # with NumPy, without which a kernel starts faster
            )

            self._completer = Completer(self._engine, self._shell.user_ns, self._shell.user_ns_hidden)
        return self._completer

    def place(self, code: str, position: int) -> tuple[str, int] | None:
        """The C++ of a cell and where the cursor is in it; None if it is not in C++."""
        return cpp_place(code, position, cpp_first=self._cpp_first, is_known=self._engine.names.is_defined)

    def match(self, context: CompletionContext) -> SimpleMatcherResult:
        """What IPython asks for before all else."""
        lines = context.full_text.split("\n")
        position = sum(len(line) + 1 for line in lines[: context.cursor_line]) + context.cursor_position
        place = self.place(context.full_text, position)
        found = self.completer.in_python(context.full_text, position) if place is None else self.completer.in_cpp(*place)
        if found is None:
            return SimpleMatcherResult(completions=[])
        typed = context.full_text[position - ((position if place is None else place[1]) - found.start) : position]
        completions = [SimpleCompletion(text=candidate.text, type=candidate.kind) for candidate in found.candidates]
        return SimpleMatcherResult(completions=completions, matched_fragment=typed, suppress=found.is_all or {_JEDI}, ordered=True)

    def complete(self, code: str, position: int) -> dict[str, Any] | None:
        """Jupyter's reply; None if the cursor is not in C++."""
        place = self.place(code, position)
        if place is None:
            return None
        found = self.completer.in_cpp(*place)
        start = position - (place[1] - found.start)
        types = [{"start": start, "end": position, "text": c.text, "type": c.kind, "signature": c.signature} for c in found.candidates]
        return {
            "status": "ok",
            "matches": [candidate.text for candidate in found.candidates],
            "cursor_start": start,
            "cursor_end": position,
            "metadata": {_TYPES: types},
        }

    def inspect(self, code: str, position: int) -> dict[str, Any] | None:
        """Jupyter's reply; None if there is no C++ name of which something is known."""
        place = self.place(code, position)
        text = told_of(self.completer, self._engine, *place) if place is not None else ""
        return {"status": "ok", "found": True, "data": {"text/plain": text}, "metadata": {}} if text else None


def complete_cpp(shell: InteractiveShell, completing: Completing) -> None:
    """Have a shell complete C++ names, in cells of both languages."""

    @context_matcher(priority=_BEFORE_ALL, identifier="doublet.cpp")  # type: ignore[untyped-decorator] # upstream
    def match(context: CompletionContext) -> SimpleMatcherResult:
        return completing.match(context)

    assert shell.Completer is not None
    shell.Completer.custom_matchers.append(match)
