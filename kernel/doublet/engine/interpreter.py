"""The one door to Cling: run a cell as a transaction, read its value, look names up.

Cling is process-wide, so there is one `Interpreter`; `interpreter()` makes it when it is first needed.
"""

from __future__ import annotations

import ctypes
import os
import re
import signal
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from doublet.cells import Cell, Item, Unclosed, parse
from doublet.engine import diagnostics
from doublet.engine.definitions import Definitions, Plan, versioned
from doublet.engine.streams import Streams
from doublet.engine.toolchain import Toolchain
from doublet.engine.transaction import label, render, value_name
from doublet.engine.values import Enumerator, Foreign, Origin, Origins, read_text
from doublet.errors import CppCompileError, CppException, CppUsageError, Diagnostic

__all__ = ["NOTHING", "Binding", "Interpreter", "Result", "clean_name", "instance_type", "interpreter"]

NOTHING = object()
"""The value of a cell that has none."""


@dataclass(frozen=True)
class Binding:
    """A Python object made known to C++: the declaration of its name, and what has to stay alive for it."""

    name: str
    declaration: str
    keeps: object
    content: object = None
    """What C++ got a copy of, if a copy it is: the binding has to be made anew when that changes."""


@dataclass(frozen=True)
class Result:
    """What running a cell came to."""

    value: object
    warnings: tuple[Diagnostic, ...] = ()


class _Outcome(ctypes.Structure):
    """``doublet::detail::Outcome``."""

    _fields_ = (
        ("begun", ctypes.c_int),
        ("ended", ctypes.c_int),
        ("kind", ctypes.c_int),
        ("integer", ctypes.c_int64),
        ("real", ctypes.c_double),
        ("scope", ctypes.c_char_p),
        ("type", ctypes.c_char_p),
        ("address", ctypes.c_void_p),
    )


_TELL = ctypes.CFUNCTYPE(None, ctypes.c_char_p, ctypes.c_char_p)
_READERS: dict[int, Callable[[_Outcome], object]] = {
    1: lambda o: bool(o.integer),
    2: lambda o: chr(o.integer),
    3: lambda o: o.integer,
    4: lambda o: o.integer & (2**64 - 1),
    5: lambda o: o.real,
}
_SEND = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_size_t)
_DISPLAY = 3
"""What ``doublet::display`` queues its messages under."""
_OBJECT, _ENUMERATOR, _TEXT = 6, 7, 8
_PRINTERS = ("operator", "mime_bundle_repr", "#include")
"""What a cell may give earlier types another look with."""


@cache
def interpreter() -> Interpreter:
    """The process's interpreter."""
    return Interpreter(Toolchain.from_environment())


def instance_type() -> type:
    """The Python class that all C++ objects derive from."""
    cppyy = interpreter().cppyy
    base: type = type(cppyy.gbl.std.string()).__mro__[-2]
    return base


