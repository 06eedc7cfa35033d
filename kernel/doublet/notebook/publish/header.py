"""A few lines at the top of a notebook that say what it is, from whom, and where it is."""

from __future__ import annotations

import datetime as dt
import html
from dataclasses import dataclass
from typing import TYPE_CHECKING

from doublet import __version__

if TYPE_CHECKING:
    from doublet.notebook.reading import Notebook

__all__ = ["Header"]


@dataclass(frozen=True)
class Header:
    """What a reader is told; what is empty is left out."""

    title: str = ""
    author: str = ""
    doi: str = ""

    def text(self, notebook: Notebook, url: str = "") -> str:
        """Markdown; `url` is where the notebook can be downloaded from."""
        kernel = notebook.metadata.get("kernelspec", {}).get("display_name", "")
        language = notebook.metadata.get("language_info", {})
        version = f"{language.get('name', '')} {language.get('version', '')}".strip()
        made = " · ".join(
            html.escape(part)
            for part in (self.author, f"{dt.datetime.now().astimezone():%Y-%m-%d}", kernel, version, f"published with Doublet {__version__}")
            if part
        )
        title = f"# {html.escape(self.title)}\n\n" if self.title else ""
        doi = f"\n\nDOI: [{self.doi}](https://doi.org/{self.doi})" if self.doi else ""
        return f"{title}{made}{doi}" + (f"\n\nThe notebook: <{url}>\\\nCheck it: `doublet rerun {url}`" if url else "")
