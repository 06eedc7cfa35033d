"""A few lines at the top of a notebook that say what it is, from whom, and how to run it again."""

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
        again = f"\n\nRun it again: `doublet rerun {url}`" if url else ""
        return f"{title}{made}{again}"
