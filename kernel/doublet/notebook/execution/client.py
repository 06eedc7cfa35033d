"""A kernel that executes a notebook, by nbclient, and is asked for its record."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from jupyter_core.utils import ensure_async, run_sync
from nbclient import NotebookClient
from traitlets.config import Config

from doublet.notebook.provenance.asking import EXPRESSION, START, answered
from doublet.notebook.reading import Cell, Notebook, text_of

if TYPE_CHECKING:
    from jupyter_client.manager import AsyncKernelManager

    from doublet.notebook.provenance.record import Session

__all__ = ["Client"]

_CONFIG = Config({"KernelManager": {"transport_encryption": "auto"}})
_WAITS = (0.0, 0.1, 0.3, 1.0, 3.0)
"""Seconds between requests: a kernel whose cell has failed refuses what was sent before it has said so."""
_TIME_TO_END = 10  # seconds: an interrupted cell
_TIME_TO_ANSWER = 30  # seconds: for the checksums of a few files


class Client(NotebookClient):
    """Executes cell after cell, and shows what they print, if `live`, while they do."""

    def __init__(self, notebook: Notebook, kernel: str, folder: str, timeout: int | None, *, live: bool = False, manager: AsyncKernelManager | None = None) -> None:
        super().__init__(notebook, kernel_name=kernel, timeout=timeout, record_timing=False, resources={"metadata": {"path": folder}}, config=_CONFIG)
        if manager is not None:
            self.km, self.owns_km = manager, True  # it is shut down in the end as one that the client has made
        self._is_live = live

    def prepare(self) -> None:
        """Begin, in a kernel that has been started: learn its language, and have it recorded if it is one of Python's."""
        self.reset_execution_trackers()
        assert self.kc is not None
        info: Any = self.wait_for_reply(self.kc.kernel_info())
        self.info: dict[str, Any] = info["content"]
        self.nb.metadata["language_info"] = self.info["language_info"]
        if self.info.get("implementation") == "ipython":
            self._ask(START)

    def record(self) -> Session | None:
        """The kernel's own record; None from a kernel that keeps none, or does not answer any more."""
        return answered(self._ask(EXPRESSION))

    def process_message(self, msg: dict[str, Any], cell: Cell, cell_index: int) -> Any:
        """Take a kernel's message, and show it."""
        if self._is_live:
            _show(msg)
        return super().process_message(msg, cell, cell_index)

    def interrupt(self) -> None:
        """Have the kernel end what it is doing, if there is one."""
        with suppress(RuntimeError, OSError):
            run_sync(self._interrupt)()

    async def _interrupt(self) -> None:
        """Interrupt it, and let what still listens to the cell hear how that has ended."""
        assert self.km is not None
        await ensure_async(self.km.interrupt_kernel())
        if listening := asyncio.all_tasks() - {asyncio.current_task()}:
            done, _ = await asyncio.wait(listening, timeout=_TIME_TO_END)
            for task in done:
                if not task.cancelled():
                    task.exception()

    def _ask(self, expression: str) -> dict[str, Any]:
        """The reply of the kernel that has evaluated this; empty if it does not come."""
        if not run_sync(self._is_alive)():
            return {}
        try:
            reply: dict[str, Any] = run_sync(self._evaluate)(expression)
        except (TimeoutError, RuntimeError):  # it is busy, or dead
            return {}
        return reply

    async def _is_alive(self) -> bool:
        assert self.km is not None
        return bool(await ensure_async(self.km.is_alive()))

    async def _evaluate(self, expression: str) -> dict[str, Any]:
        client: Any = self.kc
        options = {"silent": True, "store_history": False, "allow_stdin": False, "stop_on_error": False}
        reply: dict[str, Any] = {"content": {"status": "aborted"}}
        for wait in _WAITS:
            await asyncio.sleep(wait)
            asked = client.execute("", user_expressions={"doublet": expression}, reply=True, timeout=_TIME_TO_ANSWER, **options)
            reply = dict(await ensure_async(asked))
            if reply["content"]["status"] != "aborted":
                break
        return reply


def environment(variables: Mapping[str, str]) -> dict[str, str]:
    """That of a kernel: this process's, and these."""
    return {**os.environ, **variables}


def _show(message: dict[str, Any]) -> None:
    kind, content = message["msg_type"], message["content"]
    if kind == "stream":
        stream = sys.stderr if content["name"] == "stderr" else sys.stdout
        stream.write(content["text"])
        stream.flush()
    elif kind in ("execute_result", "display_data") and (text := text_of(content["data"].get("text/plain", ""))):
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()
