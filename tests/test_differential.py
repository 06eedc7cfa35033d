"""A program cut into cells anywhere between its items says what g++'s program of the same items says.

The programs are in ``programs/``, their items begin at lines ``// ---``: ``// --- run`` begins statements,
``// --- once`` variables, and ``// --- changed`` another version of the item before it.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from multiprocessing import get_context
from multiprocessing.context import ForkServerContext
from multiprocessing.forkserver import ensure_running
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytestmark = pytest.mark.slow
PROGRAMS = {path.stem: path for path in sorted((Path(__file__).parent / "programs").glob("*.cpp"))}
GCC = ("g++", "-std=c++20", "-w")
CHANGED = [name for name, path in PROGRAMS.items() if "// --- changed" in path.read_text()]


@dataclass(frozen=True)
class Part:
    """One or several items, of which there may be a changed version."""

    kind: str
    text: str
    changed: str = ""


def parts(name: str) -> list[Part]:
    found: list[Part] = []
    for kind, text in re.findall(r"^// ---[ ]?(\w*)\n(.*?)(?=^// ---|\Z)", PROGRAMS[name].read_text(), re.MULTILINE | re.DOTALL):
        if kind == "changed":
            found[-1] = Part(found[-1].kind, found[-1].text, text)
        else:
            found.append(Part(kind, text))
    return found


@cache
def headers() -> TemporaryDirectory[str]:
    """A folder with the standard library's headers, precompiled."""
    folder = TemporaryDirectory()
    header = Path(folder.name) / "std.hpp"
    header.write_text("#include <bits/stdc++.h>\n")
    subprocess.run([*GCC, "-x", "c++-header", header, "-o", f"{header}.gch"], check=True)
    return folder


@cache
def said_by_gcc(name: str, *, changed: bool = False) -> str:
    lines = ['#include "std.hpp"']
    for number, part in enumerate(parts(name)):
        text = (changed and part.changed) or part.text
        lines.append(text if part.kind != "run" else f"void run{number}() {{\n{text}}}\nint ran{number} = (run{number}(), 0);")
    with TemporaryDirectory() as folder:
        source, program = Path(folder) / "program.cpp", Path(folder) / "program"
        source.write_text("\n".join([*lines, "int main() {}\n"]))
        subprocess.run([*GCC, "-I", headers().name, source, "-o", program], check=True)
        return subprocess.run([program], check=True, capture_output=True, text=True).stdout


@cache
def server() -> ForkServerContext:
    """Forks processes that have the engine loaded."""
    context = get_context("forkserver")
    context.set_forkserver_preload(["isolated"])
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", os.pathsep.join(sys.path))
        ensure_running()
    return context


def said(cells: list[str], last: int | None = None) -> str:
    """What the last cells say, or all, in a fresh process: what other programs have overloaded would stay."""
    from isolated import tell

    here, there = server().Pipe(duplex=False)
    process = server().Process(target=tell, args=(there, cells))
    process.start()
    there.close()
    assert here.poll(60), "no answer"
    heard = here.recv()
    process.join()
    return "".join(heard if last is None else heard[-last:])


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program_means_the_same_in_one_cell_and_item_by_item(name: str) -> None:
    items = [part.text for part in parts(name)]
    expected = said_by_gcc(name)
    assert expected
    assert said(["".join(items)] * 2) == 2 * expected
    assert said(items * 2) == 2 * expected


@pytest.mark.parametrize("name", PROGRAMS)
def test_definitions_can_be_run_twice(name: str) -> None:
    cells = [part.text for part in parts(name) for _ in range(1 if part.kind else 2)]
    assert said(cells) == said_by_gcc(name)


@pytest.mark.parametrize("name", CHANGED)
def test_what_uses_a_changed_item_follows(name: str) -> None:
    first = [part.text for part in parts(name)]
    again = [part.changed or part.text for part in parts(name) if part.changed or part.kind]
    assert said(first + again, len(again)) == said_by_gcc(name, changed=True)


@settings(max_examples=20)
@given(data=st.data())
def test_a_program_may_be_cut_anywhere(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from([*PROGRAMS]))
    items = [part.text for part in parts(name)]
    ends = data.draw(st.sets(st.integers(1, max(len(items) - 1, 1))))
    begins = [0, *sorted(ends)]
    cells = ["".join(items[a:b]) for a, b in zip(begins, [*begins[1:], len(items)], strict=True)]
    assert said(cells) == said_by_gcc(name)
