"""C++ values in a running IPython: values of cells, and what ``doublet::display`` shows from the middle of one."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from doublet.display.values import Describer
from doublet.engine.interpreter import instance_type
from doublet.engine.values import Enumerator, Foreign

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from doublet.engine.interpreter import Interpreter

__all__ = ["show_values"]


def show_values(shell: InteractiveShell, engine: Interpreter) -> None:
    """Have the shell show C++ values."""
    describer = Describer(engine)
    formatter = shell.display_formatter
    assert formatter is not None
    for kind in (instance_type(), engine.gbl.std.string, Enumerator, Foreign):  # in a Python list, for instance
        formatter.formatters["text/plain"].for_type(kind, lambda value, printer, _cycle: printer.text(describer.text(value)))
    original = formatter.format

    def format_value(value: Any, include: Any = None, exclude: Any = None) -> tuple[dict[str, Any], dict[str, Any]]:
        # Not a formatter of IPython's: those report an exception, but let the cell succeed.
        if not describer.covers(value):
            return original(value, include=include, exclude=exclude)
        bundle = describer.bundle(value)
        return {t: d for t, d in bundle.items() if (not include or t in include) and t not in (exclude or ())}, {}

    formatter.format = format_value  # type: ignore[method-assign]
    engine.on_display(_Live(shell))
    shell.events.register("post_run_cell", lambda _result: engine.send_waiting())


class _Live:
    """Publishes what ``doublet::display`` shows, from text that may come in pieces."""

    def __init__(self, shell: InteractiveShell) -> None:
        self._shell = shell
        self._rest = ""
        self._execution = -1
        self._ids: set[str] = set()

    def __call__(self, text: str) -> None:
        *messages, self._rest = (self._rest + text).split("\n")
        for message in messages:
            self._publish(json.loads(message))

    def _publish(self, message: dict[str, Any]) -> None:
        if self._execution != self._shell.execution_count:
            # A cell that runs again has lost its outputs, so its first display is a new one; by the protocol that
            # updates older ones with the same id, too.
            self._execution, self._ids = self._shell.execution_count, set()
        name = message["id"]
        update = name in self._ids
        if name:
            self._ids.add(name)
        self._shell.display_pub.publish(
            message["data"], transient={"display_id": name} if name else {}, update=update
        )
