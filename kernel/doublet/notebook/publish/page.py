"""One page of a notebook that needs nothing else: no script, nothing fetched, with a table of contents and the notebook in it.

``jupyter nbconvert --to doublet`` makes it, too.
"""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Iterable
from typing import Any

from bs4 import BeautifulSoup
from jinja2 import pass_context
from nbconvert.exporters import HTMLExporter
from pygments.formatters import HtmlFormatter
from traitlets import Bool, default

from doublet.notebook.publish.maths import markdown
from doublet.notebook.publish.preparing import prepared
from doublet.notebook.reading import Notebook, code_cells, content

__all__ = ["PageExporter"]

_LIGHT, _DARK = "xcode", "github-dark"
"""Pygments' styles."""


class PageExporter(HTMLExporter):
    """An exporter of nbconvert's; what is shown is the notebook as it is prepared for an agenda, which `resources` may have as "ready"."""

    fold_code = Bool(False, help="Whether code is folded in.").tag(config=True)
    export_from_notebook = "HTML page by Doublet"

    @default("template_name")
    def _template_name_default(self) -> str:
        return "doublet"

    @default("embed_images")
    def _embed_images_default(self) -> bool:
        return True

    def from_notebook_node(self, nb: Notebook, resources: Any = None, **more: Any) -> tuple[str, Any]:  # type: ignore[override] # as upstream
        resources = self._init_resources(resources)  # type: ignore[no-untyped-call]
        ready = resources.get("ready") or prepared(nb)[0]
        resources["download"] = f"data:application/x-ipynb+json;base64,{base64.b64encode(content(nb)).decode()}"
        resources["highlighting"] = _highlighting()
        resources["fold_code"] = self.fold_code
        resources["contents"] = "<!--contents-->"
        page, resources = super().from_notebook_node(ready, resources, **more)
        return page.replace("<!--contents-->", _contents(page), 1), resources

    def _init_preprocessors(self) -> None:
        super()._init_preprocessors()  # type: ignore[no-untyped-call]
        self.register_preprocessor(_name_pictures, enabled=True)  # type: ignore[no-untyped-call]

    @pass_context
    def markdown2html(self, context: Any, source: str) -> str:
        cell = context.get("cell", {})
        path = context.get("resources", {}).get("metadata", {}).get("path", "")
        return markdown(source, embed_images=self.embed_images, path=path, anchor_link_text="¶", attachments=cell.get("attachments", {}))


def _name_pictures(notebook: Notebook, resources: Any) -> tuple[Notebook, Any]:
    """What a screen reader says of pictures, unless the notebook says it; one of nbconvert's preprocessors, which are given a copy."""
    for place, cell in code_cells(notebook):
        for output in cell.outputs:
            for kind in ("image/png", "image/jpeg"):
                if kind in output.get("data", {}):
                    output.metadata.setdefault(kind, {}).setdefault("alt", f"picture from cell {cell.execution_count or place}")
    return notebook, resources


def _highlighting() -> str:
    """The colours of code: for light pages, and for dark ones."""
    formatters: list[Any] = [HtmlFormatter(style=style) for style in (_LIGHT, _DARK)]
    light, dark = (formatter.get_style_defs(".highlight") for formatter in formatters)
    rules = (f"@media (prefers-color-scheme: {scheme}) {{ {style} }}" for scheme, style in (("light", light), ("dark", dark)))
    return re.sub(r"(?<=[;{ ])background(-color)?: [^;}]*;?", "", "\n".join(rules))  # the page has its own


def _contents(page: str) -> str:
    """Nested lists of the headings; empty if there are fewer than two."""
    headings = []
    for heading in BeautifulSoup(page, "html.parser").select("h1[id], h2[id], h3[id]"):
        for link in heading.select(".anchor-link"):
            link.decompose()
        headings.append((int(heading.name[1]), html.escape(str(heading["id"])), heading.decode_contents()))
    return f'<nav aria-label="Contents">{_nested(headings)}</nav>' if len(headings) > 1 else ""


def _nested(headings: Iterable[tuple[int, str, str]]) -> str:
    parts: list[str] = []
    levels: list[int] = []
    for level, anchor, text in headings:
        while levels and levels[-1] > level:
            levels.pop()
            parts.append("</li></ul>")
        if levels and levels[-1] == level:
            parts.append("</li>")
        else:
            levels.append(level)
            parts.append("<ul>")
        parts.append(f'<li><a href="#{anchor}">{text}</a>')
    return "".join((*parts, "</li></ul>" * len(levels)))
