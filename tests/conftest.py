"""The process's C++ engine, a shell without a kernel, and real kernels."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings
from IPython.core.interactiveshell import InteractiveShell
from jupyter_client.manager import KernelManager
from traitlets.config import Config

from doublet.engine import rehearsal
from doublet.engine.interpreter import NOTHING, Interpreter, interpreter

if TYPE_CHECKING:
    from jupyter_client.blocking.client import BlockingKernelClient

# How long an example takes depends on the machine; all else stays as hypothesis has chosen it for this place.
settings.register_profile("untimed", settings(deadline=None))
settings.load_profile("untimed")

# A process runs many tests, and becomes larger than kernels do, for which each cell would be forked anew.
rehearsal.LARGE = sys.maxsize

pytest_plugins = ["pytester", "programs_needed", "two_processes"]


def pytest_collection_finish() -> None:
    """Spare what all tests are made of, half a million objects, from each ``gc.collect()`` in one of them."""
    gc.collect()
    gc.freeze()


ENCRYPTED = Config({"KernelManager": {"transport_encryption": "auto"}})
_cells = count(1)


@dataclass
class Engine:
    """Runs cells one after the other, as a notebook would."""

    interpreter: Interpreter
    cell: int = 0

    def __call__(self, text: str) -> Any:
        self.cell = next(_cells)
        value = self.interpreter.run(text, self.cell).value
        return None if value is NOTHING else value


@pytest.fixture
def cpp() -> Engine:
    return Engine(interpreter())


@pytest.fixture(scope="session")
def shell() -> InteractiveShell:
    shell: InteractiveShell = InteractiveShell.instance(colors="nocolor")
    shell.run_line_magic("load_ext", "doublet")
    return shell


@dataclass
class Reply:
    """What came back for one cell."""

    status: str
    stdout: str = ""
    stderr: str = ""
    value: str = ""
    ename: str = ""
    evalue: str = ""
    traceback: str = ""
    order: list[str] = field(default_factory=list)


class Kernel:
    """A real kernel in a process of its own."""

    def __init__(self, name: str) -> None:
        self.manager = KernelManager(kernel_name=name, config=ENCRYPTED)
        self.manager.start_kernel()
        self.client: BlockingKernelClient = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=120)

    def __call__(self, code: str, on_start: Callable[[], None] = lambda: None) -> Reply:
        """Run a cell; `on_start` is called when it begins."""
        reply = Reply("")

        def collect(message: dict[str, Any]) -> None:
            kind, content = message["msg_type"], message["content"]
            if kind == "stream":
                setattr(reply, content["name"], getattr(reply, content["name"]) + content["text"])
                reply.order.append(content["text"])
            elif kind == "display_data":
                reply.order.append(content["data"].get("text/plain", ""))
            elif kind == "execute_input":
                on_start()
            elif kind == "execute_result":
                reply.value = content["data"]["text/plain"]
            elif kind == "error":
                reply.ename, reply.evalue = content["ename"], content["evalue"]
                reply.traceback = "\n".join(content["traceback"])

        # Without stop_on_error, for a cell that comes soon after one that failed would be aborted.
        answer = self.client.execute_interactive(code, output_hook=collect, timeout=120, stop_on_error=False)
        reply.status = answer["content"]["status"]
        return reply

    def stop(self) -> None:
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)
        self.manager.cleanup_resources()


def _kernel(name: str) -> Callable[[], Iterator[Kernel]]:
    def kernel() -> Iterator[Kernel]:
        running = Kernel(name)
        yield running
        running.stop()

    return kernel


kernel = pytest.fixture(_kernel("doublet"), scope="module", name="kernel")
cpp_kernel = pytest.fixture(_kernel("doublet-cpp"), scope="module", name="cpp_kernel")
