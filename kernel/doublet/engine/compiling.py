"""Compiles cells: plans what has to be compiled with one, rehearses that, and has Cling do it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from doublet.engine import diagnostics
from doublet.engine.complaints import amended, explained, without_echoes, without_followers
from doublet.engine.planning import Amends, Plan, Planner
from doublet.engine.reasons import reasons, settled
from doublet.engine.recursion import with_real_calls
from doublet.engine.refusals import unfinished
from doublet.engine.transaction import NO_CELL, Transaction, label, render
from doublet.errors import CppCompileError, CppUsageError, Diagnostic

if TYPE_CHECKING:
    from doublet.cells import Cell, Item
    from doublet.engine.binding import Binding
    from doublet.engine.definitions import Definitions
    from doublet.engine.guard import Guard
    from doublet.engine.included import Included
    from doublet.engine.rehearsal import Rehearsal
    from doublet.engine.transacting import Ending, Transactor

__all__ = ["Compiled", "Compiler", "Request"]

_PLAIN = 1000
"""How many characters are compiled without a rehearsal at most."""


@dataclass(frozen=True)
class Request:
    """A cell to be run: the parameters are those of `Interpreter.run`."""

    parsed: Cell
    cell: int
    bound: Mapping[str, Binding]
    origin: str = ""
    level: int | None = None
    background: bool = False
    warn: Callable[[tuple[Diagnostic, ...]], None] = lambda _: None


@dataclass(frozen=True)
class Compiled:
    """A cell that has been compiled, and has run unless it was interrupted before."""

    request: Request
    plan: Plan
    serial: int
    transaction: Transaction
    ending: Ending
    found: Sequence[Diagnostic]
    """What the compiler says of it."""


class Compiler:
    """Compiles cells, one after the other; `texts` are those of the cells that messages quote."""

    def __init__(
        self, definitions: Definitions, included: Included, rehearsal: Rehearsal, transactor: Transactor, guard: Guard, texts: dict[str, str]
    ) -> None:
        self.planner = Planner(definitions)
        self._definitions = definitions
        self._included = included
        self._rehearsal = rehearsal
        self._transactor = transactor
        self._guard = guard
        self._texts = texts
        self._serial = 0
        self._aside: Compiled | None = None
        """What an interrupt has ended while it was compiled, in this thread:"""
        self._thread = 0

    def run(self, request: Request) -> Compiled:
        """Compile a cell and run it; raises `CppCompileError`, or what has ended the compiler itself."""
        declarations = [binding.item for binding in request.bound.values()]
        amends: Amends | None = None
        while True:
            plan = self.planner.plan(request.cell, request.parsed.items, request.origin, declarations, request.level, amends)
            self._serial = serial = self._serial + 1
            transaction, is_plain = self._rendered(request, plan, serial)
            complaints = "" if is_plain else self._rehearsal.complaints(transaction)
            if is_plain and plan.entities:
                self._rehearsal.follow(transaction)
            if complaints:
                found = diagnostics.parse(complaints, self._texts)
            else:
                compiled = self._transact(request, plan, serial, transaction)
                if compiled.ending.compiles:
                    return compiled
                found = list(compiled.found)
            if again := self._included.again(found, plan.pieces):
                items = tuple(item for item in request.parsed.items if item.text not in again)
                request = replace(request, parsed=replace(request.parsed, items=items))
                continue
            amends = amended(found, plan, request.cell, self._definitions)
            if amends is None:
                raise self._error(found, plan, request)

    def go_on(self) -> Compiled | None:
        """Compile the rest of what was interrupted; None if there is none, or it does not compile. Raises `KeyboardInterrupt`."""
        if self._aside is None:
            return None
        if threading.get_ident() != self._thread:
            raise CppUsageError("a cell that was interrupted is still being compiled in another thread", "run a cell there, or wait a moment")
        ending = self._transactor.go_on(self._aside.transaction)
        if ending.is_aside:
            raise KeyboardInterrupt
        compiled, self._aside = replace(self._aside, ending=ending), None
        if ending.has_crashed:
            raise self._guard.error(compiled.request.cell, in_compiler=True)
        if ending.compiles:
            return compiled
        self._rehearsal.end()
        return None

    @property
    def is_behind(self) -> bool:
        """Whether there is something to go on with."""
        return self._aside is not None

    def messages(self, parsed: Cell, cell: int, bound: Mapping[str, Binding]) -> str:
        """What the compiler has against a cell that is not to be run, and of which nothing stays."""
        declarations = [binding.item for binding in bound.values()]
        plan = self.planner.plan(cell, parsed.items, "", declarations)
        transaction, _ = self._rendered(Request(parsed, cell, bound), plan, self._serial + 1)
        return self._rehearsal.messages(transaction)

    def run_again(self, items: Sequence[Item]) -> tuple[Plan, int]:
        """Run items of earlier cells, such as declarations of what is taken back."""
        plan = self.planner.plan(NO_CELL, items)
        self._serial += 1
        self._transactor.run(render(self._serial, plan.pieces, plan.renamed, plan.former, plan.own, plan.hiding))
        self._rehearsal.end()
        return plan, self._serial

    def _rendered(self, request: Request, plan: Plan, serial: int) -> tuple[Transaction, bool]:
        is_plain = self._is_plain([piece.item for piece in plan.pieces])
        transaction = render(
            serial,
            with_real_calls(plan.pieces),
            plan.renamed,
            plan.former,
            plan.own,
            plan.hiding,
            tagged=bool(plan.entities),
            plain=is_plain,
            background=request.background,
        )
        if request.level is not None or is_plain:
            pragma = f"#pragma cling optimize({request.level or 0})\n"  # holds for the whole transaction, and for it only
            transaction = replace(transaction, text=transaction.text + pragma)
        return transaction, is_plain

    def _transact(self, request: Request, plan: Plan, serial: int, transaction: Transaction) -> Compiled:
        """Compile what the rehearsal has, unless an interrupt has come meanwhile."""
        try:
            self._guard.interruptible(bool)
        except KeyboardInterrupt:
            self._rehearsal.end()
            raise
        ending = self._transactor.run(transaction, is_cell=True)
        compiled = Compiled(request, plan, serial, transaction, ending, diagnostics.parse(ending.messages, self._texts))
        if ending.is_aside:
            self._aside, self._thread = compiled, threading.get_ident()
            raise KeyboardInterrupt
        if ending.has_crashed and not ending.compiles:
            raise self._guard.error(request.cell, in_compiler=True)
        return compiled

    def _error(self, found: list[Diagnostic], plan: Plan, request: Request) -> CppCompileError:
        found = without_followers(without_echoes(found), plan, request.cell)
        del self._texts[label(request.cell)]  # nothing in it is a name that a later message may propose
        if missing := unfinished(request.parsed, request.cell):
            return CppCompileError([missing], request.cell)
        found = settled(found, plan, self._definitions)
        notes = (
            *explained(found, plan, self._definitions),
            *reasons(found, plan, self._definitions),
            *self._included.notes(found, plan.pieces),
        )
        return CppCompileError([*found, *notes], request.cell)

    def _is_plain(self, items: Sequence[Item]) -> bool:
        """Whether they only compute with numbers, or define one: nothing of it stays behind if it does not compile."""
        known = self._definitions.entities
        defining = [item for item in items if item.names]
        short = sum(len(item.text) for item in items) < _PLAIN  # the compiler may crash on an expression that is nested too deeply
        return short and len(defining) <= 1 and all(
            item.is_number and not (item.runs or item.scope or item.edits or len(item.names) > 1)
            if item.names
            else item.is_arithmetic and all(name in known and known[name].is_number for name in item.uses)
            for item in items
        )
