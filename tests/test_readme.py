"""What the README shows is what happens, and what it names is there."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Kernel

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def shown_cells() -> list[tuple[str, str]]:
    """Each shown cell, without its prompt, and what is shown below it."""
    cells = []
    for block in re.findall(r"```(?:python|cpp)\n(In \[\d+\]: .*?)```", README, re.DOTALL):
        code = re.match(r"In \[\d+\]: .*\n(?: {8}.*\n)*", block)
        assert code
        cells.append((re.sub(r"(?m)^.{8}", "", code[0]), block[code.end() :].strip()))
    return cells


def test_the_cells_give_what_is_shown(kernel: Kernel) -> None:
    cells = shown_cells()
    assert len(cells) == 13
    for number, (code, shown) in enumerate(cells, start=1):
        reply = kernel(code)
        if reply.status == "ok":
            assert shown == (f"Out[{number}]: {reply.value}" if reply.value else "")
        else:
            printed = re.sub(r"\x1b\[[0-9;]*m", "", reply.traceback).splitlines()
            assert _unnumbered(shown.splitlines()) == _unnumbered(printed[: len(shown.splitlines())])


def _unnumbered(lines: list[str]) -> list[str]:
    return [re.sub(r"cell \d+", "cell", line) for line in lines]


@pytest.mark.parametrize(
    "path", re.findall(r"\]\((?!http|#)([^)]*)\)|^\| `(kernel/[^`]*)`", README, re.MULTILINE)
)
def test_what_it_points_to_is_there(path: tuple[str, str]) -> None:
    assert (ROOT / "".join(path)).exists()


def test_every_make_target_it_names_is_one() -> None:
    named = set(" ".join(re.findall(r"(?:`|^)make ((?:[a-z]+ ?)+)(?:`| )", README, re.MULTILINE)).split())
    targets = set(re.findall(r"^([a-z]+):.*##", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert {"demo", "lab", "test"} <= named <= targets
