"""An extension of Jupyter's server: what it saves for JupyterLab and Notebook gets the record of the notebook's kernel.

In the server, for a kernel cannot write the notebook and the browser's page is one of many; and by the kernel's journal
rather than by asking the kernel, for that may be busy for hours when the notebook is saved.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp

__all__ = ["load"]


def load(server: ServerApp) -> None:
    """Have a server's notebooks get their records."""
    saved: dict[str, Any] = {}
    """What was written last, by the notebooks' paths: a page that was loaded before does not have it."""

    def add(model: dict[str, Any], path: str, **_: Any) -> None:
        if model.get("type") == "notebook" and model.get("content") is not None:
            _add(server, model, path, saved)

    server.contents_manager.register_pre_save_hook(add)  # type: ignore[no-untyped-call]


def _add(server: ServerApp, model: dict[str, Any], path: str, saved: dict[str, Any]) -> None:
    """Add the record to a notebook that is about to be written; one that cannot be added keeps nobody from saving."""
    import nbformat

    from doublet.notebook.provenance.stored import provenance_of, store

    notebook = nbformat.from_dict(model["content"])
    if notebook.get("nbformat") != 4:
        return
    sessions, earlier = _of_kernel(server, path), saved.get(path, [])
    if sessions or earlier or provenance_of(notebook, path).sessions:
        saved[path] = store(notebook, sessions, earlier=earlier, path=path).sessions
        model["content"] = notebook


def _of_kernel(server: ServerApp, path: str) -> list[Any]:
    """The sessions in the journal of the kernel that a notebook has now."""
    from doublet.notebook.provenance.journal import journal_of, read_journal

    paths = (path, f"RTC:{path}")  # the second where several people edit it at once
    kernels = server.session_manager.cursor.execute("SELECT kernel_id FROM session WHERE path IN (?, ?)", paths).fetchall()
    sessions: list[Any] = []
    for (kernel,) in kernels:
        if kernel in server.kernel_manager:  # else it has been shut down, and asking for it would forbid to save
            journal = journal_of(Path(server.kernel_manager.get_kernel(kernel).connection_file))
            with suppress(OSError):
                sessions += read_journal(journal)
    return sessions


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    """What Jupyter's server asks an extension for."""
    return [{"module": "doublet.notebook.provenance.server"}]


_load_jupyter_server_extension = load
