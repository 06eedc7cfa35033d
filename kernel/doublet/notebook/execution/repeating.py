"""What a notebook gives when it is executed again under other circumstances that should change nothing.

Sums over threads are added in another order, and sets of texts have another one; what moves then is no result.
"""

from __future__ import annotations

import copy
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from doublet.notebook.errors import NotebookError
from doublet.notebook.execution.running import run
from doublet.notebook.provenance.stored import provenance_of, store
from doublet.notebook.reading import Notebook, Output, code_cells, text_of

__all__ = ["bundle", "circumstances", "differing", "repeat"]

_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS", "NUMBA_NUM_THREADS", "POLARS_MAX_THREADS")
_PICTURES = ("image/", "text/html", "application/javascript", "application/pdf", "application/vnd.jupyter.widget-view+json")
"""Kinds of data that show what others tell, or that no program can compare."""


def circumstances(number: int) -> tuple[int, int]:
    """Hash seed and number of threads of the run of this number, from 1: one thread, all processors, and what lies between."""
    processors = os.cpu_count() or 1
    choices = [1, processors, *range(2, processors)]
    return number, choices[(number - 1) % len(choices)]


def repeat(notebook: Notebook, kernel: str, folder: Path, times: int, **options: Any) -> Iterator[dict[str, Any]]:
    """Execute an executed notebook so many times more, and store in it what differs; yields each run's difference when it is there.

    Raises `NotebookError` if it does not run through again, which is worth knowing.
    """
    found: list[dict[str, Any]] = []
    path = str(options.get("path", "the notebook"))
    for number in range(1, times + 1):
        seed, threads = circumstances(number)
        variables = {"PYTHONHASHSEED": str(seed), **dict.fromkeys(_THREADS, str(threads))}
        done = run(copy.deepcopy(notebook), kernel, folder, variables=variables, **options)
        if done.failure:
            raise NotebookError(path, f"ran through once, but not again with PYTHONHASHSEED={seed} and {threads} threads: {done.failure}")
        found.append({"seed": seed, "threads": threads, "outputs": differing(notebook, done.notebook)})
        store(notebook, [], earlier=provenance_of(notebook).sessions, repeats=found, path=path)
        yield found[-1]


def differing(first: Notebook, second: Notebook) -> dict[str, list[dict[str, Any]]]:
    """By the ids of cells, what a second run's outputs hold in the place of the first's: one bundle an output, empty if it is the same.

    Cells whose outputs are all the same are left out.
    """
    found = {}
    for (_, cell), (_, other) in zip(code_cells(first), code_cells(second), strict=True):
        before, after = list(map(bundle, cell.outputs)), list(map(bundle, other.outputs))
        changed = [{} if place < len(before) and before[place] == new else new for place, new in enumerate(after)]
        if any(changed) or len(before) != len(after):
            found[cell.id] = changed
    return found


def bundle(output: Output) -> dict[str, Any]:
    """What an output tells, without pictures; a text that was printed is ``text/plain``, and so is an error's name and message."""
    if output.output_type == "stream":
        return {"text/plain": text_of(output.text)}
    if output.output_type == "error":
        return {"text/plain": f"{output.ename}: {output.evalue}"}
    data = {kind: value for kind, value in output.data.items() if not kind.startswith(_PICTURES)}
    plain: dict[str, Any] = json.loads(json.dumps(data))
    return {kind: text_of(value) if kind.startswith("text/") else value for kind, value in plain.items()}
