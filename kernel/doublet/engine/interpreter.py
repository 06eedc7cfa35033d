"""The one door to Cling: run a cell as a transaction, read its value, look names up.

Cling is process-wide, so there is one `Interpreter`; `interpreter()` makes it when it is first needed.
"""

from __future__ import annotations

import ctypes
import sys
import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import Any

from doublet.cells import Cell, Conditions, Item, certain, parse
from doublet.engine import diagnostics
from doublet.engine.arguments import wrap_converters
from doublet.engine.background import Background, Job
from doublet.engine.binding import Binding
from doublet.engine.classes import Classes
from doublet.engine.complaints import (
    amended,
    defined_twice,
    explained,
    kept_by_the_library,
    late_definition,
    left_behind,
    located,
    misplaced,
    only_announced,
    reserved,
    stale_objects,
    thread_locals,
    turned,
    under_old_conditions,
    unfinished,
    without_echoes,
    without_followers,
)
from doublet.engine.definitions import Definitions
from doublet.engine.exceptions import Exceptions
from doublet.engine.expressions import Expressions
from doublet.engine.guard import Guard
from doublet.engine.included import Included
from doublet.engine.input import Input
from doublet.engine.lookup import Lookup
from doublet.engine.memory import Memory
from doublet.engine.operators import Operators
from doublet.engine.places import keep_lines
from doublet.engine.planning import Amends, Plan, Planner
from doublet.engine.probing import groups_read, probe
from doublet.engine.reasons import reasons, settled
from doublet.engine.records import give_fields
from doublet.engine.recursion import with_real_calls
from doublet.engine.rehearsal import Rehearsal
from doublet.engine.showing import Showing
from doublet.engine.streams import Streams
from doublet.engine.templates import wrap_templates
from doublet.engine.toolchain import Toolchain
from doublet.engine.transacting import Ending, Transactor
from doublet.engine.transaction import NO_CELL, Transaction, label, render, tag_name, value_name
from doublet.engine.values import NOTHING, Values
from doublet.errors import CppCompileError, CppUsageError, Diagnostic

__all__ = [
    "NOTHING",
    "Binding",
    "Interpreter",
    "Result",
    "class_type",
    "function_type",
    "instance_type",
    "interpreter",
    "template_type",
]


_BEGINNING = "\n".join(
    [
        "#undef NDEBUG",  # Cling was built without assert()
        "#include <cassert>",
        *(f'#pragma clang diagnostic warning "-W{option}"' for option in ("unused-result", "deprecated-declarations", "infinite-recursion")),
        *(f'#include "doublet/{header}.hpp"' for header in ("std", "cell", "bridge", "bitfields", "children", "display", "exceptions", "exit", "progress", "table", "vectorize")),
    ]
)
"""What cells find; the warnings are two that Cling has switched off, and one that tells what is sure to crash."""

_PLAIN = 1000
"""How many characters are compiled without a rehearsal at most."""


@dataclass(frozen=True)
class Result:
    """What running a cell came to."""

    value: object
    warnings: tuple[Diagnostic, ...] = ()
    seconds: float = 0.0
    """How long it ran, compilation not counted."""
    job: Job | None = None
    """What of it runs in the background."""


@cache
def interpreter() -> Interpreter:
    """The process's interpreter."""
    return Interpreter(Toolchain.from_environment())


def instance_type() -> type:
    """The Python class that all C++ objects derive from."""
    return _type("CPPInstance")


def class_type() -> type:
    """The Python class of C++ classes and namespaces."""
    return _type("CPPScope")


def function_type() -> type:
    """The Python class of C++ functions."""
    return _type("CPPOverload")


def template_type() -> type:
    """The Python class of C++ function templates."""
    return _type("TemplateProxy")


def _type(name: str) -> type:
    interpreter()
    import libcppyy  # after the toolchain has been set up

    found: type = getattr(libcppyy, name)
    return found


