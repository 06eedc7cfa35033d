r"""Labels with TeX maths, such as ``$p_T^{\mu\mu}$ [GeV]``, as pieces of text that are raised, lowered or slanted.

What physicists write in labels is read: Greek letters, sub- and superscripts, upright text, accents and common signs.
A command that is not known stays as its name. Nothing is executed and nothing raises.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from html import escape
from typing import NamedTuple

__all__ = ["Piece", "as_html", "clean", "pieces", "plain", "width"]

_SIGNS = {
    "to": "→", "rightarrow": "→", "leftarrow": "←", "pm": "±", "mp": "∓", "times": "×", "cdot": "·", "sqrt": "√", "infty": "∞",
    "leq": "≤", "le": "≤", "geq": "≥", "ge": "≥", "neq": "≠", "approx": "≈", "sim": "∼", "ell": "ℓ", "hbar": "ħ", "prime": "′",
    "circ": "°", "degree": "°", "sum": "∑", "int": "∫", "partial": "∂", "nabla": "∇", "perp": "⊥", "parallel": "∥", "ast": "∗",
    "ldots": "…", "dots": "…", "langle": "⟨", "rangle": "⟩", "in": "∈", "quad": " ", "qquad": "  ", "varepsilon": "ε", "varphi": "φ",
    "slash": "/", "left": "", "right": "", "displaystyle": "", "big": "", "Big": "", "mid": "|", "vert": "|",
}  # fmt: skip
_RELATIONS = frozenset(("to", "rightarrow", "leftarrow", "pm", "mp", "times", "leq", "le", "geq", "ge", "neq", "approx", "sim", "in"))
_ACCENTS = {"bar": "\u0304", "overline": "\u0304", "hat": "\u0302", "tilde": "\u0303", "vec": "\u20d7", "dot": "\u0307"}
_UPRIGHT = frozenset(("mathrm", "text", "textrm", "mathsf", "mathbf", "textbf", "rm", "operatorname"))
_TOKEN = re.compile(r"\\([A-Za-z]+)[ \t]*|\\(.)|([{}_^])|(.)", re.DOTALL)
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Piece(NamedTuple):
    """Text of one kind; `level` is 1 for a superscript, -1 for a subscript, 0 for what stands on the line."""

    text: str
    level: int = 0
    italic: bool = False


def clean(text: str) -> str:
    """Replace what XML does not allow: control characters and halves of pairs."""
    return _FORBIDDEN.sub("\ufffd", text)


def pieces(label: str) -> list[Piece]:
    """Cut a label into pieces; parts between ``$`` are maths, and a ``$`` without a partner is a dollar."""
    parts = re.split(r"(?<!\\)\$", clean(label))
    if len(parts) % 2 == 0:
        return [Piece(clean(label))]
    found: list[Piece] = []
    for number, part in enumerate(parts):
        if number % 2:
            found += _maths(part)
        elif part:
            found.append(Piece(part.replace("\\$", "$")))
    return _joined(found)


def plain(label: str) -> str:
    """A label for readers of plain text."""
    marks = {1: "^", 0: "", -1: "_"}
    return "".join(marks[piece.level] + piece.text for piece in pieces(label))


def as_html(label: str) -> str:
    """A label in HTML, escaped."""
    tags = {1: ("<sup>", "</sup>"), 0: ("", ""), -1: ("<sub>", "</sub>")}
    slant = {True: ("<i>", "</i>"), False: ("", "")}
    return "".join(
        f"{tags[p.level][0]}{slant[p.italic][0]}{escape(p.text)}{slant[p.italic][1]}{tags[p.level][1]}" for p in pieces(label)
    )


def width(label: str, size: float) -> float:
    """Estimate how wide a label is in a sans-serif font of that size; both in the same unit.

    It is rather too wide than too narrow, for not every system has Helvetica or Arial, and what it takes instead is wider.
    """
    return 1.15 * sum(_width(piece.text) * (0.7 if piece.level else 1.0) for piece in pieces(label)) * size


def _width(text: str) -> float:
    # Arial: digits take 0.556 of the size, capitals about 0.7, narrow letters a quarter.
    return sum(
        0 if unicodedata.combining(c) else 0.26 if c in "iljtf.,:;'|![]() " else 1.0 if unicodedata.east_asian_width(c) in "WF" else 0.7 if c.isupper() or c in "mwMW→" else 0.55
        for c in text
    )


def _maths(text: str) -> list[Piece]:
    tokens = [(m[1], m[2], m[3], m[4]) for m in _TOKEN.finditer(text)]
    return list(_read(iter(tokens), 0, italic=True, once=False))


def _read(tokens: Iterator[tuple[str, str, str, str]], level: int, *, italic: bool, once: bool) -> Iterator[Piece]:
    """Read to the end of the group, or only its first thing if `once`."""
    for command, escaped, mark, letter in tokens:
        if mark == "}":
            return
        if mark == "{":
            yield from _read(tokens, level, italic=italic, once=False)
        elif mark:
            yield from _read(tokens, level or (1 if mark == "^" else -1), italic=italic, once=True)
            continue
        elif command in _ACCENTS:
            for piece in _read(tokens, level, italic=italic, once=True):
                yield piece._replace(text="".join(letter + _ACCENTS[command] for letter in piece.text))
        elif command in _UPRIGHT:
            yield from _read(tokens, level, italic=False, once=True)
        elif command:
            sign = f" {_sign(command)} " if command in _RELATIONS and not level else _sign(command)
            yield Piece(sign, level, italic and len(sign) == 1 and sign.islower())
        elif escaped:
            yield Piece(" " if escaped in ",;: " else "" if escaped == "!" else escaped, level)
        elif letter in "=<>→±" and not level and italic:
            yield Piece(f" {letter} ", level)
        elif letter.strip():
            yield Piece(letter, level, italic and letter.isalpha() and letter.isascii())
        elif not italic:
            yield Piece(letter, level)
        else:
            continue
        if once:
            return


def _sign(command: str) -> str:
    if command in _SIGNS:
        return _SIGNS[command]
    case = "CAPITAL" if command[0].isupper() else "SMALL"
    # Unicode writes lambda without its b.
    name = command.upper().replace("LAMBDA", "LAMDA")
    try:
        return unicodedata.lookup(f"GREEK {case} LETTER {name}")
    except KeyError:
        return command


def _joined(found: list[Piece]) -> list[Piece]:
    joined: list[Piece] = []
    for piece in found:
        if joined and joined[-1][1:] == piece[1:]:
            joined[-1] = piece._replace(text=joined[-1].text + piece.text)
        elif piece.text:
            joined.append(piece)
    return joined
