"""Notebooks with outputs of many megabytes, tens of thousands of outputs, and tables of a hundred thousand rows: each is judged, in time that grows with its size."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from doublet.cli import main
from doublet.notebook.comparison.comparing import compare

if TYPE_CHECKING:
    from doublet.notebook.comparison.verdict import Verdict

WORD = "x" * 20_000_000
LINES = "".join(f"event {number}: mass {91 + number % 100 * 0.01:.2f} GeV\n" for number in range(300_000))


def notebook(*outputs: nbformat.NotebookNode) -> nbformat.NotebookNode:
    cell = new_code_cell("show()", id="huge", outputs=list(outputs), execution_count=1)
    made: nbformat.NotebookNode = new_notebook(cells=[cell], metadata={"kernelspec": {"name": "doublet", "display_name": "Doublet", "language": "python"}})
    return made


def judged(first: nbformat.NotebookNode, second: nbformat.NotebookNode) -> Verdict:
    return compare(first, second)


def printed(text: str) -> nbformat.NotebookNode:
    return notebook(new_output("stream", name="stdout", text=text))


def table(*, last: float) -> nbformat.NotebookNode:
    rows = "".join(f"<tr><th>{row}</th><td>{row * 0.5 if row < 99_999 else last}</td></tr>" for row in range(100_000))
    html = f"<table><thead><tr><th></th><th>mass</th></tr></thead><tbody>{rows}</tbody></table>"
    return notebook(new_output("execute_result", {"text/html": html, "text/plain": "table"}, execution_count=1))


def test_a_line_of_twenty_megabytes_is_judged_and_shown_by_its_beginning() -> None:
    assert judged(printed(WORD), printed(WORD)).line == "agrees: 1 result"
    line = judged(printed(WORD), printed(f"y{WORD}")).line
    assert line.startswith("differs first in cell 1: text: line 1 is 'yxxx")
    assert len(line) < 250


def test_a_long_line_that_a_progress_bar_has_written_over_is_what_it_is_in_the_end() -> None:
    bar = "".join(f"\r{part} of 100000" for part in range(100_000))
    assert judged(printed(f"{bar}\rdone\n"), printed("done\n")).line == "agrees: 1 result"


def test_one_number_in_ten_megabytes_of_text_is_found_and_named() -> None:
    assert judged(printed(LINES), printed(LINES.replace("event 299999: mass 91.99", "event 299999: mass 91.98"))).line == (
        "differs first in cell 1: text: mass 91.98, was 91.99 (-0.00011 of it)"
    )


@pytest.mark.slow
def test_every_number_of_a_long_text_is_counted() -> None:
    assert judged(printed(LINES), printed(LINES.replace("mass 9", "mass 8"))).line == (
        "differs first in cell 1: text: mass 81.00, was 91.00 (-0.11 of it), and 299999 more numbers differ"
    )


def test_the_number_that_differs_is_named_even_if_an_earlier_one_reads_the_same() -> None:
    assert judged(printed("low 1.5 high 1.5\n"), printed("low 1.5 high 2.5\n")).line.startswith("differs first in cell 1: text: high 2.5, was 1.5")


def test_a_number_that_begins_a_line_is_named_by_the_line_before() -> None:
    assert judged(printed("The mass is\n91.2\n"), printed("The mass is\n91.3\n")).line.startswith("differs first in cell 1: text: The mass is 91.3, was 91.2")


@pytest.mark.slow
def test_a_table_of_a_hundred_thousand_rows_is_judged_to_its_last_cell() -> None:
    assert judged(table(last=1.5), table(last=1.5)).line == "agrees: 1 result"
    assert judged(table(last=1.5), table(last=2.5)).line == "differs first in cell 1: table: row 99999, mass: 2.5, was 1.5 (+0.67 of it)"


@pytest.mark.slow
def test_of_five_thousand_outputs_the_terminal_shows_the_first_and_how_many_more(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def many(shift: int) -> nbformat.NotebookNode:
        return notebook(*(new_output("display_data", {"text/plain": f"mass {number + shift}"}) for number in range(5_000)))

    for name, shift in (("one", 0), ("two", 1)):
        nbformat.write(many(shift), tmp_path / f"{name}.ipynb")
    assert main(["compare", str(tmp_path / "one.ipynb"), str(tmp_path / "two.ipynb")]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "cell 1: text: different: mass 1, was 0"
    assert "cell 1: 4980 more such lines: --all shows them" in lines
    assert len(lines) < 30
    page = tmp_path / "report.html"
    assert main(["compare", str(tmp_path / "one.ipynb"), str(tmp_path / "two.ipynb"), "--all", "--report", str(page)]) == 1
    assert len(capsys.readouterr().out.splitlines()) > 5_000
    text = page.read_text(encoding="utf-8")
    assert len(text) < 1_000_000
    assert "4000 more are in what --json FILE writes" in text
    assert "4900 more results that are not identical are not shown here" in text


@pytest.mark.slow
def test_results_of_which_the_same_is_said_are_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("one", "two"):
        nbformat.write(notebook(*(new_output("display_data", {"text/html": f"<b>{name} {number}</b>"}) for number in range(5_000))), tmp_path / f"{name}.ipynb")
    assert main(["compare", str(tmp_path / "one.ipynb"), str(tmp_path / "two.ipynb")]) == 2
    assert "cell 1: text/html: not judged: not the same, which is not judged (5000 times)" in capsys.readouterr().out.splitlines()


@pytest.mark.slow
def test_a_huge_notebook_is_run_again_checked_and_packed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "huge.ipynb"
    source = "print('x' * 5_000_000)\nfor number in range(100_000): print('event', number, 'mass', number * 0.1)"
    nbformat.write(new_notebook(cells=[new_code_cell(source)], metadata={"kernelspec": {"name": "doublet", "display_name": "Doublet", "language": "python"}}), path)
    assert main(["run", str(path), "-o", str(path)]) == 0
    assert path.stat().st_size > 7_000_000
    assert main(["doctor", str(path)]) == 0
    assert main(["rerun", str(path)]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "agrees: 1 result"
    assert main(["publish", str(path), "--html", "--dry-run"]) == 0
    assert "MB of text" in "".join(capsys.readouterr())
    assert main(["pack", str(path), "-o", str(tmp_path / "huge.pack.zip"), "--author", "Doe, Jane"]) == 0
