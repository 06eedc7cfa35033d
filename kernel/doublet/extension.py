"""Doublet in a running IPython, with or without a kernel: the magics, ``cpp``, and how C++ objects look."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from doublet.background import BackgroundMagics
from doublet.bridge.giving import give_instances
from doublet.bridge.histograms import connect
from doublet.bridge.left_views import LeftViews
from doublet.bridge.names import Names
from doublet.bridge.namespace import Cpp
from doublet.completion.shell import Completing, complete_cpp
from doublet.display.histograms.shell import show_histograms
from doublet.display.results import show_results
from doublet.display.shell import show_values
from doublet.display.tracebacks import show_tracebacks
from doublet.engine.interpreter import interpreter
from doublet.handover import HandOver
from doublet.magics import CppMagics
from doublet.naming import NameMagics
from doublet.notebook.provenance.shell import record_cells

if TYPE_CHECKING:
    from collections.abc import Callable

    from IPython.core.interactiveshell import InteractiveShell

__all__ = ["attach"]


def attach(shell: InteractiveShell, is_cpp: Callable[[str], bool] | None = None) -> Completing:
    """Give a shell C++ cells, the C++ namespace and the display of C++ objects; returns what completes names in cells.

    `is_cpp` tells whether a cell that does not say what it is is C++; without it, none is.
    """
    engine = interpreter()
    connect(engine)
    give_instances(engine)
    names = Names(engine, shell.user_ns)
    background = BackgroundMagics(shell)
    magics = CppMagics(shell, engine, names, background)
    own = NameMagics(shell, engine)
    shell.register_magics(background, magics, own)
    shell.events.register("post_run_cell", own.note)
    shell.events.register("pre_run_cell", magics.note)
    shell.events.register("pre_run_cell", lambda _: engine.guard.watch())
    if not any(isinstance(transform, HandOver) for transform in shell.input_transformers_cleanup):
        shell.input_transformers_cleanup.insert(0, HandOver(is_cpp, engine.names.is_defined))
    completing = Completing(shell, engine, cpp_first=is_cpp is not None)
    complete_cpp(shell, completing)
    left = LeftViews(shell.user_ns)
    shell.events.register("pre_run_cell", left.warn_of_use)
    shell.events.register("post_run_cell", left.warn_of_new)
    cpp = Cpp(engine, names)
    shell.push({"cpp": cpp}, interactive=False)
    shell.init_user_ns = partial(_begin_namespace, shell, shell.init_user_ns, cpp)  # type: ignore[method-assign]
    record_cells(shell, engine, cpp_first=is_cpp is not None)
    show_values(shell, engine)
    show_histograms(shell)
    show_results(shell)
    show_tracebacks(shell)
    return completing


def _begin_namespace(shell: InteractiveShell, begin: Callable[[], None], cpp: Cpp) -> None:
    """Give Python's namespace what it begins with, also after ``%reset``."""
    begin()
    shell.push({"cpp": cpp}, interactive=False)
