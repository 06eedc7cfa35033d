"""C++ values in a running IPython: values of cells, and what ``doublet::display`` shows from the middle of one."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from doublet.display.values import Describer
from doublet.engine.names import clean_name
from doublet.engine.proxies import class_type, function_type, instance_type, template_type
from doublet.engine.values import Enumerator, Foreign

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from doublet.engine.interpreter import Interpreter

__all__ = ["show_values"]


def show_values(shell: InteractiveShell, engine: Interpreter) -> None:
    """Have the shell show C++ values."""
    describer = Describer(engine)
    engine.show_objects_as(describer.text)
    formatter = shell.display_formatter
    assert formatter is not None
    plain = formatter.formatters["text/plain"]
    for kind in (instance_type(), engine.gbl.std.string, Enumerator, Foreign):  # in a Python list, for instance
        plain.for_type(kind, lambda value, printer, _cycle: printer.text(describer.text(value)))
    for kind in (function_type(), template_type()):
        plain.for_type(kind, lambda value, printer, _cycle: printer.text(clean_name(value.__doc__)))
    plain.for_type(class_type(), lambda value, printer, _cycle: printer.text(_named(value)))
    original: Callable[..., tuple[dict[str, Any], dict[str, Any]]] = formatter.format

    def format_value(value: Any, include: Any = None, exclude: Any = None) -> tuple[dict[str, Any], dict[str, Any]]:
        # Not a formatter of IPython's: those report an exception, but let the cell succeed.
        if not describer.covers(value):
            return original(value, include=include, exclude=exclude)
        bundle = describer.bundle(value)
        wanted = {t: d for t, d in bundle.items() if (not include or t in include) and t not in (exclude or ())}
        # What Python has given the class, such as a _repr_html_, counts as well.
        others, metadata = original(value, include=include, exclude={*bundle, *(exclude or ())})
        return {**others, **wanted}, metadata

    formatter.format = format_value  # type: ignore[method-assign]
    engine.showing.on_display(_Live(shell))
    shell.events.register("post_run_cell", lambda _result: engine.showing.send_waiting())


def _named(value: type) -> str:
    kind = "namespace" if repr(value).startswith(("<namespace", "<C++ namespace")) else "class"
    return f"{kind} {clean_name(value.__cpp_name__)}" if value.__cpp_name__ else "the C++ global namespace"  # type: ignore[attr-defined] # cppyy


class _Live:
    """Publishes what ``doublet::display`` shows, from text that may come in pieces."""

    def __init__(self, shell: InteractiveShell) -> None:
        self._shell = shell
        self._rest = ""
        self._execution = -1
        self._ids: set[str] = set()

    def __call__(self, text: str) -> None:
        *lines, self._rest = (self._rest + text).split("\n")
        messages = [json.loads(line) for line in lines]
        last = {message["id"]: number for number, message in enumerate(messages)}
        for number, message in enumerate(messages):
            name = message["id"]
            # Of updates that come faster than they can be shown, the last one counts.
            if not (name in self._known() and number < last[name]):
                self._publish(message["data"], name)

    def _known(self) -> set[str]:
        """The ids that the cell has used. A cell that runs again has lost its outputs, so it begins anew."""
        if self._execution != self._shell.execution_count:
            self._execution, self._ids = self._shell.execution_count, set()
        return self._ids

    def _publish(self, data: dict[str, Any], name: str) -> None:
        known = self._known()
        update = name in known
        if name:
            known.add(name)
        self._shell.display_pub.publish(data, transient={"display_id": name} if name else {}, update=update)
