"""A program cut into cells anywhere between its items says what g++'s program of the same items says.

The programs are in ``programs/``, their items begin at lines ``// ---``: ``// --- run`` begins statements,
``// --- once`` variables, and ``// --- changed`` another version of the item before it.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

PROGRAMS = {path.stem: path for path in sorted((Path(__file__).parent / "programs").glob("*.cpp"))}
CHANGED = [name for name, path in PROGRAMS.items() if "// --- changed" in path.read_text()]


@dataclass(frozen=True)
class Part:
    """One or several items, of which there may be a changed version."""

    kind: str
    text: str
    changed: str = ""


def parts(name: str) -> list[Part]:
    found: list[Part] = []
    for kind, text in re.findall(r"^// ---[ ]?(\w*)\n(.*?)(?=^// ---|\Z)", PROGRAMS[name].read_text(), re.M | re.S):
        if kind == "changed":
            found[-1] = Part(found[-1].kind, found[-1].text, text)
        else:
            found.append(Part(kind, text))
    return found


@cache
def said_by_gcc(name: str, *, changed: bool = False) -> str:
    lines = ["#include <bits/stdc++.h>"]
    for number, part in enumerate(parts(name)):
        text = (changed and part.changed) or part.text
        lines.append(text if part.kind != "run" else f"void run{number}() {{\n{text}}}\nint ran{number} = (run{number}(), 0);")
    with TemporaryDirectory() as folder:
        source, program = Path(folder) / "program.cpp", Path(folder) / "program"
        source.write_text("\n".join([*lines, "int main() {}\n"]))
        subprocess.run(["g++", "-std=c++20", "-w", source, "-o", program], check=True)
        return subprocess.run([program], check=True, capture_output=True, text=True).stdout


@pytest.fixture(scope="module")
def workers() -> Iterator[Executor]:
    """Each cell sequence runs in a fresh process: what other programs have overloaded would stay."""
    context = get_context("forkserver")
    context.set_forkserver_preload(["isolated"])
    with ProcessPoolExecutor(2, context, max_tasks_per_child=1) as executor:
        yield executor


def said(workers: Executor, cells: list[str], last: int | None = None) -> str:
    """What the last cells say; all of them if no number is given."""
    from isolated import said_by

    heard = workers.submit(said_by, cells).result(timeout=60)
    return "".join(heard if last is None else heard[-last:])


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program_means_the_same_in_one_cell_and_item_by_item(workers: Executor, name: str) -> None:
    items = [part.text for part in parts(name)]
    expected = said_by_gcc(name)
    assert expected
    assert said(workers, ["".join(items)] * 2) == 2 * expected
    assert said(workers, items * 2) == 2 * expected


@pytest.mark.parametrize("name", PROGRAMS)
def test_definitions_can_be_run_twice(workers: Executor, name: str) -> None:
    cells = [part.text for part in parts(name) for _ in range(1 if part.kind else 2)]
    assert said(workers, cells) == said_by_gcc(name)


@pytest.mark.parametrize("name", CHANGED)
def test_what_uses_a_changed_item_follows(workers: Executor, name: str) -> None:
    first = [part.text for part in parts(name)]
    again = [part.changed or part.text for part in parts(name) if part.changed or part.kind]
    assert said(workers, first + again, len(again)) == said_by_gcc(name, changed=True)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_program_may_be_cut_anywhere(workers: Executor, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from([*PROGRAMS]))
    items = [part.text for part in parts(name)]
    ends = data.draw(st.sets(st.integers(1, max(len(items) - 1, 1))))
    begins = [0, *sorted(ends)]
    cells = ["".join(items[a:b]) for a, b in zip(begins, [*begins[1:], len(items)], strict=True)]
    assert said(workers, cells) == said_by_gcc(name)
