"""Data that lies elsewhere here: the paths in a notebook's cells, in quotes, are replaced while it is executed."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable
from typing import TYPE_CHECKING

from doublet.notebook.reading import code_cells

if TYPE_CHECKING:
    from doublet.notebook.needs.mapping import Mapping
    from doublet.notebook.reading import Notebook

__all__ = ["with_data"]

_MAGIC = re.compile(r"(?m)^[ \t]*%(?:cpp_include|cpp_load|run)[ \t]+[^\n]+$")
"""Lines whose words are paths without quotes."""
_QUOTED = re.compile(r"(?P<quote>[\"'])(?P<path>[^\"'\n\\]+)(?P=quote)")


def with_data(notebook: Notebook, mappings: Iterable[Mapping]) -> None:
    """Have the cells open what is here; what follows the file's name in ROOT's way (``file.root:tree``) stays."""
    known = list(mappings)
    for _, cell in code_cells(notebook):
        source = _QUOTED.sub(lambda match: f"{match['quote']}{_there(match['path'], known)}{match['quote']}", cell.source)
        cell.source = _MAGIC.sub(lambda match: re.sub(r"\S+", lambda word: _word(word[0], known), match[0]), source)


def _word(word: str, mappings: Iterable[Mapping]) -> str:
    there = _there(word, mappings)
    return word if there == word else shlex.quote(there)


def _there(path: str, mappings: Iterable[Mapping]) -> str:
    file, colon, rest = path.partition(":") if "://" not in path else (path, "", "")
    for mapping in mappings:
        if (whole := mapping.of(path)) is not None:
            return whole
        if colon and (there := mapping.of(file)) is not None:
            return f"{there}:{rest}"
    return path
