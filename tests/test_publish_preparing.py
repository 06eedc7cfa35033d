"""A notebook that is sent shows all it has without scripts, and is the same notebook."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_notebook, new_output
from torture_notebook import EXAMPLE, torture

from doublet.notebook.errors import NotebookError
from doublet.notebook.notes import Finding
from doublet.notebook.publish.header import Header
from doublet.notebook.publish.preparing import STYLE, headed, prepared, stored
from doublet.notebook.publish.viewers import is_blank, shown, shows
from doublet.notebook.reading import content, parse, read


def found(notebook: Any) -> dict[str, tuple[str, str]]:
    """By the source of a cell: what is told of it."""
    return {notebook.cells[finding.cell - 1].source: (finding.rule, finding.text) for finding in prepared(notebook)[1]}


def outputs(notebook: Any) -> list[Any]:
    return [output for cell in notebook.cells for output in cell.get("outputs", ()) if "data" in output]


def test_each_output_that_holds_something_to_show_shows_it() -> None:
    ready, findings = prepared(torture())
    blank = [output for output in outputs(ready) if (kind := shown(output, ready)) is None or not shows(kind, output.data[kind])]
    assert blank == []
    assert "[an output of application/pdf]" in [output.data.get("text/plain") for output in outputs(ready)]
    assert {finding.rule for finding in findings} == {"abbreviated", "blank", "repaired"}


@pytest.mark.parametrize(
    ("source", "rule", "text"),
    [
        ("jsroot", "repaired", "text/html would show nothing without scripts: image/png is shown"),
        ("javascript", "repaired", "application/javascript would show nothing without scripts: image/png is shown"),
        ("widget", "repaired", "application/vnd.jupyter.widget-view+json would show nothing without scripts: image/png is shown"),
        ("plotly", "blank", "only words are shown of an output of text/html, application/vnd.plotly.v1+json"),
        ("json", "blank", "only words are shown of an output of application/json"),
        ("pdf", "blank", "nothing is shown of an output of application/pdf"),
        ("long", "abbreviated", "3.5 MB of text: 299,880 lines are left out of the notebook that was published"),
    ],
)
def test_what_would_come_out_empty_is_repaired_or_named(source: str, rule: str, text: str) -> None:
    assert found(torture())[source] == (rule, text)


def test_outputs_that_show_are_left_alone() -> None:
    assert not {"h", "df", "latex", "svg", "wide", "details", "print('plain')"} & found(torture()).keys()


def test_pictures_that_only_browsers_know_are_shown_by_html() -> None:
    ready = prepared(torture())[0]
    gif = next(output for output in outputs(ready) if "image/gif" in output.data)
    assert gif.data["text/html"].startswith('<img src="data:image/gif;base64,R0lGOD')
    assert 'alt="&lt;a picture&gt;"' in gif.data["text/html"]


def test_sources_and_data_are_those_of_the_original() -> None:
    notebook = torture()
    ready = prepared(notebook)[0]
    code = [cell for cell in ready.cells if cell.cell_type == "code"]
    assert [cell.source for cell in code] == [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    name = "application/vnd.doublet.histogram+json"
    assert [o.data[name] for o in outputs(ready) if name in o.data] == [o.data[name] for o in outputs(notebook) if name in o.data]


def test_a_published_notebook_gives_back_what_was_stored() -> None:
    notebook = torture()
    before = copy.deepcopy(notebook)
    back = stored(headed(prepared(notebook)[0], "# a header"))
    assert notebook == before, "the notebook itself is not changed"
    kept = [cell for cell in back.cells if cell.source != "long"]
    assert [cell.get("outputs") for cell in kept] == [cell.get("outputs") for cell in before.cells if cell.source != "long"]
    assert len(back.cells) == len(before.cells)


def test_preparing_again_changes_nothing() -> None:
    once = headed(prepared(torture())[0], "# a header")
    assert content(headed(prepared(once)[0], "# a header")) == content(once)


@pytest.mark.parametrize("example", sorted(EXAMPLE.parent.glob("*.ipynb")), ids=lambda path: path.stem)
def test_examples_are_sent_as_they_are_but_for_the_style(example: Path) -> None:
    notebook = read(example)
    ready, findings = prepared(notebook)
    assert not findings
    assert [cell.source for cell in ready.cells] == [*(cell.source for cell in notebook.cells), STYLE]
    assert [cell.get("outputs") for cell in ready.cells[:-1]] == [cell.get("outputs") for cell in notebook.cells]


def test_cpp_cells_are_marked_for_indico_which_colours_them_under_ipythons_lexer() -> None:
    notebook = new_notebook(cells=[new_code_cell(source) for source in ("%%cpp\nint i;", "%%time\n%%cpp\nint j;", "x = 1", "%%cppyy\n", "# %%cpp")])
    notebook.metadata["language_info"] = {"name": "python", "pygments_lexer": "python3"}
    ready = prepared(notebook)[0]
    assert [cell.metadata.get("magics_language") for cell in ready.cells[:-1]] == ["cpp", "cpp", None, None, None]
    assert ready.metadata.language_info.pygments_lexer == "ipython3"


def test_a_notebook_whose_cells_are_cpp_is_coloured_too() -> None:
    notebook = new_notebook(cells=[new_code_cell("int i = 1;"), new_code_cell("%%python\nx = 1")], metadata={"kernelspec": {"name": "doublet-cpp", "display_name": "Doublet (C++ + Python)", "language": "c++"}, "language_info": {"name": "c++", "pygments_lexer": "cpp"}})
    ready = prepared(notebook)[0]
    assert [cell.metadata.get("magics_language") for cell in ready.cells[:-1]] == ["cpp", None]
    assert ready.metadata.language_info.pygments_lexer == "ipython3"


@pytest.mark.parametrize("size", [1, 100, 5000])
def test_what_is_too_large_is_replaced_by_what_is_smaller_or_by_words(size: int) -> None:
    large = "<b>" + "x" * size + "</b>"
    notebook = new_notebook(cells=[new_code_cell("a", outputs=[new_output("display_data", data={"text/html": large, "text/plain": "small"}), new_output("display_data", data={"text/html": large})])])
    ready, findings = prepared(notebook, limit=1000)
    first, second = outputs(ready)
    if size < 1000:
        assert (first.data["text/html"], second.data["text/html"], findings) == (large, large, [])
    else:
        assert first.data == {"text/plain": "small"}
        assert second.data["text/plain"] == "[text/html of 0.0 MB is left out of the notebook that was published]"
        assert [finding.rule for finding in findings] == ["abbreviated", "abbreviated"]


@given(st.lists(st.text(st.characters(blacklist_characters="\r", blacklist_categories=["Cs"]), max_size=400), max_size=300))
def test_a_long_text_keeps_its_beginning_and_end_and_says_what_is_missing(lines: list[str]) -> None:
    text = "\n".join(lines)
    notebook = new_notebook(cells=[new_code_cell("a", outputs=[new_output("stream", name="stdout", text=text)])])
    ready, findings = prepared(notebook, limit=1000)
    short = ready.cells[0].outputs[0].text
    if len(text) <= 1000:
        assert (short, findings) == (text, [])
    else:
        assert len(short) < 1100
        assert "left out of the notebook that was published]" in short
        assert text.startswith(short.split("\n[")[0][:100])


@pytest.mark.parametrize(
    ("html", "blank"),
    [
        ("<div id=a></div><script>draw()</script>", True),
        ("<style>p{}</style><noscript>turn it on</noscript>", True),
        ("<!-- nothing --><canvas></canvas>", True),
        ("<img>", True),
        ("<script>if (a < b) document.write('<table>')</script>", True),
        ("", True),
        ("<p>text</p>", False),
        ("<img src=x><script>better()</script>", False),
        ("<svg></svg>", False),
        ("<table></table>", False),
        ("text", False),
    ],
)
def test_html_that_only_scripts_fill_is_told_from_what_shows(html: str, blank: bool) -> None:
    assert is_blank(html) is blank


def test_a_header_says_whose_it_is_and_how_to_run_it_and_escapes_all() -> None:
    text = Header("Z <peak>", "Ada & Phil").text(torture(), "https://indico.cern.ch/event/1/attachments/2/3/a.ipynb")
    assert text.startswith("# Z &lt;peak&gt;\n\nAda &amp; Phil · 20")
    assert "Doublet (Python + C++) · python 3.11.7" in text
    assert "The notebook: <https://indico.cern.ch/event/1/attachments/2/3/a.ipynb>" in text
    assert text.endswith("`doublet rerun https://indico.cern.ch/event/1/attachments/2/3/a.ipynb`")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "it is no JSON"),
        ("not json", "it is no JSON"),
        ("[]", "is not a notebook"),
        ("{}", "is not a"),
        ('{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [{"cell_type": "code"}]}', "is not a whole notebook"),
        ('{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": 3}', "is not a"),
    ],
)
def test_what_is_no_notebook_is_refused_in_one_sentence(text: str, reason: str) -> None:
    with pytest.raises(NotebookError, match=reason) as caught:
        parse(text, "a.ipynb")
    assert "\n" not in str(caught.value)


def test_files_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    with pytest.raises(NotebookError, match=r"nowhere\.ipynb' cannot be read: No such file"):
        read(tmp_path / "nowhere.ipynb")
    (tmp_path / "b.ipynb").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(NotebookError, match="it is no text"):
        read(tmp_path / "b.ipynb")


def test_a_notebook_of_an_old_format_is_taken(tmp_path: Path) -> None:
    old = {"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": [{"metadata": {}, "cells": [{"cell_type": "code", "input": "1", "language": "python", "metadata": {}, "outputs": [], "prompt_number": 1}]}]}
    path = tmp_path / "old.ipynb"
    path.write_text(json.dumps(old))
    ready = prepared(read(path))[0]
    nbformat.validate(ready)
    assert [cell.source for cell in ready.cells] == ["1", STYLE]


def test_a_finding_says_where() -> None:
    assert str(Finding("order", 3, "has not been executed")) == "cell 3: has not been executed (order)"
    assert str(Finding("order", 3, "x", count=7)) == "cell 3 [7]: x (order)"
