"""Doublet: C++ and Python as two states of one Jupyter kernel."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

__all__ = ["__version__", "load_ipython_extension"]

__version__ = "0.1.0"


def load_ipython_extension(shell: InteractiveShell) -> None:
    """Bring C++ to any IPython: called by ``%load_ext doublet``."""
    from doublet.extension import attach

    attach(shell)
