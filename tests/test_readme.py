"""What the README and the pages of docs/ show is what happens, and what they name is there."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from conftest import Kernel

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
TEXT = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
CELLS = {"README": 5, "BRIDGE": 3, "HISTOGRAMS": 5}
"""How many cells the pages show, with what they give."""


def shown_cells(page: Path) -> list[tuple[str, str]]:
    """Each shown cell, without its prompt, and what is shown below it."""
    cells = []
    for block in re.findall(r"```(?:python|cpp)\n(In \[\d+\]: .*?)```", page.read_text(encoding="utf-8"), re.DOTALL):
        code = re.match(r"In \[\d+\]: .*\n(?: {8}.*\n)*", block)
        assert code
        cells.append((re.sub(r"(?m)^.{8}", "", code[0]), block[code.end() :].strip()))
    return cells


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_cells_give_what_is_shown(page: Path) -> None:
    cells = shown_cells(page)
    assert len(cells) == CELLS.get(page.stem, 0)
    if not cells:
        return
    kernel = Kernel("doublet")
    try:
        for number, (code, shown) in enumerate(cells, start=1):
            reply = kernel(code)
            if reply.status == "ok":
                assert shown == (f"Out[{number}]: {reply.value}" if reply.value else "")
            else:
                printed = re.sub(r"\x1b\[[0-9;]*m", "", reply.traceback).splitlines()
                assert _unnumbered(shown.splitlines()) == _unnumbered(printed[: len(shown.splitlines())])
    finally:
        kernel.stop()


def _unnumbered(lines: list[str]) -> list[str]:
    return [re.sub(r"cell \d+", "cell", line) for line in lines]


@pytest.mark.parametrize(
    ("page", "path"),
    [
        (page, path)
        for page in PAGES
        for path in re.findall(r"\]\((?!http|#)([^)#]*)", page.read_text(encoding="utf-8"))
        + re.findall(r"^\| `(kernel/[^`]*)`", page.read_text(encoding="utf-8"), re.MULTILINE)
    ],
)
def test_what_it_points_to_is_there(page: Path, path: str) -> None:
    assert (page.parent / path).exists()


def test_make_help_lists_every_target_it_names() -> None:
    named = set(" ".join(re.findall(r"(?:`|^)make ((?:[a-z-]+ ?)+)(?:`| )", TEXT, re.MULTILINE)).split())
    told = subprocess.run(("make", "help"), cwd=ROOT, check=True, capture_output=True, text=True).stdout
    assert {"demo", "lab", "test", "test-indico"} <= named <= set(re.findall(r"^  make ([a-z-]+) +\w", told, re.MULTILINE))
