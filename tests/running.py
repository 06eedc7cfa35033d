"""C++ cells in the shell, as users run them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell


def run(shell: InteractiveShell, text: str, line: str = "", **names: Any) -> Any:
    """The value of a cell that begins with ``%%cpp`` and `line`; Python has the `names` by then."""
    shell.push(names)
    return shell.run_cell_magic("cpp", line, text)


def shown(shell: InteractiveShell, value: Any) -> str:
    """What a value looks like as text."""
    assert shell.display_formatter is not None
    text: str = shell.display_formatter.format(value)[0]["text/plain"]
    return text
