"""Text of notebooks as HTML whose formulas are MathML, which browsers draw without a script."""

from __future__ import annotations

import html
import re
from typing import Any

from latex2mathml.converter import convert
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

__all__ = ["Renderer", "markdown"]

_SLASHED = re.compile(r"\\slashed\b")
"""Feynman's slash, which the converter knows as ``\\not``."""


class Renderer(IPythonRenderer):
    """Formulas between dollars and environments of LaTeX, and all else as nbconvert has it."""

    def block_math(self, body: str) -> str:
        return _mathml(body, "block")

    def inline_math(self, body: str) -> str:
        return _mathml(body, "inline")

    def latex_environment(self, name: str, body: str) -> str:
        return _mathml(f"\\begin{{{name}}}{body}\\end{{{name}}}", "block")


def markdown(text: str, **options: Any) -> str:
    """The HTML of a text; `options` are those of nbconvert's renderer."""
    return str(MarkdownWithMath(renderer=Renderer(escape=False, **options)).render(text))


def _mathml(latex: str, display: str) -> str:
    """A formula, which has its LaTeX as its title; one that is wrong shows its LaTeX."""
    try:
        drawn = convert(_SLASHED.sub(r"\\not", latex.strip()), display=display)
    except Exception:  # of many classes that have no root of their own
        return f"<code>{html.escape(latex)}</code>"
    return str(drawn).replace("<math ", f'<math alttext="{html.escape(latex.strip())}" ', 1)
