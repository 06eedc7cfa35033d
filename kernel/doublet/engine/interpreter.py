"""The one door to Cling: run a cell as a transaction, read its value, look names up.

Cling is process-wide, so there is one `Interpreter`; `interpreter()` makes it when it is first needed.
"""

from __future__ import annotations

import ctypes
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

from doublet.cells import Cell
from doublet.engine.arguments import wrap_converters
from doublet.engine.asking import Asking
from doublet.engine.attempts import Attempts
from doublet.engine.background import Background
from doublet.engine.binding import Binding
from doublet.engine.callables import Callables
from doublet.engine.class_templates import ClassTemplates
from doublet.engine.classes import SCOPES, Classes
from doublet.engine.compiling import Compiler, Request
from doublet.engine.constants import watch_constants
from doublet.engine.deducing import Deducing
from doublet.engine.definitions import Definitions
from doublet.engine.exceptions import Exceptions
from doublet.engine.expressions import Expressions
from doublet.engine.fields import give_fields
from doublet.engine.files import Files
from doublet.engine.given import Given
from doublet.engine.guard import Guard
from doublet.engine.histograms import Histograms
from doublet.engine.included import Included
from doublet.engine.input import Input
from doublet.engine.instantiating import Instantiating
from doublet.engine.keeping import Keeper
from doublet.engine.known_names import KnownNames
from doublet.engine.looking import keep_views
from doublet.engine.lookup import Lookup
from doublet.engine.members import Members
from doublet.engine.memory import Memory
from doublet.engine.operators import Operators
from doublet.engine.places import keep_lines
from doublet.engine.plain_values import PlainValues
from doublet.engine.pointers import mend_pointers
from doublet.engine.positions import Positions
from doublet.engine.reading import Reader
from doublet.engine.refusals import refusal
from doublet.engine.rehearsal import Rehearsal
from doublet.engine.settling import Result, Settler
from doublet.engine.showing import Showing
from doublet.engine.signatures import give_signatures
from doublet.engine.streams import Streams
from doublet.engine.templates import wrap_templates
from doublet.engine.toolchain import Toolchain
from doublet.engine.transacting import Transactor
from doublet.engine.transaction import NO_CELL, Transaction, label, tag_name
from doublet.engine.unfinished import others_wait
from doublet.engine.values import NOTHING, Values
from doublet.errors import CppCompileError, CppUsageError, Diagnostic

if TYPE_CHECKING:
    from doublet.engine.behaviours import Behaviours

__all__ = [
    "NOTHING",
    "Binding",
    "Interpreter",
    "Result",
    "interpreter",
]


_BEGINNING = "\n".join(
    [
        "#undef NDEBUG",  # Cling was built without assert()
        "#include <cassert>",
        *(f'#pragma clang diagnostic warning "-W{option}"' for option in ("unused-result", "deprecated-declarations", "infinite-recursion")),
        *(f'#include "doublet/{header}.hpp"' for header in ("std", "cell", "bridge", "bitfields", "children", "display", "exceptions", "exit", "histogram", "progress", "table", "vectorize")),
    ]
)
"""What cells find; the warnings are two that Cling has switched off, and one that tells what is sure to crash."""


@cache
def interpreter() -> Interpreter:
    """The process's interpreter."""
    return Interpreter(Toolchain.from_environment())


