"""What IPython shows of a value, with its results, as a notebook."""

from __future__ import annotations

from typing import TYPE_CHECKING

from IPython.core.interactiveshell import InteractiveShell
from nbformat.v4 import new_code_cell, new_notebook, new_output

from doublet.display.results import show_results

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["notebook_showing", "shell_with_results"]


def shell_with_results() -> InteractiveShell:
    """A shell of its own that shows results."""
    made = InteractiveShell()
    show_results(made)
    return made


def notebook_showing(shell: InteractiveShell, value: object, source: str = "value") -> NotebookNode:
    """A notebook of one cell, which has shown a value of this source."""
    assert shell.display_formatter is not None
    data, _ = shell.display_formatter.format(value)
    made: NotebookNode = new_notebook(cells=[new_code_cell(source, id="value", execution_count=1, outputs=[new_output("execute_result", data, execution_count=1)])])
    return made
