"""What is recorded of a kernel's C++."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from doublet.notebook.provenance.machine import without_folders

if TYPE_CHECKING:
    from doublet.engine.files import Opened
    from doublet.engine.interpreter import Interpreter
    from doublet.engine.plain_values import Held, Plain

__all__ = ["EngineCpp"]


class EngineCpp:
    """The C++ of a process with Cling in it."""

    def __init__(self, engine: Interpreter) -> None:
        from doublet.engine.proxies import instance_type  # which is there with the engine

        self._engine = engine
        self._instance = instance_type()

    def facts(self) -> dict[str, str]:
        """Standard, flags, compiler and Cling."""
        toolchain = self._engine.toolchain
        return {
            "standard": toolchain.standard,
            "flags": without_folders(toolchain.flags),
            "compiler": self._engine.files.compiler,
            "cling": f"cppyy-cling {version('cppyy-cling')}",
        }

    def libraries(self) -> Iterable[Path]:
        """Those that cells have loaded."""
        return self._engine.files.library_files()

    def headers(self) -> Iterable[Path]:
        """Those of the user's own that cells have included."""
        return self._engine.files.headers

    def opened(self) -> Iterable[Opened]:
        """The files that Python and C++ have opened since the last time, in that order."""
        return self._engine.files.opened()

    def is_defined(self, name: str) -> bool:
        """Whether a cell has defined this name in C++."""
        return self._engine.names.is_defined(name)

    def held(self, patience: float) -> tuple[list[Held], int]:
        """The plain values in variables of cells, and how many variables wait for more patience, which is in seconds."""
        return ([], 0) if self._engine.is_behind else self._engine.plain_values.read(patience)

    def fields(self, value: object) -> list[tuple[str, Plain]]:
        """The plain values in a C++ object that Python has made, such as ``.pt_min``; nothing of other objects."""
        return self._engine.plain_values.fields(value) if issubclass(type(value), self._instance) else []
