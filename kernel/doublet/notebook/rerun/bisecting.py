"""Which of the things that differ makes the difference: each is put back by itself, and the notebook executed again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from doublet.notebook.provenance.stored import provenance_of
from doublet.notebook.rerun.environment import build
from doublet.notebook.rerun.rerunning import Options, rerun

if TYPE_CHECKING:
    from doublet.notebook.provenance.record import Session
    from doublet.notebook.reading import Notebook

__all__ = ["bisect"]


@dataclass(frozen=True)
class _Swap:
    """One thing as it was: a variable of the environment, or a package's version, among those that are here."""

    name: str
    variables: Mapping[str, str] = field(default_factory=dict)
    packages: Mapping[str, str] = field(default_factory=dict)


def bisect(reference: Notebook, made: Notebook, path: Path, folder: Path, options: Options, say: Callable[[str], None]) -> list[str]:
    """One sentence for each thing that differs between a notebook and its rerun: whether the results agree with it as it was.

    Raises `NotebookError` if an environment cannot be built.
    """
    before, now = (provenance_of(notebook, str(path)).sessions for notebook in (reference, made))
    swaps = list(_swaps(before[-1], now[-1])) if before and now else []
    if not swaps:
        return ["nothing that can be put back differs from the record: versions of packages, numbers of threads, PYTHONHASHSEED"]
    found = []
    for swap in swaps:
        say(f"once more with {swap.name}")
        python = build(swap.packages, now[-1].python.get("version", ""), str(path), say).python if swap.packages else options.python
        tried = replace(options, python=python, variables={**options.variables, **swap.variables})
        _, verdict = rerun(reference, path, folder, tried)
        found.append(f"with {swap.name} it {verdict.line}")
    return found


def _swaps(before: Session, now: Session) -> Iterator[_Swap]:
    for name in sorted(before.packages):
        if now.packages.get(name, before.packages[name]) != before.packages[name]:
            yield _Swap(f"{name} {before.packages[name]}", packages={**now.packages, name: before.packages[name]})
    threads = {name: str(value) for name, value in before.threads.items() if name.isupper() and now.threads.get(name) != value}
    for name, value in threads.items():
        yield _Swap(f"{name}={value}", variables={name: value})
    if before.hash_seed.isdigit() and before.hash_seed != now.hash_seed:
        yield _Swap(f"PYTHONHASHSEED={before.hash_seed}", variables={"PYTHONHASHSEED": before.hash_seed})
