"""``%%cpp`` and the line magics that set up the C++ side."""

from __future__ import annotations

import os
import re
import shlex
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from IPython.core.error import UsageError
from IPython.core.magic import Magics, cell_magic, line_magic, magics_class
from IPython.core.magic_arguments import argument, magic_arguments, parse_argstring
from IPython.core.magics.execution import _format_time as duration
from IPython.utils._process_common import arg_split

from doublet import timing
from doublet.engine.interpreter import NOTHING, Interpreter
from doublet.errors import BridgeError, CppCompileError, CppUsageError, Diagnostic
from doublet.habits import commands, habits, without
from doublet.libraries import open_library
from doublet.loading import loader
from doublet.rendering import warn

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from IPython.core.interactiveshell import ExecutionInfo, InteractiveShell

    from doublet.background import BackgroundMagics
    from doublet.bridge.names import Names
    from doublet.engine.interpreter import Result
    from doublet.habits import Command

__all__ = ["CppMagics"]

_OPTIONS = (
    "the options are --time, --timeit [-n LOOPS] [-r RUNS], --optimize N and --background; C++ begins on the next line"
)
_FLAGS = (
    ("-O", "the optimisation level is chosen cell by cell: %%cpp --optimize {level}"),
    ("-I", "folders of headers are added with %cpp_include PATH, at once"),
    ("-L", "a library is loaded with %cpp_load PATH, at once"),
    ("-l", "a library is loaded with %cpp_load NAME, at once"),
    ("-D", "macros are defined with #define in a cell, at once"),
    ("-U", "macros are taken back with #undef in a cell, at once"),
    (
        "-std=",
        "the standard is fixed while C++ runs; set DOUBLET_STDCXX=17 or 20 where Jupyter is started",
    ),
)