class Interpreter:
    """Cling, its definitions and its output."""

    def __init__(self, toolchain: Toolchain) -> None:
        toolchain.apply()
        import cppyy

        self.toolchain = toolchain
        self.definitions = Definitions()
        self.texts: dict[str, str] = {}
        self.gbl: Any = cppyy.gbl
        self.cppyy = cppyy
        self._cling = cppyy.gbl.gInterpreter
        self._cling.ProcessLine.__release_gil__ = True
        self._serial = 0
        self.origins = Origins()
        self.looks = 0
        """Grows when a cell may have defined how something looks."""
        self._bound: dict[str, Binding] = {}
        self._cling.AddIncludePath(str(toolchain.include))
        self._process("gClingOpts->AllowRedefinition = 1;")
        self.streams = Streams(self._process, sys.stdout.write, sys.stderr.write)
        addresses = (ctypes.c_void_p * 4)()
        self._process('#include "doublet/std.hpp"')
        self._process('#include "doublet/cell.hpp"')
        self._process('#include "doublet/bridge.hpp"')
        self._process('#include "doublet/display.hpp"')
        self._process(f"doublet::detail::addresses(reinterpret_cast<void**>({ctypes.addressof(addresses)}));")
        outcome, prepare, describe, check = addresses
        if not (outcome and prepare and describe and check):
            raise CppUsageError("the C++ interpreter could not compile Doublet's headers", "run 'doublet doctor'")
        display = (ctypes.c_void_p * 3)()
        self._process(f"doublet::detail::display_addresses(reinterpret_cast<void**>({ctypes.addressof(display)}));")
        forget, send, deliver = (address or 0 for address in display)
        self._forget_fields, self._send_waiting = ctypes.PYFUNCTYPE(None)(forget), ctypes.PYFUNCTYPE(None)(send)
        self._deliver = ctypes.c_void_p.from_address(deliver)
        self._outcome = _Outcome.from_address(outcome)
        self._prepare = ctypes.PYFUNCTYPE(None)(prepare)
        # Holds the GIL while it forks, so that no other thread is half-way through loading a library.
        self._fork_and_compile = ctypes.PYFUNCTYPE(ctypes.c_int, ctypes.c_char_p)(check)
        self._describe = ctypes.PYFUNCTYPE(None, _TELL)(describe)

    def run(self, text: str, cell: int, bindings: Mapping[str, Binding] | None = None) -> Result:
        """Compile all of a cell, then run it.

        Raises `CppCompileError` if it does not compile, and then nothing of it ran and nothing is defined;
        `CppException` if it throws, and then what ran before stays; `CppUsageError` for what is not C++.
        """
        if "\0" in text:
            raise CppUsageError("the cell contains a NUL byte", "remove it")
        bound = dict(bindings or {})
        parsed = parse(text, lambda name: name in bound or self.definitions.is_variable(name))
        self.texts[label(cell)] = parsed.text
        if parsed.problem:
            raise CppCompileError([_located(parsed.problem, parsed.text, cell)], cell)
        if not parsed.items:
            return Result(NOTHING)
        if twice := _defined_twice(parsed, cell):
            raise CppCompileError([twice], cell)
        declarations = [Item("variable", b.declaration, 0, "", (b.name,)) for b in bound.values()]
        plan = self.definitions.plan(cell, [*declarations, *parsed.items])
        if any(word in text for word in _PRINTERS):
            self.looks += 1
            self._forget_fields()
        self._serial += 1
        source = render(self._serial, plan.pieces)
        self._prepare()
        messages = self._check(source) or self._transact(source)
        found = diagnostics.parse(messages, self.texts) if messages.strip() else []
        if not self._outcome.begun:
            raise CppCompileError([*found, *self._blame(found, plan, cell)], cell)
        for name in plan.entities:
            self._bound.pop(name, None)
        self._bound.update(bound)
        thrown = None if self._outcome.ended else self._thrown()
        scope = self._scope()
        self.definitions.commit(plan, scope)
        warnings = tuple(d for d in found if not d.is_error)
        if thrown is not None:
            raise thrown
        return Result(self._value(), warnings)

    def declare(self, text: str) -> None:
        """Compile text that is not a cell's, such as a getter; it may not fail."""
        self._process(f"namespace doublet_cell_own {{}}\n{text}")

    def describer(self, kind: str, *, tried: bool) -> int:
        """The address of a function that describes values of a C++ type, see ``include/doublet/display.hpp``.

        With `tried`, it is compiled in a forked process first: the type holds code of the user's.
        It is 0 if there can be none, for the type cannot be named or its own ``operator<<`` does not compile.
        """
        self._serial += 1
        tag = f"doublet_look_{self._serial}"
        address = ctypes.c_void_p()
        source = (
            f"namespace doublet_look {{}}\nstruct {tag} {{}};\n"
            f"int {tag}_tried = ::doublet::detail::tried();\n"
            f"::doublet::detail::Describe& {tag}_ = *reinterpret_cast<::doublet::detail::Describe*>({ctypes.addressof(address)});\n"
            f"int {tag}__ = ({tag}_ = ::doublet::detail::describe_as<{tag}, {kind}>, 0);"
        )
        # Unoptimised is twice as fast, but what a cell has inlined may then be missing.
        for level in ("#pragma cling optimize(0)\n", ""):
            if not (tried and self._check(level + source)):
                self._transact(level + source)
                break
        return address.value or 0

    def on_display(self, deliver: Callable[[str], None]) -> None:
        """Have what ``doublet::display`` shows delivered, as lines of JSON: with the output, or from the calling thread."""
        self.streams.carry(_DISPLAY, deliver)

        def deliver_now(at: int, size: int) -> None:
            deliver(ctypes.string_at(at, size).decode(errors="replace"))

        self._deliver_now = _SEND(deliver_now)
        self._deliver.value = ctypes.cast(self._deliver_now, ctypes.c_void_p).value

    def send_waiting(self) -> None:
        """Deliver what C++ threads have displayed, if it did not go the way of the output."""
        self._send_waiting()

    def knows(self, name: str) -> bool:
        """Whether C++ has this name, from a cell or a header."""
        return name in self.definitions.entities or hasattr(self.gbl, name)

    def is_bound(self, binding: Binding) -> bool:
        """Whether C++ sees this object under this name already."""
        known = self._bound.get(binding.name)
        if known is None or known.content != binding.content:
            return False
        return known.declaration == binding.declaration or binding.content is not None

    def is_python(self, name: str) -> bool:
        """Whether C++ knows this name from Python."""
        return name in self._bound

    def reference(self, name: str, value: Any, content: object = None, *, const: bool = False) -> Binding:
        """Let C++ refer to a C++ object that Python holds."""
        kind = type(value).__cpp_name__
        address = self.cppyy.addressof(value)
        of = f"const {kind}" if const else kind
        return Binding(name, f"{of}& {name} = *reinterpret_cast<{of}*>({address:#x}UL);", value, content)

    def lookup(self, name: str) -> Any:
        """The newest C++ object of a name in the global namespace."""
        entity = self.definitions.entities.get(name)
        if entity is None:
            return getattr(self.gbl, name)
        if "namespace" in entity.kinds:
            return getattr(self.gbl, versioned(name, entity.version))
        if any(piece.item.bindings for piece in entity.parts.values()) or not entity.scope:
            return self.evaluate(name)
        return getattr(getattr(self.gbl, entity.scope), name)

    def assign(self, name: str, value: object) -> None:
        """Write a C++ variable."""
        entity = self.definitions.entities.get(name)
        setattr(getattr(self.gbl, entity.scope) if entity and entity.scope else self.gbl, name, value)

    def evaluate(self, expression: str) -> Any:
        """The value of an expression, without it becoming a cell."""
        result = self.run(expression, 0)
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

    def add_include_path(self, path: str) -> None:
        self._cling.AddIncludePath(path)

    def _process(self, text: str) -> None:
        self._cling.ProcessLine(text)

    def _check(self, source: str) -> str:
        """Compile in a forked process and return its complaints, or nothing if the text compiles.

        Cling takes back a text that does not compile, but not all of it: old definitions stay hidden, and
        templates of the standard library that it was the first to use stay broken. So the interpreter itself
        only gets text that is known to compile. The child ends where the cell would begin to run.
        """
        with self.streams.captured() as said:
            _, status = os.waitpid(self._fork_and_compile(source.encode()), 0)
        if status == 0:
            return ""
        if os.WIFEXITED(status):
            return said.text or " "
        return f"{said.text}\nerror: the compiler itself crashed on this cell ({signal.strsignal(os.WTERMSIG(status))})\n"

    def _transact(self, source: str) -> str:
        with self.streams.captured() as said:
            self._process(source)
        self.streams.drain()
        return said.text

    def _blame(self, found: list[Diagnostic], plan: Plan, cell: int) -> list[Diagnostic]:
        """Say why another cell's code is complained about."""
        cells = {d.site.cell for d in found if d.is_error} - {cell, None}
        names = [n for n in plan.followers if any(p.cell in cells for p in plan.entities[n].parts.values())]
        return [
            Diagnostic("note", f"'{name}' of an earlier cell uses what this cell redefines, and was compiled again")
            for name in names
        ]

    def _thrown(self) -> BaseException:
        chain: list[tuple[str, str]] = []

        def tell(kind: bytes, what: bytes) -> None:
            chain.append((clean_name(kind.decode(errors="replace")), what.decode(errors="replace")))

        self._describe(_TELL(tell))
        return CppException.of(chain or [("unknown C++ exception", "")])

    def _scope(self) -> str:
        """The inline namespace that Cling has put the cell in."""
        if self._outcome.scope:
            tag: bytes = self._outcome.scope
            match = re.match(rb"N(\d+)", tag)
            if match:
                return tag[match.end() :][: int(match[1])].decode()
        return ""

    def _value(self) -> object:
        kind = self._outcome.kind
        if kind == 0:
            return NOTHING
        if kind in _READERS:
            return _READERS[kind](self._outcome)
        name = value_name(self._serial)
        origin = Origin(name, self._outcome.type.decode(), self._outcome.address)
        value: Any = None
        if kind == _ENUMERATOR:
            value = Enumerator(self._outcome.integer)
        elif kind == _TEXT:
            value = read_text(self._outcome.integer)
        elif kind == _OBJECT:
            getter = f"doublet_get_{self._serial}"
            self.declare(f"inline decltype(auto) {getter}() {{ return ({name}); }}")
            value = getattr(self.gbl, getter)()
        if value is None:
            value = Foreign(origin)
        if not isinstance(value, str):
            self.origins.remember(value, origin)
        return value


def clean_name(name: str) -> str:
    """A type's name as the user wrote it."""
    name = re.sub(r"__cling_N5\d+::|doublet_v\d+_", "", name)
    return name.replace("std::__cxx11::", "std::")


def _defined_twice(parsed: Cell, cell: int) -> Diagnostic | None:
    """Find what a cell defines twice, which Cling would take as a redefinition of an earlier cell's."""
    if any(item.text.lstrip("# \t").startswith(("if", "elif", "else")) for item in parsed.items):
        return None  # one of the two may be in a branch that is not compiled
    seen: set[tuple[str, str]] = set()
    for item in parsed.items:
        if item.declares_only or item.kind not in ("function", "type", "variable"):
            continue
        for name in item.names if not item.text.startswith(("typedef", "using")) else ():
            if (name, item.key) in seen:
                line = parsed.text.splitlines()[item.line]
                message = f"redefinition of '{name}'"
                return Diagnostic("error", message, cell, None, item.line + 1, len(item.column) + 1, line)
            seen.add((name, item.key))
    return None


def _located(problem: Unclosed, text: str, cell: int) -> Diagnostic:
    line = text.splitlines()[problem.line - 1] if text else ""
    return Diagnostic("error", problem.message, cell, None, problem.line, problem.column, line)
