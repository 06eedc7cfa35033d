"""A notebook with an output of every kind that viewers treat differently, as cells of many programs leave them."""

from __future__ import annotations

import base64
import functools
import io
import struct
import zlib
from pathlib import Path
from typing import Any

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

EXAMPLE = Path(__file__).parent.parent / "examples" / "01_z_peak.ipynb"
FORMULA = r"$$\sqrt{s} = 13\,\mathrm{TeV},\quad \vec{p}_T \to \overrightarrow{AB}$$"
WIDGET = "application/vnd.jupyter.widget-view+json"
STATE = "application/vnd.jupyter.widget-state+json"


def png(colour: tuple[int, int, int], width: int = 120, height: int = 60) -> str:
    """A picture of one colour, as a notebook has it."""
    rows = (b"\0" + bytes(colour) * width) * height

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return base64.b64encode(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")).decode()


def gif(colour: tuple[int, int, int]) -> str:
    from PIL import Image

    file = io.BytesIO()
    Image.new("RGB", (120, 60), colour).save(file, "GIF")
    return base64.b64encode(file.getvalue()).decode()


@functools.cache
def histogram() -> dict[str, Any]:
    """The bundle of a histogram, from an example that has been run."""
    notebook = nbformat.read(EXAMPLE, as_version=4)
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            if "application/vnd.doublet.histogram+json" in output.get("data", {}):
                return dict(output.data)
    raise AssertionError("the example shows no histogram")


def torture() -> Any:
    """The notebook, executed in order."""
    red, green, blue, black = (200, 30, 30), (30, 160, 30), (30, 30, 200), (0, 0, 0)
    cells: list[tuple[str, list[Any]]] = [
        ("print('plain')", [new_output("stream", name="stdout", text="plain \x1b[31mred\x1b[0m\n"), new_output("stream", name="stderr", text="to stderr\n")]),
        ("h", [_result(histogram())]),
        ("%%cpp\nfor (int i = 0; i < 3; ++i) std::cout << i;", [new_output("stream", name="stdout", text="012")]),
        ("df", [_result({"text/html": "<table><tr>" + "".join(f"<td>column{i}</td>" for i in range(60)) + "</tr></table>", "text/plain": "df"})]),
        ("jsroot", [_display({"text/html": "<div id='root_plot' style='width:700px;height:500px'></div><script>draw()</script>", "image/png": png(red), "text/plain": "canvas"})]),
        ("plotly", [_display({"text/html": "<div><script>plot()</script></div>", "application/vnd.plotly.v1+json": {"data": []}, "text/plain": "figure"})]),
        ("javascript", [_display({"application/javascript": "alert(1)", "image/png": png(green), "text/plain": "<IPython.core.display.Javascript object>"})]),
        ("widget", [_display({WIDGET: {"model_id": "abc", "version_major": 2, "version_minor": 0}, "image/png": png(blue), "text/plain": "IntSlider()"})]),
        ("latex", [_display({"text/latex": FORMULA, "image/png": png(black), "text/plain": "sqrt(s)"})]),
        ("svg", [_display({"image/svg+xml": "<svg xmlns='http://www.w3.org/2000/svg' width='120' height='60'><rect width='120' height='60' fill='purple'/></svg>", "text/plain": "svg"})]),
        ("gif", [_display({"image/gif": gif((250, 120, 0)), "text/plain": "<a picture>"})]),
        ("wide", [_display({"image/png": png((90, 90, 90), 2400, 40), "text/plain": "wide"})]),
        ("pdf", [_display({"application/pdf": "JVBERi0="})]),
        ("json", [_display({"application/json": {"a": 1}, "text/plain": "<IPython.core.display.JSON object>"})]),
        ("long", [new_output("stream", name="stdout", text="".join(f"line {i}\n" for i in range(300_000)))]),
        ("details", [_display({"text/html": "<details open><summary>more</summary><p>folded out</p></details>", "text/plain": "details"})]),
    ]
    notebook = new_notebook(metadata={"kernelspec": {"name": "doublet", "display_name": "Doublet (Python + C++)", "language": "python"}, "language_info": {"name": "python", "pygments_lexer": "ipython3", "version": "3.11.7"}})
    notebook.cells.append(new_markdown_cell(f"# Every kind of output\n\n{FORMULA}", id="text"))
    for count, (source, outputs) in enumerate(cells, 1):
        for output in outputs:
            if output.output_type == "execute_result":
                output.execution_count = count
        notebook.cells.append(new_code_cell(source, outputs=outputs, execution_count=count, id=f"c{count}"))
    notebook.metadata["widgets"] = {STATE: {"state": {"abc": {"model_name": "IntSliderModel"}}, "version_major": 2, "version_minor": 0}}
    return notebook


def _result(data: dict[str, Any]) -> Any:
    return new_output("execute_result", data=data, execution_count=0)


def _display(data: dict[str, Any]) -> Any:
    return new_output("display_data", data=data)
