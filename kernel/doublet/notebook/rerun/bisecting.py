"""Which of the things that differ makes the difference: each is put back by itself, and the notebook executed again."""

from __future__ import annotations

import copy
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from doublet.notebook.execution.running import prepared
from doublet.notebook.needs.mapping import Mapping
from doublet.notebook.provenance.stored import provenance_of
from doublet.notebook.publish.preparing import stored
from doublet.notebook.rerun.environment import build
from doublet.notebook.rerun.recorded import Recorded
from doublet.notebook.rerun.rerunning import Options, rerun
from doublet.notebook.rerun.swaps import Swap, swaps, with_file

if TYPE_CHECKING:
    from doublet.notebook.comparison.verdict import Verdict
    from doublet.notebook.reading import Notebook

__all__ = ["bisect"]

_NOTHING = "nothing that can be put back differs from the record: cells, data, modules, headers, versions of packages, numbers of threads, PYTHONHASHSEED"


def bisect(reference: Notebook, made: Notebook, path: Path, folder: Path, options: Options, say: Callable[[str], None]) -> list[str]:
    """One sentence for each thing that differs between a notebook and its rerun: whether the results agree with it as it was.

    Raises `NotebookError` if an environment cannot be built.
    """
    plain = prepared(stored(copy.deepcopy(reference)))
    found = []
    for swap in swaps(plain, made, Recorded(path), options.data):
        if swap.missing:
            found.append(f"{swap.name} cannot be had: it {swap.missing}")
            continue
        say(f"once more with {swap.name}")
        chosen = options
        if swap.packages:
            sessions = provenance_of(made, str(path)).sessions
            chosen = replace(options, python=build(swap.packages, sessions[-1].python.get("version", ""), str(path), say).python)
        verdict = _with(swap, plain, path, folder, chosen)
        found.append(f"with {swap.name} it {verdict.line}")
    return found or [_NOTHING]


def _with(swap: Swap, reference: Notebook, path: Path, folder: Path, options: Options) -> Verdict:
    """The verdict with one thing put back."""
    tried = copy.deepcopy(reference)
    for cell in tried.cells:
        cell.source = swap.cells.get(cell.get("id", ""), cell.source)
    data, readable = list(options.data), list(options.readable)
    with ExitStack() as stack:
        inside = folder
        if swap.file is not None:
            inside = stack.enter_context(with_file(folder, *swap.file))
            readable.append(folder)
        if swap.given is not None:
            said, content = swap.given
            file = Path(stack.enter_context(TemporaryDirectory(prefix="doublet-data-")), Path(said).name)
            file.write_bytes(content)
            data.insert(0, Mapping(said, str(file)))
        chosen = replace(options, variables={**options.variables, **swap.variables}, data=data, readable=readable)
        return rerun(tried, path, inside, chosen)[1]
