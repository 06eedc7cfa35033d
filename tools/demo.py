"""Execute an example without a browser, keep the result, and say what it found.

The notebook's summary is what its cell tagged ``summary`` prints.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbconvert import HTMLExporter
from nbformat import NotebookNode
from traitlets.config import Config

ROOT = Path(__file__).resolve().parent.parent
ENCRYPTED = Config({"KernelManager": {"transport_encryption": "auto"}})


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("notebook", type=Path, nargs="?", default=ROOT / "examples" / "01_z_peak.ipynb")
    parser.add_argument("--output", type=Path, default=ROOT / "build", help="where the result goes")
    arguments = parser.parse_args(argv)
    return demo(arguments.notebook, arguments.output)


def demo(source: Path, folder: Path) -> int:
    """Execute `source` and write it, executed, into `folder`; return 1 if a cell fails."""
    if not source.is_file():
        print(f"There is no notebook {_shown(source)}.", file=sys.stderr)
        return 1
    notebook = nbformat.read(source, as_version=4)
    print(f"Executing {_shown(source)} in the kernel {notebook.metadata.kernelspec.name} ...", flush=True)
    _clear(notebook)
    where = {"metadata": {"path": str(source.parent)}}
    client = NotebookClient(notebook, resources=where, config=ENCRYPTED)
    failure = ""
    try:
        client.execute()
    except CellExecutionError as error:
        failure = f"A cell failed with {error.ename}: {error.evalue}"

    folder.mkdir(parents=True, exist_ok=True)
    executed = folder / source.name
    page = executed.with_suffix(".html")
    nbformat.write(notebook, executed)
    page.write_text(HTMLExporter().from_notebook_node(notebook)[0], encoding="utf-8")

    print(failure or "\n".join(("", *_summary(notebook), "")))
    print(f"Executed notebook:  {_shown(executed)}")
    print(f"The same as a page: {_shown(page)}, for any browser")
    print("To work with it:    make lab, which opens the examples in JupyterLab")
    return int(bool(failure))


def _clear(notebook: NotebookNode) -> None:
    """Forget stored outputs: behind a cell that fails they would look like this run's."""
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None


def _summary(notebook: NotebookNode) -> Iterator[str]:
    """Yield the lines that the cells tagged ``summary`` printed."""
    for cell in notebook.cells:
        if cell.cell_type == "code" and "summary" in cell.metadata.get("tags", []):
            printed = (output.text for output in cell.outputs if output.get("name") == "stdout")
            yield from ("  " + line for line in "".join(printed).splitlines())


def _shown(path: Path) -> str:
    return os.path.relpath(path)


if __name__ == "__main__":
    sys.exit(main())