@magics_class
class CppMagics(Magics):
    """Runs C++ as the cell that is being executed."""

    def __init__(self, shell: InteractiveShell, engine: Interpreter, names: Names, background: BackgroundMagics) -> None:
        super().__init__(shell)
        self._background = background
        self._shell = shell
        self._engine = engine
        self._names = names
        self._library_folders: list[str] = []
        self._loader = loader()
        self._loader.on_script = lambda name: self._succeeded("cpp_load", shlex.quote(name))
        self._origin = ""
        self._number = 0
        self.on_success: Callable[[str, str, str | None, int, str], None] = lambda *_: None
        """Called with a magic that C++ remembers, its line and body, and the cell's number and origin."""

    def note(self, info: ExecutionInfo) -> None:
        """Remember which cell of the notebook is being run."""
        self._origin = info.cell_id or ""

    def run_again(self, line: str, cell: str, number: int, origin: str) -> None:
        """Run a cell of an earlier kernel as what it was there."""
        before = self._number, self._origin
        self._number, self._origin = number, origin
        try:
            self.cpp(line, cell)
            self._background.wait_for()
        finally:
            self._number, self._origin = before

    @magic_arguments("%cpp")  # IPython puts one more % before it
    @argument(
        "--time", action="store_true", help="say how long it took, and how much of that was compilation"
    )
    @argument(
        "--timeit",
        action="store_true",
        help="compile once, run many times, say how long one run takes; variables are local to the cell, the "
        "value is computed but not shown",
    )
    @argument("-n", "--loops", type=int, metavar="LOOPS", help="with --timeit: how many times in each run")
    @argument("-r", "--runs", type=int, metavar="RUNS", help="with --timeit: how many runs (7)")
    @argument(
        "--optimize",
        type=int,
        choices=range(4),
        metavar="N",
        help="compile what this cell defines at level N: 0 not optimised, 1 not inlined, 2 as usual, 3 more",
    )
    @argument(
        "--background",
        action="store_true",
        help="run the statements in a thread of their own, while other cells run; the value is shown at once, a histogram again and "
        "again; %%cpp_stop, %%cpp_wait and %%cpp_jobs are for such cells",
    )
    @cell_magic
    def cpp(self, line: str, cell: str) -> Any:
        """Run the cell as C++.

        All of it is compiled before any of it runs. A last expression without ';' is the cell's value.
        """
        options = self._options(line)
        begun = time.perf_counter()
        result = self._run(cell, options)
        total = time.perf_counter() - begun
        self._succeeded("cpp", line, cell)
        if options.timeit:
            print(timing.result(result.value))  # noqa: T201 - the answer that was asked for
        if options.time:
            parts = f"{duration(total - result.seconds)} compiling, {duration(result.seconds)} running"
            print(f"Wall time: {duration(total)} ({parts})")  # noqa: T201 - the answer that was asked for
        if result.job is not None:
            self._background.begin(result)
            return None
        return None if options.timeit or result.value is NOTHING else result.value

    @line_magic
    def cpp_include(self, line: str) -> None:
        """Look for headers in more folders: %cpp_include PATH [PATH ...].

        A path may begin with ~, hold $VARIABLES and be relative to the current folder; one with spaces is
        quoted. It holds at once, for all cells that follow.
        """
        folders = [self._folder(path) for path in _paths(line, "no folder is named; use %cpp_include PATH")]
        for folder in folders:
            self._engine.files.include_from(folder)
        self._succeeded("cpp_include", line)

    @line_magic
    def cpp_load(self, line: str) -> None:
        """Load libraries: %cpp_load LIBRARY [LIBRARY ...].

        A library is given by its name (fastjet, eigen3): pkg-config, the library's own config script, CMake, the
        conda environment and pip packages are asked for its headers, shared libraries and macros, in this order.
        Or it is a shared library, by its path, which may begin with ~, hold $VARIABLES and be relative to the current
        folder, or by its name (m or libm.so.6) if it lies where the system looks. One with spaces is quoted.
        What it holds can be called after its header is included.
        """
        for name in _paths(line, "no library is named; use %cpp_load PATH or %cpp_load NAME"):
            self._loader.load(name)
        self._succeeded("cpp_load", line)

    @line_magic
    def cpp_flags(self, line: str) -> None:
        """Show how cells are compiled: %cpp_flags. With flags, say how each is set: %cpp_flags -O3."""
        if line.strip():
            raise CppUsageError("; ".join(dict.fromkeys(map(_advice, line.split()))))
        toolchain = self._engine.toolchain
        print(f"C++{toolchain.standard} {' '.join(toolchain.flags)}")  # noqa: T201 - the answer that was asked for
        print("At once: %%cpp --optimize N, %cpp_include PATH, %cpp_load LIBRARY.")  # noqa: T201
        print("With a restart: DOUBLET_STDCXX and DOUBLET_CXXFLAGS, set where Jupyter is started.")  # noqa: T201

    @line_magic
    def cpp_memory(self, line: str) -> None:
        """Show how much memory a cell may take: %cpp_memory. Set it: %cpp_memory 8G, or auto, or none.

        What wants more gets std::bad_alloc in C++ and MemoryError in Python. With a size, that is for the whole
        kernel; auto, which holds if nothing is said, is nine tenths of what is left when a cell begins.
        """
        memory = self._engine.memory
        if line.strip():
            memory.set(line)
            self._succeeded("cpp_memory", line)
        print(memory.describe())  # noqa: T201 - the answer that was asked for

    def _options(self, line: str) -> argparse.Namespace:
        try:
            options: argparse.Namespace = parse_argstring(self.cpp, line)
        except (UsageError, ValueError) as error:
            _, unknown, words = str(error).partition("unrecognized arguments: ")
            reason = (
                f"%%cpp does not know '{words}'" if unknown else f"%%cpp does not understand this: {error}"
            )
            raise CppUsageError(reason, _OPTIONS) from None
        if not options.timeit and (options.loops is not None or options.runs is not None):
            raise CppUsageError("-n and -r belong to --timeit", _OPTIONS)
        if options.timeit and options.background:
            raise CppUsageError("--timeit and --background exclude each other", _OPTIONS)
        if min(options.loops or 1, 1 if options.runs is None else options.runs) < 1 or options.loops == 0:
            raise CppUsageError("-n and -r are numbers from 1", _OPTIONS)
        return options

    def _succeeded(self, magic: str, line: str, body: str | None = None) -> None:
        self.on_success(magic, line, body, self._cell_number(), self._origin)

    def _cell_number(self) -> int:
        assert self._shell.displayhook is not None
        # The number that the value gets; IPython 9 has counted on when a cell runs, older ones have not.
        return self._number or max(1, self._shell.displayhook.prompt_count)

    def _run(self, typed: str, options: argparse.Namespace) -> Result:
        number = self._cell_number()
        text = self._prepared(typed, number)
        parsed = self._engine.read(text, number, origin=self._origin)
        if options.timeit and not parsed.problem:
            text = timing.timed(parsed, number, options.loops or 0, options.runs or 7)
        bound = self._names.bindings(parsed)
        try:
            result = self._engine.run(
                text,
                number,
                bound,
                self._origin,
                level=options.optimize,
                background=options.background,
                shown=typed,
                warn=warn,
            )
        except CppCompileError as error:
            self._names.refuse_clashes(bound, error.diagnostics)
            error.diagnostics += _python_hints(error.diagnostics, self._names.refused)
            raise
        warn(result.warnings)
        return result

    def _prepared(self, text: str, number: int) -> str:
        """Refuse what is not C++, and do what the code asks of the interpreter; return the rest."""
        lines = text.split("\n")
        found = habits(text, lambda name: name in self._shell.user_ns or self._engine.names.knows(name))
        if found:
            raise CppCompileError(
                [
                    Diagnostic("error", h.message, number, None, h.line, h.column, lines[h.line - 1])
                    for h in found
                ],
                number,
            )
        asked = list(commands(text))
        for command in asked:
            try:
                self._obey(command)
            except CppUsageError as error:
                at = (number, None, command.line, command.column, lines[command.line - 1])
                raise CppCompileError([Diagnostic("error", str(error), *at)], number) from None
        return without(text, {command.line for command in asked})

    def _obey(self, command: Command) -> None:
        if command.action == "load":
            self._load(_expanded(command.value))
        elif command.action == "add_include_path":
            self._engine.files.include_from(self._folder(_expanded(command.value)))
        else:
            self._library_folders.append(self._folder(_expanded(command.value)))

    def _folder(self, path: str) -> str:
        if Path(path).is_file():
            raise CppUsageError(f"'{path}' is a file, not a folder", f'use #include "{path}" in a C++ cell')
        if not Path(path).is_dir():
            raise CppUsageError(f"there is no folder '{path}'", "give the folder that #include should search")
        return str(Path(path).resolve())

    def _load(self, name: str) -> None:
        self._engine.files.load(open_library(name, tuple(self._library_folders)))


