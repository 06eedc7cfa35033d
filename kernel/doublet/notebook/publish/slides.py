"""Slides of a notebook in one page, by reveal.js, which the page holds; no other script runs in it.

What is a slide is said by the cells, as JupyterLab's property inspector writes it (``slideshow.slide_type``); where no cell says
it, each heading of the first two levels begins one. ``jupyter nbconvert --to doublet-slides`` makes them, too.
"""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jupyter_core.paths import jupyter_path
from nbconvert.preprocessors import Preprocessor
from traitlets import default

from doublet.notebook.errors import NotebookError
from doublet.notebook.publish.page import PageExporter

if TYPE_CHECKING:
    from doublet.notebook.reading import Notebook

__all__ = ["HeadingsPreprocessor", "SlidesExporter"]

_START = "Reveal.initialize({hash: true, slideNumber: 'c/t', center: false, width: 1280, height: 800, margin: 0.04, transition: 'none'});"
_HEADING = re.compile(r"\s*#{1,2}\s")


class SlidesExporter(PageExporter):
    """An exporter of nbconvert's; raises `NotebookError` where reveal.js has not been installed with Doublet."""

    export_from_notebook = "Slides by Doublet"

    @default("template_name")
    def _template_name_default(self) -> str:
        return "doublet-slides"

    @default("file_extension")
    def _file_extension_default(self) -> str:
        return ".slides.html"

    @default("template_extension")
    def _template_extension_default(self) -> str:
        return ".html.j2"

    def from_notebook_node(self, nb: Notebook, resources: Any = None, **more: Any) -> tuple[str, Any]:  # type: ignore[override] # as upstream
        scripts = [_part("reveal.js").replace("</script", "<\\/script"), _START]
        resources = self._init_resources(resources)  # type: ignore[no-untyped-call]
        resources["scripts"] = scripts
        resources["script_hashes"] = " ".join(f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'" for script in scripts)
        resources["reveal_style"] = _part("reveal.css")
        return super().from_notebook_node(nb, resources, **more)


class HeadingsPreprocessor(Preprocessor):
    """Has headings begin slides, unless cells say where they begin; the template names it, before nbconvert's own that follows what cells say."""

    def preprocess(self, nb: Notebook, resources: Any) -> tuple[Notebook, Any]:
        if all(cell.metadata.get("slideshow", {}).get("slide_type", "-") in ("", "-") for cell in nb.cells):
            for cell in nb.cells:
                if cell.cell_type == "markdown" and _HEADING.match(cell.source):
                    cell.metadata["slideshow"] = {"slide_type": "slide"}
        return nb, resources


def _part(name: str) -> str:
    """A file of reveal.js's, which is installed beside the JupyterLab extension."""
    for folder in jupyter_path("labextensions", "doublet", "reveal"):
        path = Path(folder, name)
        if path.is_file():
            return path.read_text(encoding="utf-8")
    raise NotebookError("slides", "cannot be made: reveal.js comes with Doublet's JupyterLab extension, which is not installed (it is built where Node is)")
