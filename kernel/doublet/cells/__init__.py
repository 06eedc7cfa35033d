"""A cell's text, cut into the items that a C++ program consists of. Pure text: no interpreter is needed.

A cell is a sequence of directives, declarations and statements in any order, perhaps ending with an
expression that has no ``;``, its value. Where an item begins and ends is decided by brackets and keywords
(`scanner`), which works for text with errors in it, too; what kind of item it is and which names it defines is
read from tree-sitter's syntax tree of that item alone (`syntax`); and `rewriting` says where it has to be
written differently to mean at the top level of a program what it means in a cell.
"""

from __future__ import annotations

from doublet.cells.completeness import is_complete
from doublet.cells.conditions import Conditions, certain
from doublet.cells.edits import Edit, Span
from doublet.cells.items import Cell, Item
from doublet.cells.parsing import parse
from doublet.cells.scanner import Unclosed
from doublet.cells.syntax import Kind

__all__ = ["Cell", "Conditions", "Edit", "Item", "Kind", "Span", "Unclosed", "certain", "is_complete", "parse"]
