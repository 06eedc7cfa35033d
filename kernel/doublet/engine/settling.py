"""Takes note of what a cell has defined, and of what it has come to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from doublet.engine.complaints import kept_by_the_library, left_behind, stale_objects, under_old_conditions
from doublet.engine.transaction import value_name

if TYPE_CHECKING:
    from doublet.engine.background import Job
    from doublet.engine.binding import Binding
    from doublet.engine.classes import Classes
    from doublet.engine.compiling import Compiled, Compiler
    from doublet.engine.definitions import Definitions
    from doublet.engine.exceptions import Exceptions
    from doublet.engine.guard import Guard
    from doublet.engine.included import Included
    from doublet.engine.lookup import Lookup
    from doublet.engine.values import Values
    from doublet.errors import Diagnostic

__all__ = ["Result", "Settler"]


@dataclass(frozen=True)
class Result:
    """What running a cell came to."""

    value: object
    warnings: tuple[Diagnostic, ...] = ()
    seconds: float = 0.0
    """How long it ran, compilation not counted."""
    job: Job | None = None
    """What of it runs in the background."""


class Settler:
    """Brings up to date what is known after a cell; `bound` are the names that C++ knows from Python."""

    def __init__(
        self,
        definitions: Definitions,
        bound: dict[str, Binding],
        compiler: Compiler,
        guard: Guard,
        exceptions: Exceptions,
        classes: Classes,
        lookup: Lookup,
        values: Values,
        included: Included,
    ) -> None:
        self._definitions = definitions
        self._bound = bound
        self._compiler = compiler
        self._guard = guard
        self._exceptions = exceptions
        self._classes = classes
        self._lookup = lookup
        self._values = values
        self._included = included

    def settle(self, compiled: Compiled, thrown: BaseException | None = None) -> Result:
        """Take note of a cell, and read its value or raise what it has come to, or what is `thrown` for it."""
        plan, outcome, known = compiled.plan, compiled.ending.outcome, self._definitions
        for name in (*plan.entities, *plan.namespaces.versions):
            self._bound.pop(name, None)
        self._bound.update(compiled.request.bound)
        completed = not compiled.transaction.is_running or outcome.reached == len(plan.pieces)
        if compiled.ending.has_crashed:
            piece = plan.pieces[min(outcome.reached, len(plan.pieces) - 1)]
            thrown = self._guard.error(piece.cell, piece.item.line + 1)
        elif not completed and thrown is None:
            thrown = self._exceptions.escaped()
        warnings = (
            *(d for d in compiled.found if not d.is_error),
            *left_behind(plan, known),
            *kept_by_the_library(plan, known),
            *stale_objects(plan, known),
            *under_old_conditions(plan, known),
            *self._included.warnings(plan.pieces),
        )
        before = known.before(plan)
        known.commit(plan, compiled.serial)
        self._lookup.forget(plan)
        if any("enum" in piece.item.text for piece in plan.pieces):
            self._classes.note_enums()
        self._lookup.mend(plan)
        if thrown is not None:
            # Variables that an exception has stopped the cell before are taken back.
            if items := known.retract(plan, outcome.reached, before, self._lookup.home):
                known.commit(*self._compiler.run_again(items))
            compiled.request.warn(warnings)
            raise thrown
        return Result(self._values.read(outcome, value_name(compiled.serial, plan.pieces)), warnings, outcome.seconds)
