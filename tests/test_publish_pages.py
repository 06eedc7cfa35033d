"""A page of a notebook needs nothing else: it shows all by itself, to everybody, and has the notebook in it."""

from __future__ import annotations

import base64
import re
import shutil
from pathlib import Path
from typing import Any

import nbformat
import pytest
from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from torture_notebook import EXAMPLE, png, torture

from doublet.cli import main
from doublet.notebook.errors import NotebookError
from doublet.notebook.publish.files import page, write_pdf
from doublet.notebook.publish.maths import markdown
from doublet.notebook.reading import content, parse, read


def soup(notebook: Any, path: Path = EXAMPLE, **options: Any) -> BeautifulSoup:
    return BeautifulSoup(page(notebook, path, **options), "html.parser")


def test_a_page_fetches_nothing_and_runs_nothing() -> None:
    made = soup(torture())
    policy = made.select_one("meta[http-equiv='Content-Security-Policy']")
    assert policy is not None
    assert str(policy["content"]).startswith("default-src 'none'; img-src data:")
    assert "script-src" not in str(policy["content"])
    sources = [str(tag["src"]) for tag in made.select("[src]")]
    assert len(sources) > 5
    assert all(source.startswith("data:") for source in sources)
    assert not made.select("link[rel=stylesheet], script[src]")
    assert "url(" not in "".join(style.text for style in made.select("style"))


def test_a_page_has_a_language_a_title_landmarks_and_words_for_each_picture() -> None:
    made = soup(read(EXAMPLE))
    assert made.html is not None
    assert made.html["lang"] == "en"
    assert made.title is not None
    assert made.title.text == "01_z_peak"
    assert made.select_one("a.skip[href='#notebook']")
    assert made.select_one("main#notebook")
    assert made.select_one("nav[aria-label=Contents]")
    pictures = made.select("img")
    assert len(pictures) >= 2
    assert all(str(picture.get("alt", "")).strip() and "No description" not in str(picture["alt"]) for picture in pictures)


def test_the_contents_are_the_headings_in_their_order() -> None:
    cells = [new_markdown_cell(text) for text in ("# One & &lt;two>", "text\n\n## $p_T$ of `x`", "### Deep\n\n## Back", "#### Too deep")]
    made = soup(new_notebook(cells=cells))
    links = made.select("nav a")
    assert links[0].text.split() == ["One", "&", "<two>"]
    assert [link.text for link in links][2:] == ["Deep", "Back"]
    assert links[1].select("math, code")
    assert all(made.find(id=str(link["href"])[1:]) for link in links)
    assert [len(link.find_parents("ul")) for link in links] == [1, 2, 3, 2]
    assert not soup(new_notebook(cells=[new_markdown_cell("# One")])).select("nav")


def test_formulas_are_drawn_without_scripts() -> None:
    made = BeautifulSoup(markdown(r"so $\sqrt{s}$ and $$\vec{p}_T$$ \begin{align} a &= b \end{align} $\slashed{E}$ costs $5"), "html.parser")
    assert [formula["display"] for formula in made.select("math")] == ["inline", "block", "block", "inline"]
    assert made.select("msqrt")
    assert made.select("mover")
    assert made.select_one("math")["alttext"] == r"\sqrt{s}"  # type: ignore[index]
    assert "costs $5" in made.text


def test_a_formula_that_is_wrong_shows_what_it_says() -> None:
    assert "<code>x &lt; y^{</code>" in markdown("$x < y^{$")


def test_formulas_of_outputs_are_drawn_too() -> None:
    assert len(soup(torture()).select(".output_latex math")) == 1


def test_code_is_coloured_by_its_language_light_and_dark() -> None:
    made = soup(torture())
    areas = made.select(".input_area")
    cpp = next(area for area in areas if "std::cout" in area.text)
    assert [word.text for word in cpp.select(".kt")] == ["int"]
    assert "prefers-color-scheme: dark" in "".join(style.text for style in made.select("style"))


def test_code_is_folded_in_on_request() -> None:
    assert not soup(torture()).select(".inner_cell > details")
    folded = soup(torture(), fold_code=True).select(".inner_cell > details")
    assert len(folded) == len([cell for cell in torture().cells if cell.cell_type == "code"])
    assert not any(details.has_attr("open") for details in folded)


def test_the_notebook_in_the_page_is_the_one_that_was_read() -> None:
    notebook = read(EXAMPLE)
    link = soup(notebook).select_one("footer a[download]")
    assert link is not None
    assert link["download"] == "01_z_peak.ipynb"
    data = base64.b64decode(str(link["href"]).partition("base64,")[2])
    assert data == content(notebook)
    assert parse(data.decode(), "download").cells == notebook.cells


def test_pictures_that_a_text_refers_to_are_taken_in(tmp_path: Path) -> None:
    (tmp_path / "plot.png").write_bytes(base64.b64decode(png((1, 2, 3))))
    (tmp_path.parent / "outside.png").write_bytes(b"secret")
    notebook = new_notebook(cells=[new_markdown_cell("![a plot](plot.png) ![other](../outside.png)")])
    first, second = soup(notebook, tmp_path / "a.ipynb").select("main img")
    assert str(first["src"]) == f"data:image/png;base64,{png((1, 2, 3))}"
    assert second["src"] == "../outside.png", "files of other folders stay where they are"


def test_what_is_in_a_notebook_cannot_leave_its_place() -> None:
    hostile = "</code></pre><script>alert(1)</script>"
    cells = [new_code_cell(hostile, execution_count=1, outputs=[new_output("stream", name="stdout", text=hostile), new_output("display_data", data={"text/plain": hostile}), new_output("error", ename="E", evalue=hostile, traceback=[hostile])])]
    made = soup(new_notebook(cells=cells), Path('x"><script>.ipynb'))
    assert not made.select("script")


def test_the_command_writes_a_page_beside_the_notebook(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = Path(shutil.copy(EXAMPLE, tmp_path / "a.ipynb"))
    assert main(["publish", str(path), "--html", "--title", "The peak", "--author", "Ada"]) == 0
    made = tmp_path / "a.html"
    assert capsys.readouterr().out == f"{made}\n"
    text = made.read_text(encoding="utf-8")
    assert re.search(r"<h1 id=\"The-peak\">The peak", text)
    assert "Ada · 20" in text
    assert len(text) < 300_000


def test_what_stops_a_notebook_stops_its_page_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.ipynb"
    nbformat.write(new_notebook(cells=[new_code_cell("a")]), path)
    assert main(["publish", str(path), "--html"]) == 1
    assert "--force order" in capsys.readouterr().err
    assert not (tmp_path / "a.html").exists()


@pytest.mark.needs("chromium")
def test_a_pdf_has_the_text_and_the_pictures(tmp_path: Path) -> None:
    path = Path(shutil.copy(EXAMPLE, tmp_path / "a.ipynb"))
    made = write_pdf(read(path), path)
    data = made.read_bytes()
    assert data.startswith(b"%PDF-")
    assert made == tmp_path / "a.pdf"
    assert len(data) > 30_000


def test_without_a_browser_it_is_said_that_a_pdf_needs_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("doublet.notebook.publish.browser.shutil.which", lambda _: None)
    with pytest.raises(NotebookError, match="cannot be printed without Chromium"):
        write_pdf(torture(), tmp_path / "a.ipynb")
