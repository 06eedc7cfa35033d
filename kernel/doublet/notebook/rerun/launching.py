"""How the kernel of a rerun is started: by another Python, within a sandbox, or as Jupyter does."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from traitlets.config import Config

__all__ = ["Launcher", "launcher"]

_CONFIG = Config({"KernelManager": {"transport_encryption": "auto"}})


class Launcher(AsyncKernelManager):
    """A manager whose command for the kernel is changed before it is run."""

    def __init__(self, python: str, wrap: Callable[[Sequence[str]], list[str]], **options: Any) -> None:
        super().__init__(**options)
        self._python, self._wrap = python, wrap

    def format_kernel_cmd(self, extra_arguments: list[str] | None = None) -> list[str]:
        """The command, by the Python that was chosen in place of this process's, within what is put around it."""
        command = super().format_kernel_cmd(extra_arguments)
        return self._wrap([self._python if part == sys.executable else part for part in command])


def launcher(kernel: str, *, python: Path | None = None, sockets: Path | None = None, wrap: Callable[[Sequence[str]], list[str]] = list) -> Launcher:
    """A manager for the kernel of this name, of the environment of `python`; it talks by `sockets` in a folder, for a kernel without a network."""
    made = Launcher(str(python or sys.executable), wrap, kernel_name=kernel, config=_CONFIG)
    if python is not None:
        made.kernel_spec_manager = KernelSpecManager(kernel_dirs=[str(python.parent.parent / "share" / "jupyter" / "kernels")])
    if sockets is not None:
        made.transport, made.ip, made.connection_file = "ipc", str(sockets / "kernel"), str(sockets / "kernel.json")
    return made
