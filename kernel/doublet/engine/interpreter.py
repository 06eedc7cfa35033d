"""The one door to Cling: run a cell as a transaction, read its value, look names up.

Cling is process-wide, so there is one `Interpreter`; `interpreter()` makes it when it is first needed.
"""

from __future__ import annotations

import ctypes
import sys
import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import Any

from doublet.cells import Cell, Conditions, Item, certain, parse
from doublet.engine import diagnostics
from doublet.engine.arguments import wrap_converters
from doublet.engine.binding import Binding
from doublet.engine.classes import Classes
from doublet.engine.complaints import (
    amended,
    defined_twice,
    explained,
    kept_by_the_library,
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
from doublet.engine.histograms import Results, as_python, mend_boost, on_histograms
from doublet.engine.included import Included
from doublet.engine.input import Input
from doublet.engine.lookup import Lookup
from doublet.engine.memory import Memory
from doublet.engine.operators import Operators
from doublet.engine.outcome import Outcome
from doublet.engine.places import keep_lines
from doublet.engine.planning import Amends, Plan, Planner
from doublet.engine.probing import groups_read, probe
from doublet.engine.reasons import reasons, settled
from doublet.engine.recursion import with_real_calls
from doublet.engine.rehearsal import Rehearsal
from doublet.engine.showing import Showing
from doublet.engine.streams import Streams
from doublet.engine.templates import wrap_templates
from doublet.engine.toolchain import Toolchain
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
        *(f'#include "doublet/{header}.hpp"' for header in ("std", "cell", "bridge", "bitfields", "children", "display", "exceptions", "exit", "histogram", "progress")),
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
        self._expressions = expressions = Expressions(cppyy.gbl, self.definitions, self._compile)
        self._classes = Classes(cppyy, Operators(expressions), self._compile)
        self._cling = cppyy.gbl.gInterpreter
        self._cling.ProcessLine.__release_gil__ = True
        self._serial = 0
        self._has_crashed = False
        self._asked: tuple[object, Collection[int]] = None, ()
        """A cell's conditional directives, and which of their groups the compiler reads."""
        self._read: tuple[object, Cell] = None, Cell("")
        """The cell that was read last, and for which text and definitions: it is read for its names before it is run."""
        self._bound: dict[str, Binding] = {}
        self._included = Included()
        self._lenders: dict[str, Any] = {}
        """For each C++ type of histograms, what makes one of Python's histogram."""
        self._found: dict[str, int] = {}
        """Names that Python has looked up, and how often definitions had changed before."""
        self._cling.AddIncludePath(str(toolchain.include))
        self._cling.ProcessLine("gClingOpts->AllowRedefinition = 1;")
        keep_lines(self._cling.ProcessLine)
        self._cling.ProcessLine(_BEGINNING)
        library = toolchain.load()
        self._library = library
        wrap_converters(library)
        self.streams = Streams(library, sys.stdout.write, sys.stderr.write)
        self.input = Input(library)
        self.memory = Memory(library)
        self.guard = Guard(library, self.streams, lambda: self.input.refusal)
        self._exceptions = Exceptions(cppyy, library, self.guard.error)
        self._lookup = Lookup(self.gbl, self.definitions, self._tell, self.evaluate, self._compile)
        wrap_templates(library, self._lookup.newest)
        self.values = Values(self.gbl, self.streams, self.declare, expressions.apply)
        self.showing = Showing(library, self.streams, self._compile, self.guard.error)
        addresses = (ctypes.c_void_p * 2)()
        library.doublet_cells(addresses)
        outcome, transact = (address or 0 for address in addresses)
        self._outcome = self._live = Outcome.from_address(outcome)
        self._lock = threading.RLock()
        self._run = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_char_p, ctypes.c_char_p, ctypes.c_bool)(transact)
        # Holds the GIL while it forks, so that no other thread is half-way through loading a library.
        self._rehearsal = Rehearsal(ctypes.PYFUNCTYPE(ctypes.c_int, *[ctypes.c_int] * 3)(("doublet_rehearse", library)), self.guard)
        self._classes.mend_in()
        self._classes.mend_in_std()
        self._results = Results(cppyy, library)

    def run(
        self,
        text: str,
        cell: int,
        bindings: Mapping[str, Binding] | None = None,
        origin: str = "",
        *,
        level: int | None = None,
        shown: str | None = None,
        warn: Callable[[tuple[Diagnostic, ...]], None] = lambda _: None,
    ) -> Result:
        """Compile all of a cell, then run it; `origin` is the same whenever the same cell is run.

        `level` is the optimisation level of what this cell compiles. `shown` is the cell as typed, if `text` is
        made from it: messages quote its lines. `warn` takes the warnings of a cell that compiles and then fails.

        Raises `CppCompileError` if it does not compile, and then nothing of it ran and nothing is defined;
        `CppException` if it throws, and then what ran before stays; `CppUsageError` for what is not C++.
        """
        if "\0" in text:
            raise CppUsageError("the cell contains a NUL byte", "remove it")
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
        )
        if refused:
            raise CppCompileError([unfinished(parsed, cell) or refused], cell)
        self.texts[label(cell)] = parsed.text if shown is None else shown
        self.showing.note(text)
        with self._lock, self.guard.held():
            return self._execute(parsed, cell, bound, origin, level, warn)

    def _execute(
        self,
        parsed: Cell,
        cell: int,
        bound: dict[str, Binding],
        origin: str,
        level: int | None,
        warn: Callable[[tuple[Diagnostic, ...]], None] = lambda _: None,
    ) -> Result:
        declarations = [binding.item for binding in bound.values()]
        amends: Amends | None = None
        while True:
            plan = self._planner.plan(cell, parsed.items, origin, declarations, level, amends)
            self._serial = serial = self._serial + 1
            plain = self._is_plain([piece.item for piece in plan.pieces])
            transaction = render(serial, with_real_calls(plan.pieces), plan.renamed, plan.former, plan.own, plan.hiding, tagged=bool(plan.entities), plain=plain)
            if level is not None or plain:
                pragma = f"#pragma cling optimize({level or 0})\n"  # holds for the whole transaction, and for it only
                transaction = replace(transaction, text=transaction.text + pragma)
            complaints = "" if plain else self._rehearsal.complaints(transaction)
            if plain and plan.entities:
                self._rehearsal.follow(transaction)
            self._has_crashed = False
            compiled, messages = (False, complaints) if complaints else self._transact(transaction, is_cell=True)
            if self._has_crashed and not compiled:
                raise self.guard.error(cell)
            found = diagnostics.parse(messages, self.texts)
            if compiled:
                break
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
        for name in plan.entities:
            self._bound.pop(name, None)
        self._bound.update(bound)
        outcome = self._outcome
        completed = not transaction.is_running or outcome.reached == len(plan.pieces)
        thrown: BaseException | None = None
        if self._has_crashed:
            piece = plan.pieces[min(outcome.reached, len(plan.pieces) - 1)]
            thrown = self.guard.error(piece.cell, piece.item.line + 1)
        elif not completed:
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
        value = as_python(self.cppyy, self.values.read(outcome, value_name(serial, plan.pieces)))
        return Result(value, warnings, outcome.seconds)

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
        revision = self.definitions.revision
        if self._found.get(name) == revision:
            return as_python(self.cppyy, self._lookup.find(name))
        with self.streams.captured():  # as in Values.read
            found = self._lookup.find(name)
        self._found[name] = revision
        return as_python(self.cppyy, found)

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

    def on_histograms(self, answer: Callable[..., Any], make: Callable[[str, bytes], Any]) -> None:
        """Have one function answer what C++ asks about histograms, and another make one of its description and its cells."""
        on_histograms(self._library, answer)
        mend_boost(self.cppyy, partial(self._expressions.apply, "::doublet::detail::boost_copied(value0)"), make)

    def lent_histogram(self, kind: str, described: int) -> Any:
        """A C++ object that fills a histogram of Python's, by its C++ type and where its description is."""
        if kind not in self._lenders:
            function = f"doublet_lender_{len(self._lenders)}"
            self.declare(f"{kind}* {function}(unsigned long at) {{ return new {kind}(::doublet::detail::described{{at}}); }}")
            self._lenders[kind] = getattr(self.gbl, function)
        with self._results.as_they_are():
            lent = self._lenders[kind](described)
        lent.__python_owns__ = True
        return lent

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
                self._transact(transaction)

    def _transact(self, transaction: Transaction, *, is_cell: bool = False) -> tuple[bool, str]:
        """Compile a text and run it; return whether it compiled, and the compiler's messages."""
        outer = bytes(self._live)  # a cell may call Python, which may run another
        with self.streams.captured() as said:
            status = self._run(transaction.text.encode(), transaction.entry.encode(), is_cell)
        self._outcome = Outcome.from_buffer_copy(self._live)
        ctypes.memmove(ctypes.byref(self._live), outer, len(outer))
        self.streams.drain()
        self._has_crashed = status < 0
        return bool(self._outcome.begun if transaction.is_running else status > 0), said.text

    def _retract(self, plan: Plan, reached: int, before: Definitions) -> None:
        """Take back the variables of a cell that an exception has stopped before them."""
        items = self.definitions.retract(plan, reached, before, self._lookup.home)
        if items:
            again = self._planner.plan(NO_CELL, items)
            self._serial += 1
            self._transact(render(self._serial, again.pieces, again.renamed, again.former, again.own, again.hiding))
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
        return self._live.scope or b""
