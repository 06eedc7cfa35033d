"""The record gets into the notebook's file, whoever executes and writes it."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import papermill
import pytest
from jupyter_server_of_its_own import JupyterServer, execute, jupyter_server
from nbformat.v4 import new_code_cell, new_notebook
from traitlets.config import Config

from doublet.notebook.execution.client import Client
from doublet.notebook.provenance.record import Setting, digest
from doublet.notebook.provenance.stored import provenance_of, store

DATA = Path(__file__).parents[1] / "examples/data/HZZ.root"


def notebook_of(*sources: str, kernel: str = "doublet") -> Any:
    language = "c++" if kernel == "doublet-cpp" else "python"
    spec = {"name": kernel, "display_name": kernel, "language": language}
    return new_notebook(cells=[new_code_cell(source, id=f"cell{place}") for place, source in enumerate(sources, 1)], metadata={"kernelspec": spec})


def executed(notebook: Any) -> list[tuple[str, str, int]]:
    return [(each.cell, each.source, each.count) for session in provenance_of(notebook).sessions for each in session.executions]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[JupyterServer]:
    with jupyter_server(tmp_path_factory.mktemp("server")) as running:
        yield running


def test_a_saved_notebook_holds_what_its_kernel_has_executed_in_that_order_also_what_was_edited_and_deleted(server: JupyterServer) -> None:
    notebook = notebook_of("a = 1", "import numpy as np; a + 1", "%%cpp\ndouble saved_in_lab = 2; saved_in_lab")
    kernel = server.start("order.ipynb", "doublet")
    with server.client(kernel) as client:
        first, second, third = notebook.cells
        for cell in (second, first, second, third):
            if cell is second and second.execution_count is None:
                execute(client, new_code_cell("a = 0", id="gone"))
            execute(client, cell)
        first.source = "a = 5"
        saved = server.save("order.ipynb", notebook)
    assert executed(saved) == [
        ("gone", digest("a = 0"), 1),
        ("cell2", digest("import numpy as np; a + 1"), 2),
        ("cell1", digest("a = 1"), 3),
        ("cell2", digest("import numpy as np; a + 1"), 4),
        ("cell3", digest("%%cpp\ndouble saved_in_lab = 2; saved_in_lab"), 5),
    ]
    assert [each.language for each in provenance_of(saved).sessions[0].executions] == ["python"] * 4 + ["cpp"]
    assert "numpy" in provenance_of(saved).sessions[0].packages
    assert all("doublet" not in output.get("metadata", {}) for cell in saved.cells for output in cell.outputs)


def test_outputs_of_a_kernel_before_a_restart_keep_their_record_as_long_as_they_are_shown(server: JupyterServer) -> None:
    notebook = notebook_of("x = 1", "y = 2")
    kernel = server.start("restarted.ipynb", "doublet")
    with server.client(kernel) as client:
        execute(client, notebook.cells[0])
        execute(client, notebook.cells[1])
    server.restart(kernel)
    with server.client(kernel) as client:
        execute(client, notebook.cells[1])
        saved = server.save("restarted.ipynb", notebook)
        assert [cell for cell, _, _ in executed(saved)] == ["cell1", "cell2", "cell2"]
        execute(client, notebook.cells[0])
        assert [cell for cell, _, _ in executed(server.save("restarted.ipynb", notebook))] == ["cell2", "cell1"]


def test_a_notebook_that_is_only_opened_and_saved_keeps_its_record(server: JupyterServer) -> None:
    notebook = notebook_of("x = 1")
    kernel = server.start("kept.ipynb", "doublet")
    with server.client(kernel) as client:
        execute(client, notebook.cells[0])
        saved = server.save("kept.ipynb", notebook)
    server.ask("DELETE", f"kernels/{kernel}")
    record = saved.metadata.doublet
    assert server.save("kept.ipynb", saved).metadata.doublet == record
    assert server.save("kept.ipynb", notebook).metadata.doublet == record, "a page that does not know of it"
    assert not list(server.runtime.glob(f"*{kernel}.provenance")), "the kernel's file goes with it"


def test_a_saved_notebook_has_what_variables_held_when_the_kernel_rested(server: JupyterServer) -> None:
    notebook = notebook_of("%%cpp\nstruct Rested { int n = 2; } rested;", "cpp.rested.n = 3")
    with server.client(server.start("rested.ipynb", "doublet")) as client:
        for cell in notebook.cells:
            execute(client, cell)
        deadline, expected = time.monotonic() + 30, [Setting("rested.n", 3, 1)]
        # It may have rested between the two cells, too.
        while (settings := provenance_of(server.save("rested.ipynb", notebook)).sessions[0].settings) != expected and time.monotonic() < deadline:
            time.sleep(0.2)
    assert settings == expected


def test_a_broken_record_keeps_nobody_from_saving(server: JupyterServer) -> None:
    notebook = notebook_of("x = 1")
    notebook.metadata["doublet"] = {"version": 1, "sessions": "none"}
    assert server.save("broken.ipynb", notebook).metadata.doublet.sessions == "none"


SOURCES = ("x = 1", f"import uproot\nuproot.open('{DATA}:events')", "%%cpp\n#include <vector>\nstd::vector<int>{1, 2}", "y = 2", "from IPython.display import HTML, display\ndisplay(HTML('<i>z</i>'))", "z = 3")


def told_in_outputs(notebook: Any) -> None:
    """Everything up to the last cell that shows more than text is there."""
    (session,) = provenance_of(notebook).sessions
    assert [(each.count, each.source) for each in session.executions] == [(count, digest(source)) for count, source in enumerate(SOURCES[:5], 1)]
    assert session.cpp["standard"] == "20"
    assert {"uproot", "awkward", "doublet", "cppyy"} <= session.packages.keys()
    (file,) = session.files
    assert (file.name, file.size, file.uuid, file.entries) == ("HZZ.root", 217945, "76a647e8-03ee-11e2-9717-668ba983beef", {"events": 2421})


def test_nbconvert_papermill_and_nbclient_write_what_outputs_carry(tmp_path: Path) -> None:
    path = tmp_path / "a.ipynb"
    nbformat.write(notebook_of(*SOURCES), path)
    encrypted = "--KernelManager.transport_encryption=auto"
    subprocess.run((sys.executable, "-m", "nbconvert", "--to", "notebook", "--execute", str(path), "--output", "b.ipynb", encrypted), check=True, capture_output=True)
    told_in_outputs(nbformat.read(tmp_path / "b.ipynb", as_version=4))
    papermill.execute_notebook(path, tmp_path / "c.ipynb", progress_bar=False, cwd=tmp_path, config=Config({"KernelManager": {"transport_encryption": "auto"}}))
    told_in_outputs(nbformat.read(tmp_path / "c.ipynb", as_version=4))
    notebook = notebook_of(*SOURCES)
    Client(notebook, "doublet", str(tmp_path), 120).execute()
    told_in_outputs(notebook)
    carried = [output.metadata for cell in notebook.cells for output in cell.outputs]
    assert [sorted(metadata) for metadata in carried] == [["doublet"]] * 3
    assert len(json.dumps(carried[1])) < 400, "what is known already is not told again"
    store(notebook, [])
    assert [dict(output.metadata) for cell in notebook.cells for output in cell.outputs] == [{}] * 3
    told_in_outputs(notebook)


def test_pieces_survive_outputs_that_are_cleared_and_displays_that_are_updated(tmp_path: Path) -> None:
    notebook = notebook_of(
        "x = 1",
        "from IPython.display import HTML, clear_output, display\nfor i in range(3):\n    display(HTML(str(i)))\n    clear_output(wait=True)\ndisplay(HTML('last'))",
        "handle = display(HTML('a'), display_id=True)\nhandle.update(HTML('b'))",
    )
    Client(notebook, "doublet", str(tmp_path), 120).execute()
    assert [output.data["text/html"] for cell in notebook.cells for output in cell.outputs] == ["last", "b"]
    assert [count for _, _, count in executed(notebook)] == [1, 2, 3]
