"""The kernels that are compared, how each writes a C++ cell, and a kernel that is timed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from queue import Empty
from typing import TYPE_CHECKING, Any

import psutil
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import KernelManager
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

if TYPE_CHECKING:
    from jupyter_client.blocking.client import BlockingKernelClient

ROOT_HOW = (
    "python3 -m venv PATH; PATH/bin/pip install --pre root ipykernel; make bench ROOT_PYTHON=PATH/bin/python"
)
LIMIT = 120.0
"""Seconds after which a cell counts as never ending."""


class BenchError(Exception):
    """What a user gets told in one sentence."""


class MeasurementError(BenchError):
    """A cell failed, gave another value than it should, or ended its kernel."""


class TooSlowError(MeasurementError):
    """A cell had not ended within its limit, in a kernel that lives."""

    def __init__(self, limit: float) -> None:
        super().__init__(f"> {limit:g} s")


@dataclass(frozen=True)
class Peer:
    """A kernel to measure, and how C++ is written in a cell of it."""

    name: str
    command: tuple[str, ...]
    versions: str
    line: str = ""
    """A cell that runs `code`, an expression or a statement, and has its value."""
    declare: str = ""
    """A cell that declares `code`."""
    program: str = ""
    """A cell that compiles `code`, definitions, and then calls `call`."""
    setup: str = ""
    """What a cell has to say before its first C++."""
    missing: str = ""
    """The command that installs it, if it is not installed."""


def peers(root_python: str | None) -> list[Peer]:
    """Doublet first, then what it is compared with."""
    if root_python and not (root_python := shutil.which(root_python)):
        raise BenchError(
            "the Python that should have ROOT is not an executable file: check --root-python or ROOT_PYTHON"
        )
    own, here = sys.executable, f"ipykernel {version('ipykernel')}"
    cell = "%%cpp\n{code}"
    return [
        Peer(
            "Doublet",
            (own, "-m", "doublet"),
            f"{version('doublet')}, {here}",
            cell,
            cell,
            f"{cell}\n{{call}}",
        ),
        Peer("ipykernel", (own, "-m", "ipykernel_launcher"), f"{version('ipykernel')}"),
        Peer(
            "cppyy",
            (own, "-m", "ipykernel_launcher"),
            f"{version('cppyy')} (cppyy-cling {version('cppyy-cling')}), {here}",
            # cppexec does the same, but returns True and never the value.
            "cppyy.gbl.gInterpreter.ProcessLine({code!r} + ';')",
            "cppyy.cppdef({code!r})",
            "cppyy.cppdef({code!r})\ncppyy.gbl.{call}",
            "import cppyy\n",
        ),
        Peer(
            "ROOT",
            (root_python or "", "-m", "ipykernel_launcher"),
            _root_versions(root_python) if root_python else "not installed",
            "ROOT.gInterpreter.ProcessLine({code!r} + ';')",
            "ROOT.gInterpreter.ProcessLine({code!r})",
            "ROOT.gInterpreter.Declare({code!r})\nROOT.{call}",
            "import ROOT\n",
            "" if root_python else ROOT_HOW,
        ),
    ]


def _root_versions(python: str) -> str:
    script = "import ROOT, ipykernel; print(f'{ROOT.gROOT.GetVersion()}, ipykernel {ipykernel.__version__}')"
    try:
        answer = subprocess.run(
            (python, "-c", script), capture_output=True, text=True, timeout=LIMIT, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise BenchError(f"'{python}' does not run as a Python that has ROOT: {error}") from None
    if answer.returncode:
        said = answer.stderr.strip().splitlines() or [f"it ended with {answer.returncode}"]
        raise BenchError(f"'{python}' cannot import ROOT and ipykernel: {said[-1]}")
    return answer.stdout.strip().splitlines()[-1]


class _OneSpec(KernelSpecManager):
    """Knows the kernel it is given, whatever else is installed under any name."""

    def __init__(self, spec: KernelSpec) -> None:
        super().__init__()
        self._spec = spec

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:  # noqa: ARG002 - there is but one
        return self._spec


class Kernel:
    """A kernel in a process of its own, with an IPython folder (history, start-up files) of its own."""

    def __init__(self, peer: Peer, folder: Path) -> None:
        self.peer = peer
        argv = [*peer.command, "-f", "{connection_file}"]
        specs = _OneSpec(KernelSpec(argv=argv, display_name=peer.name, language="python"))
        self._manager = KernelManager(kernel_spec_manager=specs)
        # Without it Doublet, which runs from its source here, would be the only one to be compiled at each start.
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        environment["IPYTHONDIR"] = str(folder / peer.name)
        self._begun = time.perf_counter()
        self._log = folder / f"{peer.name}.log"
        with open(self._log, "wb") as log:
            self._manager.start_kernel(env=environment, stdout=log, stderr=log)
        self._client: BlockingKernelClient = self._manager.client()
        self._client.start_channels()

    def first_reply(self, code: str) -> float:
        """Seconds from the start of the process to the reply to its first cell."""
        # Not wait_for_ready and execute_interactive: they sleep, or wait for messages that may come too early.
        request = self._client.execute(code, stop_on_error=False)
        reply: dict[str, Any] = {"parent_header": {}}
        while reply["parent_header"].get("msg_id") != request:
            try:
                reply = self._client.get_shell_msg(timeout=1)
            except Empty:
                if not self._manager.is_alive() or time.perf_counter() - self._begun > LIMIT:
                    raise self._late(code) from None
        seconds = time.perf_counter() - self._begun
        self._hear()
        self._check(code, reply["content"])
        return seconds

    def time(self, code: str, *, value: str = "", characters: int = 0, limit: float | None = None) -> float:
        """Seconds from sending a cell until both its reply and its last output are here.

        The cell has to have this `value` and to write that many `characters`. Where it may well be too slow, `limit`
        makes that a result of its own, a `TooSlowError`.
        """
        values: list[str] = []
        received = 0

        def collect(message: dict[str, Any]) -> None:
            nonlocal received
            if message["msg_type"] == "execute_result":
                values.append(message["content"]["data"]["text/plain"])
            elif message["msg_type"] == "stream":
                received += len(message["content"]["text"])

        begun = time.perf_counter()
        try:
            # Without stop_on_error, for a cell that comes soon after one that failed would be aborted.
            reply = self._client.execute_interactive(
                code, output_hook=collect, timeout=limit or LIMIT, stop_on_error=False
            )
        except (TimeoutError, Empty):
            raise self._late(code, limit) from None
        seconds = time.perf_counter() - begun
        self._check(code, reply["content"])
        if value and values != [value]:
            raise MeasurementError(f"{_head(code)} gave {values} instead of {value}")
        if characters and received != characters:
            raise MeasurementError(f"{_head(code)}: {received} of {characters} characters arrived")
        return seconds

    def memory(self) -> float:
        """Bytes that only this process has."""
        provisioner = self._manager.provisioner
        assert isinstance(provisioner, LocalProvisioner)
        return float(psutil.Process(provisioner.pid).memory_full_info().uss)

    def stop(self) -> None:
        self._client.stop_channels()
        with suppress(RuntimeError):  # it may have ended on its own
            self._manager.shutdown_kernel(now=True)
        self._manager.cleanup_resources()

    def _check(self, code: str, reply: dict[str, Any]) -> None:
        if reply["status"] != "ok":
            raise MeasurementError(f"{_head(code)} failed: {reply['ename']}: {reply['evalue']}")

    def _hear(self) -> None:
        """Wait until the output channel is connected: what cells send before that is lost."""
        for _ in range(100):
            self._client.kernel_info()
            with suppress(Empty):
                self._client.get_iopub_msg(timeout=0.2)
                return
        raise MeasurementError("the kernel replies but sends no output")

    def _late(self, code: str, limit: float | None = None) -> MeasurementError:
        if not self._manager.is_alive():
            said = self._log.read_text(encoding="utf-8", errors="replace").strip().splitlines() or [
                "no message"
            ]
            return MeasurementError(f"{_head(code)} ended the kernel: {said[-1]}")
        if limit is not None:
            return TooSlowError(limit)
        return MeasurementError(f"{_head(code)} had not ended after {LIMIT:g} s")


def _head(code: str) -> str:
    return f"'{' '.join(code.split())[:60]}'"
