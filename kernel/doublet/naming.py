"""``%doublet_names``: the names of both languages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from IPython.core.magic import Magics, line_magic, magics_class

if TYPE_CHECKING:
    from IPython.core.interactiveshell import ExecutionResult, InteractiveShell

    from doublet.engine.interpreter import Interpreter
    from doublet.inventory import NameTable

__all__ = ["NameMagics"]


@magics_class
class NameMagics(Magics):
    """Knows which cell has given each of Python's names what it stands for."""

    def __init__(self, shell: InteractiveShell, engine: Interpreter) -> None:
        super().__init__(shell)
        self._shell = shell
        self._engine = engine
        self._objects: dict[str, int] = {name: id(value) for name, value in shell.user_ns.items()}
        """What each name stood for after the last cell."""
        self._cells: dict[str, int] = {}

    def note(self, result: ExecutionResult) -> None:
        """A cell has been run."""
        names = self._shell.user_ns
        now = dict(zip(names, map(id, names.values()), strict=True))
        number = result.execution_count or self._shell.execution_count
        self._cells |= dict.fromkeys((name for name, _ in now.items() - self._objects.items()), number)
        self._objects = now

    @line_magic
    def doublet_names(self, line: str) -> NameTable:
        """Show the names of both languages: %doublet_names. Those that match: %doublet_names m* ns::*.

        For each its type, its size, the cell that defined it, who owns its memory, and, where Python and C++ both have
        it, which is meant where. The rule for that: a C++ cell, and cpp.x, mean C++'s own x if it has one, from a
        cell, a header or a macro, and Python's otherwise. Python code means Python's x. Assigning one changes no other.

        The value is a list of `doublet.inventory.Name`: names = %doublet_names
        """
        from doublet.inventory import names_of_both  # with NumPy, without which a kernel starts faster

        return names_of_both(self._engine, self._shell.user_ns, self._shell.user_ns_hidden, self._cells, line.split())
