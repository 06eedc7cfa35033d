"""Doublet in a running IPython: the magics, ``cpp``, and how C++ objects look. Works without a kernel, too."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from IPython.core.magic import Magics, cell_magic, line_magic, magics_class
from IPython.core.magic_arguments import argument, magic_arguments, parse_argstring

from doublet.bridge import bindings
from doublet.bridge.namespace import Cpp
from doublet.cells import parse
from doublet.display.shell import show_values
from doublet.engine.interpreter import NOTHING, Interpreter, interpreter
from doublet.errors import BridgeError, CppCompileError, CppUsageError, Diagnostic, render

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

__all__ = ["CppMagics", "attach"]


def attach(shell: InteractiveShell) -> CppMagics:
    """Give a shell C++ cells, the C++ namespace and the display of C++ objects."""
    engine = interpreter()
    magics = CppMagics(shell, engine)
    shell.register_magics(magics)
    shell.push({"cpp": Cpp(engine)}, interactive=False)
    show_values(shell, engine)
    return magics


@magics_class
class CppMagics(Magics):
    """``%%cpp`` and the line magics that set up the C++ side."""

    magic_lines = 1
    """How many lines of the cell as typed stand before the C++."""

    def __init__(self, shell: InteractiveShell, engine: Interpreter) -> None:
        super().__init__(shell)
        self._shell = shell
        self._engine = engine

    @magic_arguments()
    @argument("--time", action="store_true", help="say how long the cell took, compilation included")
    @argument("--optimize", type=int, choices=range(4), metavar="N", help="compile at level N (0 to 3)")
    @cell_magic
    def cpp(self, line: str, cell: str) -> Any:
        """Run the cell as C++; its last expression without ';' is the value."""
        options = parse_argstring(self.cpp, line)
        text = "\n" * self.magic_lines + cell
        if options.optimize is not None:
            first, _, rest = text.partition("\n")
            text = f"#pragma cling optimize({options.optimize})\n" + rest if not first else text
        begun = time.perf_counter()
        value = self.run(text)
        if options.time:
            print(f"{time.perf_counter() - begun:.3g} s")  # noqa: T201 - the answer that was asked for
        return value

    def run(self, text: str) -> Any:
        """Run C++ as the cell that is being executed; return its value or None."""
        names: dict[str, Any] = self._shell.user_ns
        parsed = parse(text, self._engine.definitions.is_variable)
        own = {name for item in parsed.items for name in item.names}
        number = self._shell.execution_count
        bound = bindings(self._engine, parsed.words, names, own)
        try:
            result = self._engine.run(text, number, bound)
        except CppCompileError as error:
            error.diagnostics += _python_hints(error.diagnostics, names)
            raise
        if result.warnings:
            print("\n".join(render(result.warnings, color=True)), file=sys.stderr)  # noqa: T201 - for the user
        return None if result.value is NOTHING else result.value

    @line_magic
    def cpp_include(self, line: str) -> None:
        """%cpp_include PATH: also look in the folder PATH for headers."""
        path = Path(line.strip()).expanduser()
        if not line.strip() or not path.is_dir():
            raise CppUsageError(f"'{line.strip()}' is not a folder", "give the folder that #include should search")
        self._engine.add_include_path(str(path.resolve()))

    @line_magic
    def cpp_load(self, line: str) -> None:
        """%cpp_load LIBRARY: load a shared library, by path or by name."""
        if not line.strip():
            raise CppUsageError("no library is named", "use %cpp_load PATH or %cpp_load NAME")
        self._engine.load(line.strip())

    @line_magic
    def cpp_flags(self, line: str) -> None:
        """%cpp_flags: show how cells are compiled, and how to change it."""
        if line.strip():
            raise CppUsageError(
                "flags cannot change while the interpreter runs",
                f"start the kernel with DOUBLET_CXXFLAGS='{line.strip()}', or use %%cpp --optimize N",
            )
        toolchain = self._engine.toolchain
        print(f"C++{toolchain.standard} {' '.join(toolchain.flags)}")  # noqa: T201 - the answer that was asked for
        print("To change them, set DOUBLET_STDCXX or DOUBLET_CXXFLAGS and restart the kernel.")  # noqa: T201
        print("The level of one cell: %%cpp --optimize N")  # noqa: T201


def _python_hints(found: list[Diagnostic], names: dict[str, Any]) -> list[Diagnostic]:
    """Say which undeclared names Python has, but of a type that does not cross."""
    hints = []
    for diagnostic in found:
        quoted = diagnostic.message.partition("undeclared identifier '")[2].partition("'")[0]
        if quoted in names:
            error = BridgeError(quoted, type(names[quoted]).__name__, "C++ has no counterpart of it")
            hints.append(Diagnostic("note", str(error)))
    return hints
