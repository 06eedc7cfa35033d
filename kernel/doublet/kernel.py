"""The Jupyter kernel: ipykernel with C++ cells. Attributes and routing only."""

from __future__ import annotations

import gc
import inspect
import logging
import os
import platform
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from importlib import import_module
from typing import Any

from ipykernel.iostream import OutStream
from ipykernel.ipkernel import IPythonKernel
from ipykernel.kernelapp import IPKernelApp, kernel_aliases
from IPython.core.error import StdinNotImplementedError
from tornado.ioloop import IOLoop
from traitlets import Dict, Unicode

from doublet import __version__
from doublet.cells import is_complete
from doublet.engine.interpreter import interpreter
from doublet.errors import CppCrash, CppUsageError
from doublet.extension import attach
from doublet.handover import cpp_part, python_part
from doublet.interrupts import Interrupts, go_on_after_interrupts
from doublet.notebook.provenance.shell import end_record
from doublet.recovery.session import Recovery

__all__ = ["DoubletApp", "DoubletKernel"]

_INTERRUPTIBLE = ("comm_open", "comm_msg", "comm_close", "complete_request", "inspect_request")
"""The messages beside cells that run code of the user's."""
_REMEMBERED = 1000
"""Of how many cells late output still finds its cell."""


class DoubletKernel(IPythonKernel):
    """Python cells, and C++ cells that begin with ``%%cpp``; the other way round if `language` is C++."""

    implementation = "doublet"
    implementation_version = __version__
    language = Unicode("python", help="the language of cells that do not say").tag(config=True)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.cell: dict[str, Any] = {}
        self._requests: dict[int, dict[str, Any]] = {}
        self._written = "stdout"
        assert self.shell is not None
        self._completing = attach(self.shell, self._is_typed if self.language == "c++" else None)
        streams = interpreter().streams
        streams.redirect(self._deliver("stdout"), self._deliver("stderr"))
        for stream in (sys.stdout, sys.stderr):
            stream.flush_interval = 0.05  # type: ignore[union-attr] # these are OutStreams
            streams.wrap(stream)
        streams.start()
        interpreter().input.start(self._ask)
        self._take_interrupts()
        self._recovery = Recovery(self.shell, IPKernelApp.instance().abs_connection_file)
        gc.freeze()
        gc.enable()

    @property
    def banner(self) -> str:  # type: ignore[override] # a trait upstream
        toolchain = interpreter().toolchain
        first, other, magic = (
            ("C++", "Python", "%%python") if self.language == "c++" else ("Python", "C++", "%%cpp")
        )
        return (
            f"Doublet {__version__}: C++{toolchain.standard} and Python {platform.python_version()} "
            "in one process\n"
            f"Cells are {first}; one that begins with {magic} is {other}.\n"
        )

    @property
    def kernel_info(self) -> dict[str, Any]:
        info: dict[str, Any] = super().kernel_info
        return {
            **info,
            "help_links": [
                {"text": "C++ Reference", "url": "https://en.cppreference.com/w/cpp"},
                *self.help_links,
            ],
        }

    @property
    def language_info(self) -> dict[str, Any]:  # type: ignore[override] # a trait upstream
        if self.language != "c++":
            info: dict[str, Any] = super().language_info
            return info
        standard = interpreter().toolchain.standard
        return {
            "name": "c++",
            "version": standard,
            "mimetype": "text/x-c++src",
            "file_extension": ".cpp",
            "codemirror_mode": "text/x-c++src",
            "pygments_lexer": "cpp",
        }

    def _is_typed(self, code: str) -> bool:
        """Whether it is the cell itself, rather than something that a magic in it passes on."""
        typed: str = self.cell.get("content", {}).get("code", "")
        return code.rstrip("\n") == typed.rstrip("\n")

    def _take_interrupts(self) -> None:
        shell, self._interrupts = self.shell, Interrupts(interpreter().guard)
        assert shell is not None
        assert self.control_stream is not None
        for kind in _INTERRUPTIBLE:
            self.shell_handlers[kind] = self._interrupts.ends(_caught_up(self.shell_handlers[kind]))
        shell.run_code = self._interrupts.runs(_caught_up(shell.run_code))
        shell.user_expressions = partial(self._interrupts.answers, shell.user_expressions)
        shell.showtraceback = self._interrupts.spares(shell.showtraceback)
        self._interrupts.hear(self.control_stream)

    def pre_handler_hook(self) -> None:
        self._interrupts.begin_message()

    def post_handler_hook(self) -> None:
        """Leave the handler of interrupts in place."""

    def _cancel_on_sigint(self, future: Any) -> AbstractContextManager[None]:  # type: ignore[override] # upstream tells which kind
        return self._interrupts.cancelling(future)

    async def do_execute(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        self.cell = self.get_parent("shell")
        self._note()
        assert self.shell is not None
        code = self.cell["content"]["code"]
        is_cpp = cpp_part(code, cpp_first=self.language == "c++", is_known=interpreter().names.is_defined) is not None
        memory = interpreter().memory
        with self._recovery.cell(self.shell.execution_count, code, is_cpp=is_cpp) as reply:
            memory.begin_cell()
            try:
                reply.update(await super().do_execute(*args, **kwargs))
            finally:
                memory.end_cell()
        if interpreter().is_behind:
            IOLoop.current().add_callback(self._catch_up)
        return reply

    def _catch_up(self) -> None:
        """Between two messages: an interrupt concerns no cell, and leaves the rest to the next message."""
        engine = interpreter()
        try:
            engine.catch_up()
        except KeyboardInterrupt:
            return
        except CppCrash as crash:
            engine.streams.say(f"{crash}\n")

    async def do_shutdown(self, restart: bool) -> dict[str, Any]:
        self._recovery.end()
        end_record(is_restarting=restart)
        reply: dict[str, Any] = super().do_shutdown(restart)
        return reply

    async def do_is_complete(self, code: str) -> dict[str, Any]:
        cpp_first = self.language == "c++"
        if part := cpp_part(code, cpp_first=cpp_first, is_known=interpreter().names.is_defined):
            status, indent = is_complete(part.text)
            return {"status": status, **({"indent": indent} if status == "incomplete" else {})}
        python = python_part(code) if cpp_first else None
        reply: dict[str, Any] = super().do_is_complete(code if python is None else python)
        return reply

    def do_complete(self, code: str, cursor_pos: int | None) -> dict[str, Any]:  # type: ignore[override] # may be awaited upstream
        position = len(code) if cursor_pos is None else cursor_pos
        return self._completing.complete(code, position) or super().do_complete(code, position)

    def do_inspect(self, code: str, cursor_pos: int, *args: Any, **kwargs: Any) -> dict[str, Any]:  # type: ignore[override] # may be awaited upstream
        return self._completing.inspect(code, cursor_pos) or super().do_inspect(code, cursor_pos, *args, **kwargs)

    def do_history(self, *args: Any, **kwargs: Any) -> dict[str, Any]:  # type: ignore[override] # passes all on
        reply: dict[str, Any] = super().do_history(*args, **kwargs)
        assert self.shell is not None
        assert self.shell.history_manager is not None
        # IPython calls the session that is running 0 in a range, though it was asked for by its number.
        current = self.shell.history_manager.session_number
        reply["history"] = [(session or current, *rest) for session, *rest in reply["history"]]
        return reply

    def _note(self) -> None:
        """Remember which request what comes now belongs to: threads of a cell may write when others run."""
        number = next(reversed(self._requests), 0) + 1
        self._requests[number] = {"header": self.cell["header"]}
        self._requests.pop(number - _REMEMBERED, None)
        interpreter().streams.begin_cell(number)

    def _ask(self, prompt: str) -> str:
        """Ask for a line that C++ reads."""
        try:
            line: str = self.raw_input(prompt)
        except StdinNotImplementedError:
            raise CppUsageError("the code reads from stdin, and nobody can be asked here", "run it where cells can ask, as in JupyterLab, or read from a file or a string") from None
        return line

    def _deliver(self, name: str) -> Callable[[str], None]:
        """Write to the stream that Python has now, as part of the cell that the text is of."""
        streams = interpreter().streams

        def write(text: str) -> None:
            if self._written != name:
                # Each stream collects text before it sends it; what was written first has to leave first.
                getattr(sys, self._written).flush()
                self._written = name
            stream = getattr(sys, name)
            if isinstance(stream, OutStream):
                stream.set_thread_parent(self._requests.get(streams.cell, self.cell))
            stream.write(text)

        return write


class DoubletApp(IPKernelApp):
    """Starts the kernel."""

    name = "doublet"
    kernel_class = DoubletKernel
    capture_fd_output = False  # engine/streams.py does it
    aliases = Dict({**kernel_aliases, "language": "DoubletKernel.language"})

    def init_kernel(self) -> None:
        _import_debugger()
        super().init_kernel()

    def start(self) -> None:
        go_on_after_interrupts(IOLoop.current())
        super().start()

    def init_io(self) -> None:
        super().init_io()
        # What the application logs goes to the terminal that started it, not into a cell.
        for handler in self.log.handlers:
            if isinstance(handler, logging.StreamHandler) and not isinstance(handler, logging.FileHandler):
                handler.setStream(os.fdopen(os.dup(2), "w"))


def _caught_up(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function, such that it first compiles what an interrupt has left."""

    async def run(*args: Any, **kwargs: Any) -> Any:
        interpreter().catch_up()
        result = function(*args, **kwargs)
        return await result if inspect.isawaitable(result) else result

    return run


def _import_debugger() -> None:
    """Import ipykernel's debugger without debugpy, unless that is there already.

    It knows nothing of C++, the kernelspecs do not offer it, and it is a twentieth of the time a kernel takes to start.
    """
    name = "debugpy"
    if name not in sys.modules:
        sys.modules[name] = None  # type: ignore[assignment] # how Python is told that there is no such module
        import_module("ipykernel.debugger")
        del sys.modules[name]