class Interpreter:
    """Cling, its definitions and its output."""

    def __init__(self, toolchain: Toolchain) -> None:
        toolchain.apply()
        import cppyy

        self.toolchain = toolchain
        self.definitions = Definitions()
        self._planner = Planner(self.definitions)
        self.texts: dict[str, str] = {}
        self.gbl: Any = cppyy.gbl
        self.cppyy = cppyy
        expressions = Expressions(cppyy.gbl, self.definitions, self._compile)
        self._classes = Classes(cppyy, Operators(expressions), self._compile)
        self._cling = cppyy.gbl.gInterpreter
        self._cling.ProcessLine.__release_gil__ = True
        self._serial = 0
        self._asked: tuple[object, Collection[int]] = None, ()
        """A cell's conditional directives, and which of their groups the compiler reads."""
        self._read: tuple[object, Cell] = None, Cell("")
        """The cell that was read last, and for which text and definitions: it is read for its names before it is run."""
        self._bound: dict[str, Binding] = {}
        self._included = Included()
        self._found: dict[str, int] = {}
        """Names that Python has looked up, and how often definitions had changed before."""
        self._cling.AddIncludePath(str(toolchain.include))
        self._cling.ProcessLine("gClingOpts->AllowRedefinition = 1;")
        keep_lines(self._cling.ProcessLine)
        self._cling.ProcessLine(_BEGINNING)
        library = toolchain.load()
        wrap_converters(library)
        self.streams = Streams(library, sys.stdout.write, sys.stderr.write)
        self.input = Input(library)
        self.memory = Memory(library)
        self.guard = Guard(library, self.streams, lambda: self.input.refusal)
        self._exceptions = Exceptions(cppyy, library, self.guard.error)
        self._background = Background(library, self.guard, self._exceptions)
        self._lookup = Lookup(self.gbl, self.definitions, self._tell, self.evaluate, self._compile, self.texts)
        wrap_templates(library, self._lookup.newest)
        self.values = Values(self.gbl, self.streams, self.declare, expressions.apply)
        self.showing = Showing(library, self.streams, self._compile, self.guard.error)
        self._transactor = Transactor(library, self.streams)
        self._rest: Callable[[], None] | None = None
        """What is left to do of a cell that was interrupted while it was compiled, in its thread."""
        self._rest_is_of = 0
        self._lock = threading.RLock()
        # Holds the GIL while it forks, so that no other thread is half-way through loading a library.
        self._rehearsal = Rehearsal(ctypes.PYFUNCTYPE(ctypes.c_int, *[ctypes.c_int] * 3)(("doublet_rehearse", library)), self.guard)
        self._classes.mend_in()
        self._classes.mend_in_std()

    def run(
        self,
        text: str,
        cell: int,
        bindings: Mapping[str, Binding] | None = None,
        origin: str = "",
        *,
        level: int | None = None,
        background: bool = False,
        shown: str | None = None,
        warn: Callable[[tuple[Diagnostic, ...]], None] = lambda _: None,
    ) -> Result:
        """Compile all of a cell, then run it; `origin` is the same whenever the same cell is run.

        `level` is the optimisation level of what this cell compiles. With `background`, its statements run in a thread of
        their own, after all else. `shown` is the cell as typed, if `text` is made from it: messages quote its lines.
        `warn` takes the warnings of a cell that compiles and then fails.

        Raises `CppCompileError` if it does not compile, and then nothing of it ran and nothing is defined;
        `CppException` if it throws, and then what ran before stays; `CppUsageError` for what is not C++.
        """
        if "\0" in text:
            raise CppUsageError("the cell contains a NUL byte", "remove it")
        self.catch_up()
        bound = dict(bindings or {})
        known = self.definitions
        parsed = self.read(text, cell, bound, origin)
        if parsed.problem:
            raise CppCompileError([located(parsed.problem, parsed.text, cell)], cell)
        if not parsed.items:
            return Result(NOTHING)
        if any(item.scope[:1] == ("doublet",) for item in parsed.items):
            raise CppUsageError("the namespace 'doublet' is Doublet's own", "give yours another name")
        # What Cling would not refuse, but take wrongly.
        refused = (
            misplaced(parsed, cell)
            or defined_twice(parsed, cell)
            or thread_locals(parsed, cell)
            or only_announced(parsed, cell, known)
            or reserved(parsed, cell)
            or turned(parsed, cell, known)
            or (late_definition(parsed, cell) if background else None)
        )
        if refused:
            raise CppCompileError([unfinished(parsed, cell) or refused], cell)
        self.texts[label(cell)] = parsed.text if shown is None else shown
        self.showing.note(text)
        with self._lock, self.guard.held():
            return self._execute(parsed, cell, bound, origin, level, warn, background=background)

    def _execute(
        self,
        parsed: Cell,
        cell: int,
        bound: dict[str, Binding],
        origin: str,
        level: int | None,
        warn: Callable[[tuple[Diagnostic, ...]], None] = lambda _: None,
        *,
        background: bool = False,
    ) -> Result:
        declarations = [binding.item for binding in bound.values()]
        amends: Amends | None = None
        while True:
            plan = self._planner.plan(cell, parsed.items, origin, declarations, level, amends)
            self._serial = serial = self._serial + 1
            plain = self._is_plain([piece.item for piece in plan.pieces])
            transaction = render(serial, with_real_calls(plan.pieces), plan.renamed, plan.former, plan.own, plan.hiding, tagged=bool(plan.entities), plain=plain, background=background)
            if level is not None or plain:
                pragma = f"#pragma cling optimize({level or 0})\n"  # holds for the whole transaction, and for it only
                transaction = replace(transaction, text=transaction.text + pragma)
            complaints = "" if plain else self._rehearsal.complaints(transaction)
            if plain and plan.entities:
                self._rehearsal.follow(transaction)
            if complaints:
                found = diagnostics.parse(complaints, self.texts)
            else:
                ending = self._transact(transaction)
                found = diagnostics.parse(ending.messages, self.texts)
                settle = partial(self._settle, plan, transaction, serial, bound, warn)
                if ending.is_aside:
                    self._rest, self._rest_is_of = partial(self._compile_rest, transaction, settle, cell), threading.get_ident()
                    raise KeyboardInterrupt
                if ending.compiles:
                    result = settle(ending, found)
                    return self._with_job(result, transaction, cell) if transaction.background else result
                if ending.has_crashed:
                    raise self.guard.error(cell, in_compiler=True)
            if again := self._included.again(found, plan.pieces):
                parsed = replace(parsed, items=tuple(item for item in parsed.items if item.text not in again))
                continue
            amends = amended(found, plan, cell, self.definitions)
            if amends is None:
                found = without_followers(without_echoes(found), plan, cell)
                del self.texts[label(cell)]  # nothing in it is a name that a later message may propose
                if missing := unfinished(parsed, cell):
                    raise CppCompileError([missing], cell)
                found = settled(found, plan, self.definitions)
                notes = (
                    *explained(found, plan, self.definitions),
                    *reasons(found, plan, self.definitions),
                    *self._included.notes(found, plan.pieces),
                )
                raise CppCompileError([*found, *notes], cell)

    def _transact(self, transaction: Transaction) -> Ending:
        """Compile what the rehearsal has, unless an interrupt has come meanwhile."""
        try:
            self.guard.interruptible(bool)
            return self._transactor.run(transaction, is_cell=True)
        except KeyboardInterrupt:
            self._rehearsal.end()
            raise

    def catch_up(self) -> None:
        """Compile the rest of a cell that was interrupted while it was compiled, for Cling can do nothing else before.

        What it defines is known then, though nothing of it has run. An interrupt raises `KeyboardInterrupt`, and a rest stays.
        """
        if self._rest is not None:
            if threading.get_ident() != self._rest_is_of:
                raise CppUsageError("a cell that was interrupted is still being compiled in another thread", "run a cell there, or wait a moment")
            with self._lock, self.guard.held():
                self._rest()

    @property
    def is_behind(self) -> bool:
        """Whether there is something to catch up with."""
        return self._rest is not None

    def _compile_rest(self, transaction: Transaction, settle: Callable[..., Result], cell: int) -> None:
        ending = self._transactor.go_on(transaction)
        if ending.is_aside:
            raise KeyboardInterrupt
        self._rest = None
        if ending.has_crashed:
            raise self.guard.error(cell, in_compiler=True)
        if not ending.compiles:
            self._rehearsal.end()
            return
        with suppress(KeyboardInterrupt):  # it has been told
            settle(ending, (), KeyboardInterrupt())

    def _settle(
        self,
        plan: Plan,
        transaction: Transaction,
        serial: int,
        bound: Mapping[str, Binding],
        warn: Callable[[tuple[Diagnostic, ...]], None],
        ending: Ending,
        found: Sequence[Diagnostic],
        thrown: BaseException | None = None,
    ) -> Result:
        """Take note of what a cell has defined, and read its value or raise what it has come to."""
        for name in plan.entities:
            self._bound.pop(name, None)
        self._bound.update(bound)
        outcome = ending.outcome
        completed = not transaction.is_running or outcome.reached == len(plan.pieces)
        if ending.has_crashed:
            piece = plan.pieces[min(outcome.reached, len(plan.pieces) - 1)]
            thrown = self.guard.error(piece.cell, piece.item.line + 1)
        elif not completed and thrown is None:
            thrown = self._exceptions.escaped()
        warnings = (
            *(d for d in found if not d.is_error),
            *left_behind(plan, self.definitions),
            *kept_by_the_library(plan, self.definitions),
            *stale_objects(plan, self.definitions),
            *under_old_conditions(plan, self.definitions),
            *self._included.warnings(plan.pieces),
        )
        before = self.definitions.before(plan)
        for scope in plan.new_scopes(self.definitions):
            self._classes.mend_in(scope)
        self.definitions.commit(plan, serial)
        self._lookup.forget(plan)
        if any("enum" in piece.item.text for piece in plan.pieces):
            self._classes.note_enums()
        self._lookup.mend(plan)
        if thrown is not None:
            self._retract(plan, outcome.reached, before)
            warn(warnings)
            raise thrown
        value = self.values.read(outcome, value_name(serial, plan.pieces))
        return Result(value, warnings, outcome.seconds)

    def _with_job(self, result: Result, transaction: Transaction, cell: int) -> Result:
        """Begin what a cell leaves to the background, which may use all that C++ knows from Python now."""
        return replace(result, job=self._background.begin(transaction.background, cell, dict(self._bound)))

    def read(self, text: str, cell: int, bindings: Mapping[str, Binding] | None = None, origin: str = "") -> Cell:
        """Cut a cell into items, without compiling them; the parameters are those of `run`.

        Raises `CppCompileError` for a condition, as of ``#if``, that is none.
        """
        bound, known = bindings or {}, self.definitions
        key = (text, cell, origin, known.revision)
        if bound or self._read[0] != key:
            found = parse(
                text,
                lambda name: bound[name].kind if name in bound else known.kind_of(name),
                known.directive_of,
                partial(self._taken, cell=cell, origin=origin),
            )
            if bound:
                return found
            self._read = key, found
        return self._read[1]

    def _taken(self, found: Conditions, cell: int, origin: str) -> Collection[int]:
        """The groups of conditional directives that the compiler reads."""
        if found.is_certain:
            return certain(found)
        key = (found.text, self.definitions.revision, origin)
        if self._asked[0] != key:
            messages = self._rehearsal.messages(probe(found, cell, self.definitions.macros_of(origin)))
            told = diagnostics.parse(messages, {**self.texts, label(cell): found.text})
            lines = {line + 1 for line, _, number in found.probe() if number is not None}
            if wrong := [d for d in told if d.is_error and d.cell == cell and d.line in lines]:
                raise CppCompileError(wrong, cell)
            self._asked = key, groups_read(d.message for d in told)
        return self._asked[1]

    def declare(self, text: str) -> None:
        """Compile text that is not a cell's, such as a getter; it may not fail."""
        self._process(f"namespace doublet_cell_own {{}}\n{text}")

    def declare_records(self, scope: str, text: str) -> None:
        """Compile classes with properties, in a namespace of their own, whose objects have these as attributes in Python."""
        self.cppyy.py.add_pythonization(give_fields, scope)
        self.declare(text)

    def knows(self, name: str) -> bool:
        """Whether C++ has this name, from a cell or a header."""
        known = self.definitions
        if name in known.unusable:
            return False
        return name in known.entities or name in known.namespaces or self._global(name) is not NOTHING

    def is_defined(self, name: str) -> bool:
        """Whether a cell has defined this name."""
        return name in self.definitions.entities

    def is_constant(self, name: str) -> bool:
        """Whether this is a variable of a cell that C++ itself may not change."""
        entity = self.definitions.entities.get(name)
        return entity is not None and self._lookup.is_constant(entity)

    def is_hidden(self, name: str) -> bool:
        """Whether C++ has this name only as a function of a header, which cells cannot shadow."""
        known = self.definitions
        if name in known.entities or name in known.namespaces or name in known.unusable or known.is_exposed(name):
            return False
        return isinstance(self._global(name), (function_type(), template_type()))

    def is_bound(self, binding: Binding) -> bool:
        """Whether C++ sees this object under this name already."""
        known = self._bound.get(binding.name)
        return known is not None and known.is_same(binding)

    def binding(self, name: str) -> Binding | None:
        """What C++ knows from Python under this name."""
        return self._bound.get(name)

    def rebind(self, bindings: Mapping[str, Binding]) -> Result:
        """Bind names, and compile again what refers to them, without a cell."""
        self.catch_up()
        with self._lock, self.guard.held():
            return self._execute(Cell(""), NO_CELL, dict(bindings), "", None)

    def reference(
        self, name: str, value: Any, content: object = None, *, const: bool = False, unchanged: Callable[[object], bool]
    ) -> Binding:
        """Let C++ refer to a C++ object that Python holds."""
        kind = type(value).__cpp_name__
        address = self.cppyy.addressof(value)
        of = f"const {kind}" if const else kind
        declaration = f"{of}& {name} = *reinterpret_cast<{of}*>({address:#x}UL);"
        return Binding(name, declaration, value, content, unchanged)

    def lookup(self, name: str) -> Any:
        """The newest C++ object of a name in the global namespace."""
        self.catch_up()
        revision = self.definitions.revision
        if self._found.get(name) == revision:
            return self._lookup.find(name)
        with self.streams.captured():  # as in Values.read
            found = self._lookup.find(name)
        self._found[name] = revision
        return found

    def assign(self, name: str, value: Binding) -> None:
        """Write a C++ variable; raises `CppCompileError` or `CppException` if it cannot hold that value."""
        entity = self.definitions.entities.get(name)
        written = entity.real_name if entity is not None else name
        self.run(f"::doublet::assigning::assign({written}, {value.name});", NO_CELL, {value.name: value})

    def evaluate(self, expression: str) -> Any:
        """The value of an expression, without it becoming a cell."""
        result = self.run(expression, NO_CELL)
        return result.value

    def load(self, library: str) -> None:
        """Load a shared library by path or name."""
        with self.streams.captured() as said:
            failed = self.gbl.gSystem.Load(library) < 0
        if failed:
            reason = said.text.strip().splitlines()
            raise CppUsageError(
                f"the library '{library}' does not load" + (f": {reason[0]}" if reason else ""),
                "give its path, or its name without 'lib' if it lies where the system looks for libraries",
            )
        self.guard.note_libraries()

    def add_include_path(self, path: str) -> None:
        self._included.folders.append(path)
        self._cling.AddIncludePath(path)

    def _global(self, name: str) -> object:
        """What cppyy finds under a name, `NOTHING` if there is nothing."""
        try:
            return getattr(self.gbl, name, NOTHING)
        except TypeError:  # it is there, but of a type that cppyy cannot read
            return None

    def _process(self, text: str) -> None:
        with self.guard.held():
            self._cling.ProcessLine(text)

    def _compile(self, transaction: Transaction, rehearsed: bool) -> None:
        with self.guard.held():
            if not (rehearsed and self._rehearsal.complaints(transaction)):
                self._transactor.run(transaction)

    def _retract(self, plan: Plan, reached: int, before: Definitions) -> None:
        """Take back the variables of a cell that an exception has stopped before them."""
        items = self.definitions.retract(plan, reached, before, self._lookup.home)
        if items:
            again = self._planner.plan(NO_CELL, items)
            self._serial += 1
            self._transactor.run(render(self._serial, again.pieces, again.renamed, again.former, again.own, again.hiding))
            self.definitions.commit(again, self._serial)
            self._rehearsal.end()

    def _is_plain(self, items: Sequence[Item]) -> bool:
        """Whether they only compute with numbers, or define one: nothing of it stays behind if it does not compile."""
        known = self.definitions.entities
        defining = [item for item in items if item.names]
        short = sum(len(item.text) for item in items) < _PLAIN  # the compiler may crash on an expression that is nested too deeply
        return short and len(defining) <= 1 and all(
            item.is_number and not (item.runs or item.scope or item.edits or len(item.names) > 1)
            if item.names
            else item.is_arithmetic and all(name in known and known[name].is_number for name in item.uses)
            for item in items
        )

    def _tell(self, transaction: int) -> bytes:
        """The mangled name of a transaction's tag."""
        tag = tag_name(transaction)
        self._process(f"namespace doublet_home_{transaction} {{}} int {tag}_home = ::doublet::detail::tell(typeid({tag}).name());")
        return self._transactor.live.scope or b""
