"""A cell's items written as the one text that Cling compiles and runs as a whole.

Cling takes a text that begins with a namespace as declarations only, and then lets new definitions shadow old
ones. So declarations stay as they are and each statement becomes the initialiser of a hidden variable: nothing
runs unless all of it compiles, and the order is kept. ``#line`` and padding leave every line and column as the
user typed it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from doublet.cells import Item

OWN = "doublet"
"""The label of what is not the user's."""


@dataclass(frozen=True)
class Piece:
    """An item to be compiled, and the cell that it was typed in."""

    item: Item
    cell: int
    scope: tuple[str, ...] = ()
    """The namespaces around it."""
    level: int | None = None
    """The optimisation level that its cell asked for."""


def label(cell: int) -> str:
    return f"cell[{cell}]"


def render(serial: int, pieces: Iterable[Piece]) -> str:
    """Write the transaction; `serial` makes its hidden names its own."""
    lines = [f"namespace doublet_cell_{serial} {{}}", f'#line 1 "{OWN}"']
    tag = f"doublet_tag_{serial}"
    lines.append(f"struct {tag} {{}};")
    lines.append(f"int doublet_begin_{serial} = ::doublet::detail::begin(typeid({tag}).name());")
    for number, piece in enumerate(pieces):
        lines += _piece(piece, f"{serial}_{number}")
    lines += [
        f'#line 1 "{OWN}"',
        f"int doublet_end_{serial} = ::doublet::detail::end();",
        "",
    ]
    return "\n".join(lines)


def value_name(serial: int) -> str:
    return f"doublet_value_{serial}"


def _piece(piece: Piece, number: str) -> list[str]:
    item = piece.item
    here = [f'#line {item.line + 1} "{label(piece.cell)}"', item.column + item.text]
    own = f'#line 1 "{OWN}"'
    if item.kind == "statement":
        name = f"doublet_statement_{number}"
        return [own, f"void {name}() {{", *here, own, f"}} int {name}_ = ({name}(), 0);"]
    if item.kind == "value":
        name = value_name(int(number.split("_", maxsplit=1)[0]))
        return [
            own,
            f"decltype(auto) doublet_evaluate_{number}() {{ return (",
            *here,
            own,
            f");}} auto&& {name} = ::doublet::detail::value(doublet_evaluate_{number});",
            f"int doublet_keep_{number} = ::doublet::detail::keep({name});",
        ]
    if item.kind == "directive":
        # At a directive the text may be inside an #if, so nothing of Doublet's may stand between.
        return ([f"#undef {item.names[0]}"] if item.names else []) + here
    if item.kind == "function" and item.declares_only and not item.text.startswith(("extern", "template")):
        # Cling takes a text's prototypes for calls unless they say their linkage.
        return [own, 'extern "C++"', *here]
    opening = [own, *(f"namespace {name} {{" for name in piece.scope)] if piece.scope else []
    closing = [own, "}" * len(piece.scope)] if piece.scope else []
    if item.kind == "using" and not piece.scope:
        # In an inline namespace a later definition can shadow it.
        opening, closing = [own, f"inline namespace doublet_using_{number} {{"], [own, "}"]
    if item.bindings:
        return _binding(item, here, number)
    if item.runs_const:
        return _constant(item, here, number)
    if item.kind == "variable":
        text = re.sub(r"\binline\b(?! *constexpr)", "      ", item.text, count=1) if item.text.startswith("inline") else item.text
        here[1] = item.column + _without_captures(text)
    return [*opening, *here, *closing]


def _binding(item: Item, here: list[str], number: str) -> list[str]:
    """A structured binding cannot be shadowed, but references to its parts can."""
    hidden = {name: f"doublet_part_{number}_{name}" for name in item.bindings}
    head, bracket, rest = item.text.partition("[")
    inside, end, value = rest.partition("]")
    inside = re.sub(r"\w+", lambda match: hidden.get(match[0], match[0]), inside)
    references = [f"auto&& {name} = {part};" for name, part in hidden.items()]
    return [here[0], item.column + head + bracket + inside + end, here[0], item.column + value.lstrip(), f'#line 1 "{OWN}"', *references]


def _constant(item: Item, here: list[str], number: str) -> list[str]:
    """Cling initialises const variables before the others; one that depends on them is a const reference."""
    hidden = f"doublet_constant_{number}"
    head, name, rest = re.split(rf"\b({re.escape(item.runs_const)})\b", item.text, maxsplit=1)
    head = re.sub(r"\b(const|inline|static)\b", lambda match: " " * len(match[0]), head)
    return [here[0], item.column + head + hidden, here[0], item.column + rest, f'#line 1 "{OWN}"', f"const auto& {name} = {hidden};"]


def _without_captures(text: str) -> str:
    """Blank the default capture of a lambda outside functions: there is nothing local that it could capture."""
    depth, out = 0, list(text)
    for match in re.finditer(r"[{}]|\[\s*[&=]\s*\]", text):
        if match[0] == "{":
            depth += 1
        elif match[0] == "}":
            depth -= 1
        elif depth == 0:
            for at in range(match.start() + 1, match.end() - 1):
                out[at] = " "
    return "".join(out)
