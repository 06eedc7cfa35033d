"""Doublet: C++ and Python as two states of one Jupyter kernel."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from doublet.display.histograms.drawings import efficiency, overlay, stack
    from doublet.display.histograms.fingerprint import fingerprint
    from doublet.exploring import explore
    from doublet.loading import load
    from doublet.notebook.provenance.asking import provenance
    from doublet.plotting import plot
    from doublet.registering import CppValue, register

__all__ = ["CppValue", "__version__", "efficiency", "explore", "fingerprint", "load", "load_ipython_extension", "overlay", "plot", "provenance", "register", "stack"]

__version__ = "0.1.0"

_LATE = {
    "CppValue": "doublet.registering",
    "efficiency": "doublet.display.histograms.drawings",
    "explore": "doublet.exploring",
    "fingerprint": "doublet.display.histograms.fingerprint",
    "load": "doublet.loading",
    "overlay": "doublet.display.histograms.drawings",
    "plot": "doublet.plotting",
    "provenance": "doublet.notebook.provenance.asking",
    "register": "doublet.registering",
    "stack": "doublet.display.histograms.drawings",
}
"""What needs libraries that take long to import, and where it is."""


def __getattr__(name: str) -> Any:
    if name not in _LATE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_LATE[name]), name)


def load_ipython_extension(shell: InteractiveShell) -> None:
    """Bring C++ to any IPython: called by ``%load_ext doublet``."""
    from doublet.extension import attach

    attach(shell)