def _paths(line: str, missing: str) -> list[str]:
    """The paths on a magic's line; one that holds spaces is taken whole if it is there."""
    if not line.strip():
        raise CppUsageError(*missing.split("; "))
    if Path(_expanded(line.strip())).exists():
        return [_expanded(line.strip())]
    try:
        words = arg_split(line, posix=True)
    except ValueError:
        raise CppUsageError(f"a quote is not closed in '{line.strip()}'", "close it") from None
    return [_expanded(word) for word in words]


def _expanded(path: str) -> str:
    expanded = os.path.expandvars(os.path.expanduser(path))  # noqa: PTH111 - Path would drop a leading ./
    if (unknown := re.search(r"\$\{?(\w+)", expanded)) and not Path(expanded).exists():
        raise CppUsageError(
            f"the environment has no variable '{unknown[1]}'", "set it with %env, or write the path out"
        )
    return expanded


def _advice(flag: str) -> str:
    for prefix, advice in _FLAGS:
        if flag.startswith(prefix):
            return f"{flag}: " + advice.format(level=flag[2:] if flag[2:] in ("0", "1", "2", "3") else "3")
    return f"{flag}: this is fixed while C++ runs; set DOUBLET_CXXFLAGS='{flag}' where Jupyter is started"


def _python_hints(found: list[Diagnostic], refused: dict[str, BridgeError]) -> list[Diagnostic]:
    """Say of which names that the compiler misses Python has an object that does not cross."""
    missed = {name: error for name, error in refused.items() if any(_misses(d.message, name) for d in found)}
    return [Diagnostic("note", str(error)) for error in missed.values()]


def _misses(message: str, name: str) -> bool:
    return f"'{name}'" in message and any(words in message for words in ("undeclared", "unknown type", "no template", "no type"))