class Interpreter:
    """Cling, its definitions and its output."""

    def __init__(self, toolchain: Toolchain) -> None:
        toolchain.apply()
        import cppyy
        import libcppyy

        self.toolchain = toolchain
        self.definitions = Definitions()
        self.texts: dict[str, str] = {}
        self.gbl: Any = cppyy.gbl
        self.cppyy = cppyy
        expressions = Expressions(cppyy.gbl, self.definitions, self._compile)
        self._classes = Classes(cppyy, Operators(expressions), self._compile)
        self._cling = cppyy.gbl.gInterpreter
        self._bound: dict[str, Binding] = {}
        self._included = Included()
        self._positions = Positions(cppyy.addressof(self._cling), lambda: self.declare(""))
        self._found: dict[str, int] = {}
        """Names that Python has looked up, and how often definitions had changed before."""
        self._cling.AddIncludePath(str(toolchain.include))
        self._cling.ProcessLine("gClingOpts->AllowRedefinition = 1;")
        keep_lines(self._cling.ProcessLine)
        self._cling.ProcessLine(_BEGINNING)
        library = toolchain.load()
        self.callables = Callables(cppyy.gbl, self.declare)
        wrap_converters(library, self.callables)
        cppyy.nullptr = None
        keep_views(library)
        mend_pointers(library)
        self.streams = Streams(library, sys.stdout.write, sys.stderr.write)
        self.input = Input(library)
        self.memory = Memory(library)
        self.guard = Guard(library, self.streams, lambda: self.input.refusal)
        self._exceptions = Exceptions(cppyy, library, self.guard.error, self._classes.behaviours)
        self._background = Background(library, self.guard, self._exceptions)
        self._lookup = Lookup(self.gbl, self.definitions, self._tell, self.evaluate, self._compile, self.texts)
        self.names = KnownNames(self.gbl, (libcppyy.CPPOverload, libcppyy.TemplateProxy), self.definitions, self._lookup, self._bound)
        self.given = Given()
        attempts = Attempts(self.definitions, self._complaints, self.texts)
        Instantiating(attempts, self._messages_aside).watch(library)
        self._class_templates = ClassTemplates(attempts, self.definitions, library)
        wrap_templates(library, self._lookup.newest, self.given, Deducing(self.gbl), self._class_templates)
        self.values = Values(self.gbl, self.streams, self.declare, expressions.apply)
        self.showing = Showing(library, self.streams, self._compile, self.guard.error)
        self._transactor = Transactor(library, self.streams)
        self._lock = threading.RLock()
        # Holds the GIL while it forks, so that no other thread is half-way through loading a library.
        fork = ctypes.PYFUNCTYPE(ctypes.c_int, *[ctypes.c_int] * 3)(("doublet_rehearse", library))
        self._rehearsal = Rehearsal(fork, ctypes.PYFUNCTYPE(ctypes.c_int, ctypes.c_int)(("doublet_compile_aside", library)), self.guard)
        self._reader = Reader(self.definitions, self._rehearsal, self.texts)
        self._compiler = Compiler(self.definitions, self._included, self._rehearsal, self._transactor, self.guard, self.texts)
        members = Members(toolchain.backend)
        watch_constants(library, members.that_change)
        self.asking = Asking(self.definitions, self._compiler, members, self.read)
        self.plain_values = PlainValues(self.streams, self.definitions, self._lookup, members, self.asking.types_of, self._bound)
        self._keeper = Keeper(self._bound, self.definitions, self.evaluate)
        self._settler = Settler(
            self.definitions, self._bound, self._compiler, self.guard, self._exceptions, self._classes, self._lookup, self.values, self._included
        )
        give_signatures(libcppyy.CPPOverload, libcppyy.TemplateProxy)
        with others_wait(cppyy, library, SCOPES):
            self._classes.mend_from_now_on(library, self.given)
            self.histograms = Histograms(cppyy, library, expressions.apply, self.declare)
        self.files = Files(cppyy.gbl, library, self._included, self.streams, self.guard)

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
        self._keeper.keep_before(bound)
        parsed = self.read(text, cell, bound, origin)
        if refused := refusal(parsed, cell, self.definitions, background=background):
            raise CppCompileError([refused], cell)
        if not parsed.items:
            return Result(NOTHING)
        self.texts[label(cell)] = parsed.text if shown is None else shown
        self.showing.note(text)
        with self.turn():
            return self._execute(Request(parsed, cell, bound, origin, level, background, warn))

    def _execute(self, request: Request) -> Result:
        self._positions.begin_cell()
        compiled = self._compiler.run(request)
        self._class_templates.look_again(request.parsed.text)
        result = self._settler.settle(compiled)
        result = replace(result, value=self.histograms.as_python(result.value))
        if function := compiled.transaction.background:  # it may use all that C++ knows from Python now
            return replace(result, job=self._background.begin(function, request.cell, dict(self._bound)))
        return result

    def catch_up(self) -> None:
        """Compile the rest of a cell that was interrupted while it was compiled, for Cling can do nothing else before.

        What it defines is known then, though nothing of it has run. An interrupt raises `KeyboardInterrupt`, and a rest stays.
        """
        if self._compiler.is_behind:
            with self.turn():
                if compiled := self._compiler.go_on():
                    with suppress(KeyboardInterrupt):  # it has been told
                        self._settler.settle(compiled, KeyboardInterrupt())

    @property
    def is_behind(self) -> bool:
        """Whether there is something to catch up with."""
        return self._compiler.is_behind

    def read(self, text: str, cell: int, bindings: Mapping[str, Binding] | None = None, origin: str = "") -> Cell:
        """Cut a cell into items, without compiling them; the parameters are those of `run`.

        Raises `CppCompileError` for a condition, as of ``#if``, that is none.
        """
        return self._reader.read(text, cell, bindings or {}, origin)

    def declare(self, text: str) -> None:
        """Compile text that is not a cell's, such as a getter; it may not fail."""
        self._process(f"namespace doublet_cell_own {{}}\n{text}")

    def declare_records(self, scope: str, text: str) -> None:
        """Compile classes with properties, in a namespace of their own, whose objects have these as attributes in Python."""
        for mend in (give_fields, self.given.mend):
            self.cppyy.py.add_pythonization(mend, scope)
        self.declare(text)

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
        self._keeper.keep_before(bindings)
        with self.turn():
            return self._execute(Request(Cell(""), NO_CELL, dict(bindings)))

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
            return self.histograms.as_python(self._lookup.find(name))
        self._class_templates.note(name)
        with self.streams.captured():  # as in Values.read
            found = self._lookup.find(name)
        self._found[name] = revision
        return self.histograms.as_python(found)

    def assign(self, name: str, value: Binding) -> None:
        """Write a C++ variable; raises `CppCompileError` or `CppException` if it cannot hold that value."""
        entity = self.definitions.entities.get(name)
        written = entity.real_name if entity is not None else name
        self.run(f"::doublet::assigning::assign({written}, {value.name});", NO_CELL, {value.name: value})

    @property
    def behaviours(self) -> Behaviours:
        """What Python adds to C++ classes."""
        return self._classes.behaviours

    def show_objects_as(self, text: Callable[[Any], str]) -> None:
        """Have ``str`` and ``repr`` of the standard library's objects be this text."""
        self._classes.text = text

    def evaluate(self, expression: str) -> Any:
        """The value of an expression, without it becoming a cell."""
        result = self.run(expression, NO_CELL)
        return result.value

    def define(self, macro: str, value: str) -> None:
        """Define a macro, as ``-D`` does."""
        self._process(f"#undef {macro}\n#define {macro} {value}")

    def be_alone(self) -> None:
        """Go on in a process that was forked from another one, which has what it has begun to use."""
        self._rehearsal.forget()

    @contextmanager
    def turn(self) -> Iterator[None]:
        """One thread at a time has something compiled, and keeps interrupts meanwhile."""
        with self._lock, self.guard.held():
            yield

    def _process(self, text: str) -> None:
        with self.turn():
            self._cling.ProcessLine(text)

    def _compile(self, transaction: Transaction, rehearsed: bool) -> None:
        with self.turn():
            if not (rehearsed and self._rehearsal.complaints(transaction)):
                self._transactor.run(transaction)

    def _complaints(self, transaction: Transaction) -> str:
        with self.turn():
            return self._rehearsal.complaints(transaction)

    def _messages_aside(self) -> str:
        with self.turn():
            return self._rehearsal.messages_aside()

    def _tell(self, transaction: int) -> bytes:
        """The mangled name of a transaction's tag."""
        tag = tag_name(transaction)
        self._process(f"namespace doublet_home_{transaction} {{}} int {tag}_home = ::doublet::detail::tell(typeid({tag}).name());")
        return self._transactor.live.scope or b""
